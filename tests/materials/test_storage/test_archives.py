"""Archives that are written while they are sent."""

import asyncio
import contextlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.materials.kept import hash_of
from tests.materials.storages import put
from training.materials.rules.packing import Packed
from training.materials.rules.storages import file_key
from training.materials.storage.archives import archive_of
from training.materials.storage.keeping import Storage


async def kept(storage: Storage, name: str, content: bytes) -> Packed:
    key = file_key(hash_of(content))
    await put(storage, key, content)
    return Packed(name=name, size=len(content), key=key)


async def test_it_is_a_zip_of_exactly_the_size_that_was_said(storage: Storage) -> None:
    contents = {"1 A/ä – 資料.pdf": b"x" * 3_000_000, "1 A/empty.txt": b"", "2 B/y.bin": bytes(range(256)) * 9000}
    files = [await kept(storage, name, content) for name, content in contents.items()]
    note = Packed(name="CONTENTS.txt", size=5, content=b"hello")
    size, pieces = archive_of(storage, [note, *files])
    whole = b"".join([piece async for piece in pieces])
    assert len(whole) == size
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        assert read.testzip() is None
        assert {one.filename: read.read(one) for one in read.infolist()} == {"CONTENTS.txt": b"hello", **contents}
        assert all(one.compress_type == zipfile.ZIP_STORED for one in read.infolist())


async def test_memory_does_not_grow_with_what_is_packed(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path))
    file = await kept(storage, "a.bin", b"x" * 20_000_000)
    many = [Packed(name=f"{number}.bin", size=file.size, key=file.key) for number in range(10)]
    size, pieces = archive_of(storage, many)
    assert size > 200_000_000
    tracemalloc.start()
    seen = 0
    async for piece in pieces:
        seen += len(piece)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == size
    assert most < 8_000_000


async def test_a_file_that_is_missing_breaks_it_off(storage: Storage) -> None:
    there = await kept(storage, "a.txt", b"a")
    _, pieces = archive_of(storage, [there, Packed(name="b.txt", size=1, key=file_key("ab" * 32))])
    with pytest.raises(KeyError):
        [piece async for piece in pieces]


async def test_a_file_that_changed_its_length_breaks_it_off(storage: Storage) -> None:
    there = await kept(storage, "a.txt", b"abc")
    _, pieces = archive_of(storage, [Packed(name="a.txt", size=2, key=there.key)])
    with pytest.raises(RuntimeError):
        [piece async for piece in pieces]


async def test_whoever_hangs_up_leaves_nothing_open(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path))
    opened: list[str] = []
    closed: list[str] = []

    class Watching(Storage):
        def opened(self, key: str) -> contextlib.AbstractContextManager[BinaryIO]:
            opened.append(key)

            @contextlib.contextmanager
            def watched() -> Iterator[BinaryIO]:
                try:
                    with storage.opened(key) as file:
                        yield file
                finally:
                    closed.append(key)

            return watched()

    file = await kept(storage, "a.bin", b"x" * 5_000_000)
    watching = Watching(str(tmp_path))
    _, pieces = archive_of(watching, [file])
    await anext(pieces)
    await anext(pieces)
    await pieces.aclose()
    assert (len(opened), len(closed)) == (1, 1)

    _, again = archive_of(watching, [file])
    await anext(again)
    pulling = asyncio.ensure_future(anext(again))
    await asyncio.sleep(0)
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    for _ in range(100):
        if len(closed) == len(opened):
            break
        await asyncio.sleep(0.01)
    assert len(closed) == len(opened)
