"""A contested mark for those who may see it, by one statement for everybody."""

import pytest

from tests.attendance.test_actions.test_contesting import contested
from tests.conftest import FrozenClock
from training.attendance.queries.contests import get_contest, list_contests, list_own_meetings
from training.attendance.rules.statuses import Status
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works


async def test_who_teaches_or_runs_it_sees_it(works: Works, clock: FrozenClock) -> None:
    scene, trainer, key = await contested(works, clock)
    for viewer in (trainer, scene.manager):
        found = await get_contest(viewer, key)
        assert (found.name, found.status, found.claims) == ("Northern Line 0", Status.NO_SHOW, Status.PRESENT)
        assert await list_contests(viewer, scene.session_id) == [found]


async def test_others_find_nothing_after_one_statement(works: Works, clock: FrozenClock) -> None:
    scene, _, key = await contested(works, clock)
    for contest_id in (key, scene.session_id):
        with watch_statements() as seen, pytest.raises(NotFound):
            await get_contest(scene.coordinator, contest_id)
        assert len(seen) == 1
    with pytest.raises(NotFound):
        await list_contests(scene.coordinator, scene.session_id)


async def test_ones_own_meetings(works: Works, clock: FrozenClock) -> None:
    scene, trainer, key = await contested(works, clock)
    found = await get_contest(trainer, key)
    (own,) = await list_own_meetings(found.enrollment_id, scene.session_id)
    assert (own.status, own.state, own.words) == (Status.NO_SHOW, "open", "I sat in the last row.")
    assert not own.can_contest(clock.now)
