"""Switching self check-in on and off, and deciding about what was doubtful."""

import asyncio
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_actions.test_check_in import learner, opened, shown, stands
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import check_in_self
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.recording import record_marks
from training.attendance.actions.self_check_in import decide_check_in, switch_self_check_in
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.check_in import CheckedIn, count_in, get_self_check_in, list_doubtful
from training.attendance.rules.check_in import (
    DecidedAlready,
    DoubtSettled,
    PlaceGone,
    SelfCheckInOver,
    WrongCheckInCode,
    settled,
)
from training.attendance.rules.rosters import RosterClosedAlready, RosterShut
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment


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
    for anew in (False, True):
        with pytest.raises(SelfCheckInOver):
            await works.run(day.manager, switch_self_check_in, day.meeting_id, on=True, anew=anew)
    assert not (await works.run(day.manager, switch_self_check_in, day.meeting_id, on=False)).on


@pytest.mark.parametrize(("minutes", "over"), [(-60 * 24 * 7, False), (0, False), (125, False), (126, True)])
async def test_it_is_not_switched_on_where_it_lets_nobody_in(
    works: Works, clock: FrozenClock, minutes: int, over: bool
) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=minutes)
    if over:
        with pytest.raises(SelfCheckInOver):
            await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    assert over or (await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)).on


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


async def recorded(works: Works, day: Day, key: UUID, status: Status, way: Way) -> None:
    """A mark made by whichever way, as if by itself."""
    meeting = await find_roster_meeting(day.meeting_id)
    asked = mark(key, status, reason="Ill" if status is Status.EXCUSED else "")
    taken = await works.run(day.assistant, record_marks, meeting, [asked], way=way)
    assert taken.marks[0].taken


@pytest.mark.parametrize("confirm", [True, False])
async def test_whose_place_is_gone_is_decided_about_no_more(works: Works, clock: FrozenClock, confirm: bool) -> None:
    day, found = await doubtful(works, clock)
    meeting = await find_roster_meeting(day.meeting_id)
    assert (await count_in(meeting)).doubtful == 1
    await works.run(day.manager, cancel_enrollment, found.enrollment_id)
    with pytest.raises(PlaceGone):
        await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=confirm)
    assert (await list_doubtful(day.meeting_id), (await count_in(meeting)).doubtful) == ([], 0)
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'CheckInDecided'") == 0


@pytest.mark.parametrize("confirm", [True, False])
@pytest.mark.parametrize("way", [Way.ROSTER, Way.QR])
@pytest.mark.parametrize("status", [Status.PRESENT, Status.EXCUSED, Status.NO_SHOW])
async def test_what_somebody_recorded_meanwhile_stands(
    works: Works, clock: FrozenClock, status: Status, way: Way, confirm: bool
) -> None:
    day, found = await doubtful(works, clock)
    clock.move(minutes=1)
    await recorded(works, day, found.enrollment_id, status, way)
    clock.move(minutes=1)
    before = await stands(found.enrollment_id)
    if settled(status, way):
        with pytest.raises(DoubtSettled, match=f"meanwhile: {status}"):
            await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=confirm)
        assert await stands(found.enrollment_id) == before
    else:
        await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=confirm)
        assert await stands(found.enrollment_id) == ([("present", 0, "roster")] if confirm else before)


async def test_what_waits_is_what_no_mark_settles(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    meeting = await find_roster_meeting(day.meeting_id)
    await recorded(works, day, found.enrollment_id, Status.PRESENT, Way.ROSTER)
    seen = set()
    for status in Status:
        for way in Way:
            await execute("UPDATE mark SET status = {}, way = {}", status.value, way.value)
            waits = [each.id for each in await list_doubtful(day.meeting_id)]
            assert waits == ([] if settled(status, way) else [found.id]), (status, way)
            assert (await count_in(meeting)).doubtful == len(waits)
            seen.add(bool(waits))
    assert seen == {True, False}


async def test_a_mark_that_was_taken_back_leaves_it_to_be_decided(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    for status in (Status.NO_SHOW, Status.NOT_RECORDED):
        clock.move(minutes=1)
        await recorded(works, day, found.enrollment_id, status, Way.ROSTER)
    await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=True)
    assert await stands(found.enrollment_id) == [("present", 0, "roster")]


async def test_on_a_closed_roster_it_says_why(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    await works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=True)
    assert await stands(found.enrollment_id) == [("present", 0, "roster")]


async def test_of_a_decision_and_a_mark_at_once_none_is_lost(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    ill = mark(found.enrollment_id, Status.EXCUSED, reason="Ill", base_version=0)
    decided, _ = await asyncio.gather(
        works.run(day.lead, decide_check_in, day.meeting_id, found.id, confirm=True),
        works.run(day.assistant, save_marks, day.meeting_id, [ill]),
        return_exceptions=True,
    )
    excused = [("excused", 0, "roster")]
    assert (await stands(found.enrollment_id) == excused) is isinstance(decided, DoubtSettled)


async def test_who_may_decide(works: Works, clock: FrozenClock) -> None:
    day, found = await doubtful(works, clock)
    other = await make_day(works, clock, tag=" two")
    for viewer, meeting in ((day.shadow, day), (other.lead, day), (other.lead, other), (Viewer(), day)):
        with pytest.raises(NotFound):
            await works.run(viewer, decide_check_in, meeting.meeting_id, found.id, confirm=True)
