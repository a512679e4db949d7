"""What a database can answer besides rows, told alike for both engines."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg


class Busy(Exception):
    """The transaction lost a race (40001, 40P01, SQLITE_BUSY) and may simply be run again."""


class Duplicate(Exception):
    """A unique index refused a row. `constraint` is its name: `uq_<table>_<column>_<column>`."""

    def __init__(self, constraint: str) -> None:
        self.constraint = constraint
        super().__init__(constraint)


class Broken(Exception):
    """A check or a foreign key refused a row. `constraint` is its name where the engine tells it."""

    def __init__(self, constraint: str) -> None:
        self.constraint = constraint
        super().__init__(constraint)


_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)")
_SQLITE_INDEX = re.compile(r"index '(?P<name>\w+)'")
_SQLITE_BUSY = ("database is locked", "database table is locked", "database is busy")


@contextmanager
def translated() -> Iterator[None]:
    """Turn both drivers' refusals into Busy, Duplicate and Broken; everything else passes unchanged."""
    try:
        yield
    except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError) as error:
        raise Busy(str(error)) from error
    except asyncpg.UniqueViolationError as error:
        raise Duplicate(error.constraint_name or "") from error
    except (asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError) as error:
        raise Broken(error.constraint_name or "") from error
    except sqlite3.IntegrityError as error:
        raise _of_sqlite(str(error)) from error
    except sqlite3.OperationalError as error:
        if any(words in str(error) for words in _SQLITE_BUSY):
            raise Busy(str(error)) from error
        raise


def _of_sqlite(message: str) -> Exception:
    """SQLite names the columns of a unique index, so our indexes are named after their columns."""
    if named := _SQLITE_INDEX.search(message):
        return Duplicate(named["name"])
    if found := _SQLITE_UNIQUE.search(message):
        columns = [part.strip() for part in found["columns"].split(",")]
        table = columns[0].split(".")[0]
        return Duplicate("_".join(["uq", table, *(c.split(".")[1] for c in columns)]))
    return Broken(message)
