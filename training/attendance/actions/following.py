"""Sums follow the schedule: a meeting that moved, was dropped or is over changes how many were held."""

from typing import Protocol
from uuid import UUID

from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.queries.marks import lock_session_row
from training.attendance.queries.overall import has_overall, list_outdated
from training.base.work import Work


class OfOneSession(Protocol):
    """An event about a whole session."""

    @property
    def session_id(self) -> UUID: ...


async def sum_up_session(work: Work, event: OfOneSession) -> None:
    """Reaction: how many meetings were held may have changed. One statement for a session that nobody was marked in."""
    await work.flush()
    if await has_overall(event.session_id):
        await lock_session_row(event.session_id)
        await sum_up_enrollments(work, event.session_id)


async def sum_up_due(work: Work, most: int) -> int:
    """Compute the sums of sessions anew in which a meeting is over since they were; returns of how many."""
    due = await list_outdated(work.now, most)
    for session_id in due:
        await lock_session_row(session_id)
        await sum_up_enrollments(work, session_id)
    return len(due)
