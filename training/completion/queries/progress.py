"""How far people are, for themselves and for those who manage; and what another rule would change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen, Viewer
from training.booking.rules.states import State
from training.completion.queries.conditions import get_rule_place
from training.completion.queries.facts import Judged, SessionFacts, judge_enrollments, list_session_facts
from training.completion.queries.scopes import list_sessions_of
from training.completion.rules.conditions import Rule, Scope

SESSIONS_AT_ONCE = 100
MOST_FORESEEN = 2_000


async def list_progress(person_id: UUID, session_ids: Sequence[UUID], now: datetime) -> dict[UUID, Judged]:
    """How far a person is with these sessions, by enrollment. Four statements, none without sessions."""
    if not session_ids:
        return {}
    sessions = await list_session_facts(sorted(set(session_ids)), now)
    return {one.facts.id: one for one in await judge_enrollments(sessions, now, person_id=person_id)}


class Completions(Frozen, frozen=True, kw_only=True):
    """A session and everybody in it who takes part, with how far they are."""

    session: SessionFacts
    people: tuple[Judged, ...]


async def get_completions(viewer: Viewer, session_id: UUID, now: datetime) -> Completions:
    """Everybody of a session whose completion the viewer may decide. Raises NotFound."""
    # One statement for a foreign and an unknown one alike, before anything else is read.
    await get_rule_place(viewer, Scope.SESSION, session_id)
    session = (await list_session_facts([session_id], now))[session_id]
    return Completions(session=session, people=tuple(await judge_enrollments({session_id: session}, now)))


class Changes(Frozen, frozen=True, kw_only=True):
    """What another rule would change: how many enrollments in so many sessions, and to what. `more`: there are more
    sessions than were looked at."""

    sessions: int = 0
    enrollments: int = 0
    completed: int = 0
    not_completed: int = 0
    opened: int = 0
    validity: int = 0
    more: bool = False


async def foresee_rule(viewer: Viewer, scope: Scope, scope_id: UUID, rule: Rule | None, now: datetime) -> Changes:
    """What `rule` (None: the wider one again) would change, by the very rules that would be applied. It locks nothing
    and keeps nothing. Raises NotFound."""
    await get_rule_place(viewer, scope, scope_id)
    session_ids = await list_sessions_of(scope, scope_id, now, MOST_FORESEEN + 1)
    changed: list[Judged] = []
    for first in range(0, min(len(session_ids), MOST_FORESEEN), SESSIONS_AT_ONCE):
        some = session_ids[first : first + SESSIONS_AT_ONCE]
        sessions = await list_session_facts(some, now, {scope_id: rule})
        changed += [one for one in await judge_enrollments(sessions, now) if one.changes]
    return _counted(changed, more=len(session_ids) > MOST_FORESEEN)


def _counted(changed: Sequence[Judged], *, more: bool) -> Changes:
    moved = [one for one in changed if one.decision.state is not one.facts.state]
    states = [one.decision.state for one in moved]
    return Changes(
        sessions=len({one.session.id for one in changed}),
        enrollments=len(changed),
        completed=states.count(State.COMPLETED),
        not_completed=states.count(State.NOT_COMPLETED),
        opened=states.count(State.ENROLLED),
        validity=len(changed) - len(moved),
        more=more,
    )
