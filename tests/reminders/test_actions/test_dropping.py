"""What was planned ends in the transaction of the change, and comes back where it is still wanted."""

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.booking.test_actions.test_follow import one_day_later
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, reminders, teach, tick
from training.base.work import Works
from training.booking.actions import Wanted, book_places, cancel_enrollment, undo_booking, undo_cancellation
from training.booking.actions.replace import Substitute, replace_person
from training.booking.queries import list_enrollments
from training.reminders.jobs import plan_ahead
from training.reminders.rules.facts import Why
from training.schedule.actions import cancel_session, move_meetings, withdraw_trainer


async def planned_scene(works: Works, clock: FrozenClock, *numbers: int) -> Scene:
    """The evening before the day before: the reminders of the last day are planned."""
    scene = await enrolled_scene(works, *numbers)
    clock.move(days=12, hours=12)
    await plan_ahead(works)
    return scene


async def test_whoever_leaves_is_not_going_to_be_reminded(works: Works, clock: FrozenClock) -> None:
    scene = await planned_scene(works, clock, 0, 1)
    assert await keys("planned") == ["day-before", "day-before", "hour-before", "hour-before"]
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.manager, cancel_enrollment, first.id)
    assert await keys("planned") == ["day-before", "hour-before"]
    assert {row.reason for row in await reminders("dropped")} == {Why.LEFT}
    clock.move(days=1)
    assert await tick(works) == 1


async def test_who_takes_it_back_is_reminded_again(works: Works, clock: FrozenClock) -> None:
    scene = await planned_scene(works, clock)
    (one,) = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.manager, cancel_enrollment, one.id)
    await plan_ahead(works)
    assert await keys("planned") == []
    await works.run(scene.manager, undo_cancellation, one.id)
    await plan_ahead(works)
    assert await keys("planned") == ["day-before", "hour-before"]


async def test_whoever_comes_instead_is_reminded_instead(works: Works, clock: FrozenClock) -> None:
    scene = await planned_scene(works, clock)
    (one,) = await list_enrollments(scene.manager, scene.session_id)
    instead = Substitute(person=Wanted(membership_id=scene.members[3]))
    await works.run(scene.coordinator, replace_person, one.id, instead)
    assert await keys("planned") == []
    await plan_ahead(works)
    assert {row.person_id for row in await reminders("planned")} == {scene.people[3]}


async def test_a_session_that_moves_is_planned_anew(works: Works, clock: FrozenClock) -> None:
    scene = await planned_scene(works, clock)
    before = await reminders("planned")
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await keys("planned") == []
    assert {row.reason for row in await reminders("dropped")} == {Why.MOVED}
    clock.move(hours=18)
    await plan_ahead(works)
    after = await reminders("planned")
    assert [row.plan_key for row in after] == ["day-before"]
    assert after[0].due_at > before[0].due_at


async def test_a_cancelled_session_reminds_nobody(works: Works, clock: FrozenClock) -> None:
    scene = await planned_scene(works, clock)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert await keys("planned") == []
    clock.move(days=1)
    assert await tick(works) == 0
    assert Why.CANCELLED in {row.reason for row in await reminders("dropped")}


async def test_a_trainer_who_does_not_teach_any_more_gets_no_briefing(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await teach(works, scene, scene.people[5])
    clock.move(days=12, hours=12)
    await plan_ahead(works)
    assert "briefing" in await keys("planned")
    await works.run(scene.manager, withdraw_trainer, scene.session_id, scene.people[5])
    assert "briefing" not in await keys("planned")
    assert "day-before" in await keys("planned")


async def test_a_booking_that_was_undone_reminds_nobody(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13, hours=1)
    booked = await works.run(scene.coordinator, book_places, order(scene, 1))
    await plan_ahead(works)
    assert {row.person_id for row in await reminders("planned")} >= {scene.people[1]}
    assert booked.booking_id is not None
    await works.run(scene.coordinator, undo_booking, booked.booking_id)
    assert {row.person_id for row in await reminders("planned")} == {scene.people[0]}
