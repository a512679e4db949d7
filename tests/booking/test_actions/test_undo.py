"""Taking back: the place if it is still free, the spot on the waitlist always, a whole booking at once."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment, undo_booking, undo_cancellation
from training.booking.queries import get_enrollment, list_enrollments, list_positions
from training.booking.rules import EnrollmentOver, NothingToUndo, PlaceTakenMeanwhile, UndoTooLate
from training.booking.rules.candidates import UNTOLD
from training.catalogue.rules import Mode
from training.people.actions import disable_person


async def test_a_free_place_is_retaken(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    restored = await works.run(scene.coordinator, undo_cancellation, enrollment)
    assert (restored.state, restored.mode, restored.version) == ("enrolled", "in_person", 3)
    assert await counters(scene) == (1, 0, 0)
    assert await one("SELECT count(*) AS n FROM occupancy WHERE source_id = {} AND kind = 'learner'", enrollment) == 1
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_cancellation, enrollment)


async def test_a_place_that_somebody_has_by_now_is_not(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    with pytest.raises(PlaceTakenMeanwhile):
        await works.run(scene.coordinator, undo_cancellation, first.id)
    assert await counters(scene) == (1, 0, 0)


async def test_a_spot_on_the_waitlist_is_the_same_as_before(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    second = (await list_enrollments(scene.manager, scene.session_id))[1]
    await works.run(scene.coordinator, cancel_enrollment, second.id)
    await works.run(scene.coordinator, undo_cancellation, second.id)
    assert await list_positions([second.id]) == {second.id: 1}
    assert await counters(scene) == (1, 0, 2)


async def test_a_spot_may_have_come_to_its_turn_meanwhile(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    first, second = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.coordinator, cancel_enrollment, second.id)
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    await works.run(scene.coordinator, undo_cancellation, second.id)
    assert (await get_enrollment(scene.coordinator, second.id)).state == "enrolled"
    assert await counters(scene) == (1, 0, 0)


async def test_for_half_an_hour_only(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    clock.move(minutes=30, seconds=1)
    with pytest.raises(UndoTooLate):
        await works.run(scene.coordinator, undo_cancellation, enrollment)


async def test_what_a_manager_removed_only_a_manager_brings_back(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.manager, cancel_enrollment, enrollment)
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_cancellation, enrollment)
    assert (await works.run(scene.manager, undo_cancellation, enrollment)).state == "enrolled"


async def test_a_whole_booking_whatever_the_deadline(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=3, open_place_hours=1, starts_in=timedelta(hours=20))
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, open_places=2))
    assert booked.booking_id is not None
    assert (booked.open_places, booked.open_refused) == (2, 0)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, undo_booking, booked.booking_id)
    undone = await works.run(scene.coordinator, undo_booking, booked.booking_id)
    assert (undone.enrollments, undone.open_places, len(undone.promoted)) == (1, 2, 1)
    assert await counters(scene) == (1, 0, 0)
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_booking, booked.booking_id)


async def test_a_booking_of_half_an_hour_ago_stays(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    assert booked.booking_id is not None
    clock.move(minutes=31)
    with pytest.raises(UndoTooLate):
        await works.run(scene.coordinator, undo_booking, booked.booking_id)


async def test_who_left_the_partner_gets_nothing_back(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await execute("UPDATE membership SET state = 'ended' WHERE id = {}", scene.members[0])
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_cancellation, enrollment)


async def test_a_spot_for_a_mode_that_is_gone_does_not_come_back(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, accepts=(Mode.ONLINE,)))
    waiting = (await list_enrollments(scene.manager, scene.session_id))[1]
    await works.run(scene.coordinator, cancel_enrollment, waiting.id)
    await execute("UPDATE session SET capacity_online = 0, taken_online = 0 WHERE id = {}", scene.session_id)
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_cancellation, waiting.id)


async def test_who_is_busy_by_now_is_asked_unless_they_undo_it_themselves(works: Works) -> None:
    for own in (False, True):
        scene = await make_scene(works, tag=f" {own}")
        enrollment = await booked_one(works, scene)
        await works.run(scene.coordinator, cancel_enrollment, enrollment)
        elsewhere = await make_scene(works, tag=f" {own} Two")
        await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[0], elsewhere.members[0])
        await booked_one(works, elsewhere)
        actor = Viewer(person_id=scene.people[0]) if own else scene.coordinator
        restored = await works.run(actor, undo_cancellation, enrollment)
        assert restored.state == ("enrolled" if own else "offered")
        assert await counters(scene) == (1, 0, 0)


async def test_a_booking_is_not_undone_once_the_session_has_begun(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(minutes=10))
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    assert booked.booking_id is not None
    clock.move(minutes=11)
    with pytest.raises(EnrollmentOver):
        await works.run(scene.coordinator, undo_booking, booked.booking_id)


async def other_member(scene: Scene) -> UUID:
    """The first person of the first partner is a member of the other one, too."""
    membership = scene.other_members[0]
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[0], membership)
    return membership


async def test_what_another_partner_booked_is_not_told(works: Works) -> None:
    scene = await make_scene(works)
    await other_member(scene)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    with pytest.raises(NothingToUndo) as untold:
        await works.run(scene.coordinator, undo_cancellation, enrollment)
    assert untold.value.detail == UNTOLD[1]
    with pytest.raises(NothingToUndo, match="another place"):
        await works.run(scene.manager, undo_cancellation, enrollment)


async def test_what_the_own_partner_booked_is_told(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await booked_one(works, scene)
    with pytest.raises(NothingToUndo, match="another place"):
        await works.run(scene.coordinator, undo_cancellation, enrollment)


@pytest.mark.parametrize("places", [1, 2])
async def test_an_account_that_was_switched_off_gets_nothing_back(works: Works, places: int) -> None:
    """Neither a spot on the waitlist nor a place; and it reads like another partner's booking."""
    scene = await make_scene(works, capacity_in_person=places)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await works.run(Viewer.machine("cli"), disable_person, scene.people[0])
    with pytest.raises(NothingToUndo) as untold:
        await works.run(scene.coordinator, undo_cancellation, enrollment)
    assert untold.value.detail == UNTOLD[1]


async def test_a_partner_that_left_the_program_gets_nothing_back(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await execute("UPDATE participation SET ended_at = {} WHERE partner_id = {}", works.clock(), scene.partner_id)
    with pytest.raises(NothingToUndo):
        await works.run(scene.coordinator, undo_cancellation, enrollment)
