"""Which sessions are looked at: all whose reminders fall into the stretch, and few others."""

from datetime import timedelta

import pytest

from tests.booking.asked import order
from tests.conftest import START, FrozenClock
from tests.reminders.made import enrolled_scene, reminders
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.actions.plans import add_plan
from training.reminders.jobs import plan_ahead
from training.reminders.queries.reach import list_in_reach, merged
from training.reminders.rules.plans import Anchor, Audience, PlanValues, Scope

AHEAD, BEHIND = timedelta(hours=36), timedelta(hours=12)


@pytest.mark.parametrize(
    ("days", "found"), [(0, False), (4, False), (6, True), (8, True), (12, True), (14, True), (18, False)]
)
async def test_by_how_far_away_it_is(works: Works, clock: FrozenClock, days: float, found: bool) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=days)
    assert (scene.session_id in await list_in_reach(clock.now, AHEAD, BEHIND)) is found


@pytest.mark.parametrize(
    ("anchor", "audience", "due"),
    [
        (Anchor.END, Audience.ENROLLED, timedelta(days=44, hours=2)),
        (Anchor.BOOKING_DEADLINE, Audience.ENROLLED, timedelta(days=35)),
        (Anchor.CANCELLATION_DEADLINE, Audience.ENROLLED, timedelta(days=42)),
        (Anchor.WAITLIST_CUTOFF, Audience.ENROLLED, timedelta(days=43, hours=12)),
        (Anchor.OPEN_PLACE_DEADLINE, Audience.OPEN_PLACES, timedelta(days=41)),
        (Anchor.MEETING_START, Audience.ENROLLED, timedelta(days=44)),
    ],
)
async def test_whatever_a_plan_counts_from(
    works: Works, clock: FrozenClock, anchor: Anchor, audience: Audience, due: timedelta
) -> None:
    """A plan of 25 days earlier, far from the built-in ones."""
    closes = START + timedelta(days=35)
    scene = await enrolled_scene(works, starts_in=timedelta(days=44), booking_closes_at=closes)
    await works.run(scene.coordinator, book_places, order(scene, open_places=1))
    values = PlanValues(key="mine", audience=audience, anchor=anchor, offset_minutes=-25 * 1440)
    await works.run(scene.manager, add_plan, Scope.COURSE, scene.course_id, values)
    clock.now = START + due - timedelta(days=25, hours=20)
    await plan_ahead(works)
    assert [(row.plan_key, row.due_at - START) for row in await reminders()] == [("mine", due - timedelta(days=25))]


async def test_what_is_planned_is_looked_at_wherever_the_session_went(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12)
    await plan_ahead(works)
    await execute("UPDATE session SET state = 'cancelled'")
    assert scene.session_id in await list_in_reach(clock.now, AHEAD, BEHIND)
    await plan_ahead(works)
    assert scene.session_id not in await list_in_reach(clock.now, AHEAD, BEHIND)


def test_stretches_become_few() -> None:
    t = [START + timedelta(hours=hour) for hour in range(6)]
    assert merged([(t[3], t[4]), (t[0], t[2]), (t[1], t[2]), (t[2], t[3])]) == [(t[0], t[4])]
    assert merged([(t[3], t[4]), (t[0], t[1])]) == [(t[0], t[1]), (t[3], t[4])]
    assert merged([]) == []
