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
from training.completion.queries.conditions import get_rule_place, rules_of
from training.completion.queries.facts import Judged, SessionFacts, judge_enrollments, judged, list_session_facts
from training.completion.queries.foreseen import Paper, foresee_papers
from training.completion.queries.scopes import MOST_AT_ONCE, list_sessions_of
from training.completion.rules.conditions import Rule, RuleValues, Scope

SESSIONS_AT_ONCE = 100
MOST_FORESEEN = 2_000
# Of so many people it is looked at what becomes of their certificates.
MOST_PAPERS = 20_000
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
    its validity moves (`ends`) or only a certificate is made. `certificate` is the code of the one that would be
    revoked, empty for none; `paper` what they would get, None for nothing."""

    enrollment_id: UUID
    name: str
    session_id: UUID
    title: str
    was: State
    then: State
    ends: bool = False
    certificate: str = ""
    paper: Paper | None = None


class Changes(Frozen, frozen=True, kw_only=True):
    """What another rule would change: how many enrollments, and to what; `revoked`, `issued` and `editions` count the
    certificates that would be revoked, made, and made in place of another. `people` names the first of those whom it
    `concerns`, in so many `sessions`. `more`: there are more sessions than were looked at; `uncounted`: more people
    than whose certificates were. `wide`: it is the clock that carries it out."""

    sessions: int = 0
    concerns: int = 0
    enrollments: int = 0
    completed: int = 0
    not_completed: int = 0
    opened: int = 0
    validity: int = 0
    revoked: int = 0
    issued: int = 0
    editions: int = 0
    people: tuple[Changed, ...] = ()
    more: bool = False
    uncounted: bool = False
    wide: bool = False

    @property
    def unnamed(self) -> int:
        """How many more there are than are named."""
        return self.concerns - len(self.people)


async def foresee_rule(viewer: Viewer, scope: Scope, scope_id: UUID, rule: Rule | None, now: datetime) -> Changes:
    """What `rule` (None: the wider one again) would change, by the very rules that would be applied. It locks nothing
    and keeps nothing; a rule that is kept there already changes nothing. Raises NotFound."""
    await get_rule_place(viewer, scope, scope_id)
    kept = (await rules_of([scope_id])).get(scope_id)
    if _values(kept) == _values(rule):
        return Changes()
    session_ids = await list_sessions_of(scope, scope_id, now, MOST_FORESEEN + 1)
    changed: list[Judged] = []
    papers: dict[UUID, Paper] = {}
    looked = 0
    for first in range(0, min(len(session_ids), MOST_FORESEEN), SESSIONS_AT_ONCE):
        some = session_ids[first : first + SESSIONS_AT_ONCE]
        sessions = await list_session_facts(some, now, {scope_id: rule})
        found = await judge_enrollments(sessions, now)
        papers |= await foresee_papers(found[: max(0, MOST_PAPERS - looked)], now)
        looked += len(found)
        changed += [one for one in found if one.changes or one.facts.id in papers]
    undone = [
        one.facts.id for one in changed if one.facts.state is State.COMPLETED and one.decision.state in _FIRST[:2]
    ]
    return replace(
        _counted(changed, await _good_certificates(undone), papers),
        more=len(session_ids) > MOST_FORESEEN,
        uncounted=looked > MOST_PAPERS,
        wide=len(session_ids) > MOST_AT_ONCE,
    )


def _values(rule: Rule | None) -> tuple[object, ...]:
    return tuple(getattr(rule, name) for name in RuleValues.__struct_fields__) if rule else ()


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


def _named(one: Judged, certificate: str, paper: Paper | None) -> Changed:
    return Changed(
        enrollment_id=one.facts.id,
        name=one.facts.name,
        session_id=one.session.id,
        title=one.session.title,
        was=one.facts.state,
        then=one.decision.state,
        ends=one.changes and one.decision.state is one.facts.state,
        certificate=certificate,
        paper=paper,
    )


def _order(one: Judged) -> tuple[bool, bool, int, str, str]:
    moved = one.decision.state is not one.facts.state
    return not one.changes, not moved, _FIRST.index(one.decision.state), one.facts.name.casefold(), str(one.facts.id)


def _counted(concerned: Sequence[Judged], codes: Mapping[UUID, str], papers: Mapping[UUID, Paper]) -> Changes:
    changed = [one for one in concerned if one.changes]
    states = [one.decision.state for one in changed if one.decision.state is not one.facts.state]
    made = list(papers.values())
    first = sorted(concerned, key=_order)[:MOST_NAMED]
    return Changes(
        sessions=len({one.session.id for one in concerned}),
        concerns=len(concerned),
        enrollments=len(changed),
        completed=states.count(State.COMPLETED),
        not_completed=states.count(State.NOT_COMPLETED),
        opened=states.count(State.ENROLLED),
        validity=len(changed) - len(states),
        revoked=len(codes),
        issued=made.count(Paper.ISSUED),
        editions=made.count(Paper.EDITION),
        people=tuple(_named(one, codes.get(one.facts.id, ""), papers.get(one.facts.id)) for one in first),
    )
