"""Which sessions are proposed instead: with free places, that may be booked, at most three."""

from datetime import timedelta

import pytest

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.attendance.queries.next_dates import find_placed, list_dates_for, list_proposals
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.schedule.actions import start_due

KEEPER = Viewer.machine("worker")


async def test_the_next_three_with_places_in_one_statement(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    await more_sessions(works, scene, 5)
    await execute("UPDATE session SET taken_online = 5 WHERE title = 'Session 001'")
    with watch_statements() as seen:
        found = await list_dates_for(scene.course_id, scene.session_id, scene.partner_id, clock.now)
    assert [one.title for one in found] == ["Session 000", "Session 002", "Session 003"]
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("change", "partner", "alone"),
    [
        ("audience = 'participating'", 2, 0),
        ("audience = 'invited'", 0, 0),
        ("state = 'draft'", 0, 0),
        ("state = 'cancelled'", 0, 0),
        ("self_enrollment = TRUE", 2, 2),
        ("booking_closes_at = created_at", 0, 0),
    ],
)
async def test_only_what_they_may_book(works: Works, clock: FrozenClock, change: str, partner: int, alone: int) -> None:
    scene = await make_scene(works)
    await more_sessions(works, scene, 2)
    await execute(f"UPDATE session SET {change} WHERE title LIKE 'Session %'")
    clock.now += timedelta(minutes=1)
    for partner_id, number in ((scene.partner_id, partner), (None, alone)):
        found = await list_dates_for(scene.course_id, scene.session_id, partner_id, clock.now)
        assert len(found) == number


async def test_who_has_a_place_in_another_session_needs_none(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    (other,) = await more_sessions(works, scene, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    asked = scene.people[:2]
    assert await find_placed(asked, scene.course_id, scene.session_id, clock.now) == frozenset()
    assert await find_placed(asked, scene.course_id, other, clock.now) == {scene.people[0]}
    assert await find_placed([], scene.course_id, other, clock.now) == frozenset()
    assert await find_placed(asked, scene.course_id, other, clock.now + timedelta(days=400)) == frozenset()
    for change, placed in (
        ("enrollment SET state = 'withdrawn'", False),
        ("enrollment SET state = 'enrolled'", True),
        ("session SET state = 'running'", True),
        ("session SET state = 'draft'", False),
    ):
        await execute(f"UPDATE {change}")
        found = await find_placed(asked, scene.course_id, other, clock.now)
        assert found == ({scene.people[0]} if placed else frozenset())


async def test_who_sits_in_a_session_that_runs_needs_none(works: Works, clock: FrozenClock) -> None:
    """Between its first meeting and its last."""
    scene = await make_scene(works, meetings=2)
    (other,) = await more_sessions(works, scene, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    clock.now += timedelta(days=14, hours=4)
    await works.run(KEEPER, start_due)
    asked = scene.people[:2]
    assert await find_placed(asked, scene.course_id, other, clock.now) == {scene.people[0]}
    assert await find_placed(asked, scene.course_id, other, clock.now + timedelta(days=2)) == frozenset()


async def test_of_no_messages_nothing_is_proposed(works: Works) -> None:
    assert works is not None
    with watch_statements() as seen:
        assert await list_proposals([]) == []
    assert not seen
