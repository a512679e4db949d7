"""What messages say beside the facts."""

from tests.booking.asked import order
from tests.booking.questions_made import agree, ask, of_session
from tests.reminders.made import coordinate, enrolled_scene
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.queries.contents import list_contents
from training.reminders.queries.facts import list_facts
from training.reminders.rules.plans import Audience


async def test_sessions_their_meetings_and_how_partners_stand(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, meetings=2, capacity_in_person=4)
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await execute("UPDATE meeting SET cancelled_at = changed_at WHERE number = 2")
    await coordinate(works, scene)
    (known,) = await list_facts([scene.session_id])
    contents = await list_contents(known.readers)
    assert contents.sessions[scene.session_id].title == "Safe messaging"
    assert [meeting.number for meeting in contents.meetings[scene.session_id]] == [1]
    stand = [(s.partner_name, s.enrolled, s.waiting, s.unnamed) for s in contents.standings[scene.session_id]]
    assert sorted(stand) == [("Harbour", 0, 1, 0), ("Northern Line", 0, 0, 2), ("Northern Line", 2, 0, 0)]
    learners = [reader for reader in known.readers if reader.audience in (Audience.ENROLLED, Audience.WAITLISTED)]
    assert (await list_contents(learners)).standings == {scene.session_id: []}, "nobody is told"


async def test_who_waits_and_what_is_still_asked_in_few_statements(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, 2, capacity_in_person=2)
    await ask(works, await of_session(scene), scene.manager, required=True)
    await agree(works, scene)
    (known,) = await list_facts([scene.session_id])
    with watch_statements() as seen:
        contents = await list_contents(known.readers)
    assert len(seen) == 7, "eight when somebody is told how partners stand"
    assert contents.needed == {(scene.session_id, person_id): 2 for person_id in scene.people[:2]}
    assert list(contents.positions.values()) == [1]
    with watch_statements() as seen:
        assert (await list_contents([])).sessions == {}
    assert not seen
