"""Places whose people declined in their calendar."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.structs import Frozen

AT_ONCE = 100


class Declined(Frozen, frozen=True, kw_only=True):
    """An enrollment whose place goes back, and whose it is."""

    id: UUID
    session_id: UUID
    person_id: UUID
    person_name: str
    person_zone: str


_DECLINED = (
    "SELECT e.id, e.session_id, e.person_id, p.name AS person_name, p.zone AS person_zone FROM enrollment e"
    " JOIN person p ON p.id = e.person_id WHERE e.declines_at IS NOT NULL AND e.declines_at <= {}"
)


async def list_declined(now: datetime, skip: int = 0) -> list[Declined]:
    """Whose window is over, those longest first; `skip` leaves out so many that cannot be dealt with."""
    return await fetch(Declined, f"{_DECLINED} ORDER BY e.declines_at, e.id LIMIT {{}} OFFSET {{}}", now, AT_ONCE, skip)


async def find_declined(enrollment_id: UUID, now: datetime) -> Declined | None:
    """The same for one enrollment; None when it is not, or no longer, to go back."""
    return await fetch_one(Declined, f"{_DECLINED} AND e.id = {{}}", now, enrollment_id)
