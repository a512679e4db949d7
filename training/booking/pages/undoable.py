"""What was given up and can still be had again, as far as is known: only that is offered to be taken back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Viewer
from training.booking.actions.cancel import manages
from training.booking.actions.confirm import foresee
from training.booking.queries import EnrollmentView
from training.booking.rules import CAN_LEAVE, State, undo_until
from training.catalogue.rules import Mode
from training.schedule.queries import find_session

_ENDED = (State.CANCELLED, State.DECLINED, State.REMOVED)


async def list_undoable(viewer: Viewer, rows: Sequence[EnrollmentView], now: datetime) -> dict[UUID, datetime]:
    """Until when the viewer can take each of these enrollments back, by its id; those that cannot be had are left out.

    Three statements for each session in which a place was given back in the last half hour, none without.
    """
    ends = {row.id: end for row in rows if (end := _until(viewer, row, now))}
    gone = await _gone([row for row in rows if row.id in ends], now)
    return {row.id: ends[row.id] for row in rows if row.id in ends and _place(row) not in gone}


async def is_taken(found: EnrollmentView, now: datetime) -> bool:
    """Whether the place that somebody gave back is gone to others by now; never so of a spot on the waitlist."""
    return _place(found) in await _gone([found], now)


def _until(viewer: Viewer, row: EnrollmentView, now: datetime) -> datetime | None:
    """As far as time and rights go; what a program manager ended only a manager brings back."""
    if row.state not in _ENDED or (row.state is State.REMOVED and not manages(viewer, row)):
        return None
    if row.was_state not in CAN_LEAVE or row.session_state not in ("published", "confirmed"):
        return None
    end = undo_until(row.state_at, row.starts_at)
    return end if end is not None and now <= end else None


def _place(row: EnrollmentView) -> tuple[UUID, str]:
    """The session and the mode of the place that was given up; no mode for a spot on the waitlist."""
    return row.session_id, "" if row.was_state == State.WAITLISTED else row.was_mode


async def _gone(rows: Iterable[EnrollmentView], now: datetime) -> set[tuple[UUID, str]]:
    """Which of these places others have by now."""
    modes: dict[UUID, set[str]] = {}
    for session_id, mode in map(_place, rows):
        if mode:
            modes.setdefault(session_id, set()).add(mode)
    found: set[tuple[UUID, str]] = set()
    for session_id, wanted in modes.items():
        # Whoever left may not see the session any more, but what they gave back is theirs to ask about.
        session = await find_session(Viewer.machine("place"), session_id)
        for mode in sorted(wanted) if session else ():
            if session and (await foresee(session, (Mode(mode),), now)).mode is None:
                found.add((session_id, mode))
    return found
