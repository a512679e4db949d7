"""Where somebody can copy to."""

from datetime import timedelta

from tests.attendance.made import make_day
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.materials.queries.targets import MOST_TARGETS, list_targets


async def test_managers_find_theirs_and_trainers_their_sessions(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, search="safe messaging")
    other = await make_scene(works, tag=" b", search="100% sure")
    now = works.clock()
    mine = await list_targets(day.manager, "", now)
    assert [(one.course_id, one.session_id) for one in mine] == [
        (day.scene.course_id, None),
        (day.scene.course_id, day.session_id),
    ]
    for viewer in (day.assistant, day.stranger, day.scene.coordinator):
        assert await list_targets(viewer, "", now) == []
    assert [one.session_id for one in await list_targets(day.lead, "", now)] == [day.session_id]
    staff = Viewer(person_id=day.manager.person_id, grants=frozenset({Grant(role="staff")}))
    assert [one.session_id for one in await list_targets(staff, "100% sùre", now)] == [other.session_id]
    assert await list_targets(staff, "100_", now) == []
    assert {one.course_id for one in await list_targets(staff, "course program", now)} >= {other.course_id}


async def test_what_comes_next_stands_before_what_is_over(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    later = [await make_scene(works, tag=str(n), starts_in=timedelta(days=n + 1)) for n in range(MOST_TARGETS + 2)]
    clock.now += timedelta(days=1)
    staff = Viewer(person_id=day.manager.person_id, grants=frozenset({Grant(role="staff")}))
    found = [one.session_id for one in await list_targets(staff, "", works.clock()) if one.session_id]
    assert found == [scene.session_id for scene in later[: MOST_TARGETS + 1]]
