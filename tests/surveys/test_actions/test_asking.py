"""Who is asked, when, and who is asked once more."""

from datetime import timedelta
from uuid import UUID

from tests.conftest import FrozenClock
from tests.surveys.made import MACHINE, Over, a_session_that_is_over, answer, asked, close, count, record, sheet_of
from training.attendance.events import AttendanceMarked, OverallCorrected
from training.base.database import execute, watch_statements
from training.base.structs import Event
from training.base.work import Work, Works
from training.surveys import jobs
from training.surveys.actions.asking import chase_session
from training.surveys.actions.editing import save_survey
from training.surveys.queries.surveys import get_course_scope, get_program_scope
from training.surveys.rules.questions import SurveyDetails


async def requests() -> list[UUID]:
    return [UUID(str(row["id"])) for row in await execute("SELECT id FROM survey_request ORDER BY id")]


async def mails(kind: str = "survey-asked") -> int:
    return await count("SELECT count(*) AS n FROM message WHERE kind = {} AND state = 'waiting'", kind)


async def happen(works: Works, event: Event) -> None:
    async def tell(work: Work) -> None:
        work.emit(event)

    await works.run(MACHINE, tell)


def marked(over: Over, *numbers: int) -> AttendanceMarked:
    keys = tuple(over.enrollments[n] for n in numbers)
    return AttendanceMarked(
        meeting_id=over.scene.meeting_ids[0], session_id=over.session_id, enrollments=keys, way="roster"
    )


async def test_those_who_were_there_are_asked_and_nobody_else(works: Works) -> None:
    over = await a_session_that_is_over(works)
    there = ("present", "partial", "present", "present", "present")
    statuses = dict(zip(over.enrollments, (*there, "no-show", "excused", "not recorded"), strict=True))
    await record(works, over, statuses)
    await happen(works, marked(over, 0, 1))
    assert await requests() == [], "the roster is open"
    await close(works, over)
    assert await requests() == list(over.enrollments[:5])
    assert await mails() == 5
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'SurveyAsked'") == 1


async def test_who_becomes_present_later_is_asked_once_and_nobody_twice(works: Works) -> None:
    over = await asked(works, present=5)
    await close(works, over)
    assert len(await requests()) == 5
    late = over.enrollments[6]
    await record(works, over, {late: "present"})
    await happen(works, OverallCorrected(enrollment_id=late, session_id=over.session_id, status="present", reason="x"))
    assert await requests() == sorted([*over.enrollments[:5], late])
    assert await mails() == 6


async def test_what_was_corrected_by_hand_counts(works: Works) -> None:
    over = await a_session_that_is_over(works)
    await record(works, over, dict.fromkeys(over.enrollments, "present"))
    await execute(
        "UPDATE overall SET corrected = 'no-show', corrected_reason = 'Left', corrected_at = {} WHERE id = {}",
        works.clock(),
        over.enrollments[0],
    )
    await close(works, over)
    assert await requests() == list(over.enrollments[1:])


async def test_too_few_for_their_answers_ever_to_be_shown_are_not_asked(works: Works) -> None:
    over = await asked(works, present=4)
    assert await requests() == []
    await record(works, over, {over.enrollments[4]: "present"})
    await happen(works, marked(over, 4))
    assert await requests() == list(over.enrollments[:5]), "one more is enough, and then all are asked"


async def test_a_survey_that_is_off_asks_nobody(works: Works) -> None:
    over = await a_session_that_is_over(works)
    scope = await get_program_scope(over.scene.manager, over.scene.program_id)
    await works.run(over.scene.manager, save_survey, scope, SurveyDetails(active=False))
    await record(works, over, dict.fromkeys(over.enrollments, "present"))
    await close(works, over)
    assert await requests() == []


async def test_the_courses_own_survey_replaces_the_programs(works: Works) -> None:
    over = await a_session_that_is_over(works)
    scope = await get_course_scope(over.scene.manager, over.scene.course_id)
    own = await works.run(over.scene.manager, save_survey, scope, SurveyDetails(minimum=3))
    await record(works, over, dict.fromkeys(over.enrollments, "present"))
    await close(works, over)
    sheet = await sheet_of(over)
    assert (sheet.survey_id, sheet.minimum) == (own.id, 3)


async def test_after_it_closed_nobody_is_asked(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=5)
    clock.move(days=15)
    await record(works, over, {over.enrollments[6]: "present"})
    await happen(works, marked(over, 6))
    assert len(await requests()) == 5


async def test_who_is_asked_late_still_has_three_days(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=5)
    clock.move(days=13)
    late = over.enrollments[6]
    await record(works, over, {late: "present"})
    await happen(works, marked(over, 6))
    ends = await count("SELECT count(*) AS n FROM survey_request WHERE closes_at = {}", clock.now + timedelta(days=3))
    assert ends == 1


async def test_after_four_days_who_has_not_answered_is_asked_once_more(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=6)
    await answer(works, over, 0)
    clock.move(days=3, hours=23)
    assert await jobs.chase(works) == 0
    clock.move(hours=1)
    assert await jobs.chase(works) == 5
    assert await jobs.chase(works) == 0
    assert await mails("survey-reminder") == 5
    assert await works.run(MACHINE, chase_session, over.session_id) == 0


async def test_an_open_roster_costs_one_statement(works: Works) -> None:
    over = await a_session_that_is_over(works)
    await record(works, over, dict.fromkeys(over.enrollments, "present"))
    with watch_statements() as seen:
        await happen(works, marked(over, 0))
    assert sum("open_rosters" in text for text in seen) == 1
    assert not any("survey_request" in text and "enrollment e JOIN overall" in text for text in seen)
