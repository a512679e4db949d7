"""Say of bytes that lie in the storage that they are a file.

Bytes without a row may be removed at any moment, and then they are (`sweeping`). So the row comes first, in a unit of
work that keeps others from removing them, and then one look at whether they are there still, before it ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from training.base.database import fetch_one, for_update
from training.base.errors import Unavailable
from training.base.structs import Frozen
from training.base.work import Work
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage, StorageDown
from training.materials.tables import StoredFile

# How long a unit of work may wait for the storage: on SQLite everybody else who writes waits for it.
PATIENCE = 3.0


class BytesGone(Unavailable):
    """The file could not be kept just now. Nothing was lost on your side; please try again in a minute."""

    code = "bytes-gone"
    retry_after = 5


class NewFile(Frozen, frozen=True, kw_only=True):
    """Bytes that were looked at: their hash and size, and what they were judged to be."""

    sha256: str
    size: int
    media_type: str
    kind: str


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    state: str


async def keep_file(work: Work, storage: Storage, new: NewFile) -> tuple[UUID, str]:
    """The stored file of bytes that lie in the storage, and its state: the one there is, or a new one.

    A new one waits for the scanner where there is one. Either has a week until something uses it.
    Raises BytesGone when the bytes are not there, or not as many: put them there again and try again; StorageDown.
    """
    found = await fetch_one(
        _Row, f"SELECT id, state FROM stored_file WHERE sha256 = {{}}{for_update()}", new.sha256
    ) or await _added(work, new)
    # A refused file is known by its hash; its bytes go after a while.
    if found.state != "refused":
        async with in_time():
            size = await storage.size(file_key(new.sha256))
        if size != new.size:
            raise BytesGone
    work.change(StoredFile, found.id, unused_at=work.now)
    return found.id, found.state


async def _added(work: Work, new: NewFile) -> _Row:
    # Not an id that tells its time: whoever brings the same bytes later gets this one, and would learn that they were
    # here before, and since when.
    file_id, state = uuid4(), "waiting" if work.site.scans else "ready"
    work.add(
        StoredFile,
        id=file_id,
        sha256=new.sha256,
        size=new.size,
        media_type=new.media_type,
        kind=new.kind,
        state=state,
        unused_at=work.now,
        created_at=work.now,
    )
    # From here on whoever would remove these bytes waits for this unit of work.
    await work.flush()
    return _Row(id=file_id, state=state)


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """For a word with the storage inside a unit of work. Raises StorageDown after three seconds."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as error:
        raise StorageDown from error
