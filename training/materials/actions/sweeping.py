"""Remove what nobody uses, so that nothing that somebody is just keeping goes with it.

Bytes go inside the unit of work that holds the row of their hash: whoever keeps the same bytes meanwhile waits for it,
and then finds that they are gone and puts them there again (`keeping`).
"""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import EmbeddedEngine, bound_engine, fetch
from training.base.structs import Frozen
from training.base.work import Work
from training.materials.actions.keeping import in_time
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage
from training.materials.tables import StoredFile

UNUSED_FOR = timedelta(days=7)
# Why somebody's file was refused can be read for so long.
REFUSED_FOR = timedelta(days=30)
_USED = "EXISTS (SELECT 1 FROM material_variant v WHERE v.file_id = f.id)"


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    sha256: str


async def note_use(work: Work) -> None:
    """Note since when files are used by nothing, and that others are used again."""
    await work.execute(
        f"UPDATE stored_file AS f SET unused_at = {{}} WHERE f.unused_at IS NULL AND NOT {_USED}", work.now
    )
    await work.execute(f"UPDATE stored_file AS f SET unused_at = NULL WHERE f.unused_at IS NOT NULL AND {_USED}")


async def remove_unused(work: Work, storage: Storage) -> bool:
    """Remove one file that nothing has used for a week, row and bytes; False when there is none. Raises StorageDown."""
    lock = "" if isinstance(bound_engine(), EmbeddedEngine) else " FOR UPDATE OF f SKIP LOCKED"
    found = await fetch(
        _Row,
        f"SELECT f.id, f.sha256 FROM stored_file f WHERE f.unused_at <= {{}} AND NOT {_USED}"
        f" ORDER BY f.unused_at, f.id LIMIT 1{lock}",
        work.now - UNUSED_FOR,
    )
    for row in found:
        # The row first: if something has come to use it in this moment, the database refuses, and the bytes stay.
        await work.execute("DELETE FROM stored_file WHERE id = {}", row.id)
        async with in_time():
            await storage.delete([file_key(row.sha256)])
    return bool(found)


async def remove_stray(work: Work, storage: Storage, sha256: str, before: datetime) -> bool:
    """Remove bytes that lie there since before an instant and have no row; whether they went.

    Raises Conflict when they have got a row meanwhile; StorageDown.
    """
    work.add(StoredFile, id=work.new_id(), sha256=sha256, created_at=work.now)
    # Whoever keeps the same bytes now waits for us.
    await work.flush()
    async with in_time():
        kept = await storage.look(file_key(sha256))
        goes = kept is not None and kept.at < before
        if goes:
            await storage.delete([file_key(sha256)])
    await work.execute("DELETE FROM stored_file WHERE sha256 = {}", sha256)
    return goes


async def drop_expired(work: Work, most: int) -> list[UUID]:
    """Forget uploads that were not finished in time, and in time those that were refused; their ids.

    Their parts are to be removed afterwards: once there is no upload, nobody can finish it.
    """
    rows = await work.execute(
        "DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE (lease_until IS NULL OR lease_until <= {})"
        " AND ((state IN ('open', 'finishing') AND expires_at <= {}) OR (state = 'refused' AND finished_at <= {}))"
        " ORDER BY expires_at LIMIT {}) RETURNING id",
        work.now,
        work.now,
        work.now - REFUSED_FOR,
        most,
    )
    return [UUID(str(row["id"])) for row in rows]
