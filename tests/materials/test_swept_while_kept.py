"""Two people finish the same bytes while the sweeper removes them: no file is told of whose bytes are not there."""

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterable, Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene, make_scene
from tests.materials import storages
from tests.materials.kept import a_file, hash_of, the_file
from tests.schedule.made import MACHINE
from training.base.errors import Conflict
from training.base.work import Works
from training.materials.actions.keeping import BytesGone
from training.materials.actions.receiving import finish_upload, keep_part
from training.materials.actions.sweeping import UNUSED_FOR, remove_stray, remove_unused
from training.materials.actions.uploading import begin_upload
from training.materials.queries.uploads import UploadView, get_destination
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

CONTENT = b"The same handout, sent by two people.\n" * 5_000
SHA256 = hash_of(CONTENT)
ROUNDS = 6
SWEEPS = 8


async def lies_there(works: Works, storage: Storage, what: str) -> None:
    """What the sweeper is after when the two begin: a file that nothing uses, bytes without a row, or nothing."""
    if what == "unused":
        await a_file(works, storage, CONTENT, unused_at=works.clock() - UNUSED_FOR)
    elif what == "stray":
        await storages.put(storage, file_key(SHA256), CONTENT)
    elif what == "half":
        await storages.put(storage, file_key(SHA256), CONTENT[:100])


async def sent(works: Works, storage: Storage, scene: Scene) -> UUID:
    """An upload whose bytes have come."""
    to = await get_destination(scene.manager, course_id=scene.course_id)
    upload = await works.run(scene.manager, begin_upload, to, "handout.txt", len(CONTENT))
    await keep_part(works, scene.manager, storage, (upload.id, 1), storages.pieces(CONTENT))
    return upload.id


async def finished(works: Works, storage: Storage, scene: Scene, upload_id: UUID) -> UploadView:
    """Asked again, as the sentence says, when the bytes went each time."""
    for _ in range(SWEEPS):
        try:
            return await finish_upload(works, scene.manager, storage, upload_id)
        except BytesGone:
            continue
    raise AssertionError("the same bytes went again and again")


async def sweep(works: Works, storage: Storage) -> None:
    """As the worker does, and more eagerly: bytes without a row go however new they are."""
    while await works.run(MACHINE, remove_unused, storage):
        pass
    with contextlib.suppress(Conflict):
        await works.run(MACHINE, remove_stray, storage, SHA256, datetime.now(UTC) + timedelta(hours=1))


async def judge(storage: Storage, done: Iterable[UploadView]) -> None:
    kept = await the_file(SHA256)
    assert kept is not None
    assert {(each.state, each.file_id, each.sha256) for each in done} == {("finished", kept.id, SHA256)}
    assert await storages.read(storage, file_key(SHA256)) == CONTENT
    assert await storages.keys(storage) == [file_key(SHA256)]


@pytest.mark.parametrize("what", ["unused", "stray", "half", "nothing"])
async def test_whoever_finishes_while_it_is_swept_has_a_file(works: Works, storage: Storage, what: str) -> None:
    scene = await make_scene(works)
    for number in range(ROUNDS):
        await lies_there(works, storage, what)
        uploads = [await sent(works, storage, scene) for _ in range(2)]

        async def sweeping(pause: float) -> None:
            for _ in range(SWEEPS):
                await sweep(works, storage)
                await asyncio.sleep(pause)

        *done, _ = await asyncio.gather(
            *(finished(works, storage, scene, upload_id) for upload_id in uploads), sweeping(number * 0.004)
        )
        await judge(storage, [each for each in done if each is not None])
        await forget(works, storage)


async def forget(works: Works, storage: Storage) -> None:
    """All of it, for the next round."""
    later = Works(clock=lambda: works.clock() + UNUSED_FOR, site=works.site, reactions={})
    await sweep(later, storage)
    assert (await the_file(SHA256), await storages.keys(storage)) == (None, [])


class Interrupted(Storage):
    """A storage in which the sweeper comes just before the so-manieth word with it.

    It comes in a task of its own: inside a unit of work it has to wait for the end of that.
    """

    def __init__(self, storage: Storage, at: int, sweeping: Callable[[], Coroutine[object, object, None]]) -> None:
        super().__init__(storage.url)
        self._left, self._sweeping = at, sweeping
        # Not that of the unit of work that it comes into.
        self._context = contextvars.copy_context()
        self.came: asyncio.Task[None] | None = None

    async def _word(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.came = asyncio.get_running_loop().create_task(self._sweeping(), context=self._context)
            await asyncio.wait({self.came}, timeout=0.3)

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        await self._word()
        await super().put(key, chunks)

    async def size(self, key: str) -> int | None:
        await self._word()
        return await super().size(key)

    async def move(self, key: str, to: str) -> None:
        await self._word()
        await super().move(key, to)

    async def delete(self, keys: Iterable[str]) -> None:
        await self._word()
        await super().delete(keys)


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("what", ["unused", "stray", "half", "nothing"])
async def test_the_sweeper_may_come_at_any_word(works: Works, storage: Storage, what: str, at: int) -> None:
    scene = await make_scene(works)
    await lies_there(works, storage, what)
    one, other = [await sent(works, storage, scene) for _ in range(2)]
    between = Interrupted(storage, at, lambda: sweep(works, storage))
    done = await finished(works, between, scene, one)
    assert between.came is not None
    await between.came
    await judge(storage, [done, await finished(works, storage, scene, other)])


@pytest.mark.parametrize("at", range(1, 7))
async def test_another_may_finish_the_same_bytes_at_any_word(works: Works, storage: Storage, at: int) -> None:
    scene = await make_scene(works)
    await lies_there(works, storage, "unused")
    one, other = [await sent(works, storage, scene) for _ in range(2)]
    ends: list[UploadView] = []

    async def finish_other() -> None:
        await sweep(works, storage)
        ends.append(await finished(works, storage, scene, other))

    between = Interrupted(storage, at, finish_other)
    done = await finished(works, between, scene, one)
    assert between.came is not None
    await between.came
    await judge(storage, [done, *ends])
