"""Stand-ins, which kept a place where the person who was named must not or may not have one, are forgotten."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules.requests import NOBODYS_DOMAIN


class _Forgotten(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    booking_id: UUID


async def forget_stand_ins(work: Work, before: datetime, most: int) -> int:
    """Delete stand-ins whose last request ended before an instant, with their requests; at most so many requests.

    The journal keeps that somebody asked, as it keeps everything. Returns how many requests are gone. For the worker.
    """
    gone = await fetch(
        _Forgotten,
        "SELECT e.person_id, e.booking_id FROM enrollment e JOIN person p ON p.id = e.person_id"
        " WHERE p.email LIKE {} AND e.keeps_until IS NULL AND e.state_at < {}"
        " AND NOT EXISTS (SELECT 1 FROM enrollment x WHERE x.person_id = p.id"
        " AND (x.keeps_until IS NOT NULL OR x.state_at >= {})) ORDER BY e.state_at, e.id LIMIT {}",
        f"%{NOBODYS_DOMAIN}",
        before,
        before,
        most,
    )
    if not gone:
        return 0
    people, bookings = list({row.person_id for row in gone}), [row.booking_id for row in gone]
    await work.execute(f"DELETE FROM one_time_link WHERE person_id IN ({marks(people)})", *people)
    await work.execute(f"DELETE FROM enrollment WHERE booking_id IN ({marks(bookings)})", *bookings)
    await work.execute(f"DELETE FROM booking WHERE id IN ({marks(bookings)})", *bookings)
    await work.execute(
        f"DELETE FROM person WHERE id IN ({marks(people)})"
        " AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.person_id = person.id)",
        *people,
    )
    return len(gone)
