"""A calendar server of somebody else, on loopback: says exactly what it is told to, and remembers who asked."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from training.base.structs import Frozen
from training.schedule.fetcher import Reach

# What stands for the public internet, and what for our own network.
OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260501T000000Z\r\n"
    b"SUMMARY:Dentist\r\nDTSTART:20260511T080000Z\r\nDTEND:20260511T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
Reply = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


class Asked(Frozen, frozen=True, kw_only=True):
    """One request as it came."""

    path: str
    headers: dict[str, str]


class Elsewhere:
    """A server at one address: `replies` by path; everything else is 404."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: dict[str, Reply] = {}
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = (line.partition(": ") for line in head[1:] if line)
            request = Asked(path=head[0].split(" ")[1], headers={name.lower(): value for name, _, value in pairs})
            self.asked.append(request)
            await self.replies.get(request.path, says(404))(request, writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def reach(self, *machines: str, **more: object) -> Reach:
        """As the product reaches out, with this server as the whole internet; names lead to `machines`."""

        async def resolve(_host: str, _port: int) -> tuple[str, ...]:
            return machines or (OUTSIDE,)

        values = {"resolve": resolve, "public": OUTSIDE.__eq__, "plain": True, "port": self.port, "seconds": 5.0}
        return Reach(**(values | more))  # type: ignore[arg-type]


@asynccontextmanager
async def elsewhere(
    machine: str = OUTSIDE, port: int = 0, certificates: ssl.SSLContext | None = None
) -> AsyncIterator[Elsewhere]:
    """The server while it runs."""
    made = Elsewhere()
    server = await asyncio.start_server(made.serve, machine, port, ssl=certificates)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def says(status: int, body: bytes = b"", **headers: str) -> Reply:
    """A reply that is always the same; `content_length` and the like are headers."""

    async def reply(_request: Asked, writer: asyncio.StreamWriter) -> None:
        told = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"HTTP/1.1 {status} Said\r\n{head}connection: close\r\n\r\n".encode("latin-1") + body)

    return reply


def packed(body: bytes, **headers: str) -> Reply:
    """The same, packed by gzip, although its type says nothing of it."""
    return says(200, gzip.compress(body), content_encoding="gzip", **headers)


def sends_raw(*pieces: bytes, pause: float = 0) -> Reply:
    """Bytes as they are, with a pause before each."""

    async def reply(_request: Asked, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return reply


def unless_changed(body: bytes, etag: str = '"1"', modified: str = "Mon, 04 May 2026 08:00:00 GMT") -> Reply:
    """A reply that is 304 to whoever knows this version."""

    async def reply(request: Asked, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("if-none-match") == etag or request.headers.get("if-modified-since") == modified
        versions = {name: value for name, value in (("etag", etag), ("last_modified", modified)) if value}
        await says(304 if known else 200, b"" if known else body, **versions)(request, writer)

    return reply
