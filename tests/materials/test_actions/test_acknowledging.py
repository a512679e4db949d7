"""Learners say that they went through what is to be done before."""

import asyncio
from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import added, again, learner, published
from tests.surveys.made import count
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.materials.actions.acknowledging import acknowledge, take_back
from training.materials.actions.placing import place
from training.materials.rules.materials import NotPrework, PlacementDetails
from training.materials.rules.showing import NotYet, Opens


async def test_once_is_enough(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, prework=True)
    done = await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    assert (done.acknowledged_at, done.acknowledged_number) == (works.clock(), 1)
    clock.move(minutes=5)
    assert await works.run(learner(day), acknowledge, day.enrollments[0], material.id) == done
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'PreworkAcknowledged'") == 1
    back = await works.run(learner(day), take_back, day.enrollments[0], material.id)
    assert (back.acknowledged_at, back.acknowledged_number) == (None, None)
    assert await works.run(learner(day), take_back, day.enrollments[0], material.id) == back
    assert await count("SELECT count(*) AS n FROM acknowledgement") == 0
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'PreworkAcknowledged'") == 2


async def test_pressed_twice_at_once(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, prework=True)
    calls = [works.run(learner(day), acknowledge, day.enrollments[0], material.id) for _ in range(4)]
    assert {one.acknowledged_number for one in await asyncio.gather(*calls)} == {1}
    assert await count("SELECT count(*) AS n FROM acknowledgement") == 1


async def test_a_newer_version_does_not_take_it_away(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, prework=True)
    first = await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    clock.move(minutes=5)
    await again(works, day, material.id)
    second = await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    assert (first.acknowledged_number, second.acknowledged_number) == (1, 2)
    await works.run(learner(day), take_back, day.enrollments[0], material.id)
    assert await count("SELECT count(*) AS n FROM acknowledgement") == 0


async def test_whoever_went_through_a_newer_version_than_is_given_is_done(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True, prework=True)
    first = await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    clock.move(minutes=5)
    await again(works, day, material.id)
    await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    assert first.given is not None
    pinned = PlacementDetails(pinned_id=first.given.id)
    await works.run(day.manager, place, day.session_id, material.id, pinned)
    for number in (0, 1):
        done = await works.run(learner(day, number), acknowledge, day.enrollments[number], material.id)
        assert (done.given and done.given.number, done.acknowledged_number) == (1, 2 - number)
    assert await count("SELECT count(*) AS n FROM acknowledgement") == 3


async def test_what_a_session_asks_counts(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    with pytest.raises(NotPrework):
        await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    await works.run(day.manager, place, day.session_id, material.id, PlacementDetails(prework=True))
    await works.run(learner(day), acknowledge, day.enrollments[0], material.id)


async def test_only_for_a_place_of_ones_own_and_what_one_sees(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, prework=True)
    early = await published(works, day, prework=True, opens=Opens.BEFORE, offset_minutes=1)
    empty = await added(works, day, prework=True)
    for viewer in (learner(day, 1), day.manager, day.lead, day.scene.coordinator):
        for action in (acknowledge, take_back):
            with pytest.raises(NotFound):
                await works.run(viewer, action, day.enrollments[0], material.id)
    for key in (uuid4(), empty.id):
        with pytest.raises(NotFound):
            await works.run(learner(day), acknowledge, day.enrollments[0], key)
    clock.move(hours=-3)
    with pytest.raises(NotYet):
        await works.run(learner(day), acknowledge, day.enrollments[0], early.id)
    await works.run(day.manager, cancel_enrollment, day.enrollments[0])
    with pytest.raises(NotFound):
        await works.run(learner(day), acknowledge, day.enrollments[0], material.id)
    assert await count("SELECT count(*) AS n FROM acknowledgement") == 0
