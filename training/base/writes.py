"""Writes that wait for the end of a unit of work and then go to the database in one round trip.

Why they wait: every round trip between taking a lock and the commit is made while others queue for that lock.
Inserts are grouped per table in order of first use; changes of one row are merged, because parts of one
PostgreSQL statement must not touch the same row twice.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import JSON, JSONB
from piccolo.table import Table

from training.base.database.reading import bound_engine
from training.base.structs import Frozen

_ROWS_PER_INSERT = 200


class Add(Frozen, frozen=True, kw_only=False):
    """In a change: add to the column instead of setting it."""

    amount: int


class _Plan(Frozen, frozen=True, kw_only=True):
    """What is written for a table: its columns in order, their defaults, which of them hold JSON."""

    name: str
    columns: tuple[str, ...]
    defaults: dict[str, Any]
    json: frozenset[str]


@cache
def _plan(table: type[Table]) -> _Plan:
    columns = table._meta.columns
    return _Plan(
        name=table._meta.tablename,
        columns=tuple(c._meta.db_column_name for c in columns),
        defaults={c._meta.db_column_name: c.get_default_value() for c in columns},
        json=frozenset(c._meta.db_column_name for c in columns if isinstance(c, JSON | JSONB)),
    )


def _stored(plan: _Plan, column: str, value: Any) -> Any:
    if column in plan.json and value is not None and not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    if isinstance(value, Enum):
        return value.value
    return value


def _checked(plan: _Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - set(plan.columns):
        raise ValueError(f"{plan.name} has no column {', '.join(sorted(unknown))}")
    return {column: _stored(plan, column, value) for column, value in values.items()}


class Writes:
    """Inserts and changes not yet sent."""

    def __init__(self) -> None:
        self._inserts: dict[type[Table], dict[Any, dict[str, Any]]] = {}
        self._changes: dict[type[Table], dict[Any, dict[str, Any]]] = {}

    def add(self, table: type[Table], values: Mapping[str, Any]) -> None:
        """Insert a row. Columns left out get the default written in the table; `id` must be given."""
        plan = _plan(table)
        row = {**plan.defaults, **_checked(plan, values)}
        self._inserts.setdefault(table, {})[row["id"]] = row

    def change(self, table: type[Table], key: UUID | str, values: Mapping[str, Any]) -> None:
        """Change a row by its id; a later change of the same column wins, `Add`s add up."""
        plan = _plan(table)
        waiting = self._inserts.get(table, {}).get(key)
        target = waiting if waiting is not None else self._changes.setdefault(table, {}).setdefault(key, {})
        for column, value in _checked(plan, values).items():
            known = target.get(column)
            if isinstance(value, Add) and isinstance(known, Add):
                value = Add(known.amount + value.amount)
            elif isinstance(value, Add) and known is not None:
                value = known + value.amount
            target[column] = value

    async def send(self) -> None:
        """Send everything and forget it."""
        statements = self._insert_statements() + self._change_statements()
        self._inserts, self._changes = {}, {}
        if statements:
            await bound_engine().run_batch(statements)

    def _insert_statements(self) -> list[tuple[str, list[Any]]]:
        statements = []
        for table, rows in self._inserts.items():
            plan = _plan(table)
            one = f"({', '.join(['{}'] * len(plan.columns))})"
            head = f"INSERT INTO {plan.name} ({', '.join(_quoted(c) for c in plan.columns)}) VALUES "
            everything = list(rows.values())
            for start in range(0, len(everything), _ROWS_PER_INSERT):
                some = everything[start : start + _ROWS_PER_INSERT]
                statements.append((head + ", ".join([one] * len(some)), [row[c] for row in some for c in plan.columns]))
        return statements

    def _change_statements(self) -> list[tuple[str, list[Any]]]:
        statements = []
        for table, changes in self._changes.items():
            plan = _plan(table)
            for key, values in changes.items():
                if not values:
                    continue
                parts = [
                    f"{_quoted(c)} = {_quoted(c)} + {{}}" if isinstance(v, Add) else f"{_quoted(c)} = {{}}"
                    for c, v in values.items()
                ]
                args = [v.amount if isinstance(v, Add) else v for v in values.values()]
                statements.append((f"UPDATE {plan.name} SET {', '.join(parts)} WHERE id = {{}}", [*args, key]))
        return statements


def _quoted(column: str) -> str:
    return f'"{column}"'
