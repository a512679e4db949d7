"""Bytes that are sent while they are made: whoever hangs up ends the making, and a slow client slows it down."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any

from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send

from training.web.limits import PATIENCE

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


async def pour(pieces: AsyncGenerator[bytes], receive: Receive, send: Send, *, patience: float = PATIENCE) -> None:
    """Send a body whose length was told before, until it is whole, or nobody is there any more.

    Of whoever takes nothing for `patience` seconds nothing is kept open but the connection, which only they can end
    for certain. It ends without the rest as soon as they take something again, so that a program asks for that part.
    """
    small = _small(pieces)
    # One that was never begun would not close what it is made of.
    async with contextlib.aclosing(pieces), contextlib.aclosing(small):
        await while_there(receive, _send_all(small, send, patience))


async def _small(pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            for start in range(0, len(piece), SENT_AT_ONCE):
                yield piece[start : start + SENT_AT_ONCE]


async def _send_all(pieces: AsyncGenerator[bytes], send: Send, patience: float) -> None:
    async for piece in pieces:
        sending = asyncio.ensure_future(_send(send, piece))
        try:
            await asyncio.wait({sending}, timeout=patience)
            if not sending.done():
                await pieces.aclose()
                await sending
                return
            sending.result()
        finally:
            sending.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


class Poured(Stream):
    """An answer whose body is made while it is sent; the generator is closed whatever happens.

    The framework's own would leave a generator open until it is collected, when somebody hangs up between two pieces.
    `headers` must tell the content-length: one that ends early could be taken for whole otherwise. It is sent within
    `opened`, whose refusal is the answer then; for `patience` see `pour`.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes],
        *,
        media_type: str,
        headers: dict[str, str],
        opened: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces
        self._opened = opened
        self._patience = patience

    def to_asgi_response(self, *_: Any, **told: Any) -> ASGIResponse:
        """What the framework sends."""
        answer = _Pouring(
            content_length=0,
            cookies=told.get("cookies") or (),
            headers={**(told.get("headers") or {}), **self.headers},
            iterator=self._pieces,
            media_type=self.media_type,
            status_code=self.status_code or told.get("status_code"),
        )
        answer.pieces, answer.opened, answer.patience = self._pieces, self._opened, self._patience
        return answer


class _Pouring(ASGIStreamingResponse):
    pieces: AsyncGenerator[bytes]
    opened: Callable[[], AbstractContextManager[None]]
    patience: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with contextlib.aclosing(self.pieces):
            with self.opened():
                await super().__call__(scope, receive, send)

    async def send_body(self, send: Send, receive: Receive) -> None:
        await pour(self.pieces, receive, send, patience=self.patience)


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
