"""Files on their way: what breaks in the middle, who leaves, who reads slowly."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable
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
from training.web.limits import AtOnce


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


class Waiting(Storage):
    """A storage whose files never come."""

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        yield CONTENT[:100]
        await asyncio.Event().wait()


Few = Callable[[str], AtOnce]


@pytest.fixture
def few(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> Few:
    """Lets no more than two files be on their way at once, for holders or addresses, and none for the others."""

    def limited(which: str) -> AtOnce:
        for name in ("open_of_holder", "open_of_address"):
            monkeypatch.setattr(app.state.limits, name, AtOnce(2 if name == which else 0))
        return getattr(app.state.limits, which)  # type: ignore[no-any-return]

    return limited


async def until(judge: Callable[[], bool]) -> None:
    """Wait until it is so; the server tells nobody how far it is."""
    for _ in range(500):
        if judge():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("That never came")


@pytest.mark.parametrize("public", [False, True])
async def test_so_many_files_are_on_their_way_at_once_and_no_more(
    works: Works, client: httpx.AsyncClient, app: Litestar, clock: FrozenClock, few: Few, public: bool
) -> None:
    """Files count for whoever is known, those for anybody for the address; the archive counts, too."""
    storage = app.state.storage
    day = await make_day(works, clock, audience="public" if public else "participating")
    one = await handed(works, day, storage, audience="everyone" if public else "enrolled")
    if not public:
        await enter(works, client, learner(day))
    path, leaves = await led(client, one.path), asyncio.Event()
    counted = few("open_of_address" if public else "open_of_holder")
    app.state.storage = Waiting("nowhere")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(10):
        open_ones = [asyncio.ensure_future(asked_of(app, path, send, leaves)) for _ in range(2)]
        await until(lambda: len(counted) == 2 and len(sent) == 4)
        archive = f"/sessions/{day.session_id}/materials/archive.zip"
        for refused in (await client.get(path), await client.get(archive)):
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
            assert "Very many files are on their way to you at once. Please wait" in refused.text
        assert (await client.head(path)).status_code == 200
        leaves.set()
        await asyncio.gather(*open_ones)
        app.state.storage = storage
        assert (await client.get(path)).content == CONTENT
        assert (await client.get(archive)).status_code == 200
    assert len(counted) == 0


async def test_whoever_takes_nothing_holds_no_file(
    app: Litestar, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.storage = breaking = Breaking([CONTENT[:100], CONTENT[100:200]])
    monkeypatch.setattr(app.state.limits, "patience", 0.02)
    leaves, takes = asyncio.Event(), asyncio.Event()

    async def send(message: Any) -> None:
        if message.get("body"):
            await takes.wait()

    async with asyncio.timeout(5):
        asked = asyncio.ensure_future(asked_of(app, address, send, leaves))
        await until(lambda: breaking.closed == 1)
        # The connection is still there, and counts.
        assert len(app.state.limits.open_of_holder) == 1
        takes.set()
        await asked
    assert len(app.state.limits.open_of_holder) == 0


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
