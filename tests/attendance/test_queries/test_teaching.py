"""What somebody teaches, and who may see it of others."""

from datetime import timedelta

from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.queries.teaching import list_taught, list_taught_in, list_trainers_in
from training.base.structs import Viewer
from training.base.work import Works


async def test_of_oneself_and_of_those_whom_one_runs(works: Works, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=1)
    (own,) = await list_taught(trainer)
    assert (own.meeting_id, own.people, own.meeting_count) == (scene.meeting_ids[0], 2, 1)
    assert await list_taught(Viewer()) == []
    since = clock.now - timedelta(days=30)
    assert await list_taught_in(scene.manager, None, since) == [own]
    assert await list_taught_in(scene.manager, scene.program_id, since) == [own]
    assert [one.name for one in await list_trainers_in(scene.manager, None)] == ["Northern Line 7"]
    for other in (trainer, scene.coordinator):
        assert await list_taught_in(other, None, since) == []
        assert await list_trainers_in(other, scene.program_id) == []
