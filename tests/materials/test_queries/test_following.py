"""Own places, and whether their people follow the materials."""

from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import learner
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works
from training.materials.actions.following import follow
from training.materials.queries.following import Place, get_own_place, lock_own_place


async def test_a_place_is_its_persons_alone(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    key = day.enrollments[0]
    place = await get_own_place(learner(day), key)
    expected = Place(
        enrollment_id=key,
        session_id=day.session_id,
        person_id=day.scene.people[0],
        enrolled=True,
        following=False,
    )
    assert place == expected
    for viewer, wrong in ((learner(day, 1), key), (day.manager, key), (ANONYMOUS, key), (learner(day), uuid4())):
        with pytest.raises(NotFound):
            await get_own_place(viewer, wrong)

    async def lock(work: Work) -> Place:
        return await lock_own_place(work.actor, key)

    assert await works.run(learner(day), lock) == place
    await works.run(learner(day), follow, key)
    assert (await get_own_place(learner(day), key)).following
    await execute("UPDATE enrollment SET state = 'waitlisted' WHERE id = {}", key)
    assert not (await get_own_place(learner(day), key)).enrolled
