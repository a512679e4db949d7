"""Wanted against planned: case by case, and what holds for all of them."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    healed,
    number,
    with_rows,
)
from training.materials.rules.prework import Prework
from training.reminders.rules.comparing import AHEAD, Change, compare, judged_now, why_dropped
from training.reminders.rules.expecting import Facts, expected
from training.reminders.rules.facts import RowState, SessionFacts, Why
from training.reminders.rules.plans import BUILT_IN, Anchor, Audience
from training.reminders.rules.times import Clocks
from training.schedule.rules.sessions import State

EVE = START - DAY


def states(known: Facts) -> dict[str, tuple[str, str]]:
    return {row.plan_key: (row.state.value, row.reason) for row in known.rows}


def with_row(state: RowState, reason: str = "", key: str = "day-before") -> Facts:
    known = facts()
    one = next(each for each in expected(known, LONG_AGO) if each.plan.key == key)
    return with_rows(known, a_row(one, state, reason))


def test_rows_are_made_for_what_is_near() -> None:
    assert states(healed(facts(), EVE - 30 * HOUR)) == {
        "day-before": ("planned", ""),
        "week-before": ("skipped", Why.TOO_LATE),
    }
    assert set(states(healed(facts(), LONG_AGO))) == set()
    assert set(states(healed(facts(), LONG_AGO, None))) == {"week-before", "day-before", "hour-before"}


@pytest.mark.parametrize(
    ("state", "reason", "after"),
    [
        (RowState.SENT, "", ("sent", "")),
        (RowState.STOPPED, Why.STOPPED, ("stopped", Why.STOPPED)),
        (RowState.SKIPPED, Why.CHOSE_NOT, ("skipped", Why.CHOSE_NOT)),
        (RowState.SKIPPED, Why.TOO_LATE, ("planned", "")),
        (RowState.SKIPPED, Why.LATER_ONE, ("planned", "")),
        (RowState.SKIPPED, Why.DONE, ("planned", "")),
        (RowState.SKIPPED, Why.NOTHING_YET, ("planned", "")),
        (RowState.DROPPED, Why.LEFT, ("planned", "")),
    ],
)
def test_what_comes_back_when_it_is_wanted_again(state: RowState, reason: str, after: tuple[str, str]) -> None:
    assert states(healed(with_row(state, reason), EVE - HOUR))["day-before"] == after


def test_what_stands_against_a_planned_one_is_written_down() -> None:
    known = with_row(RowState.PLANNED)
    assert states(healed(known, START))["day-before"] == ("skipped", Why.TOO_LATE)


def test_another_instant_is_another_row() -> None:
    known = with_row(RowState.PLANNED)
    later = Facts(session=a_session(START + 3 * HOUR), plans=known.plans, readers=known.readers, rows=known.rows)
    after = healed(later, EVE - HOUR)
    assert sorted(
        (row.state.value, row.reason, row.anchor_at) for row in after.rows if row.plan_key == "day-before"
    ) == [
        ("dropped", Why.MOVED, START),
        ("planned", "", START + 3 * HOUR),
    ]


@pytest.mark.parametrize("state", [RowState.PLANNED, RowState.DROPPED])
def test_a_plan_that_is_for_others_now_takes_its_row_along(state: RowState) -> None:
    """Whoever waited has a place now, and the plan is for who has one: the same enrollment, the same instant."""
    plan = a_plan("extra", audience=Audience.WAITLISTED)
    waits = facts(a_reader(audience=Audience.WAITLISTED), plans=(plan,))
    (one,) = expected(waits, LONG_AGO)
    for_others = facts(a_reader(), plans=(a_plan("extra"),))
    known = with_rows(for_others, a_row(one, state))
    (wanted,) = expected(known, EVE - HOUR)
    (change,) = compare(known, [wanted], EVE - HOUR).changed
    assert (change.state, change.wanted) == (RowState.PLANNED, wanted)
    assert wanted.reader.audience is Audience.ENROLLED


def test_what_was_stopped_is_stopped_wherever_the_session_moves() -> None:
    known = with_row(RowState.STOPPED, Why.STOPPED)
    away = Facts(session=a_session(START + DAY), plans=known.plans, readers=known.readers, rows=known.rows)
    after = healed(away, EVE + DAY - HOUR)
    assert {row.state for row in after.rows if row.plan_key == "day-before"} == {RowState.STOPPED}
    dropped = next(one for one in expected(away, LONG_AGO) if one.plan.key == "day-before")
    there_before = with_rows(away, a_row(dropped, RowState.DROPPED, Why.MOVED))
    after = healed(there_before, EVE + DAY - HOUR)
    assert {row.state for row in after.rows if row.plan_key == "day-before"} == {RowState.STOPPED}


def test_other_clocks_move_a_row() -> None:
    known = with_row(RowState.PLANNED)
    quiet = a_reader(clocks=Clocks(zone="UTC", quiet_from="08:00", quiet_until="11:00"))
    after = healed(Facts(session=known.session, plans=known.plans, readers=(quiet,), rows=known.rows), EVE - DAY)
    (row,) = (row for row in after.rows if row.plan_key == "day-before")
    assert row.due_at == EVE - timedelta(hours=1, minutes=15)


@pytest.mark.parametrize(
    ("session", "plans", "there", "why"),
    [
        (a_session(state=State.CANCELLED), BUILT_IN, True, Why.CANCELLED),
        (a_session(state=State.DRAFT), BUILT_IN, True, Why.NOT_SHOWN),
        (a_session(), (), True, Why.PLAN_OFF),
        (a_session(), (a_plan("day-before", active=False),), True, Why.PLAN_OFF),
        (a_session(), (a_plan("day-before", audience=Audience.TRAINERS),), True, Why.PLAN_OFF),
        (a_session(), BUILT_IN, False, Why.LEFT),
        (a_session(START + DAY), BUILT_IN, True, Why.MOVED),
    ],
)
def test_why_a_planned_one_is_dropped(session: SessionFacts, plans: tuple, there: bool, why: Why) -> None:  # type: ignore[type-arg]
    known = with_row(RowState.PLANNED)
    after = Facts(session=session, plans=plans, readers=(a_reader(10 if there else 11),), rows=known.rows)
    assert why_dropped(after, known.rows[0]) is why
    assert ("dropped", why) in {(row.state.value, row.reason) for row in healed(after, EVE - HOUR).rows}


def test_judged_in_the_moment_of_sending() -> None:
    known = with_row(RowState.PLANNED)
    row = known.rows[0]

    def judge(now: datetime, after: Facts = known) -> Change | None:
        return judged_now(after, row, next((e for e in expected(after, now) if e.key == row.key), None), now)

    assert judge(EVE) is None
    assert judge(EVE + 3 * HOUR) is None
    assert judge(EVE - HOUR) == Change(id=row.id, state=RowState.PLANNED, due_at=EVE)
    assert judge(START) == Change(id=row.id, state=RowState.SKIPPED, due_at=EVE, reason=Why.TOO_LATE)
    gone = Facts(session=known.session, plans=known.plans, readers=(), rows=known.rows)
    assert judge(EVE, gone) == Change(id=row.id, state=RowState.DROPPED, due_at=EVE, reason=Why.LEFT)


def to_do(seen: int | None, due: int) -> Prework:
    """Something that can be seen so many hours before the start (None: always), and is due so many hours after it."""
    return Prework(
        session_id=number(1),
        material_id=number(7),
        title="Safe words",
        from_at=None if seen is None else START - seen * HOUR,
        due_at=START + due * HOUR,
    )


PEOPLE = st.builds(
    lambda person, audience, zone, quiet, since, undone: a_reader(
        person,
        audience,
        clocks=Clocks(zone=zone, quiet_from=quiet[0], quiet_until=quiet[1]),
        since=START - since * HOUR,
        keep_until=START - DAY,
        sitting_ids=frozenset(s.id for s in a_session(START, START + DAY).sittings),
        undone=tuple(to_do(*hours) for hours in undone),
    ),
    st.integers(10, 14),
    st.sampled_from(Audience),
    st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")),
    st.sampled_from((("", ""), ("21:00", "08:00"), ("08:00", "18:00"))),
    st.integers(0, 400),
    st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 400)), st.integers(-30, 30)), max_size=2),
)
PLANS = st.builds(
    lambda key, audience, anchor, minutes, active: a_plan(
        f"plan-{key}", timedelta(minutes=minutes), audience=audience, anchor=anchor, active=active
    ),
    st.integers(0, 5),
    st.sampled_from(Audience),
    st.sampled_from(Anchor),
    st.one_of(st.integers(-30 * 1440, -15), st.integers(0, 3 * 1440), st.sampled_from((-10080, -1440, -60))),
    st.booleans(),
)
WORLDS = st.builds(
    lambda readers, plans, state: Facts(
        session=a_session(START, START + DAY, state=state, booking_closes_at=START - 2 * DAY),
        plans=(*BUILT_IN, *{plan.key: plan for plan in plans}.values()),
        readers=tuple({(r.audience, r.person_id): r for r in readers}.values()),
    ),
    st.lists(PEOPLE, max_size=6),
    st.lists(PLANS, max_size=4),
    st.sampled_from((State.PUBLISHED, State.CONFIRMED, State.RUNNING, State.CLOSED, State.CANCELLED, State.DRAFT)),
)
TIMES = st.integers(-40 * 24 * 4, 6 * 24 * 4).map(lambda quarters: START + quarters * timedelta(minutes=15))


@settings(deadline=None)
@given(WORLDS, TIMES)
def test_what_was_healed_needs_no_healing(world: Facts, now: datetime) -> None:
    once = healed(world, now)
    assert len(compare(once, expected(once, now), now)) == 0


@settings(deadline=None)
@given(WORLDS, WORLDS, TIMES)
def test_whatever_changed_is_healed_in_one_go(before: Facts, after: Facts, now: datetime) -> None:
    planned = healed(before, now - HOUR)
    mixed = Facts(session=after.session, plans=after.plans, readers=after.readers, rows=planned.rows)
    once = healed(mixed, now)
    assert len(compare(once, expected(once, now), now)) == 0


@settings(deadline=None)
@given(WORLDS, TIMES, st.randoms(use_true_random=False))
def test_the_order_plays_no_part(world: Facts, now: datetime, chance: random.Random) -> None:
    planned = healed(world, now - 2 * HOUR)
    readers, plans, rows = list(planned.readers), list(planned.plans), list(planned.rows)
    chance.shuffle(readers)
    chance.shuffle(plans)
    chance.shuffle(rows)
    shuffled = Facts(session=world.session, plans=tuple(plans), readers=tuple(readers), rows=tuple(rows))
    assert compare(shuffled, expected(shuffled, now), now) == compare(planned, expected(planned, now), now)


@settings(deadline=None)
@given(WORLDS, TIMES)
def test_never_for_what_is_past_or_cancelled(world: Facts, now: datetime) -> None:
    for one in expected(world, now):
        assert world.session.state not in (State.CANCELLED, State.DRAFT)
        if one.against is None and one.plan.before:
            assert now < one.anchor_at
            assert one.due_at < one.anchor_at
        if one.against is None and one.reader.audience is Audience.UNPREPARED:
            at = max(now, one.due_at)
            assert any(each.asked_at(at) for each in one.reader.undone)


@settings(deadline=None)
@given(WORLDS, st.lists(TIMES, min_size=1, max_size=40), st.booleans())
def test_once_for_each_person_and_moment_whatever_the_clock_does(
    world: Facts, times: list[datetime], forwards: bool
) -> None:
    """Planned and sent at these instants, in this order or as a clock that never goes back."""
    sent: list[tuple[object, ...]] = []
    known = world
    for now in sorted(times) if forwards else times:
        known = healed(known, now)
        judged = {one.key: one for one in expected(known, now)}
        rows = []
        for row in known.rows:
            due = row.state is RowState.PLANNED and row.due_at <= now
            goes = due and judged_now(known, row, judged.get(row.key), now) is None
            sent += [(row.plan_key, row.person_id, row.anchor_at, row.audience)] if goes else []
            rows.append(a_row(judged[row.key], RowState.SENT) if goes else row)
            if goes and judged[row.key].plan.before:
                assert now < row.anchor_at
        known = Facts(session=known.session, plans=known.plans, readers=known.readers, rows=tuple(rows))
    assert len(sent) == len(set(sent))


@settings(deadline=None)
@given(WORLDS)
def test_a_clock_that_goes_on_ends_each_with_one_message_or_a_reason(world: Facts) -> None:
    now, known, sent = START - 12 * DAY, world, set()
    while now < START + 5 * DAY:
        known = healed(known, now)
        judged = {one.key: one for one in expected(known, now)}
        rows = []
        for row in known.rows:
            due = row.state is RowState.PLANNED and row.due_at <= now
            goes = due and judged_now(known, row, judged.get(row.key), now) is None
            sent |= {row.key} if goes else set()
            rows.append(a_row(judged[row.key], RowState.SENT) if goes else row)
        known = Facts(session=known.session, plans=known.plans, readers=known.readers, rows=tuple(rows))
        now += 2 * HOUR
    for row in known.rows:
        assert row.state is RowState.SENT or row.due_at > now or (row.state is RowState.SKIPPED and row.reason)
    assert {row.key for row in known.rows if row.state is RowState.SENT} == sent
    assert AHEAD > 2 * HOUR
