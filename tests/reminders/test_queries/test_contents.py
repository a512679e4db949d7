"""What messages say beside the facts."""

from tests.booking.asked import order
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.queries.contents import list_contents


async def test_sessions_their_meetings_and_how_partners_stand(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, meetings=2, capacity_in_person=4)
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await execute("UPDATE meeting SET cancelled_at = changed_at WHERE number = 2")
    contents = await list_contents([scene.session_id], standings=True)
    assert contents.sessions[scene.session_id].title == "Safe messaging"
    assert [meeting.number for meeting in contents.meetings[scene.session_id]] == [1]
    stand = [(s.partner_name, s.enrolled, s.waiting, s.unnamed) for s in contents.standings[scene.session_id]]
    assert sorted(stand) == [("Harbour", 0, 1, 0), ("Northern Line", 0, 0, 2), ("Northern Line", 2, 0, 0)]
    assert (await list_contents([scene.session_id], standings=False)).standings == {scene.session_id: []}
