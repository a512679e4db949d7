"""The rows of an upload."""

import pytest
from msgspec.structs import replace

from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.materials.kept import a_file, hash_of
from tests.materials.uploading import TEXT, rows
from tests.schedule.made import MACHINE
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.uploading import (
    Judged,
    begin_upload,
    drop_upload,
    end_upload,
    keep_open,
    lease_upload,
    refuse_upload,
    release_upload,
)
from training.materials.queries.uploads import Destination, UploadView, get_destination, get_upload
from training.materials.rules.formats import FORMATS, NotAccepted
from training.materials.rules.limits import LEASE, StorageUsedUp, TooManyUploads, UploadBusy, UploadOver
from training.materials.storage.keeping import Storage
from training.schedule.tables import TrainerAssignment


async def begun(works: Works, size: int = 10) -> tuple[Scene, Destination, UploadView]:
    scene = await make_scene(works)
    to = await get_destination(scene.manager, course_id=scene.course_id)
    return scene, to, await works.run(scene.manager, begin_upload, to, "a.txt", size)


async def test_a_limit_for_the_program(works: Works) -> None:
    scene, to, _ = await begun(works, 60)
    small = Works(clock=works.clock, site=replace(SITE, program_storage=100), reactions={})
    with pytest.raises(StorageUsedUp, match="40 bytes left"):
        await small.run(scene.manager, begin_upload, to, "b.txt", 41)
    await small.run(scene.manager, begin_upload, to, "b.txt", 40)


async def leading(works: Works) -> tuple[Scene, Viewer]:
    """A scene, and somebody who manages nothing in it but leads its session."""
    scene = await make_scene(works)
    trainer = scene.coordinator

    async def teach(work: Work) -> None:
        ids = {"meeting_id": scene.meeting_ids[0], "session_id": scene.session_id, "person_id": trainer.person_id}
        work.add(TrainerAssignment, id=work.new_id(), role="lead", **ids)

    await works.run(MACHINE, teach)
    return scene, trainer


async def test_announcements_of_one_person_leave_room_for_others(works: Works) -> None:
    scene, trainer = await leading(works)
    to = await get_destination(trainer, session_id=scene.session_id)
    small = Works(clock=works.clock, site=replace(SITE, program_storage=100), reactions={})
    first = await small.run(trainer, begin_upload, to, "a.txt", 15)
    with pytest.raises(TooManyUploads, match=r"at most 25 bytes at once\. Finish what you began, or stop it"):
        await small.run(trainer, begin_upload, to, "b.txt", 11)
    await small.run(trainer, begin_upload, to, "b.txt", 10)
    # A part of each changes nothing, and ending one does.
    await small.run(trainer, keep_open, first.id)
    with pytest.raises(TooManyUploads):
        await small.run(trainer, begin_upload, to, "c.txt", 1)
    await small.run(trainer, drop_upload, first.id)
    await small.run(trainer, begin_upload, to, "c.txt", 15)
    # Who manages the program has all of it.
    await small.run(scene.manager, begin_upload, to, "d.txt", 40)
    await small.run(scene.manager, begin_upload, to, "e.txt", 35)


async def test_one_large_file_alone_may_be_more_than_that(works: Works) -> None:
    scene, trainer = await leading(works)
    to = await get_destination(trainer, session_id=scene.session_id)
    small = Works(clock=works.clock, site=replace(SITE, program_storage=100), reactions={})
    await small.run(trainer, begin_upload, to, "a.txt", 90)
    with pytest.raises(TooManyUploads):
        await small.run(trainer, begin_upload, to, "b.txt", 1)


async def test_a_limit_for_the_partner_of_a_trainer(works: Works) -> None:
    scene, trainer = await leading(works)
    to = await get_destination(trainer, session_id=scene.session_id)
    small = Works(clock=works.clock, site=replace(SITE, partner_storage=50), reactions={})
    await small.run(trainer, begin_upload, to, "a.txt", 30)
    with pytest.raises(StorageUsedUp, match="Your organization has 20 bytes left"):
        await small.run(trainer, begin_upload, to, "b.txt", 21)
    assert [row.partner_id for row in await rows()] == [scene.partner_id]
    # Who manages the program brings files for the program.
    await small.run(scene.manager, begin_upload, to, "b.txt", 1000)
    with pytest.raises(NotFound):
        await get_destination(trainer, course_id=scene.course_id)


async def test_nobody_begins_without_end(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.materials.actions.uploading.MOST_OPEN", 1)
    scene, to, _ = await begun(works)
    with pytest.raises(TooManyUploads):
        await works.run(scene.manager, begin_upload, to, "b.txt", 1)


async def test_one_at_a_time_puts_it_together(works: Works, clock: FrozenClock) -> None:
    scene, _, upload = await begun(works)
    await works.run(scene.manager, lease_upload, upload.id)
    with pytest.raises(UploadBusy):
        await works.run(scene.manager, lease_upload, upload.id)
    with pytest.raises(UploadBusy):
        await works.run(scene.manager, drop_upload, upload.id)
    # Whoever had it has died.
    clock.now += LEASE
    await works.run(scene.manager, lease_upload, upload.id)
    await works.run(scene.manager, release_upload, upload.id)
    assert [row.state for row in await rows()] == ["open"]
    clock.move(days=3)
    with pytest.raises(UploadOver):
        await works.run(scene.manager, lease_upload, upload.id)


async def test_what_is_refused_stays_so(works: Works) -> None:
    scene, _, upload = await begun(works)
    await works.run(scene.manager, refuse_upload, upload.id, "not while it is open")
    assert (await get_upload(scene.manager, upload.id)).state == "open"
    await works.run(scene.manager, lease_upload, upload.id)
    await works.run(scene.manager, refuse_upload, upload.id, "No. " * 100)
    assert [(row.state, len(row.why)) for row in await rows()] == [("refused", 300)]
    assert (await works.run(scene.manager, lease_upload, upload.id)).state == "refused"
    await works.run(scene.manager, drop_upload, upload.id)
    assert await rows() == []


async def test_the_end_names_the_file_by_its_content(works: Works, storage: Storage) -> None:
    scene, _, upload = await begun(works, len(TEXT))
    file_id = await a_file(works, storage, TEXT, media_type="text/plain; charset=utf-8", kind="text")
    await works.run(scene.manager, lease_upload, upload.id)
    judged = Judged(sha256=hash_of(TEXT), format=FORMATS["md"])
    ended = await works.run(scene.manager, end_upload, storage, upload.id, judged)
    assert (ended.file_id, ended.name, ended.state) == (file_id, "a.md", "finished")
    assert await works.run(scene.manager, end_upload, storage, upload.id, judged) == ended
    with pytest.raises(UploadOver):
        await works.run(scene.manager, drop_upload, upload.id)


async def test_what_the_scanner_refused_is_refused_when_it_comes_again(works: Works, storage: Storage) -> None:
    scene, _, upload = await begun(works, len(TEXT))
    await a_file(works, storage, TEXT, state="refused", verdict="Eicar")
    await works.run(scene.manager, lease_upload, upload.id)
    judged = Judged(sha256=hash_of(TEXT), format=FORMATS["txt"])
    with pytest.raises(NotAccepted, match="scanner"):
        await works.run(scene.manager, end_upload, storage, upload.id, judged)
