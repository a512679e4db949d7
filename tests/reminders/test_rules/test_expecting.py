"""Who gets what when, and what stands against it."""

from datetime import timedelta

import pytest

from tests.reminders.judged import (
    DAY,
    HOUR,
    LONG_AGO,
    START,
    a_plan,
    a_reader,
    a_row,
    a_session,
    facts,
    going,
    number,
    standing,
    with_rows,
)
from training.materials.rules.prework import Prework
from training.reminders.rules.expecting import expected
from training.reminders.rules.facts import RowState, Why
from training.reminders.rules.plans import Anchor, Audience
from training.reminders.rules.times import Clocks
from training.schedule.rules.sessions import State

WEEK, EVE, HOUR_BEFORE = ("week-before", START - 7 * DAY), ("day-before", START - DAY), ("hour-before", START - HOUR)


def test_in_time_everything_goes() -> None:
    assert going(facts(), START - 10 * DAY) == [WEEK, EVE, HOUR_BEFORE]


@pytest.mark.parametrize(
    ("ago", "against"),
    [
        # (time before the start, what stands against week, day, hour)
        (timedelta(days=6, hours=1), ("", "", "")),
        (timedelta(days=5), (Why.TOO_LATE, "", "")),
        (timedelta(hours=21), (Why.TOO_LATE, "", "")),
        (timedelta(hours=11), (Why.TOO_LATE, Why.TOO_LATE, "")),
        (timedelta(minutes=20), (Why.TOO_LATE, Why.TOO_LATE, "")),
        (timedelta(minutes=4), (Why.TOO_LATE, Why.TOO_LATE, Why.TOO_LATE)),
        (timedelta(hours=-1), (Why.TOO_LATE, Why.TOO_LATE, Why.TOO_LATE)),
    ],
)
def test_how_late_depends_on_the_kind(ago: timedelta, against: tuple[str, str, str]) -> None:
    found = standing(facts(), START - ago)
    assert tuple(found[key] for key in ("week-before", "day-before", "hour-before")) == against


def test_of_several_that_are_past_only_the_newest_goes() -> None:
    plans = (a_plan("a", -4 * HOUR), a_plan("b", -3 * HOUR), a_plan("c", -2 * HOUR), a_plan("d", -HOUR))
    found = standing(facts(plans=plans), START - timedelta(minutes=90))
    assert found == {"a": Why.LATER_ONE, "b": Why.LATER_ONE, "c": "", "d": ""}


def test_of_two_that_quiet_hours_bring_to_one_time_the_nearer_goes_out() -> None:
    """Long before, at the instant itself, and after the nearer one left: the same is said of both."""
    clocks = Clocks(zone="UTC", quiet_from="21:00", quiet_until="08:00")
    plans = (a_plan("far", -3 * HOUR), a_plan("near", -2 * HOUR), a_plan("twin", -2 * HOUR))
    known = facts(a_reader(clocks=clocks), plans=plans)
    due = {one.plan.key: one.due_at for one in expected(known, LONG_AGO)}
    assert set(due.values()) == {START - HOUR}
    for now in (LONG_AGO, START - HOUR, START - 45 * timedelta(minutes=1)):
        assert standing(known, now) == {"far": Why.NEARER, "near": "", "twin": ""}
    sent = [a_row(one, RowState.SENT) for one in expected(known, START - HOUR) if one.plan.key == "near"]
    assert standing(with_rows(known, *sent), START - HOUR)["far"] == Why.NEARER


def test_the_further_one_goes_out_when_the_nearer_was_stopped() -> None:
    clocks = Clocks(zone="UTC", quiet_from="21:00", quiet_until="08:00")
    known = facts(a_reader(clocks=clocks), plans=(a_plan("far", -3 * HOUR), a_plan("near", -2 * HOUR)))
    near = next(one for one in expected(known, LONG_AGO) if one.plan.key == "near")
    stopped = with_rows(known, a_row(near, RowState.STOPPED, Why.STOPPED))
    for now in (LONG_AGO, START - HOUR):
        assert standing(stopped, now) == {"far": "", "near": Why.STOPPED}


def test_what_was_said_later_is_not_said_again_earlier() -> None:
    """A clock that was ahead let the later one go first."""
    known = facts()
    last = next(one for one in expected(known, START - 10 * DAY) if one.plan.key == "hour-before")
    found = standing(with_rows(known, a_row(last, RowState.SENT)), START - 10 * DAY)
    assert found["day-before"] == found["week-before"] == Why.LATER_ONE


def test_other_meetings_are_something_else() -> None:
    session = a_session(START, START + timedelta(hours=22))
    assert going(facts(session=session), START - timedelta(minutes=30))[:2] == [
        ("day-before", START - timedelta(hours=2)),
        ("hour-before", START - HOUR),
    ]


def test_whoever_was_told_under_another_enrollment_is_not_told_again() -> None:
    before = facts()
    first = next(one for one in expected(before, LONG_AGO) if one.plan.key == "day-before")
    again = with_rows(facts(a_reader(subject_id=number(77))), a_row(first, RowState.SENT))
    assert standing(again, LONG_AGO)["day-before"] == Why.TOLD
    assert standing(with_rows(before, a_row(first, RowState.SENT)), LONG_AGO)["day-before"] == ""


@pytest.mark.parametrize("state", [State.DRAFT, State.CANCELLED])
def test_a_session_that_nobody_goes_to_reminds_nobody(state: State) -> None:
    assert expected(facts(session=a_session(state=state)), LONG_AGO) == ()


def test_a_closed_session_reminds_only_afterwards() -> None:
    plans = (a_plan("before"), a_plan("after", HOUR, anchor=Anchor.END))
    known = facts(session=a_session(state=State.CLOSED), plans=plans)
    assert standing(known, START - 2 * DAY) == {"before": Why.TOO_LATE, "after": ""}
    assert standing(known, START + 3 * DAY)["after"] == Why.TOO_LATE


def test_whoever_completed_it_is_reminded_only_afterwards() -> None:
    plans = (a_plan("before"), a_plan("after", HOUR, anchor=Anchor.END))
    assert standing(facts(a_reader(over=True), plans=plans), LONG_AGO) == {"before": Why.TOO_LATE, "after": ""}


def test_whoever_wants_none_gets_none_but_a_trainer_is_briefed() -> None:
    reader = a_reader(chose_not=True)
    trainer = a_reader(20, Audience.TRAINERS, chose_not=True, sitting_ids=frozenset({number(100)}))
    assert standing(facts(reader, trainer), LONG_AGO) == {
        "week-before": Why.CHOSE_NOT,
        "day-before": Why.CHOSE_NOT,
        "hour-before": Why.CHOSE_NOT,
        "briefing": "",
    }
    disabled = a_reader(20, Audience.TRAINERS, disabled=True, sitting_ids=frozenset({number(100)}))
    assert standing(facts(disabled), LONG_AGO) == {"briefing": Why.DISABLED}


def test_whoever_is_prepared_is_not_asked() -> None:
    """What can be seen only from two days before is asked for then; what is past its time is not."""
    done = facts(a_reader(audience=Audience.UNPREPARED))
    assert standing(done, START - 4 * DAY) == {"prework": Why.DONE}
    assert standing(done, START - DAY) == {"prework": Why.TOO_LATE}
    for from_at, due_at, now, against in (
        (None, START, START - 4 * DAY, ""),
        (START - 60 * HOUR, START, START - 3 * DAY, Why.NOTHING_YET),
        (START - 60 * HOUR, START, START - 60 * HOUR, ""),
        (None, START - 70 * HOUR, START - 3 * DAY, ""),
        (None, START - 70 * HOUR, START - 70 * HOUR, Why.NOTHING_YET),
    ):
        one = Prework(session_id=number(1), material_id=number(7), title="Film", from_at=from_at, due_at=due_at)
        known = facts(a_reader(audience=Audience.UNPREPARED, undone=(one,)))
        assert standing(known, now) == {"prework": against}


def test_a_plan_that_is_off_means_nobody() -> None:
    assert expected(facts(plans=(a_plan(active=False),)), LONG_AGO) == ()


def test_that_it_was_missed_is_worth_a_row_only_for_who_was_there() -> None:
    late = START - timedelta(hours=2)
    assert [one.told for one in expected(facts(), late)] == [True, True, False]
    joined = a_reader(since=late - HOUR)
    assert [one.told for one in expected(facts(joined), late)] == [False, False, False]


def test_each_says_from_where_it_is() -> None:
    assert {one.because for one in expected(facts(), LONG_AGO)} == {"built_in"}


def test_two_plans_of_one_instant_both_go() -> None:
    plans = (a_plan("agenda"), a_plan("zoo", anchor=Anchor.MEETING_START))
    for now in (START - 2 * DAY, START - DAY, START - 20 * HOUR):
        assert standing(facts(plans=plans), now) == {"agenda": "", "zoo": ""}
    known = facts(plans=plans)
    agenda = next(one for one in expected(known, LONG_AGO) if one.plan.key == "agenda")
    assert standing(with_rows(known, a_row(agenda, RowState.SENT)), START - DAY)["zoo"] == ""


def test_what_was_stopped_stays_stopped_at_another_instant() -> None:
    known = facts()
    eve = next(one for one in expected(known, LONG_AGO) if one.plan.key == "day-before")
    for reason, against in ((Why.STOPPED, Why.STOPPED), (Why.TAKEN_BACK, "")):
        rows = (a_row(eve, RowState.STOPPED, reason),)
        moved = facts(session=a_session(START + DAY))
        found = standing(with_rows(moved, *rows), START - 10 * DAY)
        assert found == {"week-before": "", "day-before": against, "hour-before": ""}
