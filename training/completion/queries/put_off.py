"""Which certificates wait until corrections rest."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen


class PutOff(Frozen, frozen=True, kw_only=True):
    """A certificate that was put off."""

    id: UUID
    enrollment_id: UUID


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_sessions_put_off(now: datetime) -> list[UUID]:
    """The sessions in which the time of some has come."""
    sql = "SELECT DISTINCT c.session_id AS id FROM certificate c WHERE c.again_at <= {} ORDER BY c.session_id"
    return [row.id for row in await fetch(_Key, sql, now)]


async def list_put_off(session_id: UUID, now: datetime) -> list[PutOff]:
    """Those of a session whose time has come, also such as have been replaced since."""
    sql = "SELECT c.id, c.enrollment_id FROM certificate c WHERE c.session_id = {} AND c.again_at <= {} ORDER BY c.id"
    return await fetch(PutOff, sql, session_id, now)
