"""What enrollments are follows from attendance, surveys, rules and exceptions: looked at anew whenever one changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.attendance.events import AttendanceMarked, OverallCorrected, RosterClosed, RosterReopened
from training.base.work import Add, Work
from training.booking.rules.states import State
from training.booking.tables import Enrollment
from training.completion.actions.certificates import issue_rested, issue_ruled, revoke
from training.completion.events import CompletionDecided, CompletionRuleSet
from training.completion.queries.certificates import list_good
from training.completion.queries.facts import Judged, judge_enrollments, list_session_facts
from training.completion.queries.put_off import list_put_off
from training.completion.queries.rule_checks import find_rule_check
from training.completion.queries.scopes import MOST_AT_ONCE, list_sessions_of, of_scope, sessions_of
from training.completion.rules.conditions import Scope
from training.completion.tables import Certificate
from training.schedule.events import SessionCancelled
from training.schedule.queries import lock_sessions
from training.surveys.events import SurveyAnswered

_OPEN_AGAIN = "It is open again whether this is completed."
_ATTENDANCE = "Attendance is worked on again, so it is open whether this is completed."
_NOT_OVER = "The session is not over after all, so it is open whether this is completed."
_RULE = "What it takes to complete the session has changed"
_COUNTS_NOT = "The session does not count as completed any more"
_UNDONE = (State.NOT_COMPLETED, State.ENROLLED)
_SOMEBODY = (
    " AND EXISTS (SELECT 1 FROM enrollment e WHERE e.session_id = s.id"
    " AND e.state IN ('enrolled', 'completed', 'not completed'))"
)
_ANEW = " ON CONFLICT (id) DO UPDATE SET asked = excluded.asked"
_CANCELLED = "The session was cancelled, so nobody has completed it."


async def judge(work: Work, enrollment_ids: Sequence[UUID]) -> list[Judged]:
    """Write what these enrollments are, as far as it is something else; returns those that changed.

    Their sessions are locked first, in the order of their ids. Certificates follow in the same unit of work. The same
    number of statements for any number.
    """
    await work.flush()
    session_ids = await sessions_of(enrollment_ids)
    return await _judge(work, session_ids, enrollment_ids)


async def judge_sessions(
    work: Work, session_ids: Sequence[UUID], *, why: str = _COUNTS_NOT, ruled: bool = False
) -> list[Judged]:
    """The same for everybody in these sessions. `why` begins what is said of a certificate that is revoked by it.
    `ruled`: nobody touched these people, so no certificate is replaced for a name that is another by now."""
    await work.flush()
    return await _judge(work, session_ids, None, why, ruled=ruled)


async def _judge(
    work: Work,
    session_ids: Sequence[UUID],
    enrollment_ids: Sequence[UUID] | None,
    why: str = _COUNTS_NOT,
    *,
    ruled: bool = False,
) -> list[Judged]:
    if not session_ids:
        return []
    await lock_sessions(sorted(session_ids))
    sessions = await list_session_facts(session_ids, work.now)
    found = await judge_enrollments(sessions, work.now, enrollment_ids)
    changed = [one for one in found if one.changes]
    for one in found:
        _write(work, one)
    issuing = issue_ruled if ruled else issue_rested
    await issuing(work, [one.facts.id for one in found if one.decision.state is State.COMPLETED])
    await _take_back(work, changed, why)
    return changed


def _write(work: Work, one: Judged) -> None:
    now, then = one.facts, one.decision
    why = then.why or (_OPEN_AGAIN if one.changes else now.state_reason)
    if not one.changes:
        if then.state is not State.ENROLLED and why != now.state_reason:
            work.change(Enrollment, now.id, state_reason=why, version=Add(1))
        return
    columns: dict[str, Any] = {"completed_at": then.completed_at, "valid_until": then.valid_until}
    if then.state is not now.state:
        columns |= {"state": then.state, "state_at": work.now}
    if then.valid_until != now.valid_until:
        columns["renewal_told_at"] = None
    work.change(Enrollment, now.id, **columns, state_reason=why, version=Add(1))
    event = CompletionDecided(
        enrollment_id=now.id,
        session_id=now.session_id,
        person_id=now.person_id,
        state=then.state,
        valid_until=then.valid_until,
        partner_id=now.partner_id,
    )
    work.emit(event, before={"state": now.state}, after={"state": then.state})


async def _take_back(work: Work, changed: Sequence[Judged], why: str) -> None:
    """No certificate any more for whoever has not completed it."""
    undone = [one for one in changed if one.facts.state is State.COMPLETED and one.decision.state in _UNDONE]
    reasons = {one.facts.id: _revoked(one, work.now, why) for one in undone}
    for reason in dict.fromkeys(reasons.values()):
        await revoke(work, [key for key, said in reasons.items() if said == reason], reason)


def _revoked(one: Judged, now: datetime, why: str) -> str:
    """Why a certificate is taken back, as it is: rosters are open, the session goes on, or what there is of what it
    takes, which the rule asks for or asked for already."""
    held = one.session.held
    if one.decision.state is State.ENROLLED and not held.over:
        return _ATTENDANCE if held.ended_at and held.ended_at <= now else _NOT_OVER
    return f"{why}: {one.decision.why or one.progress.sentence}."


async def issue_put_off(work: Work, session_id: UUID) -> list[UUID]:
    """The new editions of a session that waited until corrections rest; the ids of those that were still due."""
    await lock_sessions([session_id])
    waited = await list_put_off(session_id, work.now)
    for one in waited:
        work.change(Certificate, one.id, again_at=None)
    return await issue_rested(work, [one.enrollment_id for one in waited])


async def judge_marked(work: Work, event: AttendanceMarked) -> None:
    """Somebody was marked, perhaps in a roster that was closed."""
    await judge(work, event.enrollments)


async def judge_one(work: Work, event: OverallCorrected | SurveyAnswered) -> None:
    """What counts for somebody was corrected, or they answered."""
    await judge(work, [event.enrollment_id])


async def judge_roster(work: Work, event: RosterClosed | RosterReopened) -> None:
    """A roster was closed or opened again: it may have been the last."""
    await judge_sessions(work, [event.session_id])


async def end_cancelled(work: Work, event: SessionCancelled) -> None:
    """A session was cancelled, perhaps the rest of one: what somebody decided by hand before ends with it."""
    await work.flush()
    certified = await list_good(event.session_id)
    if certified:
        await lock_sessions([event.session_id])
        await revoke(work, certified, _CANCELLED)


async def judge_scope(work: Work, event: CompletionRuleSet) -> None:
    """A rule changed. A wide one is written down for each of its sessions, and the clock goes through them."""
    await work.flush()
    scope = Scope(event.scope)
    session_ids = await list_sessions_of(scope, event.scope_id, work.now, MOST_AT_ONCE + 1)
    if len(session_ids) <= MOST_AT_ONCE:
        await judge_sessions(work, session_ids, why=_RULE, ruled=True)
        return
    of = of_scope(scope)
    sql = f"INSERT INTO rule_check (id, asked) SELECT s.id, {{}} {of}{_SOMEBODY} ORDER BY s.id{_ANEW}"
    await work.execute(sql, work.new_id(), event.scope_id, work.now)


async def check_rule(work: Work, session_id: UUID) -> list[Judged]:
    """Carry out for a session what was written down for it; nothing where another worker just did. A rule that
    changes meanwhile is a check of its own."""
    await lock_sessions([session_id])
    check = await find_rule_check(session_id)
    if check is None:
        return []
    changed = await judge_sessions(work, [session_id], why=_RULE, ruled=True)
    await work.execute("DELETE FROM rule_check WHERE id = {} AND asked = {}", check.id, check.asked)
    return changed
