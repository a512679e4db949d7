"""The week is gathered once for each coordinator and partner, on their own Monday morning."""

import asyncio
from datetime import timedelta

import pytest

from tests.booking.asked import one
from tests.conftest import FrozenClock
from tests.reminders.made import coordinate, enrolled_scene, letters
from training.base.database import execute
from training.base.work import Works
from training.reminders.actions.digests import write_digests
from training.reminders.jobs import KEEPER, gather_weeks


async def test_once_on_monday_morning(works: Works, clock: FrozenClock) -> None:
    """The clock begins on Monday at 09:00 UTC, which is 10:00 in Dublin."""
    scene = await enrolled_scene(works, starts_in=timedelta(days=6))
    await coordinate(works, scene)
    clock.move(hours=-3)
    assert await gather_weeks(works) == 0
    clock.move(hours=1, minutes=1)
    assert [await gather_weeks(works), await gather_weeks(works)] == [1, 0]
    assert [(letter.kind, letter.recipient) for letter in await letters()] == [("digest", "cora@example.org")]
    clock.move(days=1)
    assert await gather_weeks(works) == 0


async def test_who_has_nothing_gets_nothing_and_is_not_asked_again(works: Works) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=40))
    await coordinate(works, scene)
    assert [await gather_weeks(works), await gather_weeks(works)] == [1, 0]
    assert await letters() == []
    assert await one("SELECT count(*) AS n FROM digest WHERE message_id IS NULL") == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE person SET disabled_at = created_at WHERE email LIKE 'cora%'",
        "DELETE FROM role_grant",
        "UPDATE person SET email = 'nobody' WHERE email LIKE 'cora%'",
        "UPDATE session SET state = 'cancelled'",
    ],
)
async def test_nobody_is_written_to_without_need(works: Works, sql: str) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=6))
    await coordinate(works, scene)
    await execute(sql)
    await gather_weeks(works)
    assert await letters() == []


async def test_two_workers_gather_a_week_once(works: Works) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=6))
    await coordinate(works, scene)
    await asyncio.gather(*(works.run(KEEPER, write_digests) for _ in range(3)))
    assert len(await letters()) == 1


async def test_after_a_standstill_a_week_is_told_of_for_two_days(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=6))
    await coordinate(works, scene)
    clock.move(days=2)
    assert await gather_weeks(works) == 0
    clock.move(hours=-4)
    assert await gather_weeks(works) == 1


async def test_some_at_a_time(works: Works) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=6))
    await coordinate(works, scene)
    assert await works.run(KEEPER, write_digests, most=1) == 1
    assert await works.run(KEEPER, write_digests, most=1) == 0
