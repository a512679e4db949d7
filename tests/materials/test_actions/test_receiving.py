"""Bytes that come in: whole or not at all, one piece at a time, hostile or not."""

import hashlib
import resource
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from tests.booking.made import Scene, make_scene
from tests.materials import storages
from tests.materials.files import MP4, PDF, box
from tests.materials.hostile import HOSTILE
from tests.materials.storages import pieces
from tests.materials.uploading import TEXT, rows
from training.base.database import fetch
from training.base.structs import Frozen
from training.base.work import Works
from training.materials.actions.receiving import finish_upload, keep_part, list_parts, receive_file, stop_upload
from training.materials.actions.uploading import begin_upload, lease_upload
from training.materials.queries.uploads import Destination, get_destination, get_upload
from training.materials.rules.formats import NotAccepted
from training.materials.rules.limits import PART_SIZE, PartsMissing, UploadBusy, part_count, size_of_part
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage, StorageDown

LARGE = 100_000_000


class Form:
    """A file of a form."""

    def __init__(self, filename: str, content: bytes) -> None:
        self.filename = filename
        self.content = content
        self.most = 0

    async def read(self, size: int = -1) -> bytes:
        self.most = max(self.most, size)
        some, self.content = self.content[:size], self.content[size:]
        return some


class Event(Frozen, frozen=True, kw_only=True):
    event: str


async def placed(works: Works) -> tuple[Scene, Destination]:
    scene = await make_scene(works)
    return scene, await get_destination(scene.manager, course_id=scene.course_id)


async def test_hostile_files_leave_nothing_and_others_are_kept_as_what_they_are(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    kept = {}
    for hostile in HOSTILE:
        try:
            done = await receive_file(
                works, scene.manager, storage, to, Form(hostile.name, hostile.content), len(hostile.content)
            )
        except NotAccepted as refusal:
            assert hostile.why, (hostile.name, refusal.detail)
            assert hostile.why in refusal.detail
        else:
            assert done.media_type == hostile.kept, hostile.name
            kept[file_key(hashlib.sha256(hostile.content).hexdigest())] = hostile.content
    assert await storages.keys(storage) == sorted(kept)
    assert {row.state for row in await rows()} == {"finished"}
    for key, content in kept.items():
        assert await storages.read(storage, key) == content


async def test_a_large_file_is_never_held(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    head, rest = MP4 + (LARGE - len(MP4)).to_bytes(4) + b"free", LARGE - len(MP4) - 8
    digest = hashlib.sha256(head)
    step = bytes(1 << 20)

    async def sent(number: int) -> AsyncIterator[bytes]:
        left = size_of_part(number, LARGE, PART_SIZE)
        if number == 1:
            yield head
            left -= len(head)
        while left:
            yield step[:left]
            left -= len(step[:left])

    upload = await works.run(scene.manager, begin_upload, to, "film.mp4", LARGE)
    await keep_part(works, scene.manager, storage, (upload.id, 1), sent(1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    for number in range(2, part_count(LARGE, PART_SIZE) + 1):
        await keep_part(works, scene.manager, storage, (upload.id, number), sent(number))
    done = await finish_upload(works, scene.manager, storage, upload.id)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    digest.update(bytes(rest))
    assert (done.sha256, done.size) == (digest.hexdigest(), LARGE)
    # A few parts, however large the file is.
    assert most < 32_000_000
    # In KiB: with what the library holds outside of Python.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000


async def test_parts_go_on_where_they_stopped(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    content = MP4 + box(b"free", bytes(PART_SIZE * 2))
    upload = await works.run(scene.manager, begin_upload, to, "film.mp4", len(content))
    parts = [content[start : start + PART_SIZE] for start in range(0, len(content), PART_SIZE)]
    for number in (3, 1):
        await keep_part(works, scene.manager, storage, (upload.id, number), pieces(parts[number - 1], 1 << 20))
    assert await list_parts(storage, upload) == [1, 3]
    with pytest.raises(PartsMissing) as missing:
        await finish_upload(works, scene.manager, storage, upload.id)
    assert missing.value.data == {"parts": [2]}
    await keep_part(works, scene.manager, storage, (upload.id, 2), pieces(parts[1], 1 << 20))
    done = await finish_upload(works, scene.manager, storage, upload.id)
    assert await storages.read(storage, file_key(done.sha256 or "")) == content
    assert await fetch(Event, "SELECT event FROM journal_entry WHERE event = 'UploadFinished'") == [
        Event(event="UploadFinished")
    ]


async def test_who_dies_before_the_row_can_finish_again(works: Works, storage: Storage) -> None:
    """The bytes are there, the row is not: the same parts find the same bytes."""
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT))
    await storages.put(storage, file_key(hashlib.sha256(TEXT).hexdigest()), TEXT)
    assert (await finish_upload(works, scene.manager, storage, upload.id)).state == "finished"
    assert len(await storages.keys(storage)) == 1


async def test_half_a_file_under_its_hash_is_put_right(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    key = file_key(hashlib.sha256(TEXT).hexdigest())
    await storages.put(storage, key, TEXT[:10])
    await receive_file(works, scene.manager, storage, to, Form("a.txt", TEXT), len(TEXT))
    assert await storages.read(storage, key) == TEXT


async def test_a_storage_that_fails_keeps_the_upload_open(
    works: Works, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT))

    async def down(_: str) -> None:
        raise StorageDown

    with monkeypatch.context() as broken:
        broken.setattr(storage, "size", down)
        with pytest.raises(StorageDown):
            await finish_upload(works, scene.manager, storage, upload.id)
    assert (await get_upload(scene.manager, upload.id)).state == "open"
    assert (await finish_upload(works, scene.manager, storage, upload.id)).state == "finished"


async def test_a_part_that_changes_in_the_middle_is_noticed(
    works: Works, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.pdf", len(PDF))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(PDF))
    before = storage.size

    async def swapped(key: str) -> int | None:
        await storages.put(storage, f"incoming/{upload.id}/1", PDF.replace(b"obj", b"jbo"))
        return await before(key)

    with monkeypatch.context() as other:
        other.setattr(storage, "size", swapped)
        with pytest.raises(PartsMissing):
            await finish_upload(works, scene.manager, storage, upload.id)
    assert await storages.keys(storage) == [f"incoming/{upload.id}/1"]
    assert (await finish_upload(works, scene.manager, storage, upload.id)).state == "finished"


async def test_stopping_in_between(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT))
    await works.run(scene.manager, lease_upload, upload.id)
    for attempt in (
        stop_upload(works, scene.manager, storage, upload.id),
        keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT)),
        finish_upload(works, scene.manager, storage, upload.id),
    ):
        with pytest.raises(UploadBusy):
            await attempt


async def test_a_form_that_ends_too_early_leaves_nothing(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    form = Form("a.txt", TEXT)
    with pytest.raises(Exception, match="must have"):
        await receive_file(works, scene.manager, storage, to, form, len(TEXT) + 1)
    assert await storages.keys(storage) == []
    assert await rows() == []
    assert form.most <= 1 << 20
