"""A fresh database has exactly the tables of the code; what breaks half-way leaves nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    Date,
    Integer,
    Real,
    SmallInt,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import Column

from tests.postgres import postgres_server
from training.base.database import Database, PooledEngine, open_database
from training.base.database.migrating import migrate, missing
from training.piccolo_app import TABLES

# What each engine calls the type of a column. A foreign key has the type of what it points to.
POSTGRES: dict[type[Column], str] = {
    UUID: "uuid", Varchar: "character varying", Text: "text", Integer: "integer", SmallInt: "smallint",
    Boolean: "boolean", Timestamptz: "timestamp with time zone", Timestamp: "timestamp without time zone",
    Date: "date", JSONB: "jsonb", Real: "real", BigInt: "bigint",
}  # fmt: skip


@pytest.fixture
async def fresh(engine_name: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An opened database in which nothing is yet."""
    if engine_name == "postgresql":
        with postgres_server() as dsn:
            engine = open_database(dsn, pool_size=3)
            await engine.start_connection_pool()
            yield engine
            await engine.close_connection_pool()
    else:
        engine = open_database(f"sqlite:///{tmp_path}/fresh.sqlite")
        await engine.start_connection_pool()
        yield engine
        await engine.close_connection_pool()


async def tables_in(engine: Database) -> set[str]:
    if isinstance(engine, PooledEngine):
        rows = await engine.run_text("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    else:
        rows = await engine.run_text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {row["name"] for row in rows}


async def columns_in(engine: Database, table: str) -> dict[str, tuple[str, bool]]:
    """Name -> (type, may be null), as the database tells them."""
    if isinstance(engine, PooledEngine):
        rows = await engine.run_text(
            "SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS empty"
            " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
            [table],
        )
    else:
        rows = await engine.run_text('SELECT name, type, "notnull" = 0 AS empty, pk FROM pragma_table_info(?)', [table])
    return {row["name"]: (row["type"].lower(), bool(row["empty"])) for row in rows}


def type_in_code(column: Column, engine: Database) -> str:
    target = column
    while hasattr(target, "_foreign_key_meta"):
        target = target._foreign_key_meta.resolved_references._meta.primary_key
    if isinstance(engine, PooledEngine):
        return next(name for kind, name in POSTGRES.items() if type(target) is kind)
    return str(column.column_type).lower()


async def test_a_fresh_database_is_the_tables_of_the_code(fresh: Database) -> None:
    assert await missing(fresh) != []
    applied = await migrate(fresh)
    assert (await missing(fresh), await migrate(fresh)) == ([], [])
    assert len(applied) >= 2
    assert await tables_in(fresh) == {table._meta.tablename for table in TABLES} | {"migration"}
    for table in TABLES:
        told = await columns_in(fresh, table._meta.tablename)
        wanted = {
            column._meta.db_column_name: (type_in_code(column, fresh), column._meta.null)
            for column in table._meta.columns
        }
        primary = table._meta.primary_key._meta.db_column_name
        # SQLite calls a primary key of text nullable although it is looked up by it; nobody writes one without.
        told[primary] = (told[primary][0], False)
        wanted[primary] = (wanted[primary][0], False)
        assert told == wanted, table._meta.tablename


async def test_what_breaks_half_way_leaves_nothing(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second migration of the history raises after its first statements; not even the first one stays."""
    run = MigrationManager.run
    count = 0

    async def run_and_break(self: MigrationManager, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        outcome = await run(self, *args, **kwargs)
        if count == 2:
            raise RuntimeError("the power went")
        return outcome

    monkeypatch.setattr(MigrationManager, "run", run_and_break)
    with pytest.raises((RuntimeError, SystemExit)):
        await migrate(fresh)
    assert await tables_in(fresh) <= {"migration"}
    monkeypatch.undo()
    assert len(await migrate(fresh)) >= 2
    assert await missing(fresh) == []
