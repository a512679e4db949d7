"""The same SQL gives the same structs on both engines."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from training.base.database import (
    Database,
    bound_engine,
    execute,
    fetch,
    fetch_one,
    for_update,
    marks,
    minutes_sql,
    watch_statements,
)
from training.base.database.postgres import PooledEngine, renumbered
from training.base.structs import Frozen

NOW = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC)


class Kept(Frozen, frozen=True, kw_only=True):
    """A row with every kind of value."""

    id: UUID
    name: str
    starts_on: date | None
    created_at: datetime
    version: int


async def add(number: int, name: str = "x", starts_on: date | None = None, at: datetime = NOW) -> UUID:
    key = UUID(int=number)
    await execute(
        "INSERT INTO program (id, slug, name, starts_on, created_at) VALUES ({}, {}, {}, {}, {})",
        key, f"p{number}", name, starts_on, at,
    )  # fmt: skip
    return key


SELECT = "SELECT id, name, starts_on, created_at, version FROM program"


@pytest.mark.usefixtures("database")
async def test_values_come_back_as_they_went() -> None:
    key = await add(1, "Ünïcödé \U0001f600 'quoted' \"twice\" {} ? $1 %s --", date(2026, 5, 31))
    found = await fetch_one(Kept, f"{SELECT} WHERE id = {{}}", key)
    assert found == Kept(
        id=key,
        name="Ünïcödé \U0001f600 'quoted' \"twice\" {} ? $1 %s --",
        starts_on=date(2026, 5, 31),
        created_at=NOW,
        version=1,
    )
    assert found is not None
    assert found.created_at.utcoffset() is not None


@pytest.mark.usefixtures("database")
async def test_nothing_and_several() -> None:
    assert await fetch_one(Kept, f"{SELECT} WHERE id = {{}}", UUID(int=9)) is None
    assert await fetch(Kept, SELECT) == []
    keys = [await add(number) for number in (1, 2, 3)]
    some = await fetch(Kept, f"{SELECT} WHERE id IN ({marks(keys[:2])}) ORDER BY id", *keys[:2])
    assert [row.id for row in some] == keys[:2]
    assert await fetch(Kept, f"{SELECT} WHERE id IN ({marks([])})") == []


@pytest.mark.usefixtures("database")
async def test_instants_compare_across_zones_and_microseconds() -> None:
    early = datetime(2026, 5, 4, 11, 0, 0, 123455, tzinfo=UTC)
    await add(1, at=early)
    await add(2, at=datetime.fromisoformat("2026-05-04T13:00:00.123457+02:00"))
    later = await fetch(Kept, f"{SELECT} WHERE created_at > {{}} ORDER BY id", early)
    assert [row.id for row in later] == [UUID(int=2)]
    assert later[0].created_at == datetime(2026, 5, 4, 11, 0, 0, 123457, tzinfo=UTC)


@pytest.mark.usefixtures("database")
async def test_statements_are_watched_and_then_not_any_more() -> None:
    with watch_statements() as seen:
        await fetch(Kept, SELECT)
    await fetch(Kept, SELECT)
    assert seen == [SELECT]
    assert bound_engine().observers == []


def test_placeholders_are_numbered() -> None:
    assert renumbered("a = {} AND b = {}", 2) == "a = $3 AND b = $4"
    assert renumbered("nothing", 5) == "nothing"
    assert marks([1, 2, 3]) == "{}, {}, {}"


async def test_a_lock_is_taken_where_there_are_any(database: Database) -> None:
    taken = isinstance(database, PooledEngine)
    assert for_update() == (" FOR UPDATE" if taken else "")
    assert for_update("s") == (" FOR UPDATE OF s" if taken else "")


class Lasted(Frozen, frozen=True, kw_only=True):
    """How long something took."""

    minutes: int


@pytest.mark.usefixtures("database")
async def test_whole_minutes_from_one_column_to_another() -> None:
    start = NOW.replace(microsecond=0)
    end = start + timedelta(days=1, minutes=105)
    first, second = await add(1, at=start), await add(2, at=end)
    sql = f"SELECT {minutes_sql('a.created_at', 'b.created_at')} AS minutes FROM program a, program b"
    found = await fetch_one(Lasted, f"{sql} WHERE a.id = {{}} AND b.id = {{}}", first, second)
    assert found == Lasted(minutes=1545)
