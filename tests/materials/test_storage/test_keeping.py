"""What is promised of a storage, of a folder and of a bucket alike."""

import asyncio
import gc
import os
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from obstore.exceptions import GenericError

from tests.materials.storages import keys, pieces, put, read
from training.materials.storage.keeping import PART, Storage, StorageDown

# More than two parts of a bucket, and no round number.
LARGE = bytes(range(251)) * (2 * PART // 251 + 4711)


def resident() -> int:
    """How much of the machine's memory this process has, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_what_is_put_is_there_and_can_be_read_in_parts(storage: Storage) -> None:
    await put(storage, "files/aa/one", LARGE)
    assert await storage.size("files/aa/one") == len(LARGE)
    assert await read(storage, "files/aa/one") == LARGE
    for start, end in ((0, 1), (0, 100), (17, 18), (PART - 1, PART + 1), (5, None), (len(LARGE) - 1, len(LARGE))):
        assert await read(storage, "files/aa/one", start, end) == LARGE[start:end]
    assert await read(storage, "files/aa/one", 7, 7) == b""
    assert await read(storage, "files/aa/one", 0, 0) == b""


async def test_nothing_and_one_byte_are_files_too(storage: Storage) -> None:
    await put(storage, "empty", b"")
    await put(storage, "small", b"x")
    assert (await storage.size("empty"), await storage.size("small")) == (0, 1)
    assert (await read(storage, "empty"), await read(storage, "small")) == (b"", b"x")


async def test_what_is_put_again_takes_the_place_of_what_was_there(storage: Storage) -> None:
    await put(storage, "incoming/1/0", b"first")
    await put(storage, "incoming/1/0", b"second and longer")
    assert await read(storage, "incoming/1/0") == b"second and longer"
    assert await keys(storage) == ["incoming/1/0"]


@pytest.mark.parametrize("size", [10, 3 * PART])
async def test_what_breaks_off_leaves_nothing_and_what_was_there_stays(storage: Storage, size: int) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        async for piece in pieces(b"n" * size):
            yield piece
        raise ConnectionResetError("the other side hung up")

    with pytest.raises(ConnectionResetError):
        await storage.put("new", breaking())
    assert await storage.size("new") is None
    await put(storage, "old", b"as it was")
    with pytest.raises(ConnectionResetError):
        await storage.put("old", breaking())
    assert await read(storage, "old") == b"as it was"
    assert await keys(storage) == ["old"]


async def test_what_comes_slowly_is_kept_just_the_same(storage: Storage) -> None:
    for content in (LARGE[:PART], b"", b"x"):
        await storage.take_slowly("incoming/1/1", pieces(content))
        assert await read(storage, "incoming/1/1") == content

    async def breaking() -> AsyncIterator[bytes]:
        yield LARGE[:1_000_000]
        raise ConnectionResetError("the other side hung up")

    with pytest.raises(ConnectionResetError):
        await storage.take_slowly("incoming/1/1", breaking())
    assert await read(storage, "incoming/1/1") == b"x"
    assert await keys(storage) == ["incoming/1/1"]


async def test_many_that_come_slowly_are_hardly_held(storage: Storage) -> None:
    """Forty parts that never ended held 300 MB."""
    waiting, on = 40, asyncio.Event()
    come = asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield bytes(100_000)
        come.release()
        await on.wait()

    before = resident()
    putting = [asyncio.create_task(storage.take_slowly(f"incoming/1/{one}", slow())) for one in range(waiting)]
    for _ in range(waiting):
        await come.acquire()
    held = resident() - before
    on.set()
    await asyncio.gather(*putting)
    assert held < waiting * 2_000_000


async def test_what_is_half_there_is_not_seen(storage: Storage) -> None:
    come, on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield LARGE
        come.set()
        await on.wait()
        yield b"end"

    putting = asyncio.create_task(storage.put("slow", slow()))
    await come.wait()
    assert await storage.size("slow") is None
    assert await keys(storage) == []
    on.set()
    await putting
    assert await storage.size("slow") == len(LARGE) + 3


async def test_what_is_not_there_is_said(storage: Storage) -> None:
    assert await storage.size("files/none") is None
    with pytest.raises(KeyError):
        await read(storage, "files/none")
    with pytest.raises(KeyError), storage.opened("files/none") as file:
        file.read()
    with pytest.raises(KeyError):
        await storage.move("files/none", "files/other")
    await storage.delete(["files/none"])
    assert await keys(storage, "files/") == []


async def test_what_is_moved_and_what_is_deleted(storage: Storage) -> None:
    await put(storage, "incoming/1/0", b"here")
    await storage.move("incoming/1/0", "files/aa/one")
    assert await keys(storage) == ["files/aa/one"]
    await put(storage, "files/ab/two", b"there")
    await storage.delete(["files/aa/one", "files/none", "files/ab/two"])
    assert await keys(storage) == []


async def test_what_is_moved_takes_the_place_of_what_was_there(storage: Storage) -> None:
    await put(storage, "files/aa/one", b"half")
    await put(storage, "incoming/1/whole", LARGE)
    await storage.move("incoming/1/whole", "files/aa/one")
    assert await keys(storage) == ["files/aa/one"]
    assert await read(storage, "files/aa/one") == LARGE


async def test_what_a_bucket_cannot_copy_is_put_and_a_folder_that_fails_is_down(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many services copy no more than 5 GB in one request."""

    async def refused(*_: object) -> None:
        raise GenericError("EntityTooLarge")

    await put(storage, "incoming/1/whole", LARGE)
    monkeypatch.setattr("obstore.rename_async", refused)
    if storage.folder is not None:
        with pytest.raises(StorageDown):
            await storage.move("incoming/1/whole", "files/aa/one")
        return
    await storage.move("incoming/1/whole", "files/aa/one")
    assert await keys(storage) == ["files/aa/one"]
    assert await read(storage, "files/aa/one") == LARGE


async def test_what_is_put_or_moved_is_on_the_disk_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is told: the file, and every folder up to the one of the storage."""
    settled: list[int] = []

    def fsync(descriptor: int) -> None:
        settled.append(os.fstat(descriptor).st_ino)

    storage = Storage(str(tmp_path))
    monkeypatch.setattr("os.fsync", fsync)
    await put(storage, "incoming/1/whole", b"all of it")
    await storage.move("incoming/1/whole", "files/aa/one")
    names = ["files/aa/one", "incoming/1", "incoming", "", "files/aa/one", "files/aa", "files", ""]
    assert settled == [(tmp_path / name).stat().st_ino for name in names]


async def test_what_is_kept_is_found_with_its_size_and_its_instant(storage: Storage) -> None:
    for number in range(5):
        await put(storage, f"files/0{number}/name", b"x" * number)
    await put(storage, "incoming/1/0", b"part")
    found = {kept.key: kept async for kept in storage.find("files/")}
    assert sorted(found) == [f"files/0{number}/name" for number in range(5)]
    assert found["files/03/name"].size == 3
    assert all(abs(kept.at - datetime.now(UTC)) < timedelta(minutes=5) for kept in found.values())
    assert await keys(storage, "incoming/1") == ["incoming/1/0"]


async def test_a_library_can_seek_in_what_is_kept(storage: Storage, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.txt", "first")
        archive.writestr("two.bin", LARGE)
    await put(storage, "a.zip", (tmp_path / "a.zip").read_bytes())

    def unpack() -> tuple[list[str], bytes, bytes]:
        with storage.opened("a.zip") as file, zipfile.ZipFile(file) as opened:
            return opened.namelist(), opened.read("one.txt"), opened.read("two.bin")

    assert await asyncio.to_thread(unpack) == (["one.txt", "two.bin"], b"first", LARGE)


async def test_many_who_keep_and_delete_beside_each_other_do_not_disturb_each_other(storage: Storage) -> None:
    """A folder that is empty goes, and another file may just be on its way into it."""

    async def busy(name: str) -> None:
        for _ in range(30):
            await put(storage, f"incoming/one/{name}", name.encode())
            assert await read(storage, f"incoming/one/{name}") == name.encode()
            await storage.delete([f"incoming/one/{name}"])

    await asyncio.gather(*(busy(str(number)) for number in range(8)))
    assert await keys(storage) == []
    if storage.folder is not None:
        assert list(storage.folder.iterdir()) == []


async def test_who_stops_reading_holds_nothing(storage: Storage) -> None:
    await put(storage, "large", LARGE)
    for _ in range(20):
        reading = storage.read("large")
        assert await anext(reading)
        await reading.aclose()  # type: ignore[attr-defined]
    gc.collect()
    assert await read(storage, "large", 0, 3) == LARGE[:3]


async def test_keys_of_our_own_making_may_hold_more_than_plain_letters(storage: Storage) -> None:
    for key in ("a b/c", "ü/日本", "y%2Fz", "q?r=1"):
        await put(storage, key, key.encode())
        assert await read(storage, key) == key.encode()


async def test_a_storage_that_does_not_answer_is_said_and_keeps_its_address_to_itself() -> None:
    away = Storage("s3://key:secret@bucket?endpoint=http://127.0.0.1:9")
    for attempt in (away.size("a"), put(away, "a", b"x"), read(away, "a"), away.delete(["a"]), keys(away)):
        with pytest.raises(StorageDown) as raised:
            await attempt
        assert "secret" not in f"{raised.value!r}{raised.value}{away!r}"


async def test_the_application_uses_the_storage_that_a_test_asks_for(storage: Storage, app: Litestar) -> None:
    assert app.state.storage is storage
