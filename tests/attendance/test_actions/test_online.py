"""A list of participants is taken in, matched, applied once, and forgotten."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_actions.test_check_in import token
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import scan
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.online import (
    Applied,
    ListApplied,
    TooManyPeople,
    Wishes,
    apply_list,
    choose_lines,
    drop_list,
    take_list,
)
from training.attendance.jobs import forget_lists
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.queries.marks import lock_session_row
from training.attendance.queries.online import find_open_list, get_list, get_matching
from training.attendance.queries.roster import load_roster
from training.attendance.rules.online_files import read_list
from training.attendance.rules.rosters import RosterNotOpen
from training.attendance.rules.statuses import Status, Way
from training.attendance.schemas.online import applied_words
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Work, Works

# The meeting of `make_day` is from 9:00 to 11:00 UTC on 18 May 2026.
LIST = """Name,Email,Join time,Leave time,Duration (minutes)
Northern Line 0,,05/18/2026 08:55,05/18/2026 11:00,125
Somebody,northern-line-1@example.org,05/18/2026 09:20,05/18/2026 11:00,100
Nordern Lime 2,,05/18/2026 09:00,05/18/2026 09:30,30
iPhone,,05/18/2026 09:00,05/18/2026 11:00,120
Lea,,05/18/2026 08:50,05/18/2026 11:05,135
"""
# The lines as they are kept: by name.
IPHONE, LEA, NORDERN, LINE_0, SOMEBODY = range(5)


async def taken(works: Works, day: Day, text: str = LIST, viewer: Viewer | None = None) -> UUID:
    return await works.run(viewer or day.lead, take_list, day.meeting_id, read_list(text.encode()), "list.csv")


async def online_day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock, people=4, mode="online", capacity_online=4, capacity_in_person=0)


async def statuses(day: Day) -> list[tuple[Status, int, int | None, str]]:
    """Everybody's mark, in the order of enrollment."""
    roster = await load_roster(await get_roster_meeting(day.lead, day.meeting_id))
    marks = {entry.enrollment_id: entry.mark for entry in roster.entries}
    rows = [marks[key] for key in day.enrollments]
    return [
        (one.status, one.minutes_late, one.minutes, one.way.value) if one else (Status.NOT_RECORDED, 0, None, "")
        for one in rows
    ]


async def applied(works: Works, day: Day, list_id: UUID, **wishes: object) -> Applied:
    told = {"choices": {}, "version": 1, **wishes}
    return await works.run(day.lead, apply_list, day.meeting_id, list_id, Wishes(**told))  # type: ignore[arg-type]


async def test_a_list_is_matched_and_marks_the_roster(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    assert await find_open_list(day.meeting_id) == list_id
    found = await get_matching(day.lead, day.meeting_id, list_id)
    matched = [(one.line.name, one.enrollment_id, one.match.teaches) for one in found.matched]
    assert matched == [
        ("iPhone", None, False),
        ("Lea", None, True),
        ("Nordern Lime 2", None, False),
        ("Northern Line 0", day.enrollments[0], False),
        ("Somebody", day.enrollments[1], False),
    ]
    assert found.listed.threshold_minutes == 60
    assert [one.line.name for one in found.unmatched] == ["iPhone", "Nordern Lime 2"]
    done = await applied(works, day, list_id, choices={NORDERN: day.enrollments[2], IPHONE: None})
    assert (done.left, len(done.saved.marks), done.saved.refused) == (1, 3, ())
    assert await statuses(day) == [
        (Status.PRESENT, 0, None, "import"),
        (Status.LATE, 20, None, "import"),
        (Status.PARTIAL, 0, 30, "import"),
        (Status.NOT_RECORDED, 0, None, ""),
    ]
    assert await find_open_list(day.meeting_id) is None
    journal = await execute("SELECT data FROM journal_entry WHERE event = 'OnlineListApplied'")
    assert len(journal) == 1
    assert "Northern" not in str(journal[0]["data"])


async def test_two_lines_of_one_person_are_added_up(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    # Their phone, from which the other half came.
    await applied(works, day, list_id, choices={NORDERN: day.enrollments[2], IPHONE: day.enrollments[2]})
    assert (await statuses(day))[2] == (Status.PRESENT, 0, None, "import")


async def test_a_threshold_says_who_was_present_and_absent_who_was_not(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    await applied(works, day, list_id, threshold=110, absent=True, choices={NORDERN: day.enrollments[2]})
    assert [status for status, *_ in await statuses(day)] == [
        Status.PRESENT,
        Status.PARTIAL,
        Status.PARTIAL,
        Status.NO_SHOW,
    ]


async def test_nobody_in_the_room_is_absent_by_a_list(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=4, mode="hybrid", capacity_online=5)
    await execute("UPDATE enrollment SET mode = 'online' WHERE id = {}", day.enrollments[3])
    list_id = await taken(works, day)
    await applied(works, day, list_id, absent=True)
    assert [status for status, *_ in await statuses(day)] == [
        Status.PRESENT,
        Status.LATE,
        Status.NOT_RECORDED,
        Status.NO_SHOW,
    ]


async def test_what_somebody_marked_stays_and_is_told(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.EXCUSED, reason="Ill")])
    list_id = await taken(works, day)
    done = await applied(works, day, list_id)
    assert [done.names[one.enrollment_id] for one in done.saved.refused] == ["Northern Line 0"]
    assert (await statuses(day))[0][0] is Status.EXCUSED
    tried = [one for one in (await page_changes(day.meeting_id)).items if one.way is Way.IMPORT]
    assert sorted(one.taken for one in tried) == [False, True]


async def test_a_closed_roster_is_corrected_with_the_list_as_reason(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    list_id = await taken(works, day)
    await applied(works, day, list_id)
    rows = await execute("SELECT reason, status FROM mark WHERE enrollment_id = {}", day.enrollments[1])
    assert rows == [{"reason": "From the list of participants (list.csv)", "status": "late"}]


async def test_choices_are_kept_until_they_are_applied(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    wishes = Wishes(choices={IPHONE: day.enrollments[3], LINE_0: None, 99: day.enrollments[0]}, threshold=30, version=1)
    assert await works.run(day.lead, choose_lines, day.meeting_id, list_id, wishes) == 2
    found = await get_matching(day.lead, day.meeting_id, list_id)
    assert found.listed.choices == {IPHONE: day.enrollments[3], LINE_0: None}
    assert found.listed.threshold_minutes == 30
    assert [one.chosen for one in found.matched] == [True, False, False, True, False]
    with pytest.raises(Stale):
        await applied(works, day, list_id)
    await applied(works, day, list_id, version=2)
    assert [status for status, *_ in await statuses(day)] == [
        Status.NOT_RECORDED,
        Status.LATE,
        Status.NOT_RECORDED,
        Status.PRESENT,
    ]
    for again in (apply_list, choose_lines):
        with pytest.raises(ListApplied):
            await works.run(day.lead, again, day.meeting_id, list_id, Wishes(choices={}, version=3))


async def test_whoever_lost_their_place_is_nobody_to_choose(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    await works.run(
        day.lead, choose_lines, day.meeting_id, list_id, Wishes(choices={IPHONE: day.enrollments[3]}, version=1)
    )
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", day.enrollments[3])
    done = await applied(works, day, list_id, version=2)
    assert len(done.saved.marks) == 2


async def test_a_new_file_takes_the_place_of_one_that_was_not_applied(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    first, second = await taken(works, day), await taken(works, day)
    assert await find_open_list(day.meeting_id) == second
    with pytest.raises(NotFound):
        await get_list(day.meeting_id, first)
    await works.run(day.lead, drop_list, day.meeting_id, second)
    assert await find_open_list(day.meeting_id) is None


async def test_only_those_who_mark_bring_lists_in(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day, viewer=day.assistant)
    for viewer in (day.shadow, day.stranger, day.scene.coordinator):
        with pytest.raises(NotFound):
            await taken(works, day, viewer=viewer)
        with pytest.raises(NotFound):
            await get_matching(viewer, day.meeting_id, list_id)
        for action in (choose_lines, apply_list):
            with pytest.raises(NotFound):
                await works.run(viewer, action, day.meeting_id, list_id, Wishes(choices={}, version=1))
        with pytest.raises(NotFound):
            await works.run(viewer, drop_list, day.meeting_id, list_id)
    clock.move(hours=-3)
    with pytest.raises(RosterNotOpen):
        await taken(works, day)


async def test_a_list_of_another_meeting_is_not_found(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=4, meetings=2, mode="online", capacity_online=4)
    list_id = await taken(works, day)
    with pytest.raises(NotFound):
        await get_matching(day.lead, day.meeting_ids[1], list_id)


async def test_too_many_people_are_no_meeting(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    with pytest.raises(TooManyPeople):
        await taken(works, day, "Name,Minutes\n" + "".join(f"Person {n},5\n" for n in range(1001)))


async def test_lists_are_forgotten_a_week_after_or_a_month_unused(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    await applied(works, day, list_id)
    unused = await taken(works, day)
    clock.move(days=6)
    assert await forget_lists(works) == 0
    clock.move(days=2)
    assert await forget_lists(works) == 1
    assert await forget_lists(works) == 0
    (row,) = await execute(
        "SELECT CAST(lines AS TEXT) AS l, CAST(choices AS TEXT) AS c, file_name FROM online_import WHERE id = {}",
        list_id,
    )
    assert tuple(row.values()) == ("[]", "[]", "")
    assert (await get_list(day.meeting_id, list_id)).lines == ()
    clock.move(days=23)
    assert await forget_lists(works) == 1
    with pytest.raises(NotFound):
        await get_list(day.meeting_id, unused)


async def test_two_people_who_apply_one_list_at_once_do_it_once(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    wishes = Wishes(choices={}, version=1)
    told = await asyncio.gather(
        *(
            works.run(who, apply_list, day.meeting_id, list_id, wishes)
            for who in (day.lead, day.assistant, day.manager)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in told) == ["Applied", "ListApplied", "ListApplied"]
    rows = await execute("SELECT count(*) AS n FROM mark_change WHERE meeting_id = {}", day.meeting_id)
    assert rows[0]["n"] == 2


async def test_a_list_and_a_trainer_at_once_leave_the_word_of_the_trainer(works: Works, clock: FrozenClock) -> None:
    day = await online_day(works, clock)
    list_id = await taken(works, day)
    excused = mark(day.enrollments[0], Status.EXCUSED, reason="Ill")
    await asyncio.gather(
        works.run(day.lead, apply_list, day.meeting_id, list_id, Wishes(choices={}, version=1)),
        works.run(day.assistant, save_marks, day.meeting_id, [excused]),
    )
    assert (await statuses(day))[0][0] is Status.EXCUSED


async def test_a_list_takes_no_minutes_from_whoever_was_checked_in_in_the_room(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, people=4, mode="hybrid", capacity_online=5, capacity_in_person=4)
    a, b, c, _ = day.enrollments
    await works.run(day.lead, scan, day.meeting_id, token(works, a))
    clock.move(minutes=30)
    for late in (b, c):
        await works.run(day.lead, scan, day.meeting_id, token(works, late))
    clock.move(hours=3)
    # One opened the link for a moment, one was online before they came, one left their laptop behind for a while.
    text = """Name,Email,Join time,Leave time,Duration (minutes)
Northern Line 0,,05/18/2026 09:05,05/18/2026 09:08,3
Northern Line 1,,05/18/2026 09:00,05/18/2026 11:00,120
Northern Line 2,,05/18/2026 09:40,05/18/2026 10:45,65
Northern Line 3,,05/18/2026 09:00,05/18/2026 09:03,3
"""
    list_id = await taken(works, day, text)
    found = await get_matching(day.lead, day.meeting_id, list_id)
    assert [one.kept for one in found.following()] == ["in-the-room", "", "in-the-room", ""]
    done = await applied(works, day, list_id)
    assert done.in_the_room == (a, c)
    told = "Northern Line 0, Northern Line 2 stay as checked in in the room."
    assert applied_words(done) == f"2 people were marked by the list. {told}"
    assert await statuses(day) == [
        (Status.PRESENT, 0, None, "qr"),
        (Status.PRESENT, 0, None, "import"),
        (Status.LATE, 40, None, "qr"),
        (Status.PARTIAL, 0, 3, "import"),
    ]


async def test_a_list_and_a_check_in_in_the_room_at_once_leave_the_check_in(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, mode="hybrid", capacity_online=1, capacity_in_person=1)
    (who,) = day.enrollments
    text = "Name,Email,Join time,Leave time,Duration (minutes)\nNorthern Line 0,,05/18/2026 09:05,05/18/2026 09:08,3\n"
    list_id = await taken(works, day, text)

    async def hold(_: Work) -> None:
        await lock_session_row(day.session_id)
        await asyncio.sleep(0.4)

    async def soon(seconds: float, viewer: Viewer, action: Any, *args: Any) -> None:
        await asyncio.sleep(seconds)
        clock.move(minutes=1)
        await works.run(viewer, action, day.meeting_id, *args)

    # Both wait for a third: whoever is scanned comes first.
    await asyncio.gather(
        works.run(day.manager, hold),
        soon(0.1, day.assistant, scan, token(works, who)),
        soon(0.2, day.lead, apply_list, list_id, Wishes(choices={}, version=1)),
    )
    assert await statuses(day) == [(Status.LATE, 11, None, "qr")]
