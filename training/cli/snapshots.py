"""Reading one moment of a database while it is in use: nothing waits for us, and we see nothing half done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from training.base.database import Database, EmbeddedEngine
from training.base.database.sqlite import Connection

_BUSY_SECONDS = 10.0


@dataclass(frozen=True)
class _Reading:
    """What `fetch` and `execute` need of an open transaction."""

    connection: Any


@asynccontextmanager
async def snapshot(engine: Database) -> AsyncIterator[None]:
    """Inside, `fetch` and `execute` of this task read the database as it is now, and may not write.

    A unit of work would do too, but on SQLite it keeps everybody else from writing.
    """
    if isinstance(engine, EmbeddedEngine):
        reader = Connection(engine.path, ("query_only=1", "busy_timeout=10000"), _BUSY_SECONDS)
        try:
            await reader.execute("BEGIN")
            async with _current(engine, reader):
                yield
        finally:
            await reader.execute("ROLLBACK")
            reader.close()
        return
    connection = await engine.take_connection()
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True), _current(engine, connection):
            yield
    finally:
        await engine.give_back(connection)


@asynccontextmanager
async def _current(engine: Database, connection: Any) -> AsyncIterator[None]:
    # The engine sends statements to the connection of the transaction that is current in this task.
    current: ContextVar[Any] = engine.current_transaction
    token = current.set(_Reading(connection))
    try:
        yield
    finally:
        current.reset(token)
