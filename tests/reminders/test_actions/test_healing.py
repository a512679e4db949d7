"""Rows are made to say what the rules say, whoever asks and however often."""

from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, reminders
from training.base.database import execute
from training.base.work import Works
from training.reminders.actions.healing import heal
from training.reminders.jobs import KEEPER
from training.reminders.rules.facts import Why


async def test_a_second_time_there_is_nothing_to_do(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    clock.move(days=12, hours=12)
    assert await works.run(KEEPER, heal, [scene.session_id]) == 9
    before = await reminders()
    assert await works.run(KEEPER, heal, [scene.session_id]) == 0
    assert await reminders() == before


async def test_however_far_ahead(works: Works) -> None:
    scene = await enrolled_scene(works)
    assert await works.run(KEEPER, heal, [scene.session_id], ahead=None) == 3
    assert await keys("planned") == ["week-before", "day-before", "hour-before"]


async def test_rows_that_somebody_changed_are_put_right(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=12)
    await works.run(KEEPER, heal, [scene.session_id])
    before = await reminders("planned")
    await execute("UPDATE reminder SET due_at = {} WHERE plan_key = 'hour-before'", clock.now)
    await execute("DELETE FROM reminder WHERE plan_key = 'day-before'")
    assert await works.run(KEEPER, heal, [scene.session_id]) == 2
    assert await reminders("planned") == before


async def test_no_sessions_and_missing_ones(works: Works) -> None:
    scene = await enrolled_scene(works)
    assert await works.run(KEEPER, heal, []) == 0
    assert await works.run(KEEPER, heal, [scene.course_id]) == 0


async def test_what_was_sent_or_stopped_never_changes(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=12)
    await works.run(KEEPER, heal, [scene.session_id])
    await execute("UPDATE reminder SET state = 'stopped', reason = {} WHERE plan_key = 'day-before'", Why.STOPPED.value)
    await execute("UPDATE enrollment SET state = 'cancelled'")
    await works.run(KEEPER, heal, [scene.session_id])
    assert await keys("stopped") == ["day-before"]
    assert await keys("dropped") == ["hour-before"]
