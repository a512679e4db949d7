"""Bytes by key, streamed: what is put is there whole or not at all, and nothing ever holds a whole file in memory."""

import asyncio
import io
import os
import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from contextlib import AbstractContextManager, aclosing, closing, suppress
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from training.base.errors import Unavailable
from training.base.structs import Frozen
from training.materials.rules.storages import Folder, parse_storage

# What is read or written at once; a bucket takes parts of at least 5 MiB.
STEP = 1 << 20
PART = 8 << 20
# What is held at most of something that comes in slowly; a folder takes steps of any size.
SIP = 256 << 10
# So many parts go on to a bucket at once; each is held in memory until it is there.
_PASSING = 8
# Two parts on their way at once keep a line busy; each more is that much more memory.
_AT_ONCE = 2
_PATIENCE = timedelta(seconds=20)
# What a folder's file is called until it is whole.
_BROKEN_OFF = re.compile(r"#\d+$")


class StorageDown(Unavailable):
    """Files cannot be reached at the moment. Nothing was lost; please try again in a minute."""

    code = "storage-down"
    retry_after = 60


class Kept(Frozen, frozen=True, kw_only=True):
    """Something in the storage: its key, how many bytes, and when it was put there (UTC)."""

    key: str
    size: int
    at: datetime


class Storage:
    """A folder or a bucket, opened when it is first used. Keys are relative paths of our own making.

    Every method raises StorageDown when the storage does not answer; a key that is not there raises KeyError.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._passing = asyncio.Semaphore(_PASSING)

    def __repr__(self) -> str:
        """Without the address: it may hold a password."""
        return f"Storage({'bucket' if self.folder is None else 'folder'})"

    @cached_property
    def _store(self) -> ObjectStore:
        return open_store(self.url)

    @property
    def folder(self) -> Path | None:
        """The folder that files lie in, or None when it is a bucket."""
        place = parse_storage(self.url)
        return Path(place.path).absolute() if isinstance(place, Folder) else None

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        """Keep what comes, in place of what was there. When `chunks` raises, so does this, and nothing is kept."""
        await self._put(key, chunks, PART)

    async def take_slowly(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        """The same for what comes from far away, as slowly as somebody likes: next to nothing of it is held.

        A bucket takes nothing smaller than `PART`, so until it is whole it lies in a file without a name.
        """
        if self.folder is not None:
            await self._put(key, chunks, SIP)
            return
        with TemporaryFile() as file:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(file.seek, 0)
            async with self._passing:
                await self._put(key, _read_on(file), PART)

    async def _put(self, key: str, chunks: AsyncIterable[bytes], size: int) -> None:
        try:
            await obstore.put_async(self._store, key, aiter(chunks), chunk_size=size, max_concurrency=_AT_ONCE)
        except BaseError as error:
            raise StorageDown from error
        if self.folder is not None:
            await asyncio.to_thread(_settle, self.folder, key)

    async def size(self, key: str) -> int | None:
        """How many bytes are kept under a key; None when there is nothing."""
        kept = await self.look(key)
        return kept.size if kept is not None else None

    async def look(self, key: str) -> Kept | None:
        """What is kept under a key, without its bytes; None when there is nothing."""
        try:
            found = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise StorageDown from error
        return Kept(key=key, size=found["size"], at=found["last_modified"])

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not with, `end`, in pieces of about a megabyte."""
        if end is not None and end <= start:
            return
        way = self._from_bucket if self.folder is None else self._from_folder
        try:
            async with aclosing(way(key, start, end)) as pieces:
                async for piece in pieces:
                    yield piece
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except BaseError as error:
            raise StorageDown from error

    async def _from_bucket(self, key: str, start: int, end: int | None) -> AsyncGenerator[bytes]:
        wanted = None if start == 0 and end is None else {"range": (start, end) if end else {"offset": start}}
        found = await obstore.get_async(self._store, key, options=wanted)  # type: ignore[arg-type]
        pieces = aiter(found.stream(min_chunk_size=STEP))
        while (piece := await anext(pieces, None)) is not None:
            # Whoever takes it slowly holds it once, not twice.
            content = bytes(piece)
            del piece
            yield content

    async def _from_folder(self, key: str, start: int, end: int | None) -> AsyncGenerator[bytes]:
        # Four times as fast as the stream. Closed by whoever holds it last: a thread may still read from it.
        file = await asyncio.to_thread(obstore.open_reader, self._store, key, buffer_size=STEP)
        if start:
            await asyncio.to_thread(file.seek, start)
        while end is None or start < end:
            content = bytes(await asyncio.to_thread(file.read, STEP if end is None else min(STEP, end - start)))
            if not content:
                return
            start += len(content)
            yield content

    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        """What is kept under a key as a file to be sought in, for a library in a thread: it waits while it reads."""
        try:
            return closing(cast("BinaryIO", io.BufferedReader(_Sought(self._store, key), STEP)))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except BaseError as error:
            raise StorageDown from error

    async def move(self, key: str, to: str) -> None:
        """Give what is kept another key, in place of what was there; it is under one of them whole at any moment."""
        try:
            await obstore.rename_async(self._store, key, to)
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except BaseError as error:
            if self.folder is not None:
                raise StorageDown from error
            # A bucket copies what it has itself, but many take no more than 5 GB in one request.
            await self.put(to, self.read(key))
            await self.delete([key])
        if self.folder is not None:
            await asyncio.to_thread(_settle, self.folder, to)

    async def delete(self, keys: Iterable[str]) -> None:
        """Keep nothing under these keys any more; those that are not there do not matter."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue
            except BaseError as error:
                raise StorageDown from error

    async def find(self, prefix: str = "") -> AsyncIterator[Kept]:
        """Everything that is kept below a prefix, in no order; what is just being put is not among it."""
        try:
            found = obstore.list(self._store, prefix or None, chunk_size=1000)
            async for batch in found:
                for one in batch:
                    yield Kept(key=one["path"], size=one["size"], at=one["last_modified"])
        except FileNotFoundError:
            return
        except BaseError as error:
            raise StorageDown from error

    async def tidy(self, before: datetime) -> int:
        """Remove what was begun before an instant and broke off, in a folder; returns how many bytes went.

        A bucket does this itself when its owner says so (a lifecycle rule; docs/howto/storage.md).
        """
        return 0 if self.folder is None else await asyncio.to_thread(_tidied, self.folder, before)


async def _read_on(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, STEP):
        yield piece


def _settle(folder: Path, key: str) -> None:
    """Wait until a file and its name are on the disk, so that a power cut takes away nothing that was confirmed."""
    path = folder / key
    above = [each for each in path.parents if each.is_relative_to(folder)]
    for each in (path, *above):
        # Others may have taken it away again meanwhile; then there is nothing to keep.
        with suppress(FileNotFoundError):
            descriptor = os.open(each, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _tidied(folder: Path, before: datetime) -> int:
    gone = 0
    for where, _, names in os.walk(folder):
        for path in (Path(where) / name for name in names if _BROKEN_OFF.search(name)):
            with suppress(FileNotFoundError):
                found = path.stat()
                if found.st_mtime < before.timestamp():
                    path.unlink()
                    gone += found.st_size
    return gone


class _Sought(io.RawIOBase):
    """Ranges of one key as a file."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._file = obstore.open_reader(store, key, buffer_size=STEP)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """Anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where it stands."""
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as there is something."""
        piece = bytes(self._file.read(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


def open_store(url: str) -> ObjectStore:
    """The folder (made when it is not there) or bucket of an address. Raises ValueError for one that names neither."""
    place = parse_storage(url)
    if isinstance(place, Folder):
        folder = Path(place.path).absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LocalStore(folder, automatic_cleanup=True)
    known = {
        "endpoint": place.endpoint,
        "region": place.region or "us-east-1",
        "access_key_id": place.key,
        "secret_access_key": place.secret,
        "prefix": place.prefix,
    }
    return S3Store(
        place.name,
        virtual_hosted_style_request=not place.endpoint,
        client_options={"allow_http": place.endpoint.startswith("http://"), "timeout": "60s"},
        retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
        **{name: value for name, value in known.items() if value},  # type: ignore[arg-type]
    )
