"""Who may open a roster: one statement, and the same answer for what is foreign and what does not exist."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.schedule.made import STAFF, coordinator_of, manager_of
from training.attendance.queries.access import (
    find_roster_meeting,
    get_roster_enrollment,
    get_roster_meeting,
    get_roster_session,
)
from training.attendance.rules.rosters import NoRoster
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS
from training.base.work import Works


async def test_who_sees_and_who_marks(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    key = day.enrollments[0]
    may = {day.lead: (True, False), day.assistant: (True, False), day.shadow: (False, False)}
    may |= {day.manager: (True, True), STAFF: (True, True)}
    for viewer, rights in may.items():
        for found in (
            await get_roster_meeting(viewer, day.meeting_id),
            await get_roster_session(viewer, day.session_id),
            await get_roster_enrollment(viewer, key),
        ):
            assert (found.may_mark, found.may_manage) == rights
    for viewer in (
        day.stranger,
        day.scene.coordinator,
        ANONYMOUS,
        manager_of(UUID(int=1)),
        coordinator_of(UUID(int=1)),
    ):
        with pytest.raises(NotFound):
            await get_roster_meeting(viewer, day.meeting_id)
        with pytest.raises(NotFound):
            await get_roster_session(viewer, day.session_id)
        with pytest.raises(NotFound):
            await get_roster_enrollment(viewer, key)
    meeting = await get_roster_meeting(day.lead, day.meeting_id)
    assert (meeting.meeting_count, meeting.number, meeting.version, meeting.minutes) == (2, 1, 0, 120)


async def test_foreign_and_missing_cost_the_same(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    counted = []
    for meeting_id in (day.meeting_id, UUID(int=404)):
        with watch_statements() as seen, pytest.raises(NotFound):
            await get_roster_meeting(day.stranger, meeting_id)
        counted.append(len(seen))
    assert counted == [1, 1]
    with pytest.raises(NotFound):
        await get_roster_session(day.lead, UUID(int=404))
    with pytest.raises(NotFound):
        await get_roster_enrollment(day.lead, UUID(int=404))
    with pytest.raises(NotFound):
        await find_roster_meeting(UUID(int=404))


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE session SET state = 'draft'",
        "UPDATE session SET state = 'cancelled'",
        "UPDATE meeting SET cancelled_at = changed_at",
    ],
)
async def test_drafts_and_what_was_cancelled_have_none(works: Works, clock: FrozenClock, gone: str) -> None:
    day = await make_day(works, clock)
    await execute(gone)
    with pytest.raises(NoRoster):
        await get_roster_meeting(day.manager, day.meeting_id)
    with pytest.raises(NoRoster):
        await find_roster_meeting(day.meeting_id)
    with pytest.raises(NotFound):
        await get_roster_meeting(day.stranger, day.meeting_id)


async def test_a_draft_that_was_cancelled_never_had_any(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.move(hours=3)
    gone = "UPDATE session SET state = 'cancelled', cancelled_at = {}, published_at = {}"
    await execute(gone, clock.now, None)
    with pytest.raises(NoRoster):
        await get_roster_meeting(day.manager, day.meeting_id)
    # One that people knew of was held until then.
    await execute(gone, clock.now, clock.now - timedelta(days=1))
    assert (await get_roster_meeting(day.lead, day.meeting_id)).may_mark


async def test_whose_place_ended_with_the_session_is_on_its_rosters(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2)
    with_it, before = day.enrollments
    clock.move(hours=3)
    await execute("UPDATE session SET state = 'cancelled', cancelled_at = {}", clock.now)
    ended = "UPDATE enrollment SET state = 'cancelled', was_state = 'enrolled', state_at = {} WHERE id = {}"
    await execute(ended, clock.now, with_it)
    await execute(ended, clock.now - timedelta(minutes=1), before)
    assert [(await get_roster_enrollment(day.lead, key)).on_roster for key in day.enrollments] == [True, False]
