"""Whoever takes part hears when materials change, if they want to."""

import asyncio

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import learner
from tests.surveys.made import count
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.materials.actions.following import follow, unfollow
from training.materials.queries.following import get_own_place


async def test_follow_and_unfollow(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    key = day.enrollments[0]
    assert not (await get_own_place(learner(day), key)).following
    both = await asyncio.gather(*(works.run(learner(day), follow, key) for _ in range(2)))
    assert [one.following for one in both] == [True, True]
    assert (await get_own_place(learner(day), key)).following
    assert await count("SELECT count(*) AS n FROM material_follow") == 1
    for _ in range(2):
        assert not (await works.run(learner(day), unfollow, key)).following
    assert await count("SELECT count(*) AS n FROM material_follow") == 0
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'MaterialsFollowed'") == 2


async def test_only_for_a_place_of_ones_own(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    key = day.enrollments[0]
    for viewer in (learner(day, 1), day.manager, day.lead, day.stranger):
        for action in (follow, unfollow):
            with pytest.raises(NotFound):
                await works.run(viewer, action, key)
    await works.run(learner(day), follow, key)
    await works.run(day.manager, cancel_enrollment, key)
    with pytest.raises(NotFound):
        await works.run(learner(day), follow, key)
    # Whoever gave the place back can still say that they want to hear no more.
    assert not (await works.run(learner(day), unfollow, key)).following
