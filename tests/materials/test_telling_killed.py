"""Workers are killed with -9 while they tell of changed materials: everybody is told, once."""

import asyncio
import random
import subprocess
import sys
from datetime import timedelta

from tests.materials.prepared import follow, prepare, publish
from tests.reminders.made import enrolled_scene
from training.base.clock import system_clock
from training.base.database import execute
from training.base.work import Works

COURSES, CROWD, FEW = 12, 60, 3
KILLS = 3


async def _changed(works: Works, number: int, people: int) -> None:
    scene = await enrolled_scene(works, *range(people), size=people, capacity_in_person=people, tag=f"-{number}")
    material_id = await prepare(works, scene)
    for person in range(people):
        await follow(works, scene, person)
    await publish(works, scene, material_id)


async def _left() -> int:
    """How much is still to be done: versions to tell of, and messages to many to make."""
    (row,) = await execute(
        "SELECT (SELECT count(*) FROM material_version WHERE told_at IS NULL)"
        " + (SELECT count(*) FROM fan_out WHERE state = 'waiting') AS number"
    )
    return int(row["number"])


async def _until_fewer(left: int) -> None:
    """Wait until less is left than so much."""
    while await _left() >= left:  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.001)


async def test_each_is_told_once(works: Works, database_url: str) -> None:
    """The first course has so many followers that the worker makes their messages in steps."""
    for number in range(COURSES):
        await _changed(works, number, FEW if number else CROWD)
    # The worker has a clock of its own: nothing is due before it has begun.
    await execute("UPDATE material_version SET published_at = {} WHERE number = 2", system_clock() + timedelta(days=1))
    chance, due = random.Random(1), system_clock() - timedelta(hours=1)
    await execute("UPDATE material_follow SET created_at = {}", due - timedelta(hours=1))
    left, middle = COURSES, 0
    for number in range(KILLS + 1):
        worker = await asyncio.to_thread(_begin, database_url)
        try:
            await execute("UPDATE material_version SET published_at = {} WHERE number = 2 AND told_at IS NULL", due)
            await _until_fewer(left if number < KILLS else 1)
            await asyncio.sleep(chance.uniform(0, 0.005))
        finally:
            worker.kill()
            await asyncio.to_thread(worker.wait, 10)
        left = await _left()
        middle += left > 0
        if not left:
            break
    assert (left, middle > 0) == (0, True), "it was killed in the middle at least once, and finished"
    rows = await execute(
        "SELECT subject_id, count(*) AS messages FROM message WHERE kind = 'material-changed' GROUP BY subject_id"
    )
    assert len(rows) == CROWD + (COURSES - 1) * FEW
    assert {row["messages"] for row in rows} == {1}


def _begin(database_url: str) -> subprocess.Popen[bytes]:
    worker = subprocess.Popen([sys.executable, "-m", "tests.materials.teller", database_url], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    worker.stdout.close()
    return worker
