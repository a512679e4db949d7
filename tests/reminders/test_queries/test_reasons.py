"""A message that was a reminder says which plan it came from."""

from datetime import timedelta
from uuid import UUID, uuid4

from tests.conftest import FrozenClock
from tests.reminders.made import coordinate, enrolled_scene, letters, tick
from training.base.database import execute
from training.base.work import Works
from training.reminders.actions.plans import add_plan
from training.reminders.jobs import gather_weeks
from training.reminders.queries.reasons import list_reasons
from training.reminders.rules.plans import PlanValues, Scope


async def test_a_built_in_plan_and_ones_own(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, starts_in=timedelta(days=7, minutes=1))
    values = PlanValues(key="own", offset_minutes=-6 * 24 * 60)
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, values)
    for _ in range(2):
        clock.move(minutes=2)
        await tick(works)
        clock.move(days=1)
    written = [each.id for each in await letters()]
    found = await list_reasons([*written, uuid4()])
    assert [found[each] for each in written] == [
        "A planned reminder for who has a place, 7 days before the session starts.",
        "A planned reminder for who has a place, 6 days before the session starts.",
    ]
    assert len(found) == len(written)


async def test_the_week_of_a_coordinator(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, starts_in=timedelta(days=9))
    await coordinate(works, scene)
    for _ in range(8 * 24):
        await gather_weeks(works)
        clock.move(hours=1)
    rows = await execute("SELECT message_id FROM digest WHERE message_id IS NOT NULL")
    written = {UUID(str(row["message_id"])) for row in rows}
    found = await list_reasons(written)
    assert found.keys() == written != set()
    assert set(found.values()) == {"The coming week of an organization, for who coordinates it, every Monday."}


async def test_nobody_asks_about_nothing() -> None:
    assert await list_reasons([]) == {}
