"""What is known about completing sessions: a constant number of statements, and surveys as they stand."""

from datetime import timedelta

import pytest

from tests.attendance.made import make_day
from tests.completion.judged import ask, attend, close, taught
from tests.conftest import FrozenClock
from training.attendance.actions.walking_in import add_walk_in
from training.base.database import watch_statements
from training.base.work import Work, Works
from training.booking.rules import Wanted
from training.booking.rules.walk_ins import Comer
from training.completion.queries.facts import judge_enrollments, list_session_facts
from training.completion.rules.conditions import Rule, Scope
from training.completion.rules.progress import Survey as SurveyState
from training.surveys.tables import Survey


@pytest.mark.parametrize("people", [1, 6])
async def test_four_statements_whatever_their_number(works: Works, clock: FrozenClock, people: int) -> None:
    first, second = await taught(works, people), await taught(works, people, tag="B")
    clock.move(days=16)
    with watch_statements() as seen:
        sessions = await list_session_facts([first.scene.session_id, second.scene.session_id], clock())
        found = await judge_enrollments(sessions, clock())
    assert (len(seen), len(found)) == (4, 2 * people)


async def test_how_far_a_session_is(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    key = of.scene.session_id
    before = (await list_session_facts([key], clock()))[key]
    assert (before.held.planned, before.held.planned_minutes, before.held.closed) == (2, 240, 0)
    clock.move(days=16)
    await close(works, of, 0)
    now = (await list_session_facts([key], clock()))[key]
    assert (now.held.closed, now.survey_until, now.rule) == (1, None, Rule())
    tried = Rule(scope=Scope.PROGRAM, meetings_needed=1)
    instead = await list_session_facts([key], clock(), {of.scene.program_id: tried})
    assert instead[key].rule == tried


async def test_where_a_survey_stands(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 2)

    async def surveys() -> list[SurveyState]:
        sessions = await list_session_facts([of.scene.session_id], clock())
        return [one.progress.survey for one in await judge_enrollments(sessions, clock(), [ada, ben])]

    assert await surveys() == [SurveyState.NONE, SurveyState.NONE]
    await ask(works, of, [ada], closes_in=timedelta(days=3))
    assert await surveys() == [SurveyState.OPEN, SurveyState.TO_COME]
    clock.move(days=4)
    assert await surveys() == [SurveyState.CLOSED, SurveyState.TO_COME]
    clock.move(days=14)
    assert await surveys() == [SurveyState.CLOSED, SurveyState.NONE]


async def test_whom_the_survey_passes_over_was_not_asked(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=3)
    stranger = Comer(person=Wanted(name="Fake", email="lea+1@host.example"), partner_id=day.scene.partner_id)
    added = await works.run(day.lead, add_walk_in, day.meeting_id, stranger)

    async def add(work: Work) -> None:
        work.add(Survey, id=work.new_id(), program_id=day.scene.program_id, created_at=work.now)

    await works.run(day.manager, add)
    sessions = await list_session_facts([day.session_id], clock())
    stands = {one.facts.id: one.progress.survey for one in await judge_enrollments(sessions, clock())}
    assert stands == {day.enrollments[0]: SurveyState.TO_COME, added.place.enrollment_id: SurveyState.NONE}
