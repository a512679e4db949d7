"""What was answered so far."""

from uuid import UUID

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.invites.posted import post
from training.base.database import execute
from training.base.work import Works
from training.invites.queries.replies import list_answers, lock_answering


async def test_answers_to_meetings_to_come(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, meetings=2)
    enrollment_id = await booked_one(works, scene)
    await post(works)
    assert await list_answers(scene.people[0], enrollment_id, clock.now) == ["", ""]
    await execute("UPDATE invite SET answer = 'declined' WHERE meeting_id = {}", scene.meeting_ids[0])
    assert sorted(await list_answers(scene.people[0], enrollment_id, clock.now)) == ["", "declined"]
    # The first meeting is over, the second is not.
    clock.move(days=14, hours=12)
    assert await list_answers(scene.people[0], enrollment_id, clock.now) == [""]
    assert await list_answers(scene.people[1], enrollment_id, clock.now) == []


async def test_an_invite_with_its_meeting(works: Works) -> None:
    scene = await make_scene(works)
    await booked_one(works, scene)
    await post(works)
    (row,) = await execute("SELECT id FROM invite")
    found = await lock_answering(UUID(str(row["id"])))
    assert found is not None
    assert (found.meeting_id, found.session_title, found.state) == (scene.meeting_ids[0], "Safe messaging", "issued")
    assert await lock_answering(UUID(int=1)) is None
