"""Marking, filling in, closing and opening again, as those who teach do it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.attendance.made import Day, let_teach, make_day, mark, overall
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.queries.roster import Roster, load_roster
from training.attendance.rules.refusing import STOPPED, STOPPED_BEFORE, STOPPED_TOLD
from training.attendance.rules.rosters import (
    MeetingNotBegun,
    NotAllRecorded,
    NotOnRoster,
    ReasonMissing,
    RosterClosedAlready,
    RosterIsOpen,
    RosterNotOpen,
    RosterShut,
)
from training.attendance.rules.statuses import Status, Way
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.cli.days import find_wrong_days
from training.schedule.actions import withdraw_trainer
from training.schedule.rules.sessions import TrainerRole

S = Status


async def statuses(day: Day, viewer: Viewer | None = None) -> list[str]:
    """The statuses on the roster of the first meeting, in order of arrival."""
    roster = await read(day, viewer)
    found = {entry.enrollment_id: entry.status.value for entry in roster.entries}
    return [found[key] for key in day.enrollments]


async def read(day: Day, viewer: Viewer | None = None) -> Roster:
    return await load_roster(await get_roster_meeting(viewer or day.lead, day.meeting_id))


async def test_a_trainer_marks_and_the_sum_follows(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    saved = await works.run(
        day.lead, save_marks, day.meeting_id, [mark(a), mark(b, S.LATE, minutes_late=15), mark(c, S.NO_SHOW)]
    )
    assert [(m.taken, m.fresh, m.mark.version if m.mark else 0) for m in saved.marks] == [(True, True, 1)] * 3
    assert saved.version == 1
    assert await statuses(day) == ["present", "late", "no-show"]
    assert [(await overall(key)).minutes for key in (a, b, c)] == [120, 105, 0]
    assert [(await overall(key)).status for key in (a, b, c)] == [S.PRESENT, S.PRESENT, S.NO_SHOW]
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'AttendanceMarked'") == 1


async def test_who_may_mark(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    asked = [mark(day.enrollments[0])]
    for viewer in (day.lead, day.assistant, day.manager):
        assert (await works.run(viewer, save_marks, day.meeting_id, asked)).marks[0].taken
    for viewer in (day.shadow, day.stranger, day.scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await works.run(viewer, save_marks, day.meeting_id, asked)
    # A shadow reads the roster all the same.
    assert len((await read(day, day.shadow)).entries) == 3
    for viewer in (day.stranger, day.scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await get_roster_meeting(viewer, day.meeting_id)
    with pytest.raises(NotFound):
        await works.run(day.lead, save_marks, UUID(int=404), asked)


async def test_from_an_hour_before_until_thirty_days_after(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    begin = clock.now - timedelta(minutes=10)
    asked = [mark(day.enrollments[0])]
    clock.now = begin - timedelta(minutes=61)
    with pytest.raises(RosterNotOpen) as early:
        await works.run(day.lead, save_marks, day.meeting_id, asked)
    assert early.value.data == {"at": begin - timedelta(minutes=60), "zone": "UTC", "now": clock.now}
    assert (await works.run(day.manager, save_marks, day.meeting_id, asked)).marks[0].taken
    clock.now = begin - timedelta(minutes=60)
    assert (await works.run(day.lead, save_marks, day.meeting_id, asked)).marks[0].taken
    clock.now = begin + timedelta(days=30, hours=2, seconds=1)
    with pytest.raises(RosterShut):
        await works.run(day.lead, save_marks, day.meeting_id, asked)
    assert (await works.run(day.manager, save_marks, day.meeting_id, asked)).marks[0].taken


async def test_each_mark_is_judged_by_itself(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, FrozenClock(), tag=" two")
    a, b, _ = day.enrollments
    asked = [mark(a), mark(b, S.EXCUSED), mark(other.enrollments[0]), mark(UUID(int=404))]
    saved = await works.run(day.lead, save_marks, day.meeting_id, asked)
    codes = ["", "reason-missing", "not-on-roster", "not-on-roster"]
    assert [m.code for m in saved.marks] == codes
    assert [m.taken for m in saved.marks] == [True, False, False, False]
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(b, S.EXCUSED, reason="Ill")])
    assert saved.marks[0].taken
    assert await statuses(day) == ["present", "excused", "not recorded"]
    assert (await overall(b)).status is S.EXCUSED


async def test_a_mark_is_taken_back(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    clock.move(minutes=1)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.NOT_RECORDED)])
    assert await statuses(day) == ["not recorded"] * 3
    assert (await overall(a)).status is S.NOT_RECORDED
    # A machine that sees them now overrules nobody who said nothing.
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(a)], way=Way.QR)
    assert saved.marks[0].taken


async def test_the_same_operation_is_done_once(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    first = mark(a, S.LATE, minutes_late=5, operation=UUID(int=7))
    before = await works.run(day.lead, save_marks, day.meeting_id, [first])
    clock.move(minutes=3)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    again = await works.run(day.lead, save_marks, day.meeting_id, [first, first])
    assert before.marks[0].taken
    assert [(m.taken, m.fresh, m.mark.status if m.mark else None) for m in again.marks] == [
        (True, False, S.PRESENT)
    ] * 2
    stolen = await works.run(day.lead, save_marks, day.meeting_id, [mark(b, operation=UUID(int=7))])
    assert stolen.marks[0].code == "operation-used"
    assert await one("SELECT count(*) AS n FROM mark_change") == 2


async def test_two_devices_offline(works: Works, clock: FrozenClock) -> None:
    """Both saw nothing; the one made later counts, whichever comes first, and the loser is told and kept."""
    day = await make_day(works, clock)
    a = day.enrollments[0]
    early = mark(a, S.NO_SHOW, base_version=0, made_at=clock.now - timedelta(minutes=8))
    late = mark(a, S.LATE, base_version=0, minutes_late=5, made_at=clock.now - timedelta(minutes=3))
    await works.run(day.lead, save_marks, day.meeting_id, [late], way=Way.OFFLINE, sent_at=clock.now)
    lost = await works.run(day.assistant, save_marks, day.meeting_id, [early], way=Way.OFFLINE, sent_at=clock.now)
    assert [(m.taken, m.code, m.mark.status if m.mark else None) for m in lost.marks] == [
        (False, "marked-later", S.LATE)
    ]
    assert await one("SELECT count(*) AS n FROM mark_change WHERE taken = {}", False) == 1


async def test_what_lost_is_told_the_same_again(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    lost = mark(a, S.LATE, minutes_late=5, operation=UUID(int=3), made_at=clock.now - timedelta(minutes=4))
    told = [await works.run(day.assistant, save_marks, day.meeting_id, [lost]) for _ in range(2)]
    assert [(m.marks[0].code, m.marks[0].why != "", m.marks[0].mark) for m in told] == [
        ("marked-later", True, told[0].marks[0].mark)
    ] * 2


async def test_all_but(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=4)
    a, b, c, d = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.LATE, minutes_late=10)])
    saved = await works.run(day.lead, save_all_but, day.meeting_id, [b])
    assert {m.enrollment_id for m in saved.marks} == {b, c, d}
    assert await statuses(day) == ["late", "no-show", "present", "present"]
    assert {e.enrollment_id: e.mark.way for e in (await read(day)).entries if e.mark} == {
        a: Way.ROSTER,
        b: Way.ROSTER,
        c: Way.ALL,
        d: Way.ALL,
    }
    with pytest.raises(NotOnRoster):
        await works.run(day.lead, save_all_but, day.meeting_id, [UUID(int=404)])
    # Somebody marked one of those filled in before that, on a device without a connection: they looked.
    before = mark(c, S.NO_SHOW, base_version=0, made_at=clock.now - timedelta(minutes=5))
    came = await works.run(day.assistant, save_marks, day.meeting_id, [before], way=Way.OFFLINE, sent_at=clock.now)
    assert came.marks[0].taken


async def test_closing_asks_for_everybody(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    clock.move(minutes=-20)
    with pytest.raises(MeetingNotBegun):
        await works.run(day.lead, close_roster, day.meeting_id)
    clock.move(minutes=30)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    with pytest.raises(NotAllRecorded) as left:
        await works.run(day.lead, close_roster, day.meeting_id)
    assert left.value.data["enrollments"] == [str(b), str(c)]
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    assert await statuses(day) == ["present", "no-show", "no-show"]
    with pytest.raises(RosterClosedAlready):
        await works.run(day.lead, close_roster, day.meeting_id)


async def test_after_closing_a_change_takes_a_reason(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(hours=1)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.NO_SHOW)])
    assert [(m.taken, m.code) for m in saved.marks] == [(False, "reason-missing")]
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.NO_SHOW, reason="Somebody else signed")])
    assert saved.marks[0].taken
    # What was corrected stands against a device that comes back, and needs no reason to lose.
    clock.move(minutes=5)
    later = mark(a, S.PRESENT, base_version=0, made_at=clock.now, reason="I saw her")
    lost = await works.run(day.assistant, save_marks, day.meeting_id, [later], way=Way.OFFLINE, sent_at=clock.now)
    assert [(m.taken, m.code) for m in lost.marks] == [(False, "corrected-later")]
    # What a device made before the roster was closed only comes late: nobody had looked at them.
    before = mark(b, S.LATE, minutes_late=5, made_at=clock.now - timedelta(minutes=66))
    came = await works.run(day.assistant, save_marks, day.meeting_id, [before], way=Way.OFFLINE, sent_at=clock.now)
    assert came.marks[0].taken
    with pytest.raises(ReasonMissing):
        await works.run(day.lead, reopen_roster, day.meeting_id, " ")
    await works.run(day.lead, reopen_roster, day.meeting_id, "The wrong list")
    with pytest.raises(RosterIsOpen):
        await works.run(day.lead, reopen_roster, day.meeting_id, "Twice")
    assert (await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.LATE, minutes_late=5)])).marks[0].taken


async def test_any_number_of_marks_by_the_same_statements(works: Works, clock: FrozenClock) -> None:
    counts = []
    for people, tag in ((2, " few"), (60, " many")):
        own = FrozenClock()
        clock.now = own.now
        day = await make_day(works, clock, people=people, tag=tag)
        await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], S.LATE, minutes_late=5)])
        clock.move(minutes=1)
        asked = [mark(key, operation=UUID(int=people * 1000 + n)) for n, key in enumerate(day.enrollments)]
        with watch_statements() as seen:
            saved = await works.run(day.lead, save_marks, day.meeting_id, asked)
        assert all(m.taken for m in saved.marks)
        counts.append(len(seen))
        with watch_statements() as seen:
            await read(day)
        counts.append(len(seen))
    assert counts[:2] == counts[2:]


async def test_what_was_marked_before_somebody_was_taken_off_is_kept(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    lead = await let_teach(works, day, day.lead)
    clock.move(minutes=5)
    made = [mark(key, made_at=clock.now - timedelta(minutes=1), operation=uuid4()) for key in (a, b)]
    await works.run(day.manager, withdraw_trainer, day.session_id, lead)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(a, S.NO_SHOW)])
    clock.move(minutes=5)
    late = mark(c, made_at=clock.now, operation=uuid4())
    for _ in range(2):
        saved = await works.run(day.lead, save_marks, day.meeting_id, [*made, late], way=Way.OFFLINE)
        # Of how they stand nothing is said.
        assert [(m.taken, m.code, m.mark) for m in saved.marks] == [(False, "not-teaching", None)] * 3
        assert [m.why for m in saved.marks] == [STOPPED_TOLD[1], STOPPED_TOLD[1], STOPPED_BEFORE[1]]
    assert await statuses(day, day.assistant) == ["no-show", "not recorded", "not recorded"]
    kept = [each for each in (await page_changes(day.meeting_id)).items if each.marked_by == lead]
    assert [(each.enrollment_id, each.status, each.taken, each.why) for each in reversed(kept)] == [
        (a, S.PRESENT, False, STOPPED),
        (b, S.PRESENT, False, STOPPED),
    ]
    elsewhere = await works.run(day.lead, save_marks, day.meeting_id, [mark(day.scene.session_id, made_at=clock.now)])
    assert [each.code for each in elsewhere.marks] == ["not-on-roster"]
    assert await find_wrong_days() == []


async def test_whoever_was_made_a_shadow_is_told_the_same(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await let_teach(works, day, day.lead)
    made = mark(day.enrollments[0], made_at=clock.now)
    clock.move(minutes=5)
    for watcher in (day.lead, day.shadow):
        await let_teach(works, day, watcher, TrainerRole.SHADOW)
    clock.move(minutes=5)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [made], way=Way.ALL)
    assert [(m.taken, m.code) for m in saved.marks] == [(False, "not-teaching")]
    assert [(c.taken, c.why) for c in (await page_changes(day.meeting_id)).items] == [(False, STOPPED)]
    # Who never taught is told nothing at all, and so is who comes after 30 days.
    for never in (day.shadow, day.stranger):
        with pytest.raises(NotFound):
            await works.run(never, save_marks, day.meeting_id, [made], way=Way.OFFLINE)
    clock.move(days=31)
    with pytest.raises(RosterShut):
        await works.run(day.lead, save_marks, day.meeting_id, [made])
