"""Bytes that are sent while they are made."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get

from training.web.pouring import SENT_AT_ONCE, Poured, pour, while_there

GET: Any = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "scheme": "http",
    "headers": [(b"host", b"x.example")],
    "client": None,
    "server": ("x.example", 80),
}


class Making:
    """Three pieces, and whether the making was ended."""

    def __init__(self) -> None:
        self.made = 0
        self.ended = False
        self.over = asyncio.Event()

    async def pieces(self) -> AsyncGenerator[bytes]:
        try:
            for piece in (b"one ", b"two ", b"three"):
                self.made += 1
                yield piece
        finally:
            self.ended = True
            self.over.set()


def app_of(making: Making) -> Litestar:
    @get("/")
    async def poured() -> Poured:
        return Poured(making.pieces(), media_type="text/plain", headers={"content-length": "13", "x-more": "yes"})

    return Litestar([poured], openapi_config=None, logging_config=None)


async def test_all_of_it_arrives() -> None:
    making = Making()
    transport = httpx.ASGITransport(app=app_of(making))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as client:
        answer = await client.get("/")
    assert answer.text == "one two three"
    assert (answer.headers["content-length"], answer.headers["x-more"]) == ("13", "yes")
    assert answer.headers["content-type"].startswith("text/plain")
    assert making.ended


async def test_whoever_hangs_up_between_two_pieces_ends_the_making() -> None:
    making, leaves = Making(), asyncio.Event()

    async def receive() -> Any:
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message.get("body"):
            leaves.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await app_of(making)(dict(GET), receive, send)  # type: ignore[arg-type]
    assert (making.made, making.ended) == (1, True)


async def test_whoever_says_the_same_again_and_again_is_still_there() -> None:
    making, sent = Making(), []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        await asyncio.sleep(0)
        sent.append(message.get("body", b""))

    async with asyncio.timeout(5):
        await app_of(making)(dict(GET), receive, send)  # type: ignore[arg-type]
    assert b"".join(sent) == b"one two three"


async def test_what_breaks_is_told() -> None:
    async def breaks() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError):
        await while_there(_never, breaks())


async def test_whoever_is_stopped_stops_the_work() -> None:
    ended: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    waiting = asyncio.ensure_future(while_there(_never, work()))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]


async def test_large_pieces_go_in_small_ones() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def pieces() -> AsyncGenerator[bytes]:
        yield b"x" * (2 * SENT_AT_ONCE + 1)

    await pour(pieces(), _never, send)
    assert [len(message["body"]) for message in sent] == [SENT_AT_ONCE, SENT_AT_ONCE, 1, 0]
    assert [message["more_body"] for message in sent] == [True, True, True, False]


async def test_of_whoever_takes_nothing_nothing_is_kept_open_and_no_more_is_sent() -> None:
    making, takes, sent = Making(), asyncio.Event(), []

    async def send(message: Any) -> None:
        await takes.wait()
        sent.append(message)

    pouring = asyncio.ensure_future(pour(making.pieces(), _never, send, patience=0.02))
    async with asyncio.timeout(5):
        await making.over.wait()
        assert not pouring.done()
        takes.set()
        await pouring
    assert (making.made, [message["body"] for message in sent]) == (1, [b"one "])
    assert sent[0]["more_body"]


async def test_whoever_takes_nothing_and_leaves_ends_it() -> None:
    making = Making()

    async def receive() -> Any:
        await making.over.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await pour(making.pieces(), receive, send, patience=0.02)
    assert making.made == 1


async def test_whoever_takes_it_slowly_gets_all_of_it() -> None:
    making, sent = Making(), []

    async def send(message: Any) -> None:
        await asyncio.sleep(0.05)
        sent.append(message["body"])

    await pour(making.pieces(), _never, send, patience=0.2)
    assert b"".join(sent) == b"one two three"


async def test_what_cannot_be_sent_is_told() -> None:
    making = Making()

    async def send(_: Any) -> None:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        await pour(making.pieces(), _never, send)
    assert making.ended


async def _never() -> Any:
    await asyncio.Event().wait()
