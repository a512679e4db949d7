"""A contested mark for those who may see it, by one statement for everybody."""

import pytest

from tests.attendance.made import make_day, mark
from tests.attendance.test_actions.test_contesting import contested
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.contests import find_told_overall, get_contest, list_contests, list_own_meetings
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


async def test_what_is_marked_ahead_is_not_told(works: Works, clock: FrozenClock) -> None:
    """Neither before the first meeting, nor after it when the roster of the second is marked within its last hour."""
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]

    async def told() -> tuple[Status, int] | None:
        found = await find_told_overall(a, await list_own_meetings(a, day.session_id), clock.now)
        return (found.counts, found.counted_minutes) if found else None

    clock.move(minutes=-40)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.NO_SHOW)])
    assert await told() is None
    clock.move(minutes=40)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, base_version=1)])
    assert await told() is None
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    assert await told() == (Status.PRESENT, 120)
    clock.move(hours=23, minutes=10)
    for status in (Status.NO_SHOW, Status.PRESENT):
        version = {"base_version": 1} if status is Status.PRESENT else {}
        await works.run(day.lead, save_marks, day.meeting_ids[1], [mark(a, status, **version)])
        assert await told() == (Status.PRESENT, 120)
    clock.move(minutes=40)
    assert await told() is None
    await works.run(day.lead, close_roster, day.meeting_ids[1], rest="present")
    assert await told() == (Status.PRESENT, 240)
