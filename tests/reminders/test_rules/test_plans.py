"""Which plans hold, and which values are refused."""

from datetime import timedelta

import pytest

from tests.reminders.judged import a_plan
from training.base.errors import Invalid
from training.reminders.rules.plans import (
    BUILT_IN,
    LETTERS,
    Anchor,
    Audience,
    PlanValues,
    Scope,
    checked_plan,
    plans_in_force,
)


def test_without_any_own_plan_the_built_in_ones_hold() -> None:
    assert {plan.key for plan in plans_in_force(())} == {plan.key for plan in BUILT_IN}


def test_they_stand_in_the_order_of_time() -> None:
    own = [a_plan("thanks", timedelta(days=1), anchor=Anchor.END), a_plan("two-weeks-before", timedelta(days=-14))]
    assert [plan.key for plan in plans_in_force(own)] == [
        "two-weeks-before",
        "week-before",
        "booking-closes",
        "prework",
        "waitlist-stops",
        "day-before",
        "briefing",
        "hour-before",
        "thanks",
    ]
    assert len(plans_in_force(a_plan(f"x-{anchor}", anchor=anchor) for anchor in Anchor)) == len(BUILT_IN) + len(Anchor)


def test_the_narrowest_of_each_key_holds_in_whatever_order() -> None:
    own = [
        a_plan("day-before", timedelta(days=-2), scope=Scope.PROGRAM),
        a_plan("day-before", timedelta(days=-3), scope=Scope.SESSION),
        a_plan("day-before", timedelta(days=-4), scope=Scope.COURSE),
        a_plan("mine", scope=Scope.COURSE),
    ]
    for each in (own, own[::-1]):
        held = {plan.key: plan for plan in plans_in_force(each)}
        assert held["day-before"].offset == timedelta(days=-3)
        assert held["mine"].scope is Scope.COURSE
        assert len(held) == len(BUILT_IN) + 1


def test_switched_off_further_in_is_off() -> None:
    off = a_plan("hour-before", active=False, scope=Scope.COURSE)
    held = {plan.key: plan.active for plan in plans_in_force([a_plan("hour-before", scope=Scope.PROGRAM), off])}
    assert held["hour-before"] is False
    assert held["day-before"] is True


@pytest.mark.parametrize(
    ("audience", "anchor", "minutes", "letter"),
    [
        (Audience.ENROLLED, Anchor.START, -60, "upcoming"),
        (Audience.ENROLLED, Anchor.END, 60, "after"),
        (Audience.ENROLLED, Anchor.CANCELLATION_DEADLINE, -60, "deadline"),
        (Audience.UNPREPARED, Anchor.START, -60, "prework"),
        (Audience.WAITLISTED, Anchor.WAITLIST_CUTOFF, -60, "waiting"),
        (Audience.OPEN_PLACES, Anchor.OPEN_PLACE_DEADLINE, -60, "open-places"),
        (Audience.TRAINERS, Anchor.MEETING_START, -60, "briefing"),
        (Audience.COORDINATORS, Anchor.BOOKING_DEADLINE, -60, "coordinating"),
    ],
)
def test_each_audience_has_its_letter(audience: Audience, anchor: Anchor, minutes: int, letter: str) -> None:
    plan = a_plan(audience=audience, anchor=anchor, offset=timedelta(minutes=minutes))
    assert plan.letter == letter
    assert plan.letter in LETTERS
    assert plan.kind == ("briefing" if letter == "briefing" else f"reminder-{letter}")
    assert len(plan.kind) <= 40


def test_a_plan_may_ask_for_a_template() -> None:
    assert a_plan(template="deadline").letter == "deadline"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (PlanValues(key="a", offset_minutes=-5), "offset_minutes"),
        (PlanValues(key="a", offset_minutes=-60, anchor=Anchor.OPEN_PLACE_DEADLINE), "anchor"),
        (PlanValues(key="a", offset_minutes=60, audience=Audience.WAITLISTED), "offset_minutes"),
        (PlanValues(key="a", offset_minutes=0, audience=Audience.UNPREPARED), "offset_minutes"),
        (PlanValues(key="a", offset_minutes=-60, anchor=Anchor.END, audience=Audience.UNPREPARED), "offset_minutes"),
    ],
)
def test_what_makes_no_sense_is_refused(values: PlanValues, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_plan(values)
    assert set(refused.value.fields) == {field}


def test_sensible_values_pass() -> None:
    values = PlanValues(key="a", offset_minutes=0, audience=Audience.WAITLISTED, anchor=Anchor.END)
    assert checked_plan(values) == values
