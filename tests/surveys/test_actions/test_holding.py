"""What asks how a session was waits while the session is not over after all."""

from datetime import timedelta
from uuid import UUID

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.surveys.made import answer_of, count
from training.attendance.actions.marking import close_roster, reopen_roster
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.outbox.jobs.fan_out import make_messages
from training.schedule.actions import add_meeting, drop_meeting
from training.schedule.rules.values import MeetingValues
from training.surveys import jobs
from training.surveys.queries.rounds import find_sheet
from training.surveys.rules.answering import Sheet

WAITING = "SELECT count(*) AS n FROM message WHERE kind = 'survey-asked' AND state = 'waiting'"
WRITTEN = "SELECT count(*) AS n FROM message WHERE kind = 'survey-asked'"
REQUESTS = "SELECT count(*) AS n FROM survey_request"


async def over(works: Works, clock: FrozenClock, people: int = 6) -> Day:
    """Everybody was there, and the only roster is closed."""
    day = await make_day(works, clock, people=people, capacity_in_person=people)
    clock.move(hours=3)
    await shut(works, day)
    return day


async def shut(works: Works, day: Day, meeting_id: UUID | None = None) -> None:
    await works.run(day.manager, close_roster, meeting_id or day.meeting_id, rest="present")


async def open_again(works: Works, day: Day) -> None:
    await works.run(day.manager, reopen_roster, day.meeting_id, "One was not there")


async def leave() -> None:
    """Whatever waits has left."""
    await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE state = 'waiting'")


async def one_more(works: Works, clock: FrozenClock, day: Day) -> UUID:
    """A meeting in eight days."""
    start = (clock.now + timedelta(days=8)).replace(hour=11, tzinfo=None)
    values = MeetingValues(local_start=start, local_end=start + timedelta(hours=2), zone="UTC")
    return await works.run(day.manager, add_meeting, day.session_id, values, accept_warnings=True)


async def sheet(day: Day) -> Sheet:
    found = await find_sheet(day.session_id)
    assert found is not None
    return found


async def test_an_open_roster_takes_back_what_asks_and_the_closed_one_asks_anew(
    works: Works, clock: FrozenClock
) -> None:
    day = await over(works, clock)
    assert await count(WAITING) == 6
    await open_again(works, day)
    assert (await count(WAITING), await count(REQUESTS)) == (0, 0)
    await shut(works, day)
    assert (await count(WAITING), await count(REQUESTS)) == (6, 6)
    assert await count("SELECT count(*) AS n FROM survey_round") == 1


async def test_who_has_answered_is_never_asked_again(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock)
    await answer_of(works, day.scene.people[0], day.enrollments[0], await sheet(day))
    await open_again(works, day)
    assert await count(REQUESTS) == 1
    await shut(works, day)
    assert await count(REQUESTS) == 6
    rows = await execute(
        "SELECT subject_id, count(*) AS n FROM message WHERE kind = 'survey-asked' GROUP BY subject_id"
    )
    written = {UUID(str(row["subject_id"])): int(row["n"]) for row in rows}
    assert written == {day.enrollments[0]: 1, **dict.fromkeys(day.enrollments[1:], 2)}


async def test_whose_mail_has_left_gets_no_second_one(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock)
    await leave()
    await open_again(works, day)
    await shut(works, day)
    assert (await count(WRITTEN), await count(REQUESTS)) == (6, 6)


async def test_nobody_is_asked_once_more_while_a_roster_is_open(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock)
    await leave()
    clock.move(days=4, hours=1)
    assert await jobs.chase(works) == 6
    await open_again(works, day)
    assert await jobs.chase(works) == 0
    assert await count("SELECT count(*) AS n FROM message WHERE kind = 'survey-reminder' AND state = 'waiting'") == 0
    await shut(works, day)
    assert await jobs.chase(works) == 6, "what was taken back is written again"
    await leave()
    await open_again(works, day)
    await shut(works, day)
    assert await jobs.chase(works) == 0, "and what has left is not"


async def test_a_crowd_that_the_worker_has_not_reached_is_not_reached(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock, people=55)
    assert await count("SELECT count(*) AS n FROM fan_out WHERE audience = 'survey-asked'") == 1
    await open_again(works, day)
    await make_messages(works, audiences=jobs.AUDIENCES)
    assert await count(WRITTEN) == 0
    await shut(works, day)
    await make_messages(works, audiences=jobs.AUDIENCES)
    assert await count(WAITING) == 55


async def test_a_meeting_more_is_waited_for_and_asked_about_with_the_others(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock)
    await leave()
    before = len((await sheet(day)).trainers)
    second = await one_more(works, clock, day)
    await execute(
        "INSERT INTO trainer_assignment (id, session_id, meeting_id, person_id, role)"
        " SELECT {}, session_id, {}, {}, 'co' FROM trainer_assignment WHERE role = 'lead'",
        second,
        second,
        day.stranger.person_id,
    )
    clock.move(days=9)
    assert await jobs.chase(works) == 0
    await shut(works, day, second)
    assert await count(WAITING) == 6, "asked about all of it"
    assert len((await sheet(day)).trainers) == before + 1
    await works.run(day.manager, reopen_roster, second, "One was not there")
    await shut(works, day, second)
    assert await count(WAITING) == 6, "each of them once"


async def test_what_somebody_has_answered_stays_fixed_and_the_time_begins_again(
    works: Works, clock: FrozenClock
) -> None:
    day = await over(works, clock)
    fixed = await sheet(day)
    await answer_of(works, day.scene.people[0], day.enrollments[0], fixed)
    await leave()
    second = await one_more(works, clock, day)
    clock.move(days=20)
    await shut(works, day, second)
    assert await sheet(day) == fixed
    assert await count(WAITING) == 5
    late = "SELECT count(*) AS n FROM survey_request WHERE closes_at = {} AND NOT answered"
    assert await count(late, clock.now + timedelta(days=14)) == 5
    again = "SELECT count(*) AS n FROM survey_round WHERE closes_at = {}"
    assert await count(again, clock.now + timedelta(days=14)) == 1


async def test_a_meeting_that_is_dropped_again_is_not_waited_for(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock)
    second = await one_more(works, clock, day)
    assert await count(WAITING) == 0
    await works.run(day.manager, drop_meeting, second)
    assert await count(WAITING) == 6


async def test_where_nobody_was_asked_it_costs_one_statement(works: Works, clock: FrozenClock) -> None:
    day = await over(works, clock, people=2)
    with watch_statements() as seen:
        await open_again(works, day)
    assert sum("AS open_rosters" in text for text in seen) == 1
