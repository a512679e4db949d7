"""Everybody's mailbox: clients ask it for the newest mail that asks an address to confirm, and get its link."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tests.booking.fire.hands import Letter
from tests.booking.fire.haste import SERVED_KEY
from training.base.database import execute
from training.outbox.rules import thaw

_NEWEST = (
    'SELECT m."values" AS said, CAST(e.id AS TEXT) AS enrollment_id, CAST(e.session_id AS TEXT) AS session_id'
    " FROM person p JOIN message m ON m.person_id = p.id AND m.kind = 'booking-confirm'"
    " JOIN enrollment e ON m.topic = {} || CAST(e.id AS TEXT) AND e.person_id = p.id"
    " WHERE p.email = {} ORDER BY m.id DESC LIMIT 1"
)


async def read(email: str) -> Letter:
    """The newest mail to an address that asks to confirm; an empty one when there is none."""
    rows = await execute(_NEWEST, "enrollment:", email)
    if not rows:
        return Letter()
    said: Any = rows[0]["said"]
    values = msgspec.json.decode(said) if isinstance(said, str) else said
    link = str(thaw(values["link"], "", SERVED_KEY))
    return Letter(
        token=link.rpartition("/")[2], enrollment_id=rows[0]["enrollment_id"], session_id=rows[0]["session_id"]
    )


@asynccontextmanager
async def mailbox() -> AsyncIterator[int]:
    """Answers on a port while it lasts: an address as a line, the letter as a line of JSON."""
    readers: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        readers.add(writer)
        email = (await reader.readline()).decode().strip()
        writer.write(msgspec.json.encode(await read(email)) + b"\n")
        await writer.drain()
        writer.close()
        readers.discard(writer)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for writer in readers:
            writer.close()
        await server.wait_closed()
