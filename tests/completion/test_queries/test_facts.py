"""What is known about completing sessions: a constant number of statements, and surveys as they stand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.completion.judged import add_survey, ask, attend, close, taught, write_survey
from tests.conftest import FrozenClock
from training.attendance.actions.walking_in import add_walk_in
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.rules import State, Wanted
from training.booking.rules.walk_ins import Comer
from training.completion.queries.facts import (
    EnrollmentFacts,
    SessionFacts,
    judge_enrollments,
    judged,
    list_session_facts,
    survey_of,
)
from training.completion.rules.conditions import Rule, Scope
from training.completion.rules.progress import Held
from training.completion.rules.progress import Survey as SurveyState


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
    await attend(works, of, ben, 2)

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
        add_survey(work, day.scene.program_id)

    await works.run(day.manager, add)
    sessions = await list_session_facts([day.session_id], clock())
    stands = {one.facts.id: one.progress.survey for one in await judge_enrollments(sessions, clock())}
    assert stands == {day.enrollments[0]: SurveyState.TO_COME, added.place.enrollment_id: SurveyState.NONE}


async def test_who_is_still_asked_once_every_roster_is_closed(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 3)
    await write_survey(works, of, minimum=3)
    clock.move(days=16)
    ada, ben, cora = of.enrollments
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 2)
    key = of.scene.session_id

    async def surveys() -> dict[UUID, SurveyState]:
        sessions = await list_session_facts([key], clock())
        return {one.facts.id: one.progress.survey for one in await judge_enrollments(sessions, clock())}

    assert set((await surveys()).values()) == {SurveyState.TO_COME}
    await close(works, of)
    assert set((await surveys()).values()) == {SurveyState.NONE}
    # A third turns out to have been there: now they are asked, all of them.
    await execute("UPDATE enrollment SET state = 'enrolled'")
    await attend(works, of, cora, 1)
    assert set((await surveys()).values()) == {SurveyState.OPEN}
    await execute("DELETE FROM survey_request WHERE id = {}", cora)
    assert (await surveys())[cora] is SurveyState.TO_COME
    clock.move(days=15)
    assert (await surveys())[cora] is SurveyState.NONE


async def test_a_survey_without_a_question_is_not_asked(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    await write_survey(works, of)
    await execute("UPDATE survey_question SET retired_at = {}", clock())
    assert (await list_session_facts([of.scene.session_id], clock()))[of.scene.session_id].survey_until is None


END = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
NOW = END + timedelta(days=3)
instants = st.integers(-5, 20).map(lambda days: END + timedelta(days=days))
sessions = st.builds(
    SessionFacts,
    title=st.just("Safe messaging"),
    rule=st.builds(
        Rule,
        meetings_needed=st.none() | st.integers(0, 3),
        minutes_needed=st.none() | st.integers(1, 300),
        survey_needed=st.booleans(),
        valid_months=st.none() | st.integers(1, 24),
    ),
    held=st.integers(0, 2).map(lambda closed: Held(planned=2, planned_minutes=240, closed=closed, ended_at=END)),
    survey_until=st.none() | instants,
    asks=st.booleans(),
)
people = st.builds(
    EnrollmentFacts,
    name=st.just("Ada"),
    state=st.sampled_from([State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED]),
    state_at=instants,
    completed_at=st.none() | instants,
    valid_until=st.none() | instants,
    meetings=st.integers(0, 2),
    minutes=st.integers(0, 240),
    corrected=st.just(""),
    corrected_minutes=st.none(),
    excepted=st.none(),
    reason=st.none(),
    decided_at=st.none(),
    exception_version=st.integers(0, 1),
    status=st.sampled_from(["present", "partial", "excused", "no-show", "not recorded", ""]),
    asked_at=st.none() | instants,
    answered=st.booleans(),
    closes_at=instants,
).map(lambda row: row if row.asked_at else replace(row, answered=None, closes_at=None))


@given(people, sessions)
def test_nobody_waits_for_a_survey_that_nobody_will_send(row: EnrollmentFacts, session: SessionFacts) -> None:
    found = survey_of(row, session, NOW)
    there = row.status in ("present", "partial") and not row.passed_over
    if session.held.over and not (session.asks and there):
        assert found is not SurveyState.TO_COME
    if row.asked_at is None and found is not SurveyState.TO_COME:
        assert found is SurveyState.NONE
    if row.answered:
        assert found is SurveyState.ANSWERED


def kept(row: EnrollmentFacts, session: SessionFacts, now: datetime) -> EnrollmentFacts:
    """The enrollment with what was decided about it written down."""
    then = judged(row, session, now).decision
    columns = {"state": then.state, "completed_at": then.completed_at, "valid_until": then.valid_until}
    return replace(row, **columns, state_at=row.state_at if then.state is row.state else now)


@given(people, sessions)
def test_judging_what_was_judged_changes_nothing(row: EnrollmentFacts, session: SessionFacts) -> None:
    assert not judged(kept(row, session, NOW), session, NOW).changes


@given(people, sessions, st.integers(0, 5))
def test_being_asked_later_takes_nothing_away(row: EnrollmentFacts, session: SessionFacts, days: int) -> None:
    """Who completed it unasked, and is asked only now because others turned out to have been there too."""
    unasked = replace(row, state=State.ENROLLED, asked_at=None, answered=None, closes_at=None, exception_version=0)
    session = replace(session, held=replace(session.held, closed=2))
    was = kept(unasked, session, NOW)
    then = NOW + timedelta(days=days, seconds=1)
    asked = replace(was, asked_at=then, answered=False, closes_at=then + timedelta(days=3))
    now = judged(asked, replace(session, asks=True), then)
    assert now.decision.state is State.COMPLETED or was.state is not State.COMPLETED
