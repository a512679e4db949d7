"""What somebody teaches, and who may see it of others."""

from datetime import timedelta

from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.attendance.queries.teaching import list_taught, list_taught_in, list_trainers_in, list_waiting
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.schedule.actions import cancel_session


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


async def test_open_rosters_of_any_time(works: Works, clock: FrozenClock) -> None:
    scene, _ = await over(works, clock, hours=1)
    clock.move(days=1000)
    (one,) = await list_taught_in(scene.manager, None, clock.now)
    assert one.left_open(clock.now)
    await execute("UPDATE trainer_assignment SET role = 'shadow'")
    assert await list_taught_in(scene.manager, None, clock.now) == []
    await execute("UPDATE trainer_assignment SET role = 'lead'")
    await works.run(scene.manager, close_roster, scene.meeting_ids[0], rest="present")
    assert await list_taught_in(scene.manager, None, clock.now) == []


async def test_what_was_held_before_the_rest_was_cancelled_is_taught(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(hours=3)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    held, gone = await list_taught(day.lead)
    assert [(one.gone, one.counts(clock.now), one.people) for one in (held, gone)] == [
        (False, True, 3),
        (True, False, 3),
    ]
    (waits,) = await list_waiting(replace(day.lead, teaches=True), clock.now)
    assert waits.meeting_id == held.meeting_id
    since = clock.now - timedelta(days=30)
    in_program = await list_taught_in(day.manager, None, since)
    counted = [one for one in in_program if one.counts(clock.now) and one.person_id == day.lead.person_id]
    assert [one.minutes for one in counted] == [120]
