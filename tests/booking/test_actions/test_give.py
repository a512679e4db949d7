"""A program manager gives a place by hand: in any order, above the capacity only as allowed."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.booking.actions import Booked, book_places, give_place
from training.booking.queries import get_enrollment
from training.booking.rules import (
    AboveCapacity,
    EnrollmentOver,
    ModeNotWanted,
    NotWaiting,
    OverbookingExhausted,
)
from training.catalogue.rules import Mode
from training.schedule.actions import cancel_session


def ids(booked: Booked) -> list[UUID]:
    return [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]


async def waiting_scene(works: Works, **values: object) -> tuple[Scene, list[UUID]]:
    """Three in, two waiting."""
    scene = await make_scene(works, **values)  # type: ignore[arg-type]
    return scene, ids(await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4)))


async def test_after_the_cutoff_a_free_place_is_given_in_any_order(works: Works, clock: FrozenClock) -> None:
    scene, keys = await waiting_scene(works, starts_in=timedelta(hours=13))
    clock.move(hours=2)
    await execute("UPDATE session SET capacity_in_person = 4 WHERE id = {}", scene.session_id)
    given = await works.run(scene.manager, give_place, keys[4], expected_version=1)
    assert (given.mode, given.above_capacity, given.promoted, given.version) == (Mode.IN_PERSON, False, (), 2)
    assert await counters(scene) == (4, 0, 1)
    found = await get_enrollment(scene.manager, keys[4])
    assert (found.state, found.mode, found.version) == ("enrolled", "in_person", 2)
    assert await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner'") == 4
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-promoted'") == 1
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'PlaceGiven'") == 1


async def test_above_the_capacity_only_as_allowed_and_for_a_reason(works: Works) -> None:
    scene, keys = await waiting_scene(works, overbooking=1)
    with pytest.raises(AboveCapacity):
        await works.run(scene.manager, give_place, keys[3], reason="  ")
    given = await works.run(scene.manager, give_place, keys[3], reason="A chair more")
    assert given.above_capacity
    assert (await get_enrollment(scene.manager, keys[3])).state_reason == "A chair more"
    assert await counters(scene) == (4, 0, 1)
    with pytest.raises(OverbookingExhausted):
        await works.run(scene.manager, give_place, keys[4], reason="And another")
    assert await counters(scene) == (4, 0, 1)


async def test_who_gets_no_place_by_hand(works: Works) -> None:
    scene, keys = await waiting_scene(works, overbooking=5)
    with pytest.raises(NotWaiting):
        await works.run(scene.manager, give_place, keys[0])
    with pytest.raises(Stale):
        await works.run(scene.manager, give_place, keys[3], expected_version=9)
    with pytest.raises(ModeNotWanted):
        await works.run(scene.manager, give_place, keys[3], mode=Mode.ONLINE)
    for viewer in (scene.coordinator, scene.other_coordinator):
        with pytest.raises(NotFound):
            await works.run(viewer, give_place, keys[3], reason="Mine")
    await works.run(scene.manager, cancel_session, scene.session_id, "Ill")
    with pytest.raises(EnrollmentOver):
        await works.run(scene.manager, give_place, keys[3], reason="Late")


async def test_somebody_of_a_party_leaves_the_way_open(works: Works) -> None:
    """Three wait together beside two free places; one of them gets a place, and the two others do not fit by one."""
    scene = await make_scene(works, overtaking=False, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    party = ids(await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, together=True)))
    await works.run(scene.other_coordinator, book_places, order(scene, 2, other=True))
    assert await counters(scene) == (2, 0, 4)
    await works.run(scene.manager, give_place, party[0])
    assert await counters(scene) == (3, 0, 3)
    given = await works.run(scene.manager, give_place, party[1])
    assert given.promoted == ()
    assert await counters(scene) == (4, 0, 2)


async def test_whoever_was_behind_the_party_moves_up(works: Works) -> None:
    scene = await make_scene(works, overtaking=False, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    party = ids(await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, together=True)))
    await execute("UPDATE session SET capacity_in_person = 5, overtaking = {} WHERE id = {}", False, scene.session_id)
    given = await works.run(scene.manager, give_place, party[2])
    assert set(given.promoted) == {party[0], party[1]}, "the two others fit now"
    assert await counters(scene) == (5, 0, 0)


async def test_a_mode_above_its_capacity_uses_the_allowance(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=2, overbooking=1)
    room = order(scene, 0, 1, 2, accepts=(Mode.IN_PERSON,))
    keys = ids(await works.run(scene.coordinator, book_places, room))
    given = await works.run(scene.manager, give_place, keys[1], reason="A chair more")
    assert (given.mode, given.above_capacity) == (Mode.IN_PERSON, True)
    with pytest.raises(OverbookingExhausted):
        await works.run(scene.manager, give_place, keys[2], reason="The screen is free, but that is no chair")
    assert await counters(scene) == (2, 0, 1)


async def test_two_managers_and_the_last_place(works: Works) -> None:
    scene, keys = await waiting_scene(works)
    await execute("UPDATE session SET capacity_in_person = 4 WHERE id = {}", scene.session_id)
    await execute("UPDATE session SET waitlist_cutoff_hours = 9999 WHERE id = {}", scene.session_id)
    results = await asyncio.gather(
        *(works.run(scene.manager, give_place, key, reason="Mine") for key in (keys[3], keys[4], keys[3], keys[4])),
        return_exceptions=True,
    )
    said = Counter(type(result).__name__ for result in results)
    assert said["Placed"] == 1
    assert said["OverbookingExhausted"] + said["NotWaiting"] == 3
    assert await counters(scene) == (4, 0, 1)
