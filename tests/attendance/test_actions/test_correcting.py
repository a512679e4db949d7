"""What counts for a whole session, said by hand."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import pytest

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from tests.schedule.made import events
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_marks
from training.attendance.actions.summing import NOTHING_LEFT
from training.attendance.rules.overall import CorrectionShut, MinutesImpossible, NothingHeld
from training.attendance.rules.rosters import NotOnRoster, ReasonMissing
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.cli.days import find_wrong_days
from training.schedule.actions import cancel_session, move_meetings
from training.schedule.queries import list_meetings
from training.schedule.rules.values import MeetingChange

CAUGHT_UP = Correction(status="present", minutes=90, reason="Caught up")


async def test_a_correction_counts_and_is_taken_back(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.NO_SHOW)])
    corrected = await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=1)
    assert (corrected.counts, corrected.counted_minutes, corrected.version) == (Status.PRESENT, 90, 2)
    assert await overall(a) == corrected
    with pytest.raises(Stale):
        await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=1)
    back = await works.run(day.manager, correct_overall, a, Correction(status="", reason="Not after all"))
    assert (back.counts, back.counted_minutes, back.corrected_at) == (Status.NO_SHOW, 0, None)
    # Nothing is corrected any more, so nothing says why; the history does.
    assert (back.corrected_reason, (await overall(a)).corrected_reason) == ("", "")
    assert await events("OverallCorrected") == ["OverallCorrected"] * 2
    told = await execute("SELECT data FROM journal_entry WHERE event = 'OverallCorrected'")
    assert sum("Not after all" in str(row["data"]) for row in told) == 1
    assert await find_wrong_days() == []


@pytest.mark.parametrize(
    ("status", "minutes"),
    [("present", 121), ("present", 0), ("partial", 1440), ("no-show", 60), ("excused", 1), ("", 10)],
)
async def test_minutes_that_nobody_can_have_been_there(
    works: Works, clock: FrozenClock, status: Literal["", "present", "partial", "excused", "no-show"], minutes: int
) -> None:
    day = await make_day(works, clock)
    asked = Correction(status=status, minutes=minutes, reason="Caught up")
    with pytest.raises(MinutesImpossible):
        await works.run(day.lead, correct_overall, day.enrollments[0], asked)
    assert await events("OverallCorrected") == []


async def test_before_anybody_was_marked(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    with pytest.raises(Stale):
        await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=3)
    assert (await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=0)).counts is Status.PRESENT
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", b)
    with pytest.raises(NotOnRoster):
        await works.run(day.lead, correct_overall, b, CAUGHT_UP)


async def test_who_may_and_why(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    for viewer in (day.shadow, day.stranger, day.scene.coordinator):
        with pytest.raises(NotFound):
            await works.run(viewer, correct_overall, a, CAUGHT_UP)
    with pytest.raises(NotFound):
        await works.run(day.lead, correct_overall, UUID(int=404), CAUGHT_UP)
    with pytest.raises(ReasonMissing):
        await works.run(day.lead, correct_overall, a, Correction(status="present", reason="  "))


async def test_nothing_is_corrected_before_anything_was_held(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    clock.move(minutes=-10, seconds=-1)
    for viewer in (day.lead, day.manager):
        with pytest.raises(NothingHeld):
            await works.run(viewer, correct_overall, a, CAUGHT_UP)
    clock.move(seconds=1)
    # Two meetings are planned, and one has begun.
    with pytest.raises(MinutesImpossible):
        await works.run(day.lead, correct_overall, a, Correction(status="present", minutes=121, reason="Caught up"))
    assert (await works.run(day.lead, correct_overall, a, CAUGHT_UP)).counted_minutes == 90


async def test_it_ends_when_the_last_roster_ends(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    clock.move(days=31, hours=1, minutes=50)
    await works.run(day.assistant, correct_overall, a, CAUGHT_UP)
    clock.move(seconds=1)
    for asked in (CAUGHT_UP, Correction(status="", reason="Not after all")):
        with pytest.raises(CorrectionShut):
            await works.run(day.lead, correct_overall, a, asked)
    clock.move(days=300)
    assert (await works.run(day.manager, correct_overall, a, CAUGHT_UP)).counts is Status.PRESENT


async def test_of_a_place_that_was_given_back_a_correction_is_only_taken_back(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, correct_overall, a, CAUGHT_UP)
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", a)
    with pytest.raises(NotOnRoster):
        await works.run(day.manager, correct_overall, a, CAUGHT_UP)
    back = await works.run(day.manager, correct_overall, a, Correction(status="", reason="They had left"))
    assert back.corrected == ""


async def test_minutes_follow_a_meeting_that_became_shorter_or_is_not_held(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, correct_overall, a, Correction(status="present", minutes=110, reason="Caught up"))
    meeting = (await list_meetings([day.session_id]))[0]
    shorter = MeetingChange(meeting_id=meeting.id, local_end=meeting.local_start + timedelta(minutes=45))
    await works.run(day.manager, move_meetings, day.session_id, [shorter], accept_warnings=True)
    found = await overall(a)
    assert (found.counts, found.counted_minutes) == (Status.PRESENT, 45)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    assert (await overall(a)).counted_minutes == 0
    assert await find_wrong_days() == []


@pytest.mark.parametrize("status", ["no-show", "excused"])
async def test_who_was_absent_has_no_minutes(
    works: Works, clock: FrozenClock, status: Literal["no-show", "excused"]
) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    found = await works.run(day.lead, correct_overall, a, Correction(status=status, reason="A mix-up"))
    assert (found.counts, found.counted_meetings, found.counted_minutes) == (Status(status), 0, 0)
    assert (found.meetings, found.minutes) == (1, 120)
    assert (await overall(a)).counted_minutes == 0


async def test_present_without_minutes_counts_the_whole_session(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    for meeting_id in day.meeting_ids:
        await works.run(day.lead, save_marks, meeting_id, [mark(a, Status.NO_SHOW)])
        clock.move(days=1)
    found = await works.run(day.lead, correct_overall, a, Correction(status="present", reason="At the back"))
    assert (found.counted_meetings, found.counted_minutes, found.minutes) == (2, 240, 0)
    assert ((kept := await overall(a)).counted_meetings, kept.counted_minutes) == (2, 240)


@pytest.mark.parametrize("minutes", [100, None])
async def test_where_nothing_was_held_nothing_is_corrected_any_more(
    works: Works, clock: FrozenClock, minutes: int | None
) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, _ = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
    for key in (a, b):
        asked = Correction(status="present", minutes=minutes, reason="Caught up")
        await works.run(day.lead, correct_overall, key, asked)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    for key in day.enrollments:
        found = await overall(key)
        assert (found.counts, found.counted_minutes, found.corrected_reason) == (Status.NOT_RECORDED, 0, "")
    told = await execute("SELECT data FROM journal_entry WHERE event = 'OverallCorrected'")
    assert sum(NOTHING_LEFT in str(row["data"]) for row in told) == 2
    assert await find_wrong_days() == []


async def test_what_was_held_keeps_what_was_corrected_when_the_rest_is_cancelled(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, correct_overall, a, CAUGHT_UP)
    clock.move(hours=3)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    found = await overall(a)
    assert (found.counts, found.counted_minutes, found.corrected_reason) == (Status.PRESENT, 90, "Caught up")
