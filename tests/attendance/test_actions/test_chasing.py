"""One step for one roster; the order of steps is tried through the tick (tests/attendance/test_jobs.py)."""

from datetime import timedelta

from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.actions.chasing import chase
from training.attendance.rules.chasing import Step
from training.base.structs import Viewer
from training.base.work import Works

WORKER = Viewer.machine("worker")


async def test_each_step_once(works: Works, clock: FrozenClock) -> None:
    scene, _ = await over(works, clock, hours=2)
    meeting = scene.meeting_ids[0]
    steps = []
    for hours in (0, 0, 24, 0, 22, 0):
        clock.now += timedelta(hours=hours)
        steps.append(await works.run(WORKER, chase, meeting))
    assert steps == [Step.ASK, None, Step.ASK, None, Step.ESCALATE, None]


async def test_of_what_is_no_meeting_there_is_nothing_to_ask(works: Works, clock: FrozenClock) -> None:
    scene, _ = await over(works, clock, hours=2)
    assert await works.run(WORKER, chase, scene.session_id) is None
