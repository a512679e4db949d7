"""What the worker does for the storage: remove what nobody uses, and what broke off."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

import structlog

from training.base.database import fetch, marks
from training.base.errors import Conflict
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.sweeping import REFUSED_FOR, drop_expired, note_use, remove_stray, remove_unused
from training.materials.rules.storages import FILES, INCOMING, file_key, hash_of, parts_key, upload_of
from training.materials.storage.keeping import Storage

# What has just come may be about to get its row, or is a part of an upload that is just being finished.
STRAY_AFTER = timedelta(days=1)
T = TypeVar("T")
_SWEEPER = Viewer.machine("worker")
_AT_ONCE = 500
# A run stops here and goes on with the next one, so that it never holds up the end of the worker for long.
_MOST = 2_000

log = structlog.get_logger()


class _File(Frozen, frozen=True, kw_only=True):
    sha256: str
    state: str
    scanned_at: datetime | None


class _Upload(Frozen, frozen=True, kw_only=True):
    id: UUID


class Sweeping:
    """Sweeps one storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def sweep(self, works: Works) -> int:
        """Remove files that nothing has used for a week, parts of uploads that nobody finished, bytes without a row,
        and the bytes of what the scanner refused a month ago; returns how many of them. Raises StorageDown."""
        now = works.clock()
        await works.run(_SWEEPER, note_use)
        gone = await self._unused(works)
        expired = await works.run(_SWEEPER, drop_expired, _AT_ONCE)
        for upload_id in expired:
            await self._storage.delete([kept.key async for kept in self._storage.find(parts_key(upload_id))])
        gone += len(expired) + await self._strays(works, now) + await self._parts(now)
        if broken_off := await self._storage.tidy(now - STRAY_AFTER):
            log.info("what broke off was removed", bytes=broken_off)
        return gone

    async def _unused(self, works: Works) -> int:
        gone = 0
        with suppress(Conflict):
            # The database refuses when something has just come to use one; it goes on with the next run.
            while gone < _MOST and await works.run(_SWEEPER, remove_unused, self._storage):
                gone += 1
        return gone

    async def _strays(self, works: Works, now: datetime) -> int:
        before, gone = now - STRAY_AFTER, 0
        found = [
            sha256 async for kept in self._storage.find(FILES) if kept.at < before and (sha256 := hash_of(kept.key))
        ]
        for some in _batches(found):
            rows = await _files(some)
            for sha256 in some:
                row = rows.get(sha256)
                if row is None:
                    gone += await self._stray(works, sha256, before)
                elif row.state == "refused" and row.scanned_at is not None and row.scanned_at <= now - REFUSED_FOR:
                    await self._storage.delete([file_key(sha256)])
                    gone += 1
        return gone

    async def _stray(self, works: Works, sha256: str, before: datetime) -> bool:
        try:
            return await works.run(_SWEEPER, remove_stray, self._storage, sha256, before)
        except Conflict:
            # Somebody has just kept the same bytes.
            return False

    async def _parts(self, now: datetime) -> int:
        """Parts of uploads that are over: whoever finished them was ended before they were removed."""
        gone, before = 0, now - STRAY_AFTER
        keys = {kept.key: upload_of(kept.key) async for kept in self._storage.find(INCOMING) if kept.at < before}
        for some in _batches({upload_id for upload_id in keys.values() if upload_id is not None}):
            going_on = {
                row.id
                for row in await fetch(
                    _Upload,
                    f"SELECT id FROM upload WHERE state IN ('open', 'finishing') AND id IN ({marks(some)})",
                    *some,
                )
            }
            over = [key for key, upload_id in keys.items() if upload_id in some and upload_id not in going_on]
            await self._storage.delete(over)
            gone += len(over)
        return gone


async def _files(some: list[str]) -> Mapping[str, _File]:
    rows = await fetch(
        _File, f"SELECT sha256, state, scanned_at FROM stored_file WHERE sha256 IN ({marks(some)})", *some
    )
    return {row.sha256: row for row in rows}


def _batches(of: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(of)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
