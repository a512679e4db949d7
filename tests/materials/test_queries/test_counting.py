"""How much of the materials somebody sees: the same as the list itself shows, in the same number of statements."""

from datetime import timedelta

import pytest

from tests.attendance.made import make_day
from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.materials.made import learner, published
from tests.materials.shelf import AFTER, BEFORE, DURING, make_shelf, shelf_at, was_there
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.materials.actions.acknowledging import acknowledge
from training.materials.actions.editing import withdraw
from training.materials.actions.placing import place
from training.materials.queries.counting import Counted, count_materials, count_of_place, count_public
from training.materials.queries.showing import list_materials
from training.materials.rules.materials import PlacementDetails
from training.materials.rules.showing import Audience, Opens


@pytest.mark.parametrize("moved", [BEFORE, DURING, AFTER])
async def test_what_is_counted_is_what_is_listed(works: Works, clock: FrozenClock, moved: timedelta) -> None:
    shelf = await shelf_at(works, clock, moved, audience="public")
    day, now = shelf.day, works.clock()
    if moved == AFTER:
        await was_there(works, day)
    for viewer in (learner(day), learner(day, 1), day.lead, day.shadow, day.manager, day.scene.coordinator, ANONYMOUS):
        found = await list_materials(viewer, day.session_id, now)
        asked = any(one.prework for one in found.items) and found.enrollment_id is not None and moved == BEFORE
        expected = Counted(open=len(found.items), left=int(asked), later=len(found.later))
        assert await count_materials(viewer, [day.session_id], now) == {day.session_id: expected}


async def test_what_is_for_a_later_meeting_is_left_until_it_begins(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await published(works, day, prework=True, opens=Opens.BEFORE, offset_minutes=720, meeting_number=2)
    left = []
    for hours in (0, 14, 10):
        clock.move(hours=hours)
        counted = (await count_materials(learner(day), [day.session_id], clock.now))[day.session_id]
        left.append((counted.open, counted.left))
    assert left == [(0, 0), (1, 1), (1, 0)]


async def test_by_the_link_nothing_counts_but_the_place(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, DURING)
    day, now = shelf.day, works.clock()
    await execute("UPDATE trainer_assignment SET person_id = {} WHERE role = 'lead'", day.scene.people[0])
    person = learner(day)
    assert (await count_materials(person, [day.session_id], now))[day.session_id].open == 6
    counted = await count_of_place(person, day.session_id, day.enrollments[0], now)
    assert counted == Counted(open=4, later=1)


async def test_by_the_link_it_is_what_the_list_of_that_place_shows(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.move(days=-3)
    for audience in (Audience.ENROLLED, Audience.PARTNERS, Audience.EVERYONE):
        await published(works, day, prework=True, audience=audience)
        await published(works, day, audience=audience, opens=Opens.START)
    lost, waits, has = day.enrollments
    await works.run(day.manager, cancel_enrollment, lost)
    await works.run(day.scene.coordinator, book_places, order(day.scene, 0))
    await execute("UPDATE enrollment SET state = 'waitlisted', mode = '' WHERE id = {}", waits)
    found = []
    for number, enrollment_id in enumerate((lost, waits, has)):
        person = learner(day, number)
        listed = await list_materials(person, day.session_id, clock.now, enrollment_id=enrollment_id)
        left = sum(one.asked for one in listed.items) if listed.enrollment_id else 0
        found.append(Counted(open=len(listed.items), left=left, later=len(listed.later)))
        assert await count_of_place(person, day.session_id, enrollment_id, clock.now) == found[-1]
    assert found == [Counted(open=1, later=1), Counted(open=2, later=2), Counted(open=3, left=3, later=3)]


async def test_what_a_session_says_instead_counts(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    day, now = shelf.day, works.clock()
    await works.run(day.manager, place, day.session_id, shelf.read, PlacementDetails(hidden=True))
    instead = PlacementDetails(audience=Audience.ENROLLED, opens=Opens.ALWAYS, prework=True)
    await works.run(day.manager, place, day.session_id, shelf.slides, instead)
    found = await count_materials(learner(day), [day.session_id], now)
    assert found == {day.session_id: Counted(open=2, left=1, later=2)}
    await works.run(learner(day), acknowledge, day.enrollments[0], shelf.slides)
    assert (await count_materials(learner(day), [day.session_id], now))[day.session_id].left == 0
    assert (await count_materials(learner(day, 1), [day.session_id], now))[day.session_id].left == 1


async def test_sessions_without_anything_are_left_out(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    scene = await make_scene(works, tag=" Two")
    with watch_statements() as statements:
        assert await count_materials(learner(shelf.day), [scene.session_id], works.clock()) == {}
        assert await count_materials(learner(shelf.day), [], works.clock()) == {}
    assert len(statements) == 1
    found = await count_materials(learner(shelf.day), [scene.session_id, shelf.day.session_id], works.clock())
    assert found.keys() == {shelf.day.session_id}
    await execute("UPDATE session SET state = 'cancelled'")
    assert await count_materials(learner(shelf.day), [shelf.day.session_id], works.clock()) == {}


async def test_the_same_statements_however_many(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, DURING)
    other = await shelf_at(works, clock, DURING, tag=" Two")
    counts = []
    for sessions in ([shelf.day.session_id], [shelf.day.session_id, other.day.session_id]):
        await make_shelf(works, shelf.day)
        with watch_statements() as statements:
            await count_materials(learner(shelf.day), sessions, works.clock())
        counts.append(len(statements))
    assert counts == [4, 4]


async def test_what_a_course_gives_to_everybody(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    course_id = shelf.day.scene.course_id
    assert await count_public([course_id, shelf.read]) == {course_id: 1}
    assert await count_public([]) == {}
    await works.run(shelf.day.manager, withdraw, shelf.poster)
    assert await count_public([course_id]) == {}
