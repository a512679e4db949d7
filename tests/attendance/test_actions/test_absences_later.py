"""Absences of which something changes before the word of it leaves: in the evening, while a roster is open again, when
the meeting is made longer, or when the rest of the session is cancelled."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day
from tests.attendance.made import mark as said
from tests.attendance.test_actions.test_absences import letters, mark, taught
from tests.attendance.test_actions.test_contesting import claim_of, contested
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import contest_mark, decide_contest, withdraw_contest
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.queries.absences import list_unreadable
from training.attendance.queries.wanted import NOT_THEIRS, find_unwanted_absences
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import list_enrollments
from training.outbox.actions.delivery import Due, claim
from training.portal.queries.partner import list_absent
from training.schedule.actions import cancel_session, move_meetings
from training.schedule.queries import list_meetings
from training.schedule.rules.values import MeetingChange

POSTMAN = Viewer.machine("test")


async def post(works: Works) -> list[Due]:
    """What is about absences and leaves now. Everything else leaves, too."""
    due = await works.run(POSTMAN, claim, "me", 500)
    unwanted = await find_unwanted_absences([one for one in due if one.kind.startswith("absence")])
    for one in due:
        state = "withdrawn" if one.id in unwanted else "sent"
        await execute("UPDATE message SET state = {}, sent_at = {} WHERE id = {}", state, works.clock(), one.id)
    return [one for one in due if one.kind.startswith("absence") and one.id not in unwanted]


def told(messages: list[Due]) -> dict[str, list[str]]:
    """How they say that people are recorded, by kind."""
    found: dict[str, list[str]] = {}
    for one in messages:
        people = one.values.get("people") or [one.values]
        found.setdefault(one.kind, []).extend(each["status"] for each in people)
    return {kind: sorted(some) for kind, some in found.items()}


async def absent(works: Works, clock: FrozenClock, people: int = 1) -> tuple[UUID, Viewer, list[UUID]]:
    """A closed roster of which the absences were told: its meeting, its trainer, and who is on it."""
    scene, trainer, ids = await taught(works, clock)
    for key in ids[:people]:
        await mark(works, trainer, scene.meeting_ids[0], key, Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    assert len(told(await post(works))["absence"]) == people
    return scene.meeting_ids[0], trainer, ids


async def test_what_is_put_right_twice_in_the_evening_is_told_as_it_is(works: Works, clock: FrozenClock) -> None:
    meeting, trainer, ids = await absent(works, clock, people=2)
    await mark(works, trainer, meeting, ids[0], Status.PRESENT, reason="Sat in the last row")
    await mark(works, trainer, meeting, ids[1], Status.PRESENT, reason="Sat in the last row, too")
    await mark(works, trainer, meeting, ids[0], Status.LATE, minutes_late=15, reason="But came at a quarter past")
    clock.move(hours=11)
    right = ["present", "there, but late"]
    assert told(await post(works)) == {"absence-corrected": right, "absence-people": right}


@pytest.mark.parametrize(("status", "words"), [(Status.PRESENT, "present"), (Status.EXCUSED, "excused")])
async def test_what_could_not_leave_while_a_roster_is_open_is_told_later(
    works: Works, clock: FrozenClock, status: Status, words: str
) -> None:
    meeting, trainer, ids = await absent(works, clock)
    await mark(works, trainer, meeting, ids[0], status, reason="Wrote before")
    await works.run(trainer, reopen_roster, meeting, "There is more to put right")
    clock.move(hours=11)
    assert await post(works) == []
    await works.run(trainer, close_roster, meeting)
    assert told(await post(works)) == {"absence-corrected": [words], "absence-people": [words]}
    await works.run(trainer, reopen_roster, meeting, "Once more")
    await works.run(trainer, close_roster, meeting)
    clock.move(hours=11)
    assert await post(works) == []


async def test_an_answer_counts_as_told_although_something_else_was_said_and_taken_back_since(
    works: Works, clock: FrozenClock
) -> None:
    scene, trainer, key = await contested(works, clock)
    meeting, learner = scene.meeting_ids[0], Viewer(person_id=scene.people[0])
    first, second, *_ = [one.id for one in await list_enrollments(scene.manager, scene.session_id)]
    clock.move(hours=1)
    await works.run(trainer, decide_contest, key, granted=True, answer="Sorry!")
    clock.move(hours=11)
    assert told(await post(works)) == {"absence-people": ["present"]}
    await works.run(learner, contest_mark, first, claim_of(scene, Status.EXCUSED))
    await works.run(learner, withdraw_contest, first, meeting)
    await mark(works, trainer, meeting, second, Status.LATE, minutes_late=5, reason="I mixed them up")
    clock.move(hours=11)
    assert told(await post(works)) == {}


async def test_a_meeting_that_is_made_longer_is_over_before_absences_leave(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await bearer(works, day.scene.coordinator)
    clock.move(minutes=60)
    await works.run(day.lead, save_marks, day.meeting_id, [said(day.enrollments[0], Status.NO_SHOW)])
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    (held,) = await list_meetings([day.session_id])
    longer = MeetingChange(
        meeting_id=held.id, local_start=held.local_start, local_end=held.local_end + timedelta(hours=2)
    )
    await works.run(day.manager, move_meetings, day.session_id, [longer], accept_warnings=True)
    clock.move(minutes=61)
    assert await post(works) == []
    clock.move(hours=2)
    left = await post(works)
    assert sorted(one.kind for one in left) == ["absence", "absence-people"]
    assert all("13:00" in letter.text for letter in await letters("absence", "sent"))


async def test_whoever_does_not_coordinate_any_more_or_is_switched_off_is_not_told(
    works: Works, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    await execute("DELETE FROM role_grant WHERE person_id = {}", scene.coordinator.person_id)
    sql = "UPDATE person SET disabled_at = {} WHERE id = (SELECT person_id FROM enrollment WHERE id = {})"
    await execute(sql, clock.now, ids[0])
    due = await works.run(POSTMAN, claim, "me", 500)
    some = [one for one in due if one.kind.startswith("absence")]
    assert len(some) == 2
    assert await find_unwanted_absences(some) == {one.id: NOT_THEIRS for one in some}
    assert await list_unreadable([]) == frozenset()


async def cancelled(works: Works, clock: FrozenClock, *, sent: bool) -> Day:
    """The first meeting of two, with an absence, and the rest cancelled afterwards."""
    day = await make_day(works, clock, meetings=2)
    await bearer(works, day.scene.coordinator)
    clock.move(hours=3)
    await works.run(day.lead, save_marks, day.meeting_id, [said(day.enrollments[0], Status.NO_SHOW)])
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    if sent:
        assert len(await post(works)) == 2
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    clock.move(minutes=5)
    return day


async def test_absences_that_were_told_are_put_right_after_the_rest_was_cancelled(
    works: Works, clock: FrozenClock
) -> None:
    day = await cancelled(works, clock, sent=True)
    await works.run(day.lead, reopen_roster, day.meeting_id, "Somebody sat in the last row")
    await works.run(
        day.lead,
        save_marks,
        day.meeting_id,
        [said(day.enrollments[0], Status.PRESENT), said(day.enrollments[1], Status.NO_SHOW)],
    )
    await works.run(day.lead, close_roster, day.meeting_id)
    assert told(await post(works)) == {"absence-corrected": ["present"], "absence-people": ["present"]}


async def test_absences_that_nobody_read_stay_untold_after_the_rest_was_cancelled(
    works: Works, clock: FrozenClock
) -> None:
    await cancelled(works, clock, sent=False)
    assert await post(works) == []


async def test_the_page_of_the_partner_keeps_absences_of_what_was_held(works: Works, clock: FrozenClock) -> None:
    day = await cancelled(works, clock, sent=True)
    scene = day.scene
    found = await list_absent(scene.coordinator, scene.partner_id, clock.now - timedelta(days=60), clock.now)
    assert [one.enrollment_id for one in found] == [day.enrollments[0]]
