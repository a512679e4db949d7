"""Many files as one archive, written while it is sent: nothing of it ever lies anywhere, and its size is known before.

Files are stored as they are, because slides, pictures and videos are packed already.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterable

from zipstream import ZipStream

from training.materials.rules.packing import Packed
from training.materials.storage.keeping import STEP, Storage


def archive_of(storage: Storage, files: Iterable[Packed]) -> tuple[int, AsyncGenerator[bytes]]:
    """How many bytes the archive has, and the bytes in pieces.

    Raises in the middle what the storage raises (KeyError, StorageDown), and RuntimeError for a file that is not as
    long as it was: what was sent until then is no archive.
    """
    made = ZipStream(sized=True)
    for one in files:
        if one.key:
            made.add(_content(storage, one.key), one.name, size=one.size)
        else:
            made.add(one.content, one.name)
    return len(made), _pulled(made.finalize())


def _content(storage: Storage, key: str) -> Generator[bytes]:
    """The bytes of one file; it is opened when its turn comes."""
    with storage.opened(key) as file:
        while piece := file.read(STEP):
            yield piece


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
