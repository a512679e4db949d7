"""Everybody on a roster, with all that helps whoever stands in the door, by the same number of statements."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.attendance.made import Day, make_day, mark
from tests.booking.questions_made import TRAINER, ask, of_session
from tests.conftest import FrozenClock
from training.attendance.actions.marking import save_marks
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.roster import Roster, RosterEntry, load_roster
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import CheckIn, Contest
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.booking.tables import Answer
from training.outbox.tables import AddressTrouble


async def read(day: Day, viewer: Viewer | None = None) -> Roster:
    return await load_roster(await get_roster_meeting(viewer or day.lead, day.meeting_id))


async def entries(day: Day, viewer: Viewer | None = None) -> list[RosterEntry]:
    """In order of arrival."""
    return sorted((await read(day, viewer)).entries, key=lambda entry: entry.arrival)


def checked_in(work: Work, day: Day, who: UUID, minutes: float, **more: Any) -> None:
    at = work.now + timedelta(minutes=minutes)
    work.add(CheckIn, id=work.new_id(), meeting_id=day.meeting_id, enrollment_id=who, at=at, **more)


async def test_what_is_on_it(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments

    async def add(work: Work) -> None:
        checked_in(work, day, a, -5, way="code")
        checked_in(work, day, a, -1, way="qr")
        checked_in(work, day, b, -3, way="word", doubtful="One phone for two people")
        checked_in(work, day, b, -2, way="qr")
        checked_in(work, day, c, -3, way="code", doubtful="One phone for two people", decided_at=work.now)
        work.add(
            Contest,
            id=work.new_id(),
            meeting_id=day.meeting_id,
            session_id=day.session_id,
            enrollment_id=b,
            person_id=day.scene.people[1],
            claims="late",
            made_at=work.now,
        )
        email = "northern-line-2@example.org"
        work.add(AddressTrouble, id=work.new_id(), address=email, kind="hard", since=work.now, last_at=work.now)

    await works.run(ANONYMOUS, add)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.LATE, minutes_late=5)])
    one, two, three = await entries(day)
    assert (one.name, one.partner_name, one.status) == ("Northern Line 0", "Northern Line", Status.LATE)
    assert one.mark is not None
    assert (one.mark.version, one.mark.marked_by) == (1, day.lead.person_id)
    assert [entry.check_in and (entry.check_in.way, entry.check_in.doubtful != "") for entry in (one, two, three)] == [
        (Way.QR, False),
        (Way.WORD, True),
        (Way.CODE, True),
    ]
    assert (two.contest_claims, two.undelivered, three.undelivered) == ("late", "", "hard")
    roster = await read(day)
    assert roster.counts[Status.LATE] == 1
    assert len(roster.counts) == len(Status)
    assert {entry.enrollment_id for entry in roster.open_people} == {b, c}


async def test_only_who_has_a_place(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=4)
    for key, state in zip(day.enrollments, ("completed", "not completed", "waitlisted", "cancelled"), strict=True):
        await execute("UPDATE enrollment SET state = {} WHERE id = {}", state, key)
    assert {entry.enrollment_id for entry in await entries(day)} == set(day.enrollments[:2])


async def test_answers_are_for_those_who_may_read_them(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    scope = await of_session(day.scene)
    trainers = await ask(works, scope, day.manager, label="What do you need?", readers=TRAINER)
    nobody = await ask(works, scope, day.manager, label="What do you drink?", readers=())

    async def answer(work: Work) -> None:
        for question, value in ((trainers, "A ramp"), (nobody, "Tea")):
            work.add(
                Answer,
                id=work.new_id(),
                question_id=question.id,
                person_id=day.scene.people[0],
                enrollment_id=day.enrollments[0],
                value=f'"{value}"',
                wording=question.wording,
                answered_at=work.now,
            )

    await works.run(ANONYMOUS, answer)
    assert [(a.question, a.value) for a in (await entries(day))[0].answers] == [("What do you need?", "A ramp")]
    assert len((await entries(day, day.manager))[0].answers) == 2
    assert (await entries(day))[1].answers == ()


async def test_any_number_by_the_same_statements(works: Works, clock: FrozenClock) -> None:
    counted = []
    for people in (2, 40):
        clock.now = FrozenClock().now
        day = await make_day(works, clock, people=people, tag=f" {people}")
        await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
        meeting = await get_roster_meeting(day.lead, day.meeting_id)
        with watch_statements() as seen:
            assert len((await load_roster(meeting)).entries) == people
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 6
