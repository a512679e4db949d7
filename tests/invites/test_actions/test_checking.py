"""What asks for a look at the calendars of a session, and what does not."""

from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.schedule.made import STAFF, a_room
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.invites.actions.checking import list_differing, tell_people
from training.invites.jobs import KEEPER
from training.people.actions import change_own_details
from training.schedule.actions import (
    assign_trainer,
    edit_room,
    edit_session,
    move_meetings,
    publish_session,
    withdraw_trainer,
)
from training.schedule.rules.values import Assignment, MeetingChange, RoomValues, SessionValues


async def checked(scene: Scene) -> bool:
    """Whether a look is due; it is forgotten, so that the next change asks anew."""
    rows = await execute("DELETE FROM invite_check WHERE id = {} RETURNING id", scene.session_id)
    return bool(rows)


async def test_what_entries_show_asks_for_a_look(works: Works) -> None:
    scene, room = await make_scene(works), await a_room(works)
    change = MeetingChange(meeting_id=scene.meeting_ids[0], room_id=room)
    await works.run(STAFF, move_meetings, scene.session_id, [change])
    assert await checked(scene)
    await works.run(STAFF, edit_room, room, RoomValues(name="Azure"))
    assert await checked(scene)
    await works.run(STAFF, edit_room, room, RoomValues(name="Azure", places=4))
    assert not await checked(scene)
    for values, asks in ((SessionValues(title="Louder"), True), (SessionValues(summary="Short"), False)):
        await works.run(STAFF, edit_session, scene.session_id, values)
        assert await checked(scene) is asks
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[4]))
    assert await checked(scene)
    await works.run(STAFF, withdraw_trainer, scene.session_id, scene.people[4])
    assert await checked(scene)


async def test_a_draft_is_looked_at_once_it_is_published(works: Works) -> None:
    scene = await make_scene(works, state="draft", published_at=None, mode="online", capacity_online=2)
    await works.run(STAFF, edit_session, scene.session_id, SessionValues(title="Louder"))
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[4]))
    assert not await checked(scene)
    await works.run(STAFF, publish_session, scene.session_id)
    assert await checked(scene)


async def test_booking_and_leaving_cost_nothing_more(works: Works) -> None:
    scene = await make_scene(works)
    with watch_statements() as seen:
        booked = await works.run(scene.coordinator, book_places, order(scene, 0))
        (enrollment,) = [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]
        await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert not [sql for sql in seen if "invite" in sql]
    assert not await checked(scene)


async def test_whoever_gets_a_message_is_left_to_it(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    assert await works.run(KEEPER, list_differing, scene.session_id) == [scene.people[0]]
    assert await works.run(KEEPER, tell_people, scene.session_id, [scene.people[0]]) == 0
    # A message that somebody took back tells nothing any more.
    await execute("UPDATE message SET state = 'withdrawn'")
    assert await works.run(KEEPER, tell_people, scene.session_id, [scene.people[0]]) == 1
    assert await works.run(KEEPER, tell_people, scene.session_id, [UUID(int=4)]) == 0


async def test_a_new_name_of_who_teaches_asks_for_a_look(works: Works) -> None:
    scene = await make_scene(works)
    teacher = Viewer(person_id=scene.people[4])
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[4]))
    assert await checked(scene)
    await works.run(teacher, change_own_details, name="Tara Newman", zone="UTC")
    assert await checked(scene)
    await works.run(teacher, change_own_details, name="Tara Newman", zone="Asia/Tokyo")
    assert not await checked(scene), "their own clock is nothing that an entry shows"
