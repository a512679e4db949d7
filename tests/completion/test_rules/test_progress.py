"""How far somebody is, and what follows: case by case, and as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from training.attendance.rules.statuses import Status
from training.booking.rules.states import State
from training.completion.rules.conditions import Rule
from training.completion.rules.progress import (
    Attended,
    ByHand,
    Decision,
    Held,
    Progress,
    Survey,
    decide,
    progress_of,
    valid_until,
)

END = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
HELD = Held(planned=3, planned_minutes=360, closed=3, ended_at=END, zone="Europe/Dublin")
RANK = {State.NOT_COMPLETED: 0, State.ENROLLED: 1, State.COMPLETED: 2}

rules = st.builds(
    Rule,
    meetings_needed=st.none() | st.integers(0, 6),
    minutes_needed=st.none() | st.integers(1, 800),
    survey_needed=st.booleans(),
    valid_months=st.none() | st.integers(1, 240),
)
surveys = st.sampled_from(Survey)
overs = st.booleans().map(lambda over: HELD if over else replace(HELD, closed=2))
attendances = st.builds(Attended, meetings=st.integers(0, 3), minutes=st.integers(0, 360))


def judge(
    rule: Rule, attended: Attended, survey: Survey = Survey.NONE, held: Held = HELD, by_hand: ByHand | None = None
) -> tuple[Progress, Decision]:
    progress = progress_of(rule, held, attended, survey, by_hand)
    return progress, decide(rule, held, progress, by_hand)


@pytest.mark.parametrize(
    ("rule", "attended", "survey", "state", "sentence"),
    [
        (Rule(), Attended(meetings=3, minutes=360), Survey.NONE, State.COMPLETED, "3 of 3 meetings"),
        (Rule(), Attended(meetings=2, minutes=240), Survey.NONE, State.NOT_COMPLETED, "2 of 3 meetings"),
        (Rule(meetings_needed=2), Attended(meetings=2), Survey.NONE, State.COMPLETED, "2 of 2 meetings"),
        (Rule(meetings_needed=9), Attended(meetings=3), Survey.NONE, State.COMPLETED, "3 of 3 meetings"),
        (
            Rule(meetings_needed=2, minutes_needed=180, survey_needed=True),
            Attended(meetings=2, minutes=150),
            Survey.OPEN,
            State.NOT_COMPLETED,
            "2 of 2 meetings, 150 of 180 minutes, survey still open",
        ),
        (
            Rule(meetings_needed=2, minutes_needed=180, survey_needed=True),
            Attended(meetings=2, minutes=180),
            Survey.OPEN,
            State.ENROLLED,
            "2 of 2 meetings, 180 of 180 minutes, survey still open",
        ),
        (
            Rule(survey_needed=True),
            Attended(meetings=3),
            Survey.TO_COME,
            State.ENROLLED,
            "3 of 3 meetings, a survey will be asked afterwards",
        ),
        (
            Rule(survey_needed=True),
            Attended(meetings=3),
            Survey.ANSWERED,
            State.COMPLETED,
            "3 of 3 meetings, survey answered",
        ),
        (
            Rule(survey_needed=True),
            Attended(meetings=3),
            Survey.CLOSED,
            State.NOT_COMPLETED,
            "3 of 3 meetings, survey not answered in time",
        ),
        (Rule(survey_needed=True), Attended(meetings=3), Survey.NONE, State.COMPLETED, "3 of 3 meetings"),
        (
            Rule(meetings_needed=0, minutes_needed=900),
            Attended(meetings=3, minutes=360),
            Survey.NONE,
            State.COMPLETED,
            "360 of 360 minutes",
        ),
        (
            Rule(),
            Attended(meetings=1, minutes=9, corrected=Status.PRESENT),
            Survey.NONE,
            State.COMPLETED,
            "3 of 3 meetings",
        ),
        (
            Rule(meetings_needed=1, minutes_needed=60),
            Attended(meetings=3, minutes=360, corrected=Status.PARTIAL, corrected_minutes=30),
            Survey.NONE,
            State.NOT_COMPLETED,
            "1 of 1 meeting, 30 of 60 minutes",
        ),
        (
            Rule(meetings_needed=1),
            Attended(meetings=3, minutes=360, corrected=Status.NO_SHOW),
            Survey.NONE,
            State.NOT_COMPLETED,
            "0 of 1 meeting",
        ),
    ],
)
def test_case_by_case(rule: Rule, attended: Attended, survey: Survey, state: State, sentence: str) -> None:
    progress, decision = judge(rule, attended, survey)
    assert (decision.state, progress.sentence) == (state, sentence)


def test_nothing_is_decided_before_the_last_roster_is_closed() -> None:
    for attended in (Attended(meetings=3, minutes=360), Attended()):
        assert judge(Rule(), attended, held=replace(HELD, closed=2))[1] == Decision(state=State.ENROLLED)
    nothing = Held(planned=0, planned_minutes=0, closed=0, ended_at=None)
    assert judge(Rule(), Attended(), held=nothing)[1] == Decision(state=State.ENROLLED)


@given(rules, overs, attendances, surveys, st.integers(0, 3), st.integers(0, 360))
def test_more_attendance_is_never_worse(
    rule: Rule, held: Held, attended: Attended, survey: Survey, meetings: int, minutes: int
) -> None:
    more = Attended(meetings=max(meetings, attended.meetings), minutes=max(minutes, attended.minutes))
    assert RANK[judge(rule, more, survey, held)[1].state] >= RANK[judge(rule, attended, survey, held)[1].state]


@given(rules, overs, attendances)
def test_an_answered_survey_is_never_worse_than_one_that_closed(rule: Rule, held: Held, attended: Attended) -> None:
    answered, closed = (judge(rule, attended, survey, held)[1].state for survey in (Survey.ANSWERED, Survey.CLOSED))
    assert RANK[answered] >= RANK[closed]


@given(st.integers(0, 6), st.integers(0, 3))
def test_n_of_m_meetings(needed: int, attended: int) -> None:
    rule = Rule(meetings_needed=needed)
    completed = judge(rule, Attended(meetings=attended))[1].state is State.COMPLETED
    assert completed == (attended >= min(needed, HELD.planned))


@given(st.integers(1, 800), st.integers(0, 360))
def test_minutes(needed: int, minutes: int) -> None:
    rule = Rule(meetings_needed=0, minutes_needed=needed)
    completed = judge(rule, Attended(meetings=1, minutes=minutes))[1].state is State.COMPLETED
    assert completed == (minutes >= min(needed, HELD.planned_minutes))


@given(rules, overs, attendances, surveys, st.booleans())
def test_an_exception_by_hand_wins(rule: Rule, held: Held, attended: Attended, survey: Survey, completed: bool) -> None:
    by_hand = ByHand(completed=completed, reason="Done elsewhere", decided_at=END + timedelta(days=1))
    progress, decision = judge(rule, attended, survey, held, by_hand)
    assert decision.state is (State.COMPLETED if completed else State.NOT_COMPLETED)
    assert (progress.by_hand, decision.why) == ("Done elsewhere", "By hand: Done elsewhere")


@given(rules, overs, attendances, surveys)
def test_what_the_rule_asks_for_decides_alone_and_valid_only_when_completed(
    rule: Rule, held: Held, attended: Attended, survey: Survey
) -> None:
    progress, decision = judge(rule, attended, survey, held)
    if decision.state is State.COMPLETED:
        assert progress.met
        assert decision.completed_at == END
        assert (decision.valid_until is None) == (rule.valid_months is None)
    else:
        assert decision.completed_at is decision.valid_until is None
        assert decision.state is State.ENROLLED or not progress.met


def test_completed_by_hand_before_the_end_counts_from_then() -> None:
    early = ByHand(completed=True, reason="Taught it herself", decided_at=END - timedelta(days=3))
    assert judge(Rule(), Attended(), by_hand=early)[1].completed_at == early.decided_at


@pytest.mark.parametrize(
    ("at", "months", "zone", "until"),
    [
        ("2026-05-04T15:00Z", 12, "Europe/Dublin", "2027-05-04T22:59:59Z"),
        ("2026-01-31T15:00Z", 1, "UTC", "2026-02-28T23:59:59Z"),
        ("2027-12-31T15:00Z", 2, "UTC", "2028-02-29T23:59:59Z"),
        # Evening in UTC is the next day already in Auckland.
        ("2026-05-04T15:00Z", 1, "Pacific/Auckland", "2026-06-05T11:59:59Z"),
        ("2026-12-04T15:00Z", 13, "America/New_York", "2028-01-05T04:59:59Z"),
    ],
)
def test_valid_to_the_end_of_the_day_in_the_sessions_zone(at: str, months: int, zone: str, until: str) -> None:
    assert valid_until(datetime.fromisoformat(at), months, zone) == datetime.fromisoformat(until)
    assert valid_until(datetime.fromisoformat(at), None, zone) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(1, 240), st.integers(0, 12))
def test_more_months_are_never_shorter(at: datetime, months: int, more: int) -> None:
    shorter, longer = (valid_until(at.replace(tzinfo=UTC), n, "Europe/Dublin") for n in (months, months + more))
    assert shorter is not None
    assert longer is not None
    assert longer >= shorter > at.replace(tzinfo=UTC)
