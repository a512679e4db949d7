"""A server is killed with -9 while files are uploaded: what was acknowledged is there whole, nothing half is seen."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.materials.files import box
from tests.materials.kept import hash_of
from tests.materials.storages import keys, read
from tests.served import begin, free_port, wait_for
from training.base.clock import system_clock
from training.base.database import execute, fetch
from training.base.structs import Frozen
from training.base.work import Works
from training.materials.jobs.sweeping import Sweeping
from training.materials.rules.storages import FILES, INCOMING, file_key
from training.materials.rules.storages import hash_of as hash_in
from training.materials.storage.keeping import Storage

HANDS = 3
# One part, two, and three.
SIZES = (300_000, 9_000_000, 17_000_000)
# Few enough that the same bytes come twice, also at the same moment.
DIFFERENT = 30
# So many seconds a server lives at most.
_LONGEST = 1.2
_BUSY = {"upload-busy"}


class Survived(Frozen, frozen=True, kw_only=True):
    """What came of it. `asked_again` counts requests that got no answer."""

    kills: int
    acknowledged: int
    files: int
    asked_again: int
    put_off: int


class _Row(Frozen, frozen=True, kw_only=True):
    sha256: str
    size: int


class _Told(Frozen, frozen=True, kw_only=True):
    id: UUID
    state: str
    sha256: str | None


def a_film(number: int) -> bytes:
    """The so-manieth film: bytes of their own that are judged to be a film."""
    chance = random.Random(number)
    size = SIZES[number % len(SIZES)]
    head = box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", box(b"mvhd", bytes(100)))
    return head + box(b"mdat", chance.randbytes(size - len(head) - 8))


class _Hands:
    """People who upload one film after the other, and ask again whenever there is no answer."""

    def __init__(self, client: httpx.AsyncClient, scene: Scene, chance: random.Random) -> None:
        self._client = client
        self._scene = scene
        self._chance = chance
        self._films: dict[int, bytes] = {}
        self.over = asyncio.Event()
        self.acknowledged: dict[UUID, str] = {}
        self.put_off: dict[UUID, str] = {}
        self.again = 0
        self.seen_put_off = 0

    async def go_on(self) -> None:
        """Upload until it is over; what has been begun by then is ended."""
        while not self.over.is_set():
            number = self._chance.randrange(DIFFERENT)
            content = self._films.setdefault(number, a_film(number))
            told = {"name": f"film {number}.mp4", "size": len(content), "course_id": str(self._scene.course_id)}
            begun = await self._ask("POST", "/", json=told, headers={"idempotency-key": str(uuid4())})
            assert begun.status_code == 201, begun.text
            upload = begun.json()
            for part, start in enumerate(range(0, len(content), upload["part_size"]), 1):
                piece = content[start : start + upload["part_size"]]
                headers = {"content-type": "application/octet-stream"}
                sent = await self._ask("PUT", f"/{upload['id']}/parts/{part}", content=piece, headers=headers)
                assert sent.status_code == 204, sent.text
            await self.finish(UUID(upload["id"]), hash_of(content))

    async def finish(self, upload_id: UUID, sha256: str) -> None:
        """Finish an upload; one that a killed server holds is put off until its lease is over."""
        done = await self._ask("POST", f"/{upload_id}/finish")
        if done.status_code == 409 and done.json()["code"] in _BUSY:
            self.put_off[upload_id] = sha256
            self.seen_put_off += 1
            return
        assert done.status_code == 200, done.text
        told = done.json()
        assert (told["state"], told["file"]["sha256"]) == ("finished", sha256)
        self.acknowledged[upload_id] = sha256

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        while True:
            try:
                answer = await self._client.request(method, f"/api/v1/uploads{path.removesuffix('/')}", **more)
            except httpx.TransportError:
                self.again += 1
                await asyncio.sleep(0.05)
                continue
            if answer.status_code != 503:
                return answer
            await asyncio.sleep(0.1)


async def killed_again_and_again(
    works: Works, database_url: str, storage: Storage, *, kills: int, seed: int
) -> Survived:
    """Upload film after film while the one server is killed so many times and begun anew.

    Raises AssertionError when what was acknowledged is not there whole, when a row has no bytes or other ones, or when
    anything half is on the list of files: looked at after each kill, and again at the end.
    """
    chance, scene, port = random.Random(seed), await make_scene(works), free_port()
    settings = {"storage_url": storage.url}
    server = begin(database_url, port, settings=settings, own_group=True)
    headers = {"authorization": f"Bearer {await bearer(works, scene.manager)}"}
    try:
        await asyncio.to_thread(wait_for, server, f"http://127.0.0.1:{port}")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, headers=headers) as client:
            hands = _Hands(client, scene, chance)
            going = [asyncio.create_task(hands.go_on()) for _ in range(HANDS)]
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0, _LONGEST))
                _raised(going)
                os.killpg(server.pid, signal.SIGKILL)
                await asyncio.to_thread(server.wait, 10)
                await judge(storage, hands.acknowledged)
                server = begin(database_url, port, settings=settings, own_group=True)
                await asyncio.to_thread(wait_for, server, f"http://127.0.0.1:{port}")
            hands.over.set()
            await asyncio.gather(*going)
            # As if the leases of those who were killed were over.
            await execute("UPDATE upload SET lease_until = NULL WHERE state = 'finishing'")
            for upload_id, sha256 in hands.put_off.items():
                await hands.finish(upload_id, sha256)
    finally:
        # It may have ended by itself, which is what is told then.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        await asyncio.to_thread(server.wait, 10)
    await judge(storage, hands.acknowledged)
    files = await _swept(works, storage)
    return Survived(
        kills=kills,
        acknowledged=len(hands.acknowledged),
        files=files,
        asked_again=hands.again,
        put_off=hands.seen_put_off,
    )


def _raised(going: Sequence["asyncio.Task[None]"]) -> None:
    for task in going:
        if task.done():
            task.result()


async def judge(storage: Storage, acknowledged: dict[UUID, str]) -> None:
    """What was acknowledged is finished; each row has its bytes; whatever lies there is what its key says."""
    known = dict(acknowledged)
    listed = await keys(storage, FILES)
    for key in listed:
        assert hash_of(await read(storage, key)) == hash_in(key), f"{key} is half"
    for row in await fetch(_Row, "SELECT sha256, size FROM stored_file"):
        assert file_key(row.sha256) in listed, f"{row.sha256} has a row and no bytes"
        assert await storage.size(file_key(row.sha256)) == row.size
    told = {
        row.id: row
        for row in await fetch(
            _Told, "SELECT u.id, u.state, f.sha256 FROM upload u LEFT JOIN stored_file f ON f.id = u.file_id"
        )
    }
    for upload_id, sha256 in known.items():
        assert (told[upload_id].state, told[upload_id].sha256) == ("finished", sha256)


async def _swept(works: Works, storage: Storage) -> int:
    """What is left when the sweep has been: exactly the files that have rows. Returns how many."""

    def later() -> Any:
        return system_clock() + timedelta(days=2)

    await Sweeping(storage).sweep(Works(clock=later, site=works.site, reactions={}, origin="test"))
    rows = await fetch(_Row, "SELECT sha256, size FROM stored_file")
    assert sorted(await keys(storage, FILES)) == sorted(file_key(row.sha256) for row in rows)
    assert await keys(storage, INCOMING) == []
    if storage.folder is not None:
        assert not [path for path in _below(storage) if "#" in path]
    return len(rows)


def _below(storage: Storage) -> Iterator[str]:
    assert storage.folder is not None
    for _, _, names in os.walk(storage.folder):
        yield from names
