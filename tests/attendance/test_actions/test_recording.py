"""Marks that come by other ways than the roster: nobody's right is judged here, and everything is kept."""

from datetime import timedelta
from uuid import UUID

from tests.attendance.made import make_day, mark
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.recording import hold_roster, record_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.rules.statuses import Status, Way
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works

S = Status


async def test_a_machine_marks_without_a_trainer(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    meeting = await find_roster_meeting(day.meeting_id)
    assert not meeting.may_mark
    learner = Viewer(person_id=day.scene.people[0], name="Learner")
    saved = await works.run(learner, record_marks, meeting, [mark(a)], way=Way.CODE)
    assert saved.marks[0].mark is not None
    assert (saved.marks[0].mark.way, saved.marks[0].mark.marked_by) == (Way.CODE, learner.person_id)
    # Somebody who looked knows better, and stays right whatever a machine says later.
    clock.move(minutes=1)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, S.LATE, minutes_late=11)])
    clock.move(minutes=1)
    lost = await works.run(ANONYMOUS, record_marks, meeting, [mark(a), mark(b)], way=Way.IMPORT)
    assert [(m.taken, m.code) for m in lost.marks] == [(False, "person-said"), (True, "")]
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    shut = await works.run(ANONYMOUS, record_marks, meeting, [mark(b, S.PARTIAL)], way=Way.QR)
    assert shut.marks[0].code == "roster-closed"


async def test_the_same_mark_twice_in_one_request(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    first = mark(a, S.LATE, minutes_late=5, made_at=clock.now - timedelta(minutes=5), operation=UUID(int=1))
    then = mark(a, S.PRESENT, made_at=clock.now - timedelta(minutes=3), operation=UUID(int=2), base_version=1)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [first, then, first], way=Way.OFFLINE)
    assert [(m.taken, m.fresh) for m in saved.marks] == [(True, True), (True, True), (True, False)]
    assert {m.mark.status for m in saved.marks[1:] if m.mark} == {S.PRESENT}
    assert await one("SELECT version AS n FROM mark") == 2
    assert await one("SELECT count(*) AS n FROM mark_change") == 2


async def test_who_gave_the_place_back_is_not_on_the_roster(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]

    async def leave(work: Work) -> None:
        await work.execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", a)

    await works.run(ANONYMOUS, leave)
    saved = await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    assert [(m.taken, m.code) for m in saved.marks] == [(False, "not-on-roster")]
    assert await one("SELECT count(*) AS n FROM mark_change") == 0


async def test_a_roster_is_there_once_it_is_touched(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    meeting = await find_roster_meeting(day.meeting_id)
    assert meeting.version == 0
    assert (await works.run(ANONYMOUS, hold_roster, meeting)).closed_at is None
    assert await one("SELECT count(*) AS n FROM roster") == 1
    assert (await works.run(ANONYMOUS, hold_roster, meeting)).id == day.meeting_id
    assert await one("SELECT count(*) AS n FROM roster") == 1
