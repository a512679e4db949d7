"""Rows out of a live database into an archive, and from an archive into an empty database."""

import sqlite3
import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import msgspec

from training.base.database import Database, EmbeddedEngine, PooledEngine, execute
from training.base.database.failures import translated
from training.cli.archives import Layout, Manifest, Row, layouts, read_rows
from training.cli.saying import Advance, Failed
from training.cli.snapshots import snapshot

_ROWS_AT_ONCE = 2_000
_NO_LIMIT = 86_400.0


class Source(Protocol):
    """One moment of a database."""

    async def count(self, layout: Layout) -> int:
        """How many rows a table has."""
        ...

    def chunks(self, layout: Layout) -> AsyncIterator[Sequence[Row]]:
        """The rows of a table, in chunks."""
        ...

    async def migrations(self) -> tuple[str, ...]:
        """The names of the migrations it has seen."""
        ...


_MIGRATIONS = "SELECT name FROM migration WHERE app_name = 'training' ORDER BY name"


@asynccontextmanager
async def source_of(engine: Database, target: Path) -> AsyncIterator[Source]:
    """The database as it is now, while others go on writing.

    SQLite: a copy by VACUUM INTO, beside the target, checked and thrown away; copying the file would miss what is
    still in the write-ahead log. PostgreSQL: one read-only transaction.
    """
    if isinstance(engine, PooledEngine):
        async with snapshot(engine):
            yield _Transaction(engine)
        return
    copy = target.with_name(f".{target.name}.copy.sqlite")
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(engine.path)) as live:
            live.execute("PRAGMA busy_timeout=10000")
            live.execute("VACUUM INTO ?", [str(copy)])
        copy.chmod(0o600)
        with closing(sqlite3.connect(copy)) as raw:
            if (verdict := raw.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise Failed(f"The database is damaged, so nothing was written: {verdict}.")
            yield _Copy(raw)
    finally:
        copy.unlink(missing_ok=True)


def _select(layout: Layout) -> str:
    names = ", ".join(f'"{name}"' for name in layout.columns)
    return f'SELECT {names} FROM "{layout.name}" ORDER BY id'


def _select_text(layout: Layout) -> str:
    """The same of SQLite, where a document that is nothing but a number has become that number: as text again."""
    kept = [f'CAST("{name}" AS TEXT)' if name in layout.documents else f'"{name}"' for name in layout.columns]
    return f'SELECT {", ".join(kept)} FROM "{layout.name}" ORDER BY id'


class _Copy:
    """A private copy of a SQLite file."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    async def count(self, layout: Layout) -> int:
        return int(self._raw.execute(f'SELECT COUNT(*) FROM "{layout.name}"').fetchone()[0])

    async def migrations(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self._raw.execute(_MIGRATIONS))

    async def chunks(self, layout: Layout) -> AsyncIterator[Sequence[Row]]:
        cursor = self._raw.execute(_select_text(layout))
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            # SQLite knows neither instants nor yes and no: text and numbers become what the column means.
            yield msgspec.convert(rows, list[layout.shape], strict=False)  # type: ignore[name-defined]


class _Transaction:
    """The open transaction of a PostgreSQL connection."""

    def __init__(self, engine: PooledEngine) -> None:
        self._engine = engine

    async def count(self, layout: Layout) -> int:
        return int((await execute(f'SELECT COUNT(*) AS number FROM "{layout.name}"'))[0]["number"])

    async def migrations(self) -> tuple[str, ...]:
        return tuple(row["name"] for row in await execute(_MIGRATIONS))

    async def chunks(self, layout: Layout) -> AsyncIterator[Sequence[Row]]:
        current = self._engine.current_transaction.get()
        if current is None:
            raise RuntimeError("Reading needs the transaction of the snapshot")
        cursor = await current.connection.cursor(_select(layout))
        while records := await cursor.fetch(_ROWS_AT_ONCE):
            yield [_exact(layout, record) for record in records]


def _exact(layout: Layout, record: Any) -> Row:
    """PostgreSQL's REAL has seven digits; as a longer number it would grow digits that nobody wrote."""
    row = list(record)
    for number in layout.reals:
        if row[number] is not None:
            row[number] = float(f"{row[number]:.7g}")
    return row


async def not_empty() -> list[str]:
    """The names of tables that hold rows."""
    return [layout.name for layout in layouts() if await execute(f'SELECT 1 AS one FROM "{layout.name}" LIMIT 1')]


async def lock_everything(engine: Database) -> None:
    """Keep everybody else out until the open transaction ends (SQLite's transaction does that already)."""
    if isinstance(engine, PooledEngine):
        names = ", ".join(f'"{layout.name}"' for layout in layouts())
        await execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


async def empty_everything() -> None:
    """Delete every row, in the order that references allow."""
    for layout in reversed(layouts()):
        for column in layout.own_references:
            await execute(f'UPDATE "{layout.name}" SET "{column}" = NULL WHERE "{column}" IS NOT NULL')
        await execute(f'DELETE FROM "{layout.name}"')


async def load_everything(engine: Database, archive: zipfile.ZipFile, manifest: Manifest, advance: Advance) -> None:
    """Insert every row of an archive in the open transaction. Raises Failed when a table ends with another count."""
    if isinstance(engine, EmbeddedEngine):
        # A partner may stand before its parent.
        await execute("PRAGMA defer_foreign_keys = ON")
    expected = {table.name: table.rows for table in manifest.tables}
    for layout in layouts():
        rows = read_rows(archive, layout, advance)
        if isinstance(engine, PooledEngine):
            await _copy_in(engine, layout, rows)
        else:
            await _insert(engine, layout, rows)
        found = (await execute(f'SELECT COUNT(*) AS number FROM "{layout.name}"'))[0]["number"]
        if found != expected[layout.name]:
            raise Failed(f"{layout.name} has {found} rows and should have {expected[layout.name]}; nothing was kept.")


async def _copy_in(engine: PooledEngine, layout: Layout, rows: Iterator[Row]) -> None:
    current = engine.current_transaction.get()
    if current is None:
        raise RuntimeError("Loading needs an open transaction")
    with translated():
        await current.connection.copy_records_to_table(
            layout.name, records=rows, columns=list(layout.columns), timeout=_NO_LIMIT
        )


async def _insert(engine: EmbeddedEngine, layout: Layout, rows: Iterator[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in layout.columns)
    marks = ", ".join("?" * len(layout.columns))
    statement = f'INSERT INTO "{layout.name}" ({names}) VALUES ({marks})'
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        await engine.writer.execute_all([(statement, row) for row in chunk])
