"""Reading: SQL with `{}` for values -> frozen structs. The same text runs on both engines.

Rules that keep it so: no CAST of parameters, no `{} IS NULL` (build the text instead), NULLS LAST said aloud,
times only compared with parameters, search on folded columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, LiteralString, TypeVar

import msgspec
from piccolo.table import Table

from training.base.database.postgres import PooledEngine, renumbered
from training.base.database.sqlite import EmbeddedEngine

T = TypeVar("T")
AnyEngine = EmbeddedEngine | PooledEngine


class _Bound:
    """The engine of this process. Piccolo keeps it on every table; we keep it here for plain SQL."""

    engine: AnyEngine | None = None


def bind(engine: AnyEngine, tables: Iterable[type[Table]]) -> None:
    """Give the engine to every table and to `fetch`. Called once by a composition root, or by a test."""
    _Bound.engine = engine
    for table in tables:
        table._meta.db = engine


def bound_engine() -> AnyEngine:
    """The engine in use. Raises RuntimeError before `bind`."""
    if _Bound.engine is None:
        raise RuntimeError("No database is bound")
    return _Bound.engine


@lru_cache(maxsize=2048)
def _numbered(sql: str) -> str:
    return renumbered(sql, 0)


@lru_cache(maxsize=2048)
def _questioned(sql: str) -> str:
    return sql.replace("{}", "?")


async def execute(sql: str, *args: Any) -> list[dict[str, Any]]:
    """Run one statement and return plain rows. Values differ by engine: prefer `fetch`."""
    engine = bound_engine()
    text = _numbered(sql) if isinstance(engine, PooledEngine) else _questioned(sql)
    return await engine.run_text(text, args)


async def glance(sql: str, *args: Any) -> list[dict[str, Any]]:
    """`execute` for a read of very few rows by an index that very many ask for: in SQLite it takes the shortest way."""
    engine = bound_engine()
    if isinstance(engine, EmbeddedEngine):
        return await engine.glance(_questioned(sql), args)
    return await engine.run_text(_numbered(sql), args)


async def fetch(shape: type[T], sql: str, *args: Any) -> list[T]:
    """All rows as structs of `shape`. Instants come back aware, in UTC."""
    return msgspec.convert(await execute(sql, *args), type=list[shape], strict=False)  # type: ignore[valid-type]


async def fetch_one(shape: type[T], sql: str, *args: Any) -> T | None:
    """The first row as a struct, or None."""
    rows = await execute(sql, *args)
    return msgspec.convert(rows[0], type=shape, strict=False) if rows else None


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as values: `f"id IN ({marks(ids)})"`. An empty list gives NULL, which matches nothing."""
    return ", ".join(["{}"] * len(values)) or "NULL"


def for_update(alias: str = "") -> str:
    """The clause that takes a row's lock; empty on SQLite, whose units of work are alone anyway."""
    if isinstance(bound_engine(), EmbeddedEngine):
        return ""
    return f" FOR UPDATE OF {alias}" if alias else " FOR UPDATE"


def for_change(alias: str) -> str:
    """The clause that takes a row's lock while others may still refer to the row by its key; empty on SQLite, whose
    units of work are alone anyway."""
    return "" if isinstance(bound_engine(), EmbeddedEngine) else f" FOR NO KEY UPDATE OF {alias}"


def for_share(alias: str) -> str:
    """The clause that keeps a row from changing until the end of the work, while others may share it; empty on SQLite,
    whose units of work are alone anyway."""
    return "" if isinstance(bound_engine(), EmbeddedEngine) else f" FOR SHARE OF {alias}"


def minutes_sql(start: LiteralString, end: LiteralString) -> LiteralString:
    """The whole minutes from the instant in one column to that in another, as an expression of the engine in use."""
    if isinstance(bound_engine(), EmbeddedEngine):
        return f"CAST(round((julianday({end}) - julianday({start})) * 1440) AS INTEGER)"
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) / 60 AS INTEGER)"


@contextmanager
def watch_statements() -> Iterator[list[str]]:
    """Collect the text of every statement run meanwhile (a batch is one round trip and counts as one)."""
    seen: list[str] = []
    engine = bound_engine()
    engine.observers.append(seen.append)
    try:
        yield seen
    finally:
        engine.observers.remove(seen.append)
