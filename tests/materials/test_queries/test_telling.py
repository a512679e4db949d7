"""Who hears of what: only those who asked before, whose place counts, and only of what they may see."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.materials.prepared import follow, place, prepare, publish
from tests.reminders.made import enrolled_scene
from training.attendance.tables import Overall
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.materials.actions.telling import tell_course
from training.materials.jobs.telling import TELLER
from training.materials.queries.telling import Told, list_told, list_untold

OVER = timedelta(days=-3)


async def told(works: Works, scene: Scene, clock: FrozenClock) -> list[Told]:
    """Who hears of what was published a moment ago, in the order of enrollments."""
    clock.move(minutes=10)
    await works.run(TELLER, tell_course, scene.course_id)
    return await list_told(scene.course_id, clock.now, clock.now, "", 100)


async def a_session_that_is_over(works: Works, clock: FrozenClock, *numbers: int) -> Scene:
    scene = await enrolled_scene(works, *numbers)
    clock.move(days=15)
    return scene


async def test_it_waits_until_nothing_more_is_published(works: Works, clock: FrozenClock) -> None:
    scene = await a_session_that_is_over(works, clock)
    material_id = await prepare(works, scene, of_course=True)
    clock.move(days=1)
    assert await list_untold(clock.now) == [], "nobody is told of the first version"
    await publish(works, scene, material_id)
    clock.move(minutes=9)
    assert await list_untold(clock.now) == []
    other = await prepare(works, scene, "A film")
    await publish(works, scene, other)
    clock.move(minutes=9)
    assert await list_untold(clock.now) == []
    clock.move(minutes=1)
    assert await list_untold(clock.now) == [scene.course_id]


async def test_everything_of_a_session_to_those_who_asked_before(works: Works, clock: FrozenClock) -> None:
    scene = await a_session_that_is_over(works, clock, 0, 1, 2)
    first = await prepare(works, scene, "Slides", of_course=True)
    second = await prepare(works, scene, "Handout", position=2)
    await follow(works, scene, 0)
    clock.move(minutes=1)
    await publish(works, scene, first, 2, "One slide is new.")
    clock.move(minutes=1)
    await follow(works, scene, 1)
    await publish(works, scene, first, 3, "A word is.")
    await publish(works, scene, second, 2, "Another number.")
    found = {one.follower.name: [(c.title, c.notes) for c in one.changes] for one in await told(works, scene, clock)}
    assert found == {
        "Northern Line 0": [("Slides", ("One slide is new.", "A word is.")), ("Handout", ("Another number.",))],
        "Northern Line 1": [("Slides", ("A word is.",)), ("Handout", ("Another number.",))],
    }
    assert await told(works, scene, clock) == []


@pytest.mark.parametrize(
    ("change", "hears"),
    [
        ("", True),
        ("UPDATE enrollment SET state = 'completed'", True),
        ("UPDATE enrollment SET state = 'cancelled'", False),
        ("UPDATE enrollment SET state = 'waitlisted'", False),
        ("UPDATE session SET state = 'cancelled'", False),
        ("UPDATE person SET disabled_at = created_at", False),
        ("UPDATE material SET withdrawn_at = created_at", False),
        ("UPDATE material SET audience = 'trainers'", False),
        ("UPDATE material SET audience = 'everyone', opens = 'after'", True),
        ("UPDATE material SET opens = 'attended'", False),
        ("DELETE FROM material_follow", False),
    ],
)
async def test_only_who_may_see_it_now(works: Works, clock: FrozenClock, change: str, hears: bool) -> None:
    scene = await a_session_that_is_over(works, clock)
    material_id = await prepare(works, scene)
    await follow(works, scene)
    await publish(works, scene, material_id)
    if change:
        await execute(change)
    assert bool(await told(works, scene, clock)) is hears


async def test_what_is_for_those_who_were_there(works: Works, clock: FrozenClock) -> None:
    scene = await a_session_that_is_over(works, clock, 0, 1)
    material_id = await prepare(works, scene, opens="attended")
    there = await follow(works, scene, 0)
    await follow(works, scene, 1)

    async def came(work: Work) -> None:
        columns = {"enrollment_id": there, "session_id": scene.session_id, "status": "present", "changed_at": work.now}
        work.add(Overall, id=there, **columns)

    await works.run(TELLER, came)
    await publish(works, scene, material_id)
    assert [one.follower.enrollment_id for one in await told(works, scene, clock)] == [there]


async def test_before_it_starts_only_of_what_can_be_seen_already(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    seen, later = await prepare(works, scene, "Slides"), await prepare(works, scene, "Solutions", opens="after")
    await follow(works, scene)
    for material_id in (seen, later):
        await publish(works, scene, material_id)
    (one,) = await told(works, scene, clock)
    assert [change.title for change in one.changes] == ["Slides"]


@pytest.mark.parametrize(
    ("values", "hears"), [({"hidden": True}, False), ({"audience": "trainers"}, False), ({}, True)]
)
async def test_as_the_session_places_it(
    works: Works, clock: FrozenClock, values: dict[str, object], hears: bool
) -> None:
    scene = await a_session_that_is_over(works, clock)
    material_id = await prepare(works, scene, of_course=True)
    await place(works, scene, material_id, **values)
    await follow(works, scene)
    await publish(works, scene, material_id)
    assert bool(await told(works, scene, clock)) is hears


async def test_page_by_page_in_a_fixed_number_of_statements(works: Works, clock: FrozenClock) -> None:
    scene = await a_session_that_is_over(works, clock, 0, 1, 2, 3, 4)
    material_id = await prepare(works, scene)
    for number in range(5):
        await follow(works, scene, number)
    await publish(works, scene, material_id)
    everybody = [one.follower.enrollment_id for one in await told(works, scene, clock)]
    assert len(everybody) == 5
    pages: list[UUID] = []
    for _ in range(3):
        after = str(pages[-1]) if pages else ""
        pages += [
            one.follower.enrollment_id for one in await list_told(scene.course_id, clock.now, clock.now, after, 2)
        ]
    assert pages == everybody
    counted = []
    for limit in (3, 100):
        with watch_statements() as seen:
            await list_told(scene.course_id, clock.now, clock.now, "", limit)
        counted.append(len(seen))
    assert counted == [4, 4]
