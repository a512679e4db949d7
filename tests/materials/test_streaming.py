"""Files on their way: what breaks in the middle, who leaves, who reads slowly."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.attendance.made import make_day
from tests.booking.test_pages.made import enter
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import CONTENT, GUARDED, Handed, guarded, handed, led
from tests.materials.made import learner
from training.base.work import Works
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage, StorageDown


@pytest.fixture
async def file(works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage) -> Handed:
    """A file of a session, and somebody who is enrolled signed in."""
    day = await make_day(works, clock)
    await enter(works, client, learner(day))
    return await handed(works, day, storage)


@pytest.fixture
async def address(file: Handed, client: httpx.AsyncClient) -> str:
    """Where the file is handed out; the browser has no cookies from here on."""
    path = await led(client, file.path)
    client.cookies.clear()
    return path


async def test_bytes_that_are_missing_are_our_fault(
    client: httpx.AsyncClient, storage: Storage, file: Handed, address: str
) -> None:
    await storage.delete([file_key(file.etag.strip('"'))])
    answer = await client.get(address)
    assert answer.status_code == 503
    assert guarded(answer) == GUARDED


class Breaking(Storage):
    """A storage that breaks in the middle, or at once."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__("nowhere")
        self._pieces = pieces
        self.closed = 0

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        try:
            for piece in self._pieces:
                yield piece
            raise StorageDown
        finally:
            self.closed += 1


async def test_a_storage_that_does_not_answer(client: httpx.AsyncClient, app: Litestar, address: str) -> None:
    app.state.storage = Breaking([])
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "Nothing was lost" in answer.text
    assert (await client.head(address)).status_code == 200


@pytest.mark.parametrize("pieces", [[CONTENT[:100]], [CONTENT[:100], b""], [CONTENT, CONTENT], [CONTENT + b"x"]])
async def test_what_breaks_in_the_middle_breaks_the_connection(
    client: httpx.AsyncClient, app: Litestar, address: str, pieces: list[bytes]
) -> None:
    app.state.storage = breaking = Breaking(pieces)
    if pieces[0] == CONTENT and len(pieces) == 2:
        # All that was promised was there; what comes behind it is not read.
        assert (await client.get(address)).content == CONTENT
    else:
        with pytest.raises(Exception, match=re.compile("")) as broken:
            await client.get(address)
        assert type(broken.value).__name__ == "_Broken"
    assert breaking.closed == 1


async def asked_of(app: Litestar, path: str, send: Any, leaves: asyncio.Event) -> None:
    """One request as a server hands it in; the client leaves when the event is set."""
    begun: list[bool] = []

    async def receive() -> Any:
        if not begun:
            begun.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"host", b"testserver.example")],
        "client": ("203.0.113.7", 50000),
        "server": ("testserver.example", 80),
        "state": {},
    }
    await app(scope, receive, send)


async def test_whoever_leaves_ends_the_reading(app: Litestar, address: str) -> None:
    app.state.storage = breaking = Breaking([CONTENT[:100], CONTENT[100:200]])
    leaves, sent = asyncio.Event(), []

    async def send(message: Any) -> None:
        sent.append(message)
        if message.get("body"):
            leaves.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await asked_of(app, address, send, leaves)
    assert [len(message.get("body", b"")) for message in sent] == [0, 100]
    assert breaking.closed == 1


async def test_nothing_is_read_before_it_is_taken(app: Litestar, storage: Storage, works: Works, file: Handed) -> None:
    """Whoever reads slowly holds one piece, whatever the size."""
    big = await handed(works, file.day, storage, content=b"x" * 5_000_000, audience="everyone", variant={"name": "b"})
    assert big.file_id is not None
    read, real = 0, app.state.storage

    class Counting(Storage):
        async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
            nonlocal read
            async for piece in real.read(key, start, end):
                read += len(piece)
                yield piece

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE.base_url) as browser:  # type: ignore[arg-type]
        await enter(works, browser, learner(file.day))
        path = await led(browser, big.path)
    app.state.storage = Counting("nowhere")
    waits: list[int] = []

    async def send(message: Any) -> None:
        if message.get("body"):
            waits.append(read)
            await asyncio.sleep(0.02)

    await asked_of(app, path, send, asyncio.Event())
    steps = [after - before for before, after in itertools.pairwise(waits)]
    assert waits[-1] == 5_000_000
    assert max([waits[0], *steps]) <= 3_000_000
    app.state.storage = real
