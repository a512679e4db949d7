"""Counters, modes and the cut-off; what the database refuses by itself."""

from datetime import timedelta

import pytest

from tests.booking.asked import booked_one, counters, order, outcomes
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.errors import Conflict
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment
from training.catalogue.rules import Mode


async def test_the_waitlist_stands_still_after_the_cutoff(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, starts_in=timedelta(hours=13), cancellation_hours=0)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    clock.move(hours=2)
    left = await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert left.promoted == ()
    newcomer = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(newcomer) == ["waitlisted"], "whoever waited comes first, even while nobody is moved up by itself"
    assert await counters(scene) == (0, 0, 2)


async def test_modes_of_a_hybrid_session(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=2)
    screen_first = order(scene, 0, 1, 2, accepts=(Mode.ONLINE, Mode.IN_PERSON))
    booked = await works.run(scene.coordinator, book_places, screen_first)
    assert [verdict.mode for verdict in booked.verdicts] == [Mode.ONLINE, Mode.ONLINE, Mode.IN_PERSON]
    room_only = await works.run(scene.coordinator, book_places, order(scene, 3, accepts=(Mode.IN_PERSON,)))
    assert outcomes(room_only) == ["waitlisted"]
    assert await counters(scene) == (1, 2, 1)
    freed_online = booked.verdicts[0].enrollment_id
    assert freed_online is not None
    left = await works.run(scene.coordinator, cancel_enrollment, freed_online)
    assert left.promoted == (), "a place online is no use to somebody who only accepts the room"
    assert await counters(scene) == (1, 1, 1)


async def test_the_database_refuses_a_second_active_enrollment_and_more_than_capacity(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)

    async def twice(work: Work) -> None:
        await work.execute(
            "INSERT INTO enrollment (id, booking_id, session_id, person_id, state, mode, accepts, arrival, state_at,"
            " state_reason, created_at, version) SELECT {}, booking_id, session_id, person_id, state, mode, accepts,"
            " 99, state_at, '', created_at, 1 FROM enrollment WHERE id = {}",
            work.new_id(),
            enrollment,
        )

    with pytest.raises(Conflict) as refused:
        await works.run(scene.manager, twice)
    assert refused.value.data["constraint"] == "uq_enrollment_session_id_person_id"

    async def too_many(work: Work) -> None:
        await work.execute("UPDATE session SET taken_in_person = 4 WHERE id = {}", scene.session_id)

    with pytest.raises(Conflict):
        await works.run(scene.manager, too_many)
    assert await counters(scene) == (1, 0, 0)
