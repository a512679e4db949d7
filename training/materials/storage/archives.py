"""Many files as one archive, written while it is sent: nothing of it ever lies anywhere, and its size is known before.

Files are stored as they are, because slides, pictures and videos are packed already.
"""

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import BinaryIO

from training.materials.rules.packing import FIRST, Packed
from training.materials.storage.keeping import STEP, Storage

# Larger ones get the wider fields that some old programs do not know; two gigabytes are too many for the narrow ones.
_PLAIN = 1 << 30
_LAST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)
_UNIX = 3


def archive_of(storage: Storage, files: Iterable[Packed]) -> tuple[int, AsyncGenerator[bytes]]:
    """How many bytes the archive has, and the bytes in pieces.

    Raises in the middle what the storage raises (KeyError, StorageDown), and RuntimeError for a file that is not as
    long as it was: what was sent until then is no archive.
    """
    packed = list(files)
    return _size(packed), _pulled(_written(storage, packed))


class _Sink:
    """Where an archive is written: it cannot be sought in, and what was written is taken out again at once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def write(self, piece: bytes) -> int:
        """Take some bytes."""
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is held here."""

    def tell(self) -> int:
        """How many bytes have come."""
        return self._at

    def skip(self, count: int) -> None:
        """As if so many bytes had come."""
        self._at += count

    def taken(self) -> bytes:
        """What has come since it was last asked for."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def _size(files: Sequence[Packed]) -> int:
    """The length of the archive: written without the contents, of which only the length matters."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for one in files:
            entry = _entry(one)
            with archive.open(entry, "w", force_zip64=one.size > _PLAIN):
                sink.skip(one.size)
            # The list at the end is longer for files of more than two gigabytes.
            entry.file_size = entry.compress_size = one.size
            sink.taken()
    return sink.tell()


def _written(storage: Storage, files: Sequence[Packed]) -> Generator[bytes]:
    """The bytes of the archive; a file is opened when its turn comes."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for one in files:
            with _opened(storage, one) as file, archive.open(_entry(one), "w", force_zip64=one.size > _PLAIN) as to:
                left = one.size
                while piece := file.read(STEP):
                    left -= len(piece)
                    if left < 0:
                        break
                    to.write(piece)
                    yield sink.taken()
            if left:
                raise RuntimeError(f"{one.name} is not as long as it was")
    yield sink.taken()


def _opened(storage: Storage, one: Packed) -> AbstractContextManager[BinaryIO]:
    return storage.opened(one.key) if one.key else io.BytesIO(one.content)


def _entry(one: Packed) -> zipfile.ZipInfo:
    """The same on every machine and at any time. The format has no zones, and years from 1980 to 2107 only."""
    at = min(max(one.at.astimezone(UTC), FIRST), _LAST)
    entry = zipfile.ZipInfo(one.name, at.timetuple()[:6])
    entry.create_system = _UNIX
    return entry


async def _pulled(pieces: Generator[bytes]) -> AsyncGenerator[bytes]:
    """Each piece is made in a thread when it is wanted; the loop never waits for a disk."""
    pulling: asyncio.Future[bytes | None] | None = None
    try:
        while True:
            pulling = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
            piece = await asyncio.shield(pulling)
            if piece is None:
                return
            yield piece
    finally:
        # Whoever hangs up may do so while a piece is being made, and a generator that runs cannot be closed.
        if pulling is None or pulling.done():
            pieces.close()
        else:
            pulling.add_done_callback(lambda done: _close(done, pieces))


def _close(done: "asyncio.Future[bytes | None]", pieces: Generator[bytes]) -> None:
    """Asks for the fault, too: nobody else will, and nobody is there any more whom it would concern."""
    if not done.cancelled():
        done.exception()
    pieces.close()
