"""The steps of a session's life: by hand (publish, confirm, cancel) and by the clock (start, close)."""

from typing import Any, LiteralString
from uuid import UUID

from training.base.database import fetch, marks
from training.base.errors import Invalid
from training.base.structs import Event, Frozen
from training.base.work import Work
from training.schedule import tables
from training.schedule.actions.holding import hold
from training.schedule.actions.sessions import raise_sequences
from training.schedule.events import (
    SessionCancelled,
    SessionClosed,
    SessionConfirmed,
    SessionPublished,
    SessionStarted,
)
from training.schedule.queries import list_meetings
from training.schedule.rules.sessions import State
from training.schedule.rules.steps import STEPS, NotReady, check_step, missing

LONGEST_REASON = 2_000


async def publish_session(work: Work, session_id: UUID, *, expected_version: int | None = None) -> int:
    """Let the session's audience see and book it, and return its new version. Raises WrongState, NotReady."""
    return await _step_up(work, session_id, "publish", expected_version)


async def confirm_session(work: Work, session_id: UUID, *, expected_version: int | None = None) -> int:
    """Say that the session will take place, and return its new version. Raises WrongState, NotReady."""
    return await _step_up(work, session_id, "confirm", expected_version)


async def _step_up(work: Work, session_id: UUID, name: str, expected_version: int | None) -> int:
    session = await hold(work, session_id, expected_version)
    step = check_step(name, session)
    meetings = await list_meetings([session_id])
    if lacking := missing(session, meetings):
        raise NotReady(" ".join(lacking), missing=lacking)
    columns: dict[str, Any] = {"state": step.ends, "version": session.version + 1}
    event: Event = SessionConfirmed(session_id=session_id)
    if name == "publish":
        columns["published_at"] = work.now
        event = SessionPublished(session_id=session_id)
        for meeting in meetings:
            work.change(tables.Meeting, meeting.id, changed_at=work.now)
    work.change(tables.Session, session_id, **columns)
    work.emit(event, before={"state": session.state}, after={"state": step.ends})
    return session.version + 1


async def cancel_session(
    work: Work, session_id: UUID, reason: str, *, expected_version: int | None = None
) -> tuple[UUID, ...]:
    """Say that the session will not take place, and return the ids of the meetings that were still to come.

    Their sequences rise if people knew of them, and rooms, trainers and learners are free again. What becomes of
    enrollments follows from the event. Raises WrongState, Invalid without a reason.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": "Say why, in at most 2,000 characters: everybody concerned will read it."})
    session = await hold(work, session_id, expected_version)
    step = check_step("cancel", session)
    ahead = [m for m in await list_meetings([session_id]) if m.ends_at > work.now]
    to_come = [m for m in ahead if m.cancelled_at is None]
    work.change(
        tables.Session,
        session_id,
        state=step.ends,
        cancelled_at=work.now,
        cancel_reason=reason,
        version=session.version + 1,
    )
    if session.state is not State.DRAFT:
        raise_sequences(work, to_come)
        for meeting in ahead:
            # Also of those that had been called off before: calendars say the reason in each.
            work.change(tables.Meeting, meeting.id, changed_at=work.now)
    for meeting in to_come:
        work.change(tables.Meeting, meeting.id, cancelled_at=work.now)
    await work.execute("DELETE FROM occupancy WHERE session_id = {} AND ends_at > {}", session_id, work.now)
    gone = tuple(meeting.id for meeting in to_come)
    work.emit(
        SessionCancelled(
            session_id=session_id, reason=reason, was_published=session.state is not State.DRAFT, meeting_ids=gone
        ),
        before={"state": session.state},
        after={"state": step.ends},
    )
    return gone


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def start_due(work: Work, *, most: int = 100) -> int:
    """Let at most so many sessions run whose first meeting has begun; returns how many. For the worker."""
    return await _by_clock(work, "start", "starts_at", SessionStarted, most)


async def close_due(work: Work, *, most: int = 100) -> int:
    """Close at most so many sessions whose last meeting is over; returns how many. For the worker."""
    return await _by_clock(work, "close", "ends_at", SessionClosed, most)


async def _by_clock(work: Work, name: str, column: LiteralString, event: type[Event], most: int) -> int:
    """Conditional, so that of two workers who see the same session only one takes the step."""
    step = STEPS[name]
    starts = sorted(step.starts)
    due = await fetch(
        _Key,
        f"SELECT id FROM session WHERE state IN ({marks(starts)}) AND {column} <= {{}}"
        f" ORDER BY {column}, id LIMIT {{}}",
        *starts,
        work.now,
        most,
    )
    for session in due:
        won = await work.execute(
            f"UPDATE session SET state = {{}}, version = version + 1 WHERE id = {{}} AND state IN ({marks(starts)})"
            f" AND {column} <= {{}} RETURNING id",
            step.ends,
            session.id,
            *starts,
            work.now,
        )
        if won:
            work.emit(event(session_id=session.id), after={"state": step.ends})
    return len(due)
