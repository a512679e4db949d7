"""What nobody uses goes, row and bytes, and nothing that somebody is just keeping goes with it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import FrozenClock
from tests.materials.kept import a_file, a_row, an_upload, hash_of, the_file, used
from tests.materials.storages import keys, put
from tests.schedule.made import MACHINE
from training.base.database import execute
from training.base.errors import Conflict
from training.base.work import Works
from training.materials.actions.sweeping import drop_expired, note_use, remove_stray, remove_unused
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

CONTENT = b"what was taught"
SHA256 = hash_of(CONTENT)


async def since(sha256: str) -> datetime | None:
    found = await the_file(sha256)
    assert found is not None
    return found.unused_at


async def test_it_is_noted_since_when_nothing_uses_a_file(works: Works, clock: FrozenClock) -> None:
    unused, used_again = (
        await a_row(works, sha256="a", size=1),
        await a_row(works, sha256="b", size=1, unused_at=clock.now),
    )
    await used(works, used_again)
    began = clock.now
    for _ in range(2):
        await works.run(MACHINE, note_use)
        clock.move(days=1)
    assert (await since("a"), await since("b")) == (began, None)
    await used(works, unused)
    await works.run(MACHINE, note_use)
    assert await since("a") is None


async def test_after_a_week_without_use_a_file_goes_row_and_bytes(
    works: Works, storage: Storage, clock: FrozenClock
) -> None:
    file_id = await a_file(works, storage, CONTENT, unused_at=clock.now)
    upload_id = await an_upload(works, storage, state="finished", file_id=file_id, finished_at=clock.now)
    clock.move(days=7, seconds=-1)
    assert not await works.run(MACHINE, remove_unused, storage)
    clock.move(seconds=1)
    assert await works.run(MACHINE, remove_unused, storage)
    assert not await works.run(MACHINE, remove_unused, storage)
    assert (await the_file(SHA256), await keys(storage)) == (None, [])
    assert (await execute("SELECT file_id FROM upload WHERE id = {}", upload_id))[0]["file_id"] is None


async def test_what_is_used_stays_whatever_is_noted(works: Works, storage: Storage, clock: FrozenClock) -> None:
    await used(works, await a_file(works, storage, CONTENT, unused_at=clock.now - timedelta(days=30)))
    assert not await works.run(MACHINE, remove_unused, storage)
    assert await keys(storage) == [file_key(SHA256)]


async def test_bytes_without_a_row_go_only_when_they_lie_there_for_long(works: Works, storage: Storage) -> None:
    await put(storage, file_key(SHA256), CONTENT)
    now = datetime.now(UTC)
    assert not await works.run(MACHINE, remove_stray, storage, SHA256, now - timedelta(hours=1))
    assert await keys(storage) == [file_key(SHA256)]
    assert await works.run(MACHINE, remove_stray, storage, SHA256, now + timedelta(hours=1))
    assert not await works.run(MACHINE, remove_stray, storage, SHA256, now + timedelta(hours=1))
    assert (await the_file(SHA256), await keys(storage)) == (None, [])


async def test_bytes_that_have_got_a_row_meanwhile_stay(works: Works, storage: Storage) -> None:
    await a_file(works, storage, CONTENT)
    with pytest.raises(Conflict):
        await works.run(MACHINE, remove_stray, storage, SHA256, datetime.now(UTC) + timedelta(hours=1))
    assert await keys(storage) == [file_key(SHA256)]


@pytest.mark.parametrize(
    ("columns", "goes"),
    [
        ({}, False),
        ({"expires_at": timedelta()}, True),
        ({"expires_at": timedelta(), "state": "finishing", "lease_until": timedelta(seconds=1)}, False),
        ({"expires_at": timedelta(), "state": "finishing", "lease_until": timedelta()}, True),
        ({"expires_at": timedelta(), "state": "finished", "finished_at": timedelta(days=-40)}, False),
        ({"state": "refused", "finished_at": timedelta(days=-29)}, False),
        ({"state": "refused", "finished_at": timedelta(days=-30)}, True),
    ],
)
async def test_uploads_that_nobody_finished_are_forgotten(
    works: Works, clock: FrozenClock, columns: dict[str, object], goes: bool
) -> None:
    told = {name: clock.now + value if isinstance(value, timedelta) else value for name, value in columns.items()}
    upload_id = await an_upload(works, Storage("unused"), **told)
    assert await works.run(MACHINE, drop_expired, 10) == ([upload_id] if goes else [])
