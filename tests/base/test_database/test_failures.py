"""What the drivers say, in our words, alike for both engines."""

import sqlite3

import asyncpg
import pytest

from tests.conftest import SITE, FrozenClock
from training.base.database import Broken, Busy, Database, Duplicate
from training.base.database.failures import translated
from training.base.structs import Viewer
from training.base.work import Work, Works


@pytest.mark.parametrize(
    ("raised", "told", "constraint"),
    [
        (sqlite3.OperationalError("database is locked"), Busy, None),
        (sqlite3.OperationalError("database table is locked: x"), Busy, None),
        (asyncpg.SerializationError("40001"), Busy, None),
        (asyncpg.DeadlockDetectedError("40P01"), Busy, None),
        (asyncpg.LockNotAvailableError("55P03"), Busy, None),
        (sqlite3.IntegrityError("UNIQUE constraint failed: program.slug"), Duplicate, "uq_program_slug"),
        (
            sqlite3.IntegrityError("UNIQUE constraint failed: room.venue_id, room.name"),
            Duplicate,
            "uq_room_venue_id_name",
        ),
        (sqlite3.IntegrityError("UNIQUE constraint failed: index 'uq_x'"), Duplicate, "uq_x"),
        (sqlite3.IntegrityError("FOREIGN KEY constraint failed"), Broken, "FOREIGN KEY constraint failed"),
        (sqlite3.IntegrityError("ck_session_places"), Broken, "ck_session_places"),
        (asyncpg.UniqueViolationError("x"), Duplicate, ""),
        (asyncpg.CheckViolationError("x"), Broken, ""),
        (asyncpg.ForeignKeyViolationError("x"), Broken, ""),
    ],
)
def test_refusals_of_the_drivers(raised: Exception, told: type[Exception], constraint: str | None) -> None:
    with pytest.raises(told) as caught, translated():
        raise raised
    assert caught.value.__cause__ is raised
    assert getattr(caught.value, "constraint", None) == constraint


@pytest.mark.parametrize("raised", [sqlite3.OperationalError("no such table: x"), ValueError("x"), OSError("x")])
def test_everything_else_passes_unchanged(raised: Exception) -> None:
    with pytest.raises(type(raised)) as caught, translated():
        raise raised
    assert caught.value is raised


async def test_both_engines_name_a_unique_index_alike(database: Database) -> None:
    assert database is not None
    seen: list[str] = []

    async def twice(work: Work) -> None:
        statement = "INSERT INTO person (id, email, created_at) VALUES ({}, 'a@b.example', {})"
        try:
            for _ in range(2):
                await work.execute(statement, work.new_id(), work.now)
        except Duplicate as error:
            seen.append(error.constraint)

    try:
        await Works(clock=FrozenClock(), site=SITE, reactions={}).run(Viewer.machine("test"), twice)
    except Exception as error:  # noqa: BLE001 - PostgreSQL refuses to commit after an error, SQLite does not
        assert seen, error
    assert seen == ["uq_person_email"]
