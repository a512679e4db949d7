"""Bytes become a file in one unit of work, and none that are not there."""

from datetime import timedelta

import pytest

from tests.materials.kept import a_file, a_row, hash_of, the_file
from tests.materials.storages import put
from tests.schedule.made import MACHINE
from training.base.work import Works
from training.materials.actions import keeping
from training.materials.actions.keeping import BytesGone, NewFile, keep_file
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage, StorageDown

CONTENT = b"what is taught"
NEW = NewFile(sha256=hash_of(CONTENT), size=len(CONTENT), media_type="text/plain", kind="text")


async def test_what_lies_there_becomes_a_file_once(works: Works, storage: Storage) -> None:
    await put(storage, file_key(NEW.sha256), CONTENT)
    first = await works.run(MACHINE, keep_file, storage, NEW)
    assert await works.run(MACHINE, keep_file, storage, NEW) == first
    kept = await the_file(NEW.sha256)
    assert kept is not None
    assert ((kept.id, kept.state), kept.unused_at) == (first, works.clock())


async def test_what_is_not_there_or_is_shorter_becomes_none(works: Works, storage: Storage) -> None:
    with pytest.raises(BytesGone):
        await works.run(MACHINE, keep_file, storage, NEW)
    await put(storage, file_key(NEW.sha256), CONTENT[:3])
    with pytest.raises(BytesGone):
        await works.run(MACHINE, keep_file, storage, NEW)
    assert await the_file(NEW.sha256) is None


async def test_where_there_is_a_scanner_it_waits(works: Works, storage: Storage) -> None:
    await put(storage, file_key(NEW.sha256), CONTENT)
    scanned = Works(clock=works.clock, site=type(works.site)(scans=True), reactions={})
    assert (await scanned.run(MACHINE, keep_file, storage, NEW))[1] == "waiting"


async def test_one_that_nobody_used_has_its_days_anew_and_a_refused_one_stays_refused(
    works: Works, storage: Storage
) -> None:
    week_ago = works.clock() - timedelta(days=7)
    file_id = await a_file(works, storage, CONTENT, unused_at=week_ago)
    assert await works.run(MACHINE, keep_file, storage, NEW) == (file_id, "ready")
    kept = await the_file(NEW.sha256)
    assert kept is not None
    assert kept.unused_at == works.clock()
    bad = NewFile(sha256=hash_of(b"bad"), size=3, media_type="text/plain", kind="text")
    refused = await a_row(works, sha256=bad.sha256, size=3, state="refused")
    assert await works.run(MACHINE, keep_file, storage, bad) == (refused, "refused")


async def test_a_storage_that_hangs_holds_up_nobody_for_long(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.2)
    away = Storage("s3://key:secret@bucket?endpoint=http://127.0.0.1:9")
    with pytest.raises(StorageDown):
        await works.run(MACHINE, keep_file, away, NEW)
    assert await the_file(NEW.sha256) is None
