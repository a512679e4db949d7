"""Which sessions are proposed instead: with free places, that may be booked, at most three."""

from datetime import timedelta

import pytest

from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.attendance.queries.next_dates import list_dates_for
from training.base.database import execute, watch_statements
from training.base.work import Works


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
