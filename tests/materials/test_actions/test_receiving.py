"""Bytes that come in: whole or not at all, one piece at a time, hostile or not."""

import asyncio
import functools
import hashlib
import resource
import tracemalloc
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.materials import storages
from tests.materials.files import MP4, PDF, box, zipped
from tests.materials.hostile import HOSTILE
from tests.materials.storages import pieces
from tests.materials.uploading import TEXT, rows
from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Works
from training.materials.actions import receiving
from training.materials.actions.receiving import finish_upload, keep_part, list_parts, receive_file, stop_upload
from training.materials.actions.uploading import begin_upload, lease_upload
from training.materials.queries.uploads import Destination, get_destination, get_upload
from training.materials.rules.formats import NotAccepted
from training.materials.rules.limits import (
    LEASE,
    PART_SIZE,
    PartsMissing,
    UploadBusy,
    UploadOver,
    part_count,
    size_of_part,
)
from training.materials.rules.storages import file_key, whole_key
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


class Between(Storage):
    """A storage in which something happens just before something is put, moved, or asked for its size."""

    def __init__(self, storage: Storage, **happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__(storage.url)
        self._happens = happens
        self.put_keys: list[str] = []

    async def _now(self, when: str) -> None:
        happening = self._happens.pop(when, None)
        if happening is not None:
            await happening()

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        await self._now("put")
        self.put_keys.append(key)
        await super().put(key, chunks)

    async def move(self, key: str, to: str) -> None:
        await self._now("move")
        await super().move(key, to)

    async def size(self, key: str) -> int | None:
        await self._now("size")
        return await super().size(key)


async def begun(works: Works, storage: Storage, name: str, content: bytes) -> tuple[Scene, UUID]:
    """An upload of one part that has come."""
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, name, len(content))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(content))
    return scene, upload.id


async def test_what_was_looked_at_is_what_is_kept_whatever_comes_meanwhile(works: Works, storage: Storage) -> None:
    scene, upload_id = await begun(works, storage, "a.pdf", PDF)

    async def swap() -> None:
        await storages.put(storage, f"incoming/{upload_id}/1", b"<script>".ljust(len(PDF)))

    done = await finish_upload(works, scene.manager, Between(storage, move=swap), upload_id)
    key = file_key(hashlib.sha256(PDF).hexdigest())
    assert (done.state, file_key(done.sha256 or "")) == ("finished", key)
    assert await storages.keys(storage) == [key]
    assert await storages.read(storage, key) == PDF


async def test_a_part_that_comes_behind_the_first_look_is_looked_at_too(works: Works, storage: Storage) -> None:
    scene, upload_id = await begun(works, storage, "a.pdf", PDF)

    async def swap() -> None:
        await storages.put(storage, f"incoming/{upload_id}/1", b"<script>".ljust(len(PDF)))

    with pytest.raises(NotAccepted):
        await finish_upload(works, scene.manager, Between(storage, put=swap), upload_id)
    assert (await get_upload(scene.manager, upload_id)).state == "refused"
    assert await storages.keys(storage) == []


async def test_a_part_that_hides_a_program_between_the_look_and_the_hash(works: Works, storage: Storage) -> None:
    """Every part is judged in one file with the others: the list of a zip, which says what is in it, comes last."""
    good, bad = (zipped({"a.txt": bytes(PART_SIZE), name: b"MZ"}, packed=False) for name in ("b.txt", "b.exe"))
    assert (len(good), good[:PART_SIZE]) == (len(bad), bad[:PART_SIZE])
    scene, to = await placed(works)
    for when in ("put", "move"):
        upload = await works.run(scene.manager, begin_upload, to, "all.zip", len(good))
        for number, part in enumerate((good[:PART_SIZE], good[PART_SIZE:]), 1):
            await keep_part(works, scene.manager, storage, (upload.id, number), pieces(part))
        swap = functools.partial(storages.put, storage, f"incoming/{upload.id}/2", bad[PART_SIZE:])
        finishing = finish_upload(works, scene.manager, Between(storage, **{when: swap}), upload.id)
        if when == "put":
            with pytest.raises(NotAccepted, match=r"b\.exe"):
                await finishing
            assert await storages.keys(storage) == []
        else:
            await finishing
    key = file_key(hashlib.sha256(good).hexdigest())
    assert await storages.keys(storage) == [key]
    assert await storages.read(storage, key) == good


async def test_a_part_that_goes_in_the_middle_is_missing(works: Works, storage: Storage) -> None:
    scene, upload_id = await begun(works, storage, "a.txt", TEXT)

    async def lose() -> None:
        await storage.delete([f"incoming/{upload_id}/1"])

    with pytest.raises(PartsMissing):
        await finish_upload(works, scene.manager, Between(storage, put=lose), upload_id)
    assert await storages.keys(storage) == []
    await keep_part(works, scene.manager, storage, (upload_id, 1), pieces(TEXT))
    assert (await finish_upload(works, scene.manager, storage, upload_id)).state == "finished"


async def test_bytes_that_are_swept_away_before_the_row_are_put_again(works: Works, storage: Storage) -> None:
    scene, upload_id = await begun(works, storage, "a.txt", TEXT)
    key = file_key(hashlib.sha256(TEXT).hexdigest())
    swept: list[str] = []

    class Sweeping(Between):
        async def size(self, key: str) -> int | None:
            # The first look is ours, the second is the one behind the row.
            if len(swept) < 2:
                swept.append(key)
                if len(swept) == 2:
                    await self.delete([key])
            return await super().size(key)

    done = await finish_upload(works, scene.manager, Sweeping(storage), upload_id)
    assert (done.state, swept) == ("finished", [key, key])
    assert await storages.keys(storage) == [key]
    assert await storages.read(storage, key) == TEXT
    assert await fetch(Event, "SELECT event FROM journal_entry WHERE event = 'UploadFinished'") == [
        Event(event="UploadFinished")
    ]


async def test_what_a_killed_one_put_together_is_no_part_and_goes(works: Works, storage: Storage) -> None:
    scene, upload_id = await begun(works, storage, "a.txt", TEXT)
    await storages.put(storage, whole_key(upload_id, "0123456789abcdef"), TEXT)
    assert await list_parts(storage, await get_upload(scene.manager, upload_id)) == [1]
    between = Between(storage)
    done = await finish_upload(works, scene.manager, between, upload_id)
    assert await storages.keys(storage) == [file_key(done.sha256 or "")]
    [put] = between.put_keys
    assert put.startswith(f"incoming/{upload_id}/whole-")


async def test_bytes_that_are_there_are_not_kept_twice(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    first = await receive_file(works, scene.manager, storage, to, Form("a.txt", TEXT), len(TEXT))

    async def never() -> None:
        raise AssertionError("moved")

    between = Between(storage, move=never)
    second = await receive_file(works, scene.manager, between, to, Form("b.txt", TEXT), len(TEXT))
    assert (first.file_id, first.sha256) == (second.file_id, second.sha256)
    assert await storages.keys(storage) == [file_key(first.sha256 or "")]


@pytest.mark.parametrize("when", ["put", "size", "move"])
async def test_whatever_fails_leaves_the_parts_and_nothing_else(works: Works, storage: Storage, when: str) -> None:
    scene, upload_id = await begun(works, storage, "a.txt", TEXT)

    async def down() -> None:
        raise StorageDown

    with pytest.raises(StorageDown):
        await finish_upload(works, scene.manager, Between(storage, **{when: down}), upload_id)
    assert (await get_upload(scene.manager, upload_id)).state == "open"
    assert await storages.keys(storage) == [f"incoming/{upload_id}/1"]
    assert (await finish_upload(works, scene.manager, storage, upload_id)).state == "finished"


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


@pytest.mark.parametrize("ended", [True, False])
async def test_a_part_that_ends_after_its_upload_leaves_nothing(works: Works, storage: Storage, ended: bool) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT))

    async def held_back() -> AsyncIterator[bytes]:
        yield TEXT[:-1]
        if ended:
            await finish_upload(works, scene.manager, storage, upload.id)
        else:
            await works.run(scene.manager, lease_upload, upload.id)
        yield TEXT[-1:]

    with pytest.raises(UploadOver if ended else UploadBusy):
        await keep_part(works, scene.manager, storage, (upload.id, 1), held_back())
    # While it is put together the part is left to whoever does that.
    left = [] if ended else [f"incoming/{upload.id}/1"]
    assert [key for key in await storages.keys(storage) if key.startswith("incoming/")] == left


async def test_a_first_part_that_ends_after_its_upload_leaves_nothing(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))

    async def stopped() -> AsyncIterator[bytes]:
        await stop_upload(works, scene.manager, storage, upload.id)
        yield TEXT

    with pytest.raises(NotFound):
        await keep_part(works, scene.manager, storage, (upload.id, 1), stopped())
    assert await storages.keys(storage) == []


async def test_the_lease_is_renewed_while_it_takes(
    works: Works, storage: Storage, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, to = await placed(works)
    upload = await works.run(scene.manager, begin_upload, to, "a.txt", len(TEXT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), pieces(TEXT))
    monkeypatch.setattr(receiving, "_RENEWED_EVERY", 0.01)
    read, tried = Storage.read, []

    async def slow(self: Storage, key: str, *args: int) -> AsyncIterator[bytes]:
        begun = await get_upload(scene.manager, upload.id)
        clock.now += LEASE - timedelta(seconds=1)
        for _ in range(1000):
            if (await get_upload(scene.manager, upload.id)).lease_until != begun.lease_until:
                break
            await asyncio.sleep(0.01)
        clock.now += timedelta(seconds=2)
        with pytest.raises(UploadBusy) as busy:
            await works.run(scene.manager, lease_upload, upload.id)
        tried.append(busy)
        async for piece in read(self, key, *args):
            yield piece

    monkeypatch.setattr(Storage, "read", slow)
    assert (await finish_upload(works, scene.manager, storage, upload.id)).state == "finished"
    assert tried
