"""Places of one's own."""

from tests.attendance.made import make_day
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.portal.queries import find_recorded, list_own_places, list_recorded
from training.schedule.actions import cancel_session


async def test_own_places(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    for coordinator, partner_id, members in (
        (scene.other_coordinator, scene.other_partner_id, scene.other_members),
        (scene.coordinator, scene.partner_id, scene.members),
    ):
        people = tuple(Wanted(membership_id=key) for key in members[:2])
        await works.run(
            coordinator, book_places, Order(session_id=scene.session_id, partner_id=partner_id, people=people)
        )
    seen = await list_own_places(scene.coordinator, scene.session_id)
    assert [(p.name, p.state.value, p.position) for p in seen] == [
        ("Northern Line 0", "waitlisted", 2),
        ("Northern Line 1", "waitlisted", 3),
    ]
    own = await list_own_places(Viewer(person_id=scene.people[1]), scene.session_id)
    assert [(p.name, p.position) for p in own] == [("Northern Line 1", 3)]
    assert await list_own_places(scene.manager, scene.session_id) == []
    assert await list_own_places(ANONYMOUS, scene.session_id) == []


async def test_who_can_see_how_they_were_recorded(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    ada, ben, cleo = day.enrollments
    me = Viewer(person_id=day.scene.people[0])
    assert await list_recorded([]) == frozenset()
    assert await list_recorded(day.enrollments) == frozenset()
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    assert await list_recorded([ada, ben]) == {ada, ben}
    await works.run(day.manager, cancel_enrollment, ben)
    clock.move(hours=3)
    await works.run(day.manager, cancel_session, day.session_id, "The house is closed.")
    assert await list_recorded(day.enrollments) == {ada, cleo}
    assert await find_recorded(me, day.session_id) == ada
    for nobody in (ANONYMOUS, Viewer(person_id=day.scene.people[1]), day.manager):
        assert await find_recorded(nobody, day.session_id) is None


async def test_a_meeting_that_ran_when_its_session_was_cancelled_was_not_held(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await works.run(day.manager, cancel_session, day.session_id, "A fire alarm.")
    assert await list_recorded(day.enrollments) == frozenset()
