"""Sums follow the schedule."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark, overall
from tests.attendance.test_actions.test_check_in import learner, opened
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import check_in_self
from training.attendance.actions.following import sum_up_due, sum_up_session
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.recording import record_marks
from training.attendance.queries.access import find_roster_meeting, get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.queries.check_in import list_doubtful
from training.attendance.queries.marks import LeftBehind, count_left_behind
from training.attendance.queries.meetings import list_roster_meetings
from training.attendance.queries.overall import list_attendance
from training.attendance.queries.roster import load_roster
from training.attendance.rules.moving import MOVED, MovedMeanwhile
from training.attendance.rules.rosters import NoRoster, NotAllRecorded, RosterNotOpen
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.cli.days import find_wrong_days
from training.schedule.actions import cancel_session, move_meetings
from training.schedule.events import SessionClosed
from training.schedule.jobs import advance
from training.schedule.queries import list_meetings
from training.schedule.rules.values import MeetingChange

WORKER = Viewer.machine("worker")


async def test_a_meeting_that_is_over_counts(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    assert await works.run(WORKER, sum_up_due, 10) == 0
    clock.move(hours=2)
    # The first meeting is over, but it counted before, because somebody was marked there.
    assert await works.run(WORKER, sum_up_due, 10) == 1
    assert (await overall(a)).status is Status.PRESENT
    clock.move(days=1)
    assert await works.run(WORKER, sum_up_due, 10) == 1
    assert (await overall(a)).status is Status.PARTIAL


async def test_what_was_marked_ahead_counts_when_its_meeting_begins(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, c = day.enrollments
    await works.run(day.manager, save_marks, day.meeting_ids[1], [mark(a), mark(b, Status.NO_SHOW)])
    for key in (a, b):
        found = await overall(key)
        assert (found.status, found.meetings_held, found.minutes) == (Status.NOT_RECORDED, 0, 0)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(hours=23, minutes=49)
    await works.run(WORKER, sum_up_due, 10)
    for key in day.enrollments:
        found = await overall(key)
        assert (found.status, found.meetings_held, found.minutes) == (Status.PRESENT, 1, 120)
    assert await find_wrong_days() == []
    clock.move(minutes=1)
    # Nobody presses anything: the second has begun.
    assert [await works.run(WORKER, sum_up_due, 10) for _ in range(2)] == [1, 0]
    sums = [await overall(key) for key in (a, b, c)]
    assert [(one.status, one.meetings_held) for one in sums] == [
        (Status.PRESENT, 2),
        (Status.PARTIAL, 2),
        (Status.PRESENT, 1),
    ]
    assert await find_wrong_days() == []


async def test_what_was_marked_ahead_counts_when_its_roster_is_closed(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock)
    clock.move(minutes=31)
    await works.run(day.lead, close_roster, day.meeting_id)
    sums = [await overall(key) for key in day.enrollments]
    assert [(one.status, one.minutes) for one in sums] == [
        (Status.PRESENT, 120),
        (Status.PRESENT, 60),
        (Status.EXCUSED, 0),
    ]


async def test_a_session_that_closes_or_is_cancelled(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    clock.move(days=2)
    await advance(works)
    assert (await overall(a)).meetings_held == 2
    assert await find_wrong_days() == []


async def test_a_session_nobody_was_marked_in_costs_one_statement(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    with watch_statements() as seen:
        await works.run(WORKER, sum_up_session, SessionClosed(session_id=day.session_id))
    assert len([text for text in seen if "overall" in text]) == len(seen) == 1


async def test_a_cancelled_session_was_attended_by_nobody(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.manager, save_marks, day.meeting_ids[1], [mark(day.enrollments[0])])
    await execute("UPDATE session SET state = 'published' WHERE id = {}", day.session_id)
    await works.run(day.manager, cancel_session, day.session_id, "Nobody can come")
    assert (await overall(day.enrollments[0])).meetings == 0
    assert await find_wrong_days() == []


async def test_what_was_imported_anew_is_found_by_the_tick(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    clock.move(minutes=5)
    shorter = clock.now + timedelta(hours=1)
    await execute("UPDATE meeting SET ends_at = {}, changed_at = {} WHERE id = {}", shorter, clock.now, day.meeting_id)
    assert await find_wrong_days() == []
    assert [await works.run(WORKER, sum_up_due, 10) for _ in range(2)] == [1, 0]
    assert (await overall(day.enrollments[0])).minutes == 75


async def shifted(works: Works, day: Day, number: int, **by: float) -> None:
    """Move one meeting of a day as its manager, by so much."""
    meeting = next(one for one in await list_meetings([day.session_id]) if one.id == day.meeting_ids[number])
    begins, ends = (at + timedelta(**by) for at in (meeting.local_start, meeting.local_end))
    change = MeetingChange(meeting_id=meeting.id, local_start=begins, local_end=ends)
    await works.run(day.manager, move_meetings, day.session_id, [change], accept_warnings=True)


async def half_an_hour_before(works: Works, clock: FrozenClock, *, meetings: int = 1) -> Day:
    """A day whose first meeting begins in half an hour, and whose roster has marks of three kinds."""
    day = await make_day(works, clock, meetings=meetings)
    clock.move(minutes=-40)
    a, b, c = day.enrollments
    told = [mark(a), mark(b, Status.LATE, minutes_late=60), mark(c, Status.EXCUSED, reason="Ill")]
    await works.run(day.lead, save_marks, day.meeting_id, told)
    return day


async def statuses(day: Day, number: int = 0) -> list[tuple[Status, str]]:
    roster = await load_roster(await get_roster_meeting(day.manager, day.meeting_ids[number]))
    return [(entry.status, entry.mark.reason if entry.mark else "") for entry in roster.entries]


async def test_a_meeting_that_moves_leaves_its_marks_behind(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock, meetings=2)
    # Nothing was held yet, so nothing of it counts.
    assert (await overall(day.enrollments[1])).minutes == 0
    await shifted(works, day, 0, hours=3)
    assert await statuses(day) == [(Status.NOT_RECORDED, MOVED)] * 3
    for key in day.enrollments:
        found = await overall(key)
        assert (found.status, found.meetings, found.meetings_held, found.minutes) == (Status.NOT_RECORDED, 0, 0, 0)
    # Who was marked how, by whom, and who moved it, stays.
    changes = (await page_changes(day.meeting_id)).items
    assert sorted((one.status.value, one.reason, one.marked_by, one.taken) for one in changes) == sorted(
        [("present", "", day.lead.person_id, True), ("late", "", day.lead.person_id, True)]
        + [("excused", "Ill", day.lead.person_id, True)]
        + [("not recorded", MOVED, day.manager.person_id, True)] * 3
    )
    told = await execute("SELECT data FROM journal_entry WHERE event = 'AttendanceMarked'")
    assert sum('"moved"' in str(row["data"]) for row in told) == 1
    assert await find_wrong_days() == []
    # Nothing of the old time makes it complete; at its own time it is marked as any other.
    clock.move(hours=6)
    with pytest.raises(NotAllRecorded):
        await works.run(day.lead, close_roster, day.meeting_id)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    assert {one.counts for one in await list_attendance(day.session_id)} == {Status.NO_SHOW}
    assert await find_wrong_days() == []


async def test_a_meeting_that_begins_when_it_did_keeps_them(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock)
    before = await statuses(day)
    meeting = (await list_meetings([day.session_id]))[0]
    for change in (
        MeetingChange(meeting_id=meeting.id, title="Another name"),
        MeetingChange(meeting_id=meeting.id, local_end=meeting.local_end - timedelta(hours=1)),
        # It has begun at its new time: whoever is there is there.
        MeetingChange(meeting_id=meeting.id, local_start=meeting.local_start - timedelta(minutes=45)),
    ):
        await works.run(day.manager, move_meetings, day.session_id, [change], accept_warnings=True)
    assert await statuses(day) == before
    assert await find_wrong_days() == []


async def test_who_was_late_by_more_than_there_is_now_was_not_there(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock)
    meeting = (await list_meetings([day.session_id]))[0]
    shorter = MeetingChange(meeting_id=meeting.id, local_end=meeting.local_start + timedelta(minutes=45))
    await works.run(day.manager, move_meetings, day.session_id, [shorter], accept_warnings=True)
    clock.move(minutes=40)
    assert await works.run(WORKER, sum_up_due, 10) == 1
    found = await overall(day.enrollments[1])
    assert (found.status, found.meetings, found.minutes) == (Status.NO_SHOW, 0, 0)
    assert (await overall(day.enrollments[0])).minutes == 45


async def test_check_ins_of_the_old_time_are_forgotten(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    for key in day.enrollments[:2]:
        await works.run(await learner(key), check_in_self, word, device="one")
    assert len(await list_doubtful(day.meeting_id)) == 1
    clock.move(minutes=-40)
    await shifted(works, day, 0, days=3)
    assert await list_doubtful(day.meeting_id) == []
    assert await execute("SELECT id FROM check_in") == []
    assert {status for status, _ in await statuses(day)} == {Status.NOT_RECORDED}


async def test_a_device_that_comes_later_marks_nobody_at_the_new_time(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock)
    marked_at = clock.now
    clock.move(minutes=5)
    await shifted(works, day, 0, days=3)
    late = mark(day.enrollments[0], made_at=marked_at, operation=UUID(int=5), base_version=1)
    with pytest.raises(RosterNotOpen):
        await works.run(day.lead, save_marks, day.meeting_id, [late], way=Way.OFFLINE)
    clock.move(days=3, minutes=30)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [late], way=Way.OFFLINE)
    assert [(one.taken, one.code) for one in saved.marks] == [(False, "marked-later")]
    there = mark(day.enrollments[0], made_at=clock.now, operation=UUID(int=6), base_version=1)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [there], way=Way.OFFLINE)
    assert saved.marks[0].taken


async def test_who_looked_before_it_was_moved_marks_nobody(works: Works, clock: FrozenClock) -> None:
    day = await half_an_hour_before(works, clock)
    seen = await get_roster_meeting(day.lead, day.meeting_id)
    await shifted(works, day, 0, days=3)
    with pytest.raises(MovedMeanwhile):
        await works.run(day.lead, record_marks, seen, [mark(day.enrollments[0])], way=Way.ROSTER)


async def test_a_roster_that_nobody_touched_costs_one_statement(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=-40)
    with watch_statements() as seen:
        await shifted(works, day, 0, days=3)
    assert len([text for text in seen if "FROM roster" in text]) == 1
    assert not [text for text in seen if "check_in" in text or "mark" in text.split()]


async def rest_cancelled(works: Works, clock: FrozenClock) -> Day:
    """The first of two meetings was held, with one of three absent; the rest is cancelled, and one had left before."""
    day = await make_day(works, clock, meetings=2, people=3)
    a, b, c = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b, Status.NO_SHOW), mark(c)])
    clock.move(hours=2)
    await works.run(day.manager, cancel_enrollment, c)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(hours=1)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    return day


async def test_what_was_held_before_the_rest_was_cancelled_stays(works: Works, clock: FrozenClock) -> None:
    day = await rest_cancelled(works, clock)
    a, b, _ = day.enrollments
    found = {one.enrollment_id: one for one in await list_attendance(day.session_id)}
    assert {key: (one.counts, one.overall.minutes if one.overall else None) for key, one in found.items()} == {
        a: (Status.PRESENT, 120),
        b: (Status.NO_SHOW, 0),
    }
    for viewer in (day.lead, day.shadow, day.manager):
        roster = await load_roster(await get_roster_meeting(viewer, day.meeting_id))
        assert [entry.enrollment_id for entry in roster.entries] == [a, b]
    assert (await find_roster_meeting(day.meeting_id)).closed_at is not None
    assert [(one.expected, one.recorded) for one in await list_roster_meetings(day.session_id)] == [(2, 2)]
    with pytest.raises(NoRoster):
        await get_roster_meeting(day.manager, day.meeting_ids[1])
    assert await find_wrong_days() == []


async def test_what_was_held_is_marked_as_in_a_closed_session(works: Works, clock: FrozenClock) -> None:
    day = await rest_cancelled(works, clock)
    b = day.enrollments[1]
    clock.move(hours=1)
    plain = await works.run(day.lead, save_marks, day.meeting_id, [mark(b, base_version=1)])
    assert plain.marks[0].code == "reason-missing"
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(b, base_version=1, reason="Sat in the back")])
    assert saved.marks[0].taken
    assert (await overall(b)).minutes == 120
    left = await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[2], reason="Was there")])
    assert left.marks[0].code == "not-on-roster"
    assert await find_wrong_days() == []


async def test_who_was_excused_and_left_is_neither_counted_nor_wrong_when_it_moves(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    clock.move(minutes=-50)
    excused = [mark(key, Status.EXCUSED, reason="Ill") for key in (a, b)]
    await works.run(day.lead, save_marks, day.meeting_id, excused)
    clock.move(minutes=1)
    await works.run(day.manager, cancel_enrollment, a)
    assert await count_left_behind([day.meeting_id]) == LeftBehind(marks=1)
    clock.move(minutes=1)
    await shifted(works, day, 0, hours=2)
    assert await find_wrong_days() == []
    assert await count_left_behind([day.meeting_id]) == LeftBehind()
