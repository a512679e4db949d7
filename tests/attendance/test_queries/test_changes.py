"""Who marked what when: nothing is lost, the newest comes first."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import let_teach, make_day, mark
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.changes import list_brought, page_changes
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.errors import Invalid
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.schedule.actions import withdraw_trainer


async def test_every_attempt_is_there(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b)])
    clock.move(minutes=2)
    before = mark(a, Status.NO_SHOW, base_version=0, made_at=clock.now - timedelta(minutes=9))
    await works.run(day.assistant, save_marks, day.meeting_id, [before], way=Way.OFFLINE)
    page = await page_changes(day.meeting_id)
    assert [(c.status, c.way, c.marked_by_name, c.taken, c.why != "") for c in page.items] == [
        (Status.NO_SHOW, Way.OFFLINE, "Asa", False, True),
        (Status.PRESENT, Way.ROSTER, "Lea", True, False),
        (Status.PRESENT, Way.ROSTER, "Lea", True, False),
    ]
    assert {c.name for c in page.items} == {"Northern Line 0", "Northern Line 1"}
    assert len((await page_changes(day.meeting_id, enrollment_id=b)).items) == 1
    first = await page_changes(day.meeting_id, limit=2)
    assert first.next_cursor is not None
    rest = await page_changes(day.meeting_id, cursor=first.next_cursor, limit=2)
    assert (*first.items, *rest.items) == page.items
    assert rest.next_cursor is None
    with pytest.raises(Invalid):
        await page_changes(day.meeting_id, cursor="nonsense")


async def test_what_somebody_brought_who_teaches_no_more_is_open_until_it_was_looked_at(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, people=4)
    a, b, c, d = day.enrollments
    lead = await let_teach(works, day, day.lead)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(a), mark(b, Status.NO_SHOW)])
    made = clock.now
    clock.move(minutes=5)
    await works.run(day.manager, withdraw_trainer, day.session_id, lead)
    clock.move(minutes=5)
    brought = [mark(key, made_at=made) for key in (a, b, c, d)]
    await works.run(day.lead, save_marks, day.meeting_id, brought, way=Way.OFFLINE)

    async def left() -> list[UUID]:
        meeting = await find_roster_meeting(day.meeting_id)
        return [each.enrollment_id for each in await list_brought(meeting, clock.now)]

    # Where the same stands nothing is to be done.
    assert await left() == [b, c, d]
    clock.move(minutes=5)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(c, Status.NO_SHOW)])
    assert await left() == [b, d]
    # Nobody can be asked to mark whoever gave their place back.
    await works.run(day.manager, cancel_enrollment, d)
    assert await left() == [b]
    clock.move(days=8)
    assert await left() == []
    clock.move(days=-8)
    await works.run(day.assistant, close_roster, day.meeting_id, rest="no-show")
    assert await left() == []


async def test_what_somebody_brought_of_an_earlier_time_of_the_meeting_is_left_there(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    lead = await let_teach(works, day, day.lead)
    made = clock.now
    clock.move(minutes=5)
    await works.run(day.manager, withdraw_trainer, day.session_id, lead)
    brought = [mark(day.enrollments[0], made_at=made)]
    await works.run(day.lead, save_marks, day.meeting_id, brought, way=Way.OFFLINE)
    assert len(await list_brought(await find_roster_meeting(day.meeting_id), clock.now)) == 1
    later = made + timedelta(days=2)
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {}", later, later + timedelta(hours=2))
    clock.move(days=2)
    assert await list_brought(await find_roster_meeting(day.meeting_id), clock.now) == []
