"""What follows from a calendar's answer for a place: told, kept, or given back."""

from uuid import UUID

import pytest

from tests.booking.asked import booked_one
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.declining import give_back, keep_place, note_answers
from training.booking.jobs import give_back_declined
from training.booking.queries import get_enrollment
from training.booking.rules.declining import Follows

BOX = Viewer.machine("mailbox")


async def declined(works: Works) -> tuple[Scene, UUID]:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    assert await works.run(BOX, note_answers, enrollment_id, ["declined"]) is Follows.GIVES_BACK
    return scene, enrollment_id


async def kinds() -> list[str]:
    rows = await execute("SELECT kind FROM message WHERE state = 'waiting' ORDER BY kind")
    return [str(row["kind"]) for row in rows]


async def test_a_coordinator_keeps_a_place_once(works: Works, clock: FrozenClock) -> None:
    scene, enrollment_id = await declined(works)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, keep_place, enrollment_id)
    assert await works.run(scene.coordinator, keep_place, enrollment_id) is True
    assert await works.run(scene.coordinator, keep_place, enrollment_id) is False
    clock.move(hours=1)
    assert await give_back_declined(works) == 0
    found = await get_enrollment(scene.manager, enrollment_id)
    assert (found.state, found.calendar_answer, found.declines_at) == ("enrolled", "declined", None)
    # The same answer once more says nothing new.
    assert await works.run(BOX, note_answers, enrollment_id, ["declined"]) is Follows.NOTHING


async def test_who_changes_their_mind_is_one_message_while_it_waits(works: Works) -> None:
    _, enrollment_id = await declined(works)
    assert await works.run(BOX, note_answers, enrollment_id, ["accepted"]) is Follows.KEPT
    assert await works.run(BOX, note_answers, enrollment_id, ["tentative"]) is Follows.NOTHING
    assert (await kinds()).count("booking-calendar-answer") == 1


async def test_what_was_cancelled_meanwhile_goes_back_only_once(works: Works, clock: FrozenClock) -> None:
    scene, enrollment_id = await declined(works)
    await works.run(scene.coordinator, cancel_enrollment, enrollment_id)
    clock.move(minutes=31)
    assert await give_back_declined(works) == 0
    assert await works.run(BOX, give_back, enrollment_id) is False
    assert (await get_enrollment(scene.manager, enrollment_id)).declines_at is None


async def test_the_journal_says_that_the_person_gave_it_back(works: Works, clock: FrozenClock) -> None:
    scene, _ = await declined(works)
    clock.move(minutes=31)
    assert await give_back_declined(works) == 1
    rows = await execute("SELECT actor_id FROM journal_entry WHERE event = 'EnrollmentCancelled'")
    assert [str(row["actor_id"]) for row in rows] == [str(scene.people[0])]
    assert "booking-cancelled" in await kinds()
