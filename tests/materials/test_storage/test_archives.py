"""Archives that are written while they are sent."""

import asyncio
import contextlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.materials.kept import hash_of
from tests.materials.storages import put
from training.materials.rules.packing import FIRST, Packed
from training.materials.rules.storages import file_key
from training.materials.storage.archives import archive_of
from training.materials.storage.keeping import STEP, Storage

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=30)
SIZES = st.integers(0, 40) | st.integers(990, 1010) | st.sampled_from([STEP - 1, STEP, STEP + 1, 2 * STEP + 7])
ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2150, 1, 1), timezones=ZONES)


class Shelf(Storage):
    """Files that nobody has to put anywhere."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__("nowhere")
        self._files = files

    def opened(self, key: str) -> contextlib.AbstractContextManager[BinaryIO]:
        return io.BytesIO(self._files[key])


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


@given(st.dictionaries(NAMES, st.tuples(SIZES, TIMES, st.booleans()), max_size=12), st.integers(1, 3000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_packed_its_size_is_said_and_it_can_be_read(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[str, tuple[int, datetime, bool]], limit: int
) -> None:
    contents = {name: bytes([number]) * size for number, (name, (size, _, _)) in enumerate(wanted.items())}
    files = [
        Packed(name=name, size=size, at=at, **({"key": name} if stored else {"content": contents[name]}))
        for name, (size, at, stored) in wanted.items()
    ]

    async def packed() -> tuple[int, bytes]:
        size, pieces = archive_of(Shelf(contents), files)
        return size, b"".join([piece async for piece in pieces])

    with monkeypatch.context() as narrow:
        # As if the fields of old ended at some kilobytes, not at two gigabytes.
        narrow.setattr("zipfile.ZIP64_LIMIT", limit)
        narrow.setattr("training.materials.storage.archives._PLAIN", limit // 2)
        size, whole = asyncio.run(packed())
    assert len(whole) == size
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        assert read.testzip() is None
        assert {one.filename: read.read(one) for one in read.infolist()} == contents
        for one in read.infolist():
            at = wanted[one.filename][1].astimezone(UTC)
            if FIRST <= at < datetime(2108, 1, 1, tzinfo=UTC):
                assert one.date_time == (*at.timetuple()[:5], at.second // 2 * 2)


async def test_an_archive_is_the_same_at_any_time_and_knows_no_year_before_1980() -> None:
    old = Packed(name="a.txt", size=1, content=b"a", at=datetime(1970, 1, 1, tzinfo=UTC))
    late = Packed(name="b.txt", size=1, content=b"b", at=datetime(2500, 1, 1, tzinfo=UTC))
    _, pieces = archive_of(Shelf({}), [old, late, Packed(name="c.txt", size=1, content=b"c")])
    with zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in pieces]))) as read:
        assert [one.date_time[0] for one in read.infolist()] == [1980, 2107, 1980]


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


@pytest.mark.parametrize("size", [0, 2, 4])
async def test_a_file_that_changed_its_length_breaks_it_off(storage: Storage, size: int) -> None:
    there = await kept(storage, "a.txt", b"abc")
    _, pieces = archive_of(storage, [Packed(name="a.txt", size=size, key=there.key)])
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
