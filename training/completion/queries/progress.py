"""How far people are, for themselves and for those who manage; and what another rule would change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.attendance.queries.overall import list_told_sums
from training.attendance.rules.overall import Sum
from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.booking.rules.states import State
from training.completion.queries.conditions import get_rule_place
from training.completion.queries.facts import Judged, SessionFacts, judge_enrollments, judged, list_session_facts
from training.completion.queries.scopes import list_sessions_of
from training.completion.rules.conditions import Rule, Scope

SESSIONS_AT_ONCE = 100
MOST_FORESEEN = 2_000
# Of those who would change so many are named.
MOST_NAMED = 10
_CERTIFICATES_AT_ONCE = 500
# Who loses something comes first.
_FIRST = (State.NOT_COMPLETED, State.ENROLLED, State.COMPLETED)


async def list_progress(person_id: UUID, session_ids: Sequence[UUID], now: datetime) -> dict[UUID, Judged]:
    """How far a person is with these sessions, by enrollment, as they may know it themselves: marks count for them once
    their roster is closed, and what was corrected by hand at once. What the enrollment is does not depend on that.

    Four statements, none without sessions, and one more where a roster of what has begun is open.
    """
    if not session_ids:
        return {}
    sessions = await list_session_facts(sorted(set(session_ids)), now)
    found = await judge_enrollments(sessions, now, person_id=person_id)
    told = await list_told_sums([one.facts.id for one in found if not one.session.told], now)
    return {one.facts.id: one if one.session.told else _as_told(one, told.get(one.facts.id), now) for one in found}


def _as_told(one: Judged, told: Sum | None, now: datetime) -> Judged:
    meetings, minutes = (told.meetings, told.minutes) if told else (0, 0)
    return judged(replace(one.facts, meetings=meetings, minutes=minutes), one.session, now)


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


class Changed(Frozen, frozen=True, kw_only=True):
    """Somebody for whom another rule would change something: from a state to a state, the same where only the end of
    its validity moves. `certificate` is the code of the one that would be revoked, empty for none."""

    enrollment_id: UUID
    name: str
    session_id: UUID
    title: str
    was: State
    then: State
    certificate: str = ""


class Changes(Frozen, frozen=True, kw_only=True):
    """What another rule would change: how many enrollments in so many sessions, and to what; `revoked` counts the
    certificates that would be revoked, `people` names the first of those whom it concerns. `more`: there are more
    sessions than were looked at."""

    sessions: int = 0
    enrollments: int = 0
    completed: int = 0
    not_completed: int = 0
    opened: int = 0
    validity: int = 0
    revoked: int = 0
    people: tuple[Changed, ...] = ()
    more: bool = False

    @property
    def unnamed(self) -> int:
        """How many more there are than are named."""
        return self.enrollments - len(self.people)


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
    undone = [
        one.facts.id for one in changed if one.facts.state is State.COMPLETED and one.decision.state in _FIRST[:2]
    ]
    return _counted(changed, await _good_certificates(undone), more=len(session_ids) > MOST_FORESEEN)


class _Certificate(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    code: str


async def _good_certificates(enrollment_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The codes of the good certificates of these enrollments."""
    codes: dict[UUID, str] = {}
    for first in range(0, len(enrollment_ids), _CERTIFICATES_AT_ONCE):
        some = enrollment_ids[first : first + _CERTIFICATES_AT_ONCE]
        rows = await fetch(
            _Certificate,
            f"SELECT c.enrollment_id, c.code FROM certificate c WHERE c.enrollment_id IN ({marks(some)})"
            " AND c.revoked_at IS NULL AND c.replaced_by IS NULL",
            *some,
        )
        codes |= {row.enrollment_id: row.code for row in rows}
    return codes


def _named(one: Judged, certificate: str) -> Changed:
    return Changed(
        enrollment_id=one.facts.id,
        name=one.facts.name,
        session_id=one.session.id,
        title=one.session.title,
        was=one.facts.state,
        then=one.decision.state,
        certificate=certificate,
    )


def _order(one: Judged) -> tuple[bool, int, str, str]:
    moved = one.decision.state is not one.facts.state
    return not moved, _FIRST.index(one.decision.state), one.facts.name.casefold(), str(one.facts.id)


def _counted(changed: Sequence[Judged], codes: Mapping[UUID, str], *, more: bool) -> Changes:
    moved = [one for one in changed if one.decision.state is not one.facts.state]
    states = [one.decision.state for one in moved]
    return Changes(
        sessions=len({one.session.id for one in changed}),
        enrollments=len(changed),
        completed=states.count(State.COMPLETED),
        not_completed=states.count(State.NOT_COMPLETED),
        opened=states.count(State.ENROLLED),
        validity=len(changed) - len(moved),
        revoked=len(codes),
        people=tuple(_named(one, codes.get(one.facts.id, "")) for one in sorted(changed, key=_order)[:MOST_NAMED]),
        more=more,
    )
