"""Bytes that come in: parts go straight to the storage, and become a file when all are there.

The parts are put together beside them, hashed on the way, and what came of it is moved under its hash. Bytes first, the
row second, the parts last: whoever dies in between leaves parts that can be finished again, and beside them bytes that
nothing names yet and that the same bytes find again. Nothing here runs inside a transaction, and nothing holds more
than a few pieces of a file.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from training.base.errors import TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.keeping import BytesGone
from training.materials.actions.uploading import (
    Judged,
    begin_upload,
    drop_upload,
    end_upload,
    keep_open,
    lease_upload,
    refuse_upload,
    release_upload,
    renew_lease,
)
from training.materials.queries.uploads import Destination, OpenUpload, UploadView, get_upload, list_open
from training.materials.rules.contents import unwanted
from training.materials.rules.formats import Format, NotAccepted
from training.materials.rules.kinds import judge
from training.materials.rules.limits import (
    LEASE,
    PartsMissing,
    PartWrong,
    UploadBusy,
    UploadState,
    check_format_size,
    check_open,
    missing_parts,
    part_count,
    size_of_part,
)
from training.materials.rules.storages import file_key, part_of, parts_key, whole_key
from training.materials.storage.joined import opened_parts
from training.materials.storage.keeping import STEP, Storage, StorageDown

_TRIES = 3
# Seconds; a third of the lease, so that one renewal may fail.
_RENEWED_EVERY = LEASE.total_seconds() / 3


class _Whole(Frozen, frozen=True, kw_only=True):
    """What the parts became when they were put together: nobody can change it any more."""

    key: str
    sha256: str


class Coming(Frozen, frozen=True, kw_only=True):
    """An upload that has not ended, and the parts of it that are there."""

    upload: OpenUpload
    parts: list[int]

    @property
    def arrived(self) -> int:
        """How many bytes have come."""
        return sum(size_of_part(number, self.upload.size, self.upload.part_size) for number in self.parts)


class Sent(Protocol):
    """A file that came with a form, as the framework hands it over."""

    filename: str

    async def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        ...


async def keep_part(
    works: Works, viewer: Viewer, storage: Storage, where: tuple[UUID, int], chunks: AsyncIterable[bytes]
) -> UploadView:
    """Keep one part (upload, number), in place of what was there. Whatever goes wrong, nothing of it is kept.

    Raises NotFound, UploadOver, UploadBusy, PartWrong, StorageDown, and whatever `chunks` raises.
    """
    upload_id, number = where
    upload = await get_upload(viewer, upload_id)
    check_open(upload.state, upload.expires_at, works.clock())
    wanted = size_of_part(number, upload.size, upload.part_size)
    key = f"{parts_key(upload_id)}{number}"
    await storage.take_slowly(key, _exactly(chunks, wanted))
    try:
        if upload.is_empty:
            return await works.run(viewer, keep_open, upload_id)
        upload = await get_upload(viewer, upload_id)
        check_open(upload.state, upload.expires_at, works.clock())
    except UploadBusy:
        # Whoever puts it together may be reading this; they remove it, or leave it to the next attempt.
        raise
    except TrainingError:
        # It has ended while this came in.
        await storage.delete([key])
        raise
    return upload


async def _exactly(chunks: AsyncIterable[bytes], wanted: int) -> AsyncIterator[bytes]:
    got = 0
    async for chunk in chunks:
        got += len(chunk)
        if got > wanted:
            raise PartWrong(f"This part must have {wanted} bytes and has more.")
        if chunk:
            yield chunk
    if got < wanted:
        raise PartWrong(f"This part must have {wanted} bytes and has {got}.")


async def list_parts(storage: Storage, upload: UploadView) -> list[int]:
    """The parts of an upload that are there whole."""
    if upload.state not in (UploadState.OPEN, UploadState.FINISHING):
        return []
    found, count = [], part_count(upload.size, upload.part_size)
    async for kept in storage.find(parts_key(upload.id)):
        number = part_of(kept.key)
        if 1 <= number <= count and kept.size == size_of_part(number, upload.size, upload.part_size):
            found.append(number)
    return sorted(found)


async def list_coming(viewer: Viewer, storage: Storage, to: Destination | None, now: datetime) -> list[Coming]:
    """Uploads that have not ended, with how much of each has come: those of `list_open`. Raises StorageDown."""
    uploads = await list_open(viewer, to, now)
    # Of what is only announced there is nothing to look for.
    parts = await asyncio.gather(*[list_parts(storage, one) for one in uploads if not one.is_empty])
    found = iter(parts)
    return [Coming(upload=one, parts=[] if one.is_empty else next(found)) for one in uploads]


async def finish_upload(works: Works, viewer: Viewer, storage: Storage, upload_id: UUID) -> UploadView:
    """Make a file of the parts; done before, it is told again. Raises PartsMissing, NotAccepted (then nothing is kept,
    and the same is said again), UploadBusy, UploadOver, StorageDown.
    """
    upload = await works.run(viewer, lease_upload, upload_id)
    if upload.state == UploadState.REFUSED:
        raise unwanted(upload.why)
    if upload.state != UploadState.FINISHED:
        async with _leased(works, viewer, upload_id):
            upload = await _put_together(works, viewer, storage, upload)
    return upload


@contextlib.asynccontextmanager
async def _leased(works: Works, viewer: Viewer, upload_id: UUID) -> AsyncIterator[None]:
    """Keep the lease for as long as this takes, so that it can be short for those who die."""
    over = asyncio.Event()

    async def renew() -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _RENEWED_EVERY)
                return
            # Without the row there is nothing to keep; a database that is busy now is asked again.
            with contextlib.suppress(TrainingError):
                await works.run(viewer, renew_lease, upload_id)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        # Not cancelled: it may be in the middle of a unit of work.
        over.set()
        await renewing


async def _put_together(works: Works, viewer: Viewer, storage: Storage, upload: UploadView) -> UploadView:
    try:
        missing = missing_parts(await list_parts(storage, upload), upload.size, upload.part_size)
        if missing:
            raise PartsMissing(parts=missing)
        # What an attempt left that was killed.
        await _delete_whole(storage, upload)
        await _check_parts(works, storage, upload)
        done = await _keep(works, viewer, storage, upload)
    except NotAccepted as refusal:
        await works.run(viewer, refuse_upload, upload.id, refusal.detail)
        await _delete_parts(storage, upload)
        raise
    except Exception as error:
        with contextlib.suppress(TrainingError):
            await works.run(viewer, release_upload, upload.id)
        with contextlib.suppress(StorageDown):
            await _delete_whole(storage, upload)
        if isinstance(error, KeyError):
            # A part has gone in the middle of it.
            raise PartsMissing from error
        raise
    await _delete_parts(storage, upload)
    return done


async def _check_parts(works: Works, storage: Storage, upload: UploadView) -> None:
    """Refuse what is to be refused before anything is done with it. Raises NotAccepted."""

    def look() -> Format:
        with opened_parts(storage, _keys(upload), upload.part_size, upload.size) as file:
            return judge(upload.name, file, upload.size)

    check_format_size(await asyncio.to_thread(look), upload.size, works.site)


async def _keep(works: Works, viewer: Viewer, storage: Storage, upload: UploadView) -> UploadView:
    """Bytes first, the row second. The same bytes may be swept away, as unused, just in between."""
    for _ in range(_TRIES):
        whole = await _join(storage, upload)
        # Looked at once more: a part that was on its way may have come in place of the one that was looked at.
        found = await asyncio.to_thread(_look, storage, upload, whole.key)
        check_format_size(found, upload.size, works.site)
        await _keep_file(storage, whole, upload.size)
        try:
            judged = Judged(sha256=whole.sha256, format=found)
            return await works.run(viewer, end_upload, storage, upload.id, judged)
        except BytesGone:
            continue
    raise BytesGone


async def _join(storage: Storage, upload: UploadView) -> _Whole:
    """Put the parts together under a key of this attempt, because another one may go on when its lease has run out."""
    key, digest = whole_key(upload.id, secrets.token_hex(8)), hashlib.sha256()
    await storage.put(key, _hashed(_joined(storage, _keys(upload)), digest.update))
    return _Whole(key=key, sha256=digest.hexdigest())


def _look(storage: Storage, upload: UploadView, key: str) -> Format:
    with storage.opened(key) as file:
        return judge(upload.name, file, upload.size)


async def _joined(storage: Storage, keys: Sequence[str]) -> AsyncIterator[bytes]:
    for key in keys:
        async for piece in storage.read(key):
            yield piece


async def _hashed(pieces: AsyncIterable[bytes], update: Callable[[bytes], object]) -> AsyncIterator[bytes]:
    """The same pieces, counted into a hash in a thread: one that has just gone on, while the next one is fetched."""
    loop, counting = asyncio.get_running_loop(), None
    async for piece in pieces:
        if counting is not None:
            await counting
        counting = loop.run_in_executor(None, update, piece)
        yield piece
    if counting is not None:
        await counting


def _keys(upload: UploadView) -> list[str]:
    return [f"{parts_key(upload.id)}{number + 1}" for number in range(part_count(upload.size, upload.part_size))]


async def _keep_file(storage: Storage, whole: _Whole, size: int) -> None:
    """Keep the bytes under their hash, unless they are there."""
    key = file_key(whole.sha256)
    if await storage.size(key) == size:
        await storage.delete([whole.key])
    else:
        await storage.move(whole.key, key)


async def stop_upload(works: Works, viewer: Viewer, storage: Storage, upload_id: UUID) -> None:
    """Forget an upload and its parts. Raises UploadOver for one whose file is kept already."""
    upload = await works.run(viewer, drop_upload, upload_id)
    await _delete_parts(storage, upload)


async def _delete_parts(storage: Storage, upload: UploadView) -> None:
    await storage.delete([kept.key async for kept in storage.find(parts_key(upload.id))])


async def _delete_whole(storage: Storage, upload: UploadView) -> None:
    found = [kept.key async for kept in storage.find(parts_key(upload.id))]
    await storage.delete([key for key in found if not part_of(key)])


async def receive_file(
    works: Works, viewer: Viewer, storage: Storage, to: Destination, sent: Sent, size: int
) -> UploadView:
    """A file that came whole with a form, by the same way as one in parts. What is refused leaves nothing."""
    upload = await works.run(viewer, begin_upload, to, sent.filename, size)
    try:
        for number in range(1, part_count(size, upload.part_size) + 1):
            wanted = size_of_part(number, size, upload.part_size)
            await storage.put(f"{parts_key(upload.id)}{number}", _exactly(_read(sent.read, wanted), wanted))
        return await finish_upload(works, viewer, storage, upload.id)
    except Exception:
        # Nobody can go on with it, so it is no use to keep what came.
        with contextlib.suppress(TrainingError):
            await stop_upload(works, viewer, storage, upload.id)
        raise


async def _read(read: Callable[[int], Awaitable[bytes]], wanted: int) -> AsyncIterator[bytes]:
    while wanted > 0:
        piece = await read(min(STEP, wanted))
        if not piece:
            return
        wanted -= len(piece)
        yield piece
