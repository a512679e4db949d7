"""Switching self check-in on and off, and deciding about what was doubtful."""

import pytest

from tests.attendance.made import Day, make_day
from tests.attendance.test_actions.test_check_in import learner, opened, shown, stands
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import check_in_self
from training.attendance.actions.marking import close_roster
from training.attendance.actions.self_check_in import decide_check_in, switch_self_check_in
from training.attendance.queries.check_in import CheckedIn, get_self_check_in, list_doubtful
from training.attendance.rules.check_in import DecidedAlready, WrongCheckInCode
from training.attendance.rules.rosters import RosterClosedAlready, RosterShut
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works


async def test_on_off_and_anew(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    assert (await get_self_check_in(day.meeting_id)).on is False
    first = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    same = await works.run(day.assistant, switch_self_check_in, day.meeting_id, on=True)
    assert (first.on, bool(first.word), same) == (True, True, first)
    off = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=False)
    assert (off.on, off.word) == (False, first.word)
    old = shown(works, day, clock)
    anew = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True, anew=True)
    assert (anew.on, anew.code_generation) == (True, 2)
    with pytest.raises(WrongCheckInCode):
        await works.run(await learner(day.enrollments[0]), check_in_self, old)
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'SelfCheckInSwitched'") == 3


async def test_who_may_switch(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    for viewer in (day.shadow, day.stranger, day.scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await works.run(viewer, switch_self_check_in, day.meeting_id, on=True)
    clock.move(days=31)
    with pytest.raises(RosterShut):
        await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    assert (await works.run(day.manager, switch_self_check_in, day.meeting_id, on=True)).on


async def test_on_a_closed_roster_it_is_not_switched_on(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    for anew in (False, True):
        with pytest.raises(RosterClosedAlready):
            await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True, anew=anew)
    assert not (await works.run(day.lead, switch_self_check_in, day.meeting_id, on=False)).on


async def doubtful(works: Works, clock: FrozenClock) -> tuple[Day, CheckedIn]:
    day, word = await opened(works, clock)
    for key in day.enrollments[:2]:
        await works.run(await learner(key), check_in_self, word, device="one")
    (found,) = await list_doubtful(day.meeting_id)
    return day, found


async def test_confirmed_counts_as_of_when_they_came(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    clock.move(minutes=50)
    name = await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=True)
    assert name == found.name
    assert await stands(found.enrollment_id) == [("present", 0, "roster")]
    assert await list_doubtful(day.meeting_id) == []
    with pytest.raises(DecidedAlready):
        await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=False)


async def test_refused_marks_nobody_and_they_may_try_again(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=False)
    assert await stands(found.enrollment_id) == []
    await works.run(await learner(found.enrollment_id), check_in_self, shown(works, day, clock), device="own")
    assert await stands(found.enrollment_id) == [("present", 0, "code")]


async def test_who_may_decide(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    other = await make_day(works, clock, tag=" two")
    for viewer, meeting in ((day.shadow, day), (other.lead, day), (other.lead, other), (Viewer(), day)):
        with pytest.raises(NotFound):
            await works.run(viewer, decide_check_in, meeting.meeting_id, found.id, confirm=True)
