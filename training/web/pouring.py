"""Bytes that are sent while they are made: whoever hangs up ends the making, and a slow client slows it down."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

# The server holds some of what it is given until a slow client takes it: of pieces of a megabyte that was 9 MB for
# each client, of these it is 3 MB, whatever the size of the whole.
SENT_AT_ONCE = 128 << 10


async def while_there(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it is done, or end it when whoever asked went away. Raises what it raises."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, gone):
            task.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def send_piece(send: Send, piece: bytes) -> None:
    """Send some bytes of a body that goes on."""
    for start in range(0, len(piece), SENT_AT_ONCE):
        some = piece[start : start + SENT_AT_ONCE]
        await send({"type": "http.response.body", "body": some, "more_body": True})


class Poured(Stream):
    """An answer whose body is made while it is sent; the generator is closed whatever happens.

    The framework's own would leave a generator open until it is collected, when somebody hangs up between two pieces.
    """

    def __init__(self, pieces: AsyncGenerator[bytes], *, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces

    def to_asgi_response(self, *_: Any, **told: Any) -> ASGIResponse:
        """What the framework sends."""
        return _Pouring(
            content_length=0,
            cookies=told.get("cookies") or (),
            headers={**(told.get("headers") or {}), **self.headers},
            iterator=self._pieces,
            media_type=self.media_type,
            status_code=self.status_code or told.get("status_code"),
        )


class _Pouring(ASGIStreamingResponse):
    async def send_body(self, send: Send, receive: Receive) -> None:
        async def pour() -> None:
            async for piece in pieces:
                await send_piece(send, piece if isinstance(piece, bytes) else piece.encode())
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        pieces: Any = self.iterator
        async with contextlib.aclosing(pieces):
            await while_there(receive, pour())


async def _gone(receive: Receive) -> None:
    more = True
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
    # Behind the whole body there is only one thing to be told.
    if (await receive())["type"] != "http.disconnect":
        await asyncio.Event().wait()
