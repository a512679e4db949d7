"""What is due, the longest first."""

from datetime import timedelta

from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene
from training.base.work import Works
from training.reminders.actions.healing import heal
from training.reminders.jobs import KEEPER
from training.reminders.queries.due import claim_due


async def test_only_what_is_planned_and_due(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    await works.run(KEEPER, heal, [scene.session_id], ahead=None)
    assert await claim_due(clock.now, 10) == []
    later = clock.now + timedelta(days=13)
    assert {due.person_id for due in await claim_due(later, 10)} == {scene.people[0], scene.people[1]}
    assert len(await claim_due(later, 10)) == 4
    assert len(await claim_due(later, 3)) == 3
    assert len(await claim_due(later, 10, skip=3)) == 1
