"""Reminders whose instant has come, for whoever sends them."""

from datetime import datetime
from uuid import UUID

from training.base.database import EmbeddedEngine, bound_engine, fetch
from training.base.structs import Frozen


class Due(Frozen, frozen=True, kw_only=True):
    """A planned reminder whose instant has come."""

    id: UUID
    session_id: UUID
    person_id: UUID


async def claim_due(now: datetime, limit: int, skip: int = 0) -> list[Due]:
    """The planned reminders that are due, the longest first and without the first `skip`, locked until the end of the
    unit of work.

    Those that another worker has locked are left to it, so any number of workers share the load. On SQLite a unit of
    work is alone anyway.
    """
    lock = "" if isinstance(bound_engine(), EmbeddedEngine) else " FOR UPDATE SKIP LOCKED"
    sql = "SELECT id, session_id, person_id FROM reminder WHERE state = 'planned' AND due_at <= {}"
    return await fetch(Due, f"{sql} ORDER BY due_at, id LIMIT {{}} OFFSET {{}}{lock}", now, limit, skip)
