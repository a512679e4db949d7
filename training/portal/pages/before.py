"""Which courses come before a session's course, how the reader stands with them, and where to take part in them."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen, Viewer
from training.booking.queries import list_prerequisites
from training.portal.queries import NextDate, list_next_dates
from training.schedule.rules.sessions import SessionView


class ComesBefore(Frozen, frozen=True, kw_only=True):
    """A course that comes first. `fulfilled` is None for a visitor; `dates` can be booked and are over in time;
    `lapsed_at` is when what they have of it ends, or ended, before this session begins."""

    course_id: UUID
    title: str
    fulfilled: bool | None
    dates: tuple[NextDate, ...]
    lapsed_at: datetime | None = None


async def before_session(viewer: Viewer, session: SessionView, now: datetime) -> list[ComesBefore]:
    """The courses that come before a session, by title. One statement, and one more where there are any."""
    required = await list_prerequisites(session.id, viewer.person_id)
    dates = await list_next_dates(viewer, [course.course_id for course in required], now, session.starts_at)
    return [
        ComesBefore(
            course_id=course.course_id,
            title=course.title,
            fulfilled=course.fulfilled if viewer.person_id else None,
            dates=tuple(date for date in dates if date.course_id == course.course_id),
            lapsed_at=course.lapsed_at,
        )
        for course in required
    ]
