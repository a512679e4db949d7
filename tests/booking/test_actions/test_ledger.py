"""Counters, modes and the cut-off; what the database refuses by itself."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import booked_one, counters, order, outcomes
from tests.booking.made import Scene, make_scene
from tests.booking.test_actions.test_follow import kinds, one_day_later
from tests.booking.test_mails import flat, letters, plain
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import Conflict
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment, give_place
from training.catalogue.rules import Mode
from training.schedule.actions import edit_session, move_meetings
from training.schedule.rules.values import SessionValues
from training.schedule.tables import Occupancy


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


async def one_in_one_waiting(works: Works) -> tuple[Scene, list[UUID]]:
    scene = await make_scene(works, capacity_in_person=1)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    return scene, [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]


async def says_both(kind: str) -> str:
    """The one message that whoever moved up reads: of the place and of what changed before."""
    moved = await execute(
        "SELECT state FROM message WHERE kind = 'booking-moved' AND recipient = 'northern-line-1@example.org'"
    )
    assert [row["state"] for row in moved] == ["superseded"]
    (letter,) = await letters(kind)
    text = flat(plain(letter))
    assert "It was changed while you waited: Meeting 1 before: " in text
    assert "was changed while you waited" in letter.html
    return text


async def test_whoever_moves_up_by_a_move_is_not_told_that_they_wait(works: Works) -> None:
    scene, (first, _) = await one_in_one_waiting(works)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(waitlist_cutoff_hours=14 * 24))
    await works.run(scene.coordinator, cancel_enrollment, first)
    assert await kinds("booking-promoted") == []
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert "you have a place in this session now" in await says_both("booking-promoted")


async def test_whoever_moves_up_within_the_minute_of_a_move_is_not_told_that_they_wait(works: Works) -> None:
    scene, (first, _) = await one_in_one_waiting(works)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert "on the waitlist" in plain((await letters("booking-moved"))[1])
    await works.run(scene.coordinator, cancel_enrollment, first)
    assert "you have a place in this session now" in await says_both("booking-promoted")


async def test_whoever_is_given_a_place_within_that_minute_reads_one_message_too(works: Works) -> None:
    scene, (_, second) = await one_in_one_waiting(works)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(overbooking=1))
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    await works.run(scene.manager, give_place, second, reason="A chair more")
    assert "Mona gave you a place" in await says_both("booking-promoted")


async def test_whoever_is_asked_within_that_minute_reads_one_message_too(works: Works) -> None:
    scene, (first, _) = await one_in_one_waiting(works)
    other = await make_scene(works, tag=" elsewhere")
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])

    async def take_time(work: Work) -> None:
        begins = work.now + timedelta(days=14)
        whose = {"subject_id": scene.people[1], "source_id": work.new_id(), "kind": "learner"}
        when = {"starts_at": begins, "ends_at": begins + timedelta(days=2)}
        what = {"session_id": other.session_id, "meeting_id": other.meeting_ids[0]}
        work.add(Occupancy, id=work.new_id(), **whose, **when, **what)

    await works.run(scene.coordinator, take_time)
    await works.run(scene.coordinator, cancel_enrollment, first)
    assert "so we ask before we change anything" in await says_both("booking-offered")
