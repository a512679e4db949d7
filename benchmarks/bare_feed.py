"""The limit of a feed: an ASGI app that does one indexed read by the bare driver and answers the same bytes."""

import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg

_BODY = Path(os.environ.get("BARE_BODY", os.devnull)).read_bytes()
_URL = os.environ.get("BARE_DATABASE", "")
_ETAG = b'"' + hashlib.sha256(_BODY).hexdigest()[:32].encode() + b'"'
# The same headers as the product's, so that the whole answers are the same bytes.
_SHARED = [(b"cache-control", b"private, no-cache"), (b"vary", b"accept-encoding"), (b"etag", _ETAG)]
_WHOLE = [
    *_SHARED,
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
    (b"last-modified", b"Mon, 04 May 2026 09:00:00 GMT"),
    (b"content-type", b"text/calendar; charset=utf-8"),
    (b"content-length", str(len(_BODY)).encode()),
]
_SQL = "SELECT id, mark, version FROM feed WHERE secret_hash = "


class Driver:
    """One read of the feed's row, by the driver alone. SQLite is read where it stands: no thread is in between."""

    def __init__(self) -> None:
        self._pool: Any = None
        self._raw: sqlite3.Connection | None = None

    async def read(self, secret: str) -> Any:
        """The row of the secret."""
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        if _URL.startswith("sqlite"):
            if self._raw is None:
                self._raw = sqlite3.connect(_URL.removeprefix("sqlite:///"), isolation_level=None)
            return self._raw.execute(_SQL + "?", (hashed,)).fetchone()
        if self._pool is None:
            self._pool = await asyncpg.create_pool(_URL, min_size=1, max_size=8)
        async with self._pool.acquire() as connection:
            return await connection.fetchrow(_SQL + "$1", hashed)


_driver = Driver()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read one row, answer the bytes; 304 to whoever has them."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] != "/":
        await _driver.read(scope["path"].removeprefix("/calendars/").removesuffix(".ics"))
    known = any(name == b"if-none-match" and value == _ETAG for name, value in scope["headers"])
    await send(
        {"type": "http.response.start", "status": 304 if known else 200, "headers": _SHARED if known else _WHOLE}
    )
    await send({"type": "http.response.body", "body": b"" if known else _BODY})
