"""What people were not told yet of a closed roster, and who reads of the people of a partner."""

from tests.attendance.test_actions.test_absences import mark, taught
from tests.conftest import FrozenClock
from training.attendance.queries.absences import list_marked, list_readers, list_statuses
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works


async def test_only_of_a_closed_roster_with_what_is_known(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    assert await list_marked(meeting) == []
    assert await list_statuses(ids) == {}
    await execute("UPDATE roster SET closed_at = {}", clock.now)
    (one,) = await list_marked(meeting)
    assert (one.enrollment_id, one.status, one.told, one.partner_name) == (ids[0], Status.NO_SHOW, "", "Northern Line")
    assert {key: found.status for key, found in (await list_statuses(ids)).items()} == {
        (ids[0], meeting): Status.NO_SHOW
    }
    await execute("UPDATE mark SET told = 'no-show'")
    assert [one.told for one in await list_marked(meeting)] == ["no-show"]


async def test_coordinators_of_a_partner(works: Works, clock: FrozenClock) -> None:
    scene, _, _ = await taught(works, clock)
    (reader,) = await list_readers([scene.partner_id])
    assert (reader.person_id, reader.zone) == (scene.coordinator.person_id, "Europe/Dublin")
    assert await list_readers([scene.other_partner_id]) == []
    assert await list_readers([]) == []
