"""Who is asked, when, and who is asked once more."""

from datetime import timedelta
from uuid import UUID

from tests.attendance.made import Day, make_day, mark
from tests.conftest import FrozenClock
from tests.surveys.made import MACHINE, Over, a_session_that_is_over, answer, asked, close, count, record, sheet_of
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.walking_in import There, add_walk_in
from training.attendance.events import AttendanceMarked, OverallCorrected
from training.attendance.queries.access import find_roster_meeting
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.structs import Event, Viewer
from training.base.work import Work, Works
from training.booking.rules import Wanted
from training.booking.rules.walk_ins import Comer
from training.people.tables import SignIn
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
    assert not any(text.startswith("SELECT e.id FROM enrollment e JOIN overall") for text in seen)


THERE = There(status=Status.PRESENT)


async def held(works: Works, clock: FrozenClock, people: int = 6) -> Day:
    """A meeting with so many people of a partner and room for more."""
    return await make_day(works, clock, people=people, capacity_in_person=40)


def fake(day: Day, number: int) -> Comer:
    """Somebody whom a trainer invents, with an address of their own."""
    wanted = Wanted(name=f"Fake {number}", email=f"tomasz+{number}@host.example")
    return Comer(person=wanted, partner_id=day.scene.partner_id, reason="was there")


async def walk_in(works: Works, day: Day, comer: Comer, viewer: Viewer | None = None) -> UUID:
    over = (await find_roster_meeting(day.meeting_id)).ends_at <= works.clock()
    there = THERE if over else None
    return (await works.run(viewer or day.lead, add_walk_in, day.meeting_id, comer, there)).place.enrollment_id


async def shut(works: Works, clock: FrozenClock, day: Day) -> None:
    """The meeting is over and its roster closed with everybody there; those are asked who may be."""
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")


async def test_a_trainer_cannot_add_people_of_their_own_to_those_who_are_asked(
    works: Works, clock: FrozenClock
) -> None:
    day = await held(works, clock)
    await shut(works, clock, day)
    clock.move(days=2)
    for number in range(4):
        await walk_in(works, day, fake(day, number))
    assert await requests() == sorted(day.enrollments), "answers of six people, however many come in later"
    assert await mails() == 6
    invented = "SELECT count(*) AS n FROM message WHERE kind = 'survey-asked' AND recipient LIKE 'tomasz+%'"
    assert await count(invented) == 0
    assert await jobs.ask_forgotten(works) == 0


async def test_nor_before_anybody_is_asked(works: Works, clock: FrozenClock) -> None:
    day = await held(works, clock, people=1)
    for number in range(4):
        await walk_in(works, day, fake(day, number))
    await shut(works, clock, day)
    assert await requests() == [], "one answer would stand alone among four invented ones"


async def test_nobody_who_comes_in_later_is_asked_whoever_adds_them(works: Works, clock: FrozenClock) -> None:
    day = await held(works, clock)
    await shut(works, clock, day)
    known = Wanted(membership_id=day.scene.members[7])
    clock.move(hours=1)
    await walk_in(works, day, Comer(person=known, partner_id=day.scene.partner_id, reason="was there"), day.manager)
    assert await requests() == sorted(day.enrollments)


async def test_who_came_to_the_door_is_asked_where_a_trainer_could_not_have_made_them_up(
    works: Works, clock: FrozenClock
) -> None:
    day = await held(works, clock)
    confirmed, signed_in, invited = day.scene.members[6:9]
    yesterday = clock.now - timedelta(days=1)
    await execute("UPDATE membership SET state = 'invited'")
    change = "UPDATE membership SET state = 'confirmed', state_at = {} WHERE id = {}"
    await execute(change, yesterday, confirmed)
    person = UUID(str((await execute("SELECT person_id FROM membership WHERE id = {}", signed_in))[0]["person_id"]))

    async def sign_in(work: Work) -> None:
        times = {"created_at": yesterday, "last_seen_at": yesterday, "expires_at": yesterday}
        work.add(SignIn, id=work.new_id(), person_id=person, token_hash="x", **times)

    await works.run(MACHINE, sign_in)
    came = [
        await walk_in(works, day, Comer(person=Wanted(membership_id=key), partner_id=day.scene.partner_id))
        for key in (confirmed, signed_in, invited)
    ]
    by_manager = await walk_in(works, day, fake(day, 9), day.manager)
    await shut(works, clock, day)
    assert set(await requests()) == {*day.enrollments, *came[:2], by_manager}


async def test_who_was_brought_in_by_the_same_trainer_before_is_no_stranger_to_them(
    works: Works, clock: FrozenClock
) -> None:
    day = await held(works, clock)
    before = clock.now - timedelta(days=7)
    one = day.scene.members[7]
    change = "UPDATE membership SET state = 'confirmed', state_at = {}, created_at = {}, invited_by = {} WHERE id = {}"
    await execute(change, before, before, day.lead.person_id, one)
    await walk_in(works, day, Comer(person=Wanted(membership_id=one), partner_id=day.scene.partner_id))
    await shut(works, clock, day)
    assert set(await requests()) == set(day.enrollments)


async def test_who_had_a_place_before_and_is_corrected_to_present_is_asked_later(
    works: Works, clock: FrozenClock
) -> None:
    day = await held(works, clock, people=7)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[6], Status.NO_SHOW)])
    await shut(works, clock, day)
    assert len(await requests()) == 6
    clock.move(days=1)
    late = mark(day.enrollments[6], reason="Sat at the back", base_version=1)
    await works.run(day.lead, save_marks, day.meeting_id, [late])
    assert await requests() == sorted(day.enrollments)
