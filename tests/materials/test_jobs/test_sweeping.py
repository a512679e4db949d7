"""The storage holds what somebody uses or is about to, and in time nothing else."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import FrozenClock
from tests.materials.kept import a_file, an_upload, hash_of, the_file, used
from tests.materials.storages import keys, put
from tests.schedule.made import MISSING
from training.base.work import Works
from training.materials.jobs.sweeping import Sweeping
from training.materials.rules.storages import file_key, parts_key, whole_key
from training.materials.storage.keeping import Storage


@pytest.fixture
def later(clock: FrozenClock) -> FrozenClock:
    """Two days from the present of the machine, whose clock says when bytes were put where they are."""
    clock.now = datetime.now(UTC) + timedelta(days=2)
    return clock


async def test_what_is_used_or_fresh_stays(works: Works, storage: Storage) -> None:
    await used(works, await a_file(works, storage, b"used"))
    await a_file(works, storage, b"not used yet")
    await put(storage, file_key(hash_of(b"no row yet")), b"no row yet")
    await an_upload(works, storage, b"12345")
    await put(storage, "somebody/elses", b"x")
    before = await keys(storage)
    assert await Sweeping(storage).sweep(works) == 0
    assert await keys(storage) == before


async def test_what_is_stray_goes_and_nothing_else(works: Works, storage: Storage, later: FrozenClock) -> None:
    await used(works, await a_file(works, storage, b"used"))
    await put(storage, file_key(hash_of(b"stray")), b"stray")
    open_upload = await an_upload(works, storage, b"12345")
    await put(storage, whole_key(open_upload, "ab"), b"12345")
    finished = await an_upload(works, storage, b"12345", b"12345", state="finished", finished_at=later.now)
    await put(storage, whole_key(finished, "ab"), b"1234512345")
    expired = await an_upload(works, storage, b"12345", expires_at=later.now)
    await put(storage, whole_key(expired, "ab"), b"12345")
    await put(storage, f"{parts_key(MISSING)}1", b"of nobody")
    await put(storage, "somebody/elses", b"x")
    assert await Sweeping(storage).sweep(works) == 1 + 3 + 1 + 1
    going_on = [f"{parts_key(open_upload)}0", whole_key(open_upload, "ab")]
    assert await keys(storage) == sorted([file_key(hash_of(b"used")), *going_on, "somebody/elses"])
    assert await Sweeping(storage).sweep(works) == 0


async def test_a_week_without_use_ends_a_file(works: Works, storage: Storage, clock: FrozenClock) -> None:
    for number in range(3):
        await a_file(works, storage, f"unused {number}".encode())
    await Sweeping(storage).sweep(works)
    clock.move(days=7)
    assert await Sweeping(storage).sweep(works) == 3
    assert await keys(storage) == []


async def test_the_bytes_of_what_was_refused_go_after_a_month_and_it_stays_known(
    works: Works, storage: Storage, later: FrozenClock
) -> None:
    for name, days in (("old", 30), ("new", 29)):
        scanned_at = later.now - timedelta(days=days)
        await used(works, await a_file(works, storage, name.encode(), state="refused", scanned_at=scanned_at))
    assert await Sweeping(storage).sweep(works) == 1
    assert await keys(storage) == [file_key(hash_of(b"new"))]
    assert await the_file(hash_of(b"old")) is not None


async def test_what_broke_off_in_a_folder_goes_after_a_day(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    """What a process that was killed leaves of a file that was not whole: it is on no list, and it fills the disk."""
    local = Storage(str(tmp_path))
    key = file_key(hash_of(b"whole"))
    await used(works, await a_file(works, local, b"whole"))
    for number, age in enumerate((timedelta(days=2), timedelta(hours=1))):
        half = tmp_path / f"{key}#{number}"
        half.write_bytes(b"half")
        at = (clock.now - age).timestamp()
        os.utime(half, (at, at))
    assert await keys(local) == [key]
    await Sweeping(local).sweep(works)
    assert sorted(path.name for path in (tmp_path / key).parent.iterdir()) == [
        hash_of(b"whole"),
        f"{hash_of(b'whole')}#1",
    ]
