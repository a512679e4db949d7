"""Forms that come in: who is listened to, how much is taken, and how long it is waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, post
from litestar.datastructures import State
from litestar.types import ASGIApp, Receive, Scope, Send

from tests.conftest import SITE
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.settings import Settings
from training.web import bodies
from training.web.bodies import MOST_FIELDS, MOST_PARTS, MOST_TEXT, SentFile, form_read, takes_files, too_many_bytes
from training.web.limits import AtOnce, Limits, TooManyComing
from training.web.problems import HANDLERS

Asked = Request[Any, Any, Any]
MOST = 3_000_000
SOMEBODY = Viewer(person_id=UUID(int=7))
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=xyz"}


class Reads:
    """Reads each form, as the middleware of the pages does; who sends it says so in a header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request: Asked = Request(scope, receive)
        scope["user"] = SOMEBODY if request.headers.get("x-known") else ANONYMOUS
        async with form_read(request):
            await self.app(scope, receive, send)


class Door:
    """Lets everybody in but those who say that they are strangers, and counts who is inside."""

    inside = 0

    async def __call__(self, request: Asked) -> AbstractContextManager[None]:
        if "x-stranger" in request.headers:
            raise NotFound
        return self.entered(crowded="x-crowded" in request.headers)

    @contextmanager
    def entered(self, *, crowded: bool) -> Iterator[None]:
        if crowded:
            raise TooManyComing
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1


DOOR = Door()


async def _told(request: Asked) -> dict[str, list[Any]]:
    """What a handler finds in the form; files as their name and content, read from the end to the beginning."""
    found: dict[str, list[Any]] = {}
    for name, value in reversed(list((await request.form()).multi_items())):
        said = [value.filename, (await value.read()).decode()] if isinstance(value, SentFile) else value
        found.setdefault(name, []).insert(0, said)
    return found


@post("/api/small", status_code=200)
async def small(request: Asked) -> dict[str, list[Any]]:
    """Takes no files that are large."""
    return await _told(request)


@post("/api/large", status_code=200, opt=takes_files(MOST, DOOR))
async def large(request: Asked) -> dict[str, list[Any]]:
    """Takes them, from whoever the door lets in."""
    assert DOOR.inside == (
        1 if request.content_type[0] == "multipart/form-data" and request.headers.get("x-known") else 0
    )
    return await _told(request)


@pytest.fixture
def limits() -> Limits:
    found = Limits(account=0, address=0, clock=lambda: 0.0)
    found.coming_patience = 0.2
    return found


@pytest.fixture
async def asking(limits: Limits) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        [small, large],
        middleware=[Reads],
        exception_handlers=HANDLERS,
        request_max_body_size=1_000_000,
        state=State({"limits": limits, "site": SITE, "settings": Settings()}),
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    headers = {"accept": "application/json", "x-known": "yes"}
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url, headers=headers) as client:
        yield client
    assert DOOR.inside == 0


class Body:
    """A body that comes in pieces, and knows how much of it was asked for."""

    def __init__(self, *pieces: bytes, pause: float = 0) -> None:
        self._pieces = pieces
        self._pause = pause
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.read += len(piece)
            yield piece
        await asyncio.sleep(self._pause)


def part(name: str, content: bytes, filename: str = "") -> bytes:
    of = f'; filename="{filename}"' if filename else ""
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{of}\r\n\r\n'.encode() + content + b"\r\n"


async def test_what_was_typed_is_read_as_browsers_write_it(asking: httpx.AsyncClient) -> None:
    typed = {"name": "Zoë & Søn = +1", "empty": "", "take": ["1", "2"], "emoji": "🙂"}
    told = (await asking.post("/api/small", data=typed)).json()
    assert told == {"name": ["Zoë & Søn = +1"], "empty": [""], "take": ["1", "2"], "emoji": ["🙂"]}
    odd = await asking.post("/api/small", content=b"a&&b=%zz&c=%ff&=d", headers=FORM)
    assert odd.json() == {"a": [""], "b": ["%zz"], "c": ["\ufffd"], "": ["d"]}
    assert (await asking.post("/api/small", json={"a": 1})).json() == {}


async def test_files_lie_behind_one_another_and_each_is_read_alone(asking: httpx.AsyncClient) -> None:
    contents = ["first" * 1000, "", "third\r\n--xy", "x" * 300_000]
    files = [("file", (f"{number}.txt", content)) for number, content in enumerate(contents)]
    for path in ("/api/small", "/api/large"):
        told = (await asking.post(path, data={"note": "Zoë", "take": ["1", "2"]}, files=files)).json()
        assert told["file"] == [[f"{number}.txt", content] for number, content in enumerate(contents)]
        assert (told["note"], told["take"]) == (["Zoë"], ["1", "2"])


async def test_a_file_is_read_in_pieces_and_again(asking: httpx.AsyncClient) -> None:
    seen: list[bytes] = []

    @post("/api/reads", status_code=200)
    async def reads(request: Asked) -> None:
        file = (await request.form())["file"]
        seen.extend([await file.read(4), await file.read(100), await file.read(1), await file.read()])
        assert (await file.seek(-5), await file.seek(99)) == (0, 10)
        await file.seek(2)
        seen.append(await file.read())
        await file.close()
        await file.seek(9)
        seen.append(await file.read(5))

    asking._transport.app.register(reads)  # type: ignore[attr-defined]
    told = await asking.post(
        "/api/reads", files=[("other", ("a", "before")), ("file", ("b", "0123456789")), ("z", ("c", "."))]
    )
    assert (told.status_code, seen) == (200, [b"0123", b"456789", b"", b"", b"23456789", b"9"])


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        # The finding: twenty million bytes of small fields at an address that takes files.
        ("/api/large", b"a=b&" * 5_000_000, FORM),
        ("/api/small", b"a=b&" * 5_000_000, FORM),
        ("/api/small", part("a", b"x" * 1_000_001), PARTS),
        ("/api/large", part("file", b"x" * MOST, "a.txt"), PARTS),
        ("/api/large", part("a", b"x" * (MOST_TEXT + 1)), PARTS),
        ("/api/large", b"".join(part("a" * 4000, b"") for _ in range(300)), PARTS),
        ("/api/small", b"a=b&" * (MOST_FIELDS + 1), FORM),
        ("/api/large", b"a=b&" * (MOST_FIELDS + 1), FORM),
        ("/api/large", b"".join(part("a", b"") for _ in range(MOST_PARTS + 1)), PARTS),
    ],
)
async def test_too_much_is_refused_as_soon_as_it_is_known(
    asking: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    assert (await asking.post(path, content=body, headers=headers)).status_code == 413
    body += b"--xyz--"
    step = 250_000
    coming = Body(*[body[start : start + step] for start in range(0, len(body), step)])
    assert (await asking.post(path, content=coming, headers=headers)).status_code == 413
    assert coming.read <= MOST + 2 * step


@pytest.mark.parametrize(
    ("most", "got", "said"),
    [
        (1_000_000, None, "At most 1 MB are taken at once."),
        (1_000_000, 1_000_001, "This has 1,000,001 bytes, and at most 1,000,000 bytes are taken at once."),
        (1_000_000, 1_049_999, "This has 1,049,999 bytes, and at most 1,000,000 bytes are taken at once."),
        (1_000_000, 1_150_000, "This has 1.1 MB, and at most 1 MB are taken at once."),
        (8_388_608, 8_388_609, "This has 8,388,609 bytes, and at most 8,388,608 bytes are taken at once."),
        (250_000_000, 260_000_000, "This has 260 MB, and at most 250 MB are taken at once."),
    ],
)
def test_what_is_too_large_has_more_than_may_be_taken(most: int, got: int | None, said: str) -> None:
    assert too_many_bytes(most, got).detail == said


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (part("a", b"cut off"), PARTS),
        (b"--xyz\r\nno header\r\n\r\nx\r\n--xyz--", PARTS),
        (part("a", b"\xff") + b"--xyz--", PARTS),
        (b"", PARTS),
        (b"x" * 100, PARTS),
        (part("a", b"x"), {"content-type": "multipart/form-data"}),
    ],
)
async def test_what_is_no_form_is_told_so(asking: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
    answer = await asking.post("/api/large", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_what_stands_behind_the_end_of_a_form_changes_nothing(asking: httpx.AsyncClient) -> None:
    body = Body(part("a", b"x") + b"--xyz--\r\n", b"more", b"and more")
    assert (await asking.post("/api/large", content=body, headers=PARTS)).json() == {"a": ["x"]}


@pytest.mark.parametrize("headers", [FORM, PARTS])
async def test_nothing_is_read_of_visitors_and_of_other_websites(
    asking: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    body = Body(part("a", b"x") + b"--xyz--")
    del asking.headers["x-known"]
    # No guard stands here: the handler finds nothing in it.
    assert (await asking.post("/api/large", content=body, headers=headers)).json() == {}
    assert body.read == 0
    asking.headers["x-known"] = "yes"
    other = await asking.post("/api/large", content=body, headers={**headers, "sec-fetch-site": "cross-site"})
    assert (other.status_code, other.json()["code"], body.read) == (403, "cross-site-request", 0)


async def test_nothing_is_read_of_whom_the_door_refuses(asking: httpx.AsyncClient) -> None:
    body = Body(part("a", b"x") + b"--xyz--")
    answer = await asking.post("/api/large", content=body, headers={**PARTS, "x-stranger": "yes"})
    assert (answer.status_code, body.read) == (404, 0), "of programs that do not say how much comes"


REFUSED = [{"x-stranger": "yes"}, {"x-crowded": "yes"}, {"x-known": ""}]


def announced(size: int, **headers: str) -> dict[str, str]:
    return {**PARTS, "content-length": str(size), **headers}


@pytest.mark.parametrize(("who", "status"), list(zip(REFUSED, [404, 429, 200], strict=True)))
async def test_what_a_browser_sends_comes_in_and_is_forgotten_so_that_it_sees_the_answer(
    asking: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, who: dict[str, str], status: int
) -> None:
    monkeypatch.setattr(bodies, "TemporaryFile", None)
    body = Body(*[b"x" * 100_000] * 25)
    answer = await asking.post("/api/large", content=body, headers=announced(2_500_000, **who))
    assert (answer.status_code, body.read) == (status, 2_500_000)
    asks_first = Body(b"x" * 1000)
    await asking.post("/api/large", content=asks_first, headers=announced(1000, expect="100-continue", **who))
    too_much = Body(b"x" * 1000)
    await asking.post("/api/large", content=too_much, headers=announced(MOST + 1, **who))
    assert asks_first.read == too_much.read == 0


@pytest.mark.parametrize("who", REFUSED)
async def test_only_so_much_of_it_for_so_long(asking: httpx.AsyncClient, limits: Limits, who: dict[str, str]) -> None:
    limits.unwanted_patience = 0.2
    waits = Body(b"x" * 1000, pause=30)
    await asyncio.wait_for(asking.post("/api/large", content=waits, headers=announced(2000, **who)), 10)
    assert waits.read == 1000
    endless = Body(*[b"x" * 1_000_000] * 50)
    await asking.post("/api/large", content=endless, headers=announced(1_000_000, **who))
    assert endless.read <= MOST + 2_000_000
    for slots in ("unwanted_of_address", "unwanted_in_all"):
        before = getattr(limits, slots)
        setattr(limits, slots, AtOnce(0, TooManyComing))
        unread = Body(b"x" * 1000)
        await asking.post("/api/large", content=unread, headers=announced(1000, **who))
        setattr(limits, slots, before)
        assert unread.read == 0
    assert len(limits.unwanted_of_address) == len(limits.unwanted_in_all) == 0


@pytest.mark.parametrize(
    ("path", "headers"), [("/api/small", FORM), ("/api/small", PARTS), ("/api/large", FORM), ("/api/large", PARTS)]
)
async def test_who_sends_nothing_is_not_waited_for(
    asking: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    held = Body(part("a", b"x"), pause=30)
    answer = await asyncio.wait_for(asking.post(path, content=held, headers=headers), 10)
    assert (answer.status_code, answer.json()["code"]) == (408, "nothing-came")
