"""The access log: who opened what, once an hour."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.handed import Handed, handed
from tests.materials.made import learner
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.materials.actions.opening import Opening, Way, log_openings, opening_of
from training.materials.queries.showing import find_file
from training.materials.storage.keeping import Storage


@pytest.fixture
async def file(works: Works, clock: FrozenClock, tmp_path: Any) -> Handed:
    return await handed(works, await make_day(works, clock), Storage(str(tmp_path)))


def opening(file: Handed, **more: Any) -> Opening:
    return Opening(
        **{
            "material_id": file.material_id,
            "version_id": file.version_id,
            "variant_id": file.variant_id,
            "session_id": file.day.session_id,
            "way": Way.DOWNLOAD,
            **more,
        }
    )


async def logged() -> list[dict[str, Any]]:
    return await execute("SELECT person_id, variant_id, enrollment_id, way, at FROM material_opening ORDER BY at, id")


async def test_the_same_in_the_same_hour_is_written_down_once(works: Works, clock: FrozenClock, file: Handed) -> None:
    who = learner(file.day)
    for _ in range(3):
        await log_openings(works, who, [opening(file), opening(file)])
        clock.move(minutes=5)
    assert len(await logged()) == 1
    clock.move(hours=1)
    await log_openings(works, who, [opening(file)])
    assert len(await logged()) == 2


async def test_another_way_person_place_or_variant_is_another(works: Works, file: Handed) -> None:
    day = file.day
    for who, what in (
        (learner(day), opening(file)),
        (learner(day), opening(file, way=Way.PREVIEW)),
        (learner(day), opening(file, variant_id=None, way=Way.PAGE)),
        (learner(day), opening(file, enrollment_id=day.enrollments[0])),
        (learner(day, 1), opening(file)),
        (ANONYMOUS, opening(file)),
    ):
        await log_openings(works, who, [what])
    rows = await logged()
    assert len(rows) == 6
    assert sum(row["person_id"] is None for row in rows) == 1


async def test_at_once_it_is_written_down_once(works: Works, file: Handed) -> None:
    await asyncio.gather(*(log_openings(works, learner(file.day), [opening(file)]) for _ in range(5)))
    assert len(await logged()) == 1


async def test_what_is_known_costs_one_statement_and_no_transaction(works: Works, file: Handed) -> None:
    await log_openings(works, learner(file.day), [opening(file)])
    with watch_statements() as seen:
        await log_openings(works, learner(file.day), [opening(file)])
    assert len(seen) == 1


async def test_many_at_once(works: Works, file: Handed) -> None:
    many = [opening(file, way=Way.ARCHIVE), *(opening(file, way=way) for way in Way)]
    await log_openings(works, learner(file.day), many)
    assert sorted(row["way"] for row in await logged()) == sorted(way.value for way in Way)
    await log_openings(works, learner(file.day), [])
    assert len(await logged()) == 5


async def test_what_is_seen_is_what_is_opened(works: Works, file: Handed) -> None:
    who = learner(file.day)
    seen = await find_file(who, file.variant_id, works.clock(), session_id=file.day.session_id)
    place = UUID(str(file.day.enrollments[0]))
    assert opening_of(seen, Way.DOWNLOAD) == opening(file, enrollment_id=place)
