"""How a command comes to its settings, its database and its units of work, and what it says when it cannot."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from training.base.clock import system_clock
from training.base.database import Database, EmbeddedEngine, bind, execute, open_database
from training.base.database.migrating import missing
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import prefer_pinned_zones
from training.cli.saying import Failed, counted
from training.piccolo_app import TABLES
from training.reactions import REACTIONS
from training.settings import Settings, load_settings

T = TypeVar("T")
OPERATOR = Viewer.machine("cli")


def settings_or_fail() -> Settings:
    """The settings of this process. Raises Failed naming the variable that cannot be used."""
    try:
        return load_settings()
    except ValueError as error:
        raise Failed(f"A setting cannot be used: {error}.") from error


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end, with the pinned time zones."""
    prefer_pinned_zones()
    return asyncio.run(coroutine)


def works_of(settings: Settings) -> Works:
    """Units of work as the product opens them, noted in the journal as coming from the command line."""
    return Works(clock=system_clock, site=settings.site(), reactions=REACTIONS, origin="cli")


def shown_url(url: str) -> str:
    """The address of a database without its password, for people and logs."""
    parts = urlsplit(url)
    if parts.password is None:
        return urlunsplit(parts._replace(query="")) if parts.netloc else url
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}", query=""))


@asynccontextmanager
async def opened(settings: Settings, *, create: bool = False, migrated: bool = True) -> AsyncIterator[Database]:
    """The database, open and bound. Raises Failed when it cannot be reached, or lacks migrations.

    `create`: a SQLite file that is not there yet is made. `migrated=False`: any shape will do.
    """
    engine = await _started(settings, create=create)
    try:
        bind(engine, TABLES)
        if migrated and (behind := await missing(engine)):
            raise Failed(
                f"The database {shown_url(settings.database_url)} lacks {counted(len(behind), 'migration')}: "
                "run `training migrate` first."
            )
        yield engine
    finally:
        await engine.close_connection_pool()


async def _started(settings: Settings, *, create: bool) -> Database:
    url = settings.database_url
    try:
        engine = open_database(url, pool_size=settings.pool_size, synchronous=settings.sqlite_synchronous)
    except ValueError as error:
        raise Failed(f"TRAINING_DATABASE_URL: {error}.") from error
    if isinstance(engine, EmbeddedEngine) and not create and not Path(engine.path).exists():  # noqa: ASYNC240
        raise Failed(f"There is no database at {engine.path} yet: run `training migrate` first.")
    try:
        await engine.start_connection_pool()
        bind(engine, TABLES)
        await execute("SELECT 1 AS one")
    except (OSError, TimeoutError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        await engine.close_connection_pool()
        reason = str(error) or type(error).__name__
        raise Failed(f"The database {shown_url(url)} cannot be used: {reason}.") from error
    return engine
