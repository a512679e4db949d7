"""Indexes and checks of a migration, in the words of each engine.

Unique indexes are named after table and columns. Checks are constraints on PostgreSQL and triggers of the same name on
SQLite, which cannot add a constraint to a table that is there.
"""

from collections.abc import Sequence

from piccolo.engine import engine_finder

Index = tuple[str, tuple[str, ...], str]
"""A table, its columns, and the condition of a partial index or nothing."""
Check = tuple[str, str, str]
"""A table, the name of the check, and what holds for each row; `{row}` stands before each column."""


def constraint_statements(
    engine_type: str, *, unique: Sequence[Index] = (), indexes: Sequence[Index] = (), checks: Sequence[Check] = ()
) -> list[str]:
    """The statements that put these on the tables of an engine ('sqlite' or another)."""
    statements = []
    for kind, rows in (("UNIQUE INDEX uq", unique), ("INDEX ix", indexes)):
        for table, columns, where in rows:
            condition = f" WHERE {where}" if where else ""
            name = "_".join([table, *columns])
            statements.append(f"CREATE {kind}_{name} ON {table} ({', '.join(columns)}){condition}")
    for table, name, rule in checks:
        if engine_type != "sqlite":
            statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule.format(row='')})")
            continue
        for moment in ("INSERT", "UPDATE"):
            statements.append(
                f"CREATE TRIGGER {name}_{moment.lower()} AFTER {moment} ON {table}"
                f" WHEN NOT ({rule.format(row='NEW.')}) BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
    return statements


async def constrain(
    *, unique: Sequence[Index] = (), indexes: Sequence[Index] = (), checks: Sequence[Check] = ()
) -> None:
    """Put these on the tables of the bound engine. Raises RuntimeError when there is none."""
    engine = engine_finder()
    if engine is None:
        raise RuntimeError("No database engine")
    for statement in constraint_statements(engine.engine_type, unique=unique, indexes=indexes, checks=checks):
        await engine.run_ddl(statement)
