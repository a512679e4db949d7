"""Meetings to come, as wall times with the instants that were derived from them."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.schedule.rules.clocks import Dated, Outdated, judged

_PAGE = 500
_COLUMNS = ", ".join(f"m.{name}" for name in Dated.__struct_fields__)


async def list_dated(now: datetime, *, after: UUID, most: int) -> list[Dated]:
    """Meetings that have not begun, of sessions that go on, by id: at most so many behind the id `after`."""
    return await fetch(
        Dated,
        f"SELECT {_COLUMNS} FROM meeting m JOIN session s ON s.id = m.session_id WHERE m.starts_at > {{}}"
        " AND m.id > {} AND m.cancelled_at IS NULL AND s.state NOT IN ('closed', 'cancelled') ORDER BY m.id LIMIT {}",
        now,
        after,
        most,
    )


async def find_outdated(now: datetime) -> Outdated:
    """What the rules of this process make of every meeting to come. Reads all of them, for the worker and operators."""
    found: list[Outdated] = []
    last = UUID(int=0)
    while page := await list_dated(now, after=last, most=_PAGE):
        last = page[-1].id
        found.append(judged(page))
    sessions = dict.fromkeys(key for some in found for key in some.session_ids)
    return Outdated(session_ids=tuple(sessions), stuck=tuple(each for some in found for each in some.stuck))
