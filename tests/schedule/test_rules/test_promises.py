"""Deadlines that people were told are not taken back by an edit, and do not pass unnoticed by a change of times."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.schedule.test_rules.test_sessions import session
from training.catalogue.rules import Inheritable
from training.schedule.rules.promises import DeadlinePromised, check_promised, hours_kept, shortened
from training.schedule.rules.sessions import State

NOW = datetime.fromisoformat("2026-05-04T09:00Z")
COURSE = Inheritable(title="Listening first", capacity_in_person=12)
IN_TWO_WEEKS = session(taken_in_person=1, starts_at=NOW + timedelta(days=14))


@pytest.mark.parametrize("field", ["cancellation_hours", "open_place_hours"])
def test_hours_only_become_fewer_once_somebody_is_in(field: str) -> None:
    hours = getattr(IN_TWO_WEEKS, field)
    more, fewer = (replace(COURSE, **{field: hours + step}) for step in (1, -1))
    assert shortened(IN_TWO_WEEKS, fewer) == shortened(IN_TWO_WEEKS, IN_TWO_WEEKS.values) == ()
    with pytest.raises(DeadlinePromised) as caught:
        check_promised(IN_TWO_WEEKS, more)
    assert caught.value.data == {"field": field, "hours": hours}
    check_promised(replace(IN_TWO_WEEKS, taken_in_person=0), more)
    check_promised(replace(IN_TWO_WEEKS, state=State.DRAFT), more)
    check_promised(replace(IN_TWO_WEEKS, taken_in_person=0, waiting=1), more)


@pytest.mark.parametrize(
    ("starts_in", "kept"),
    [
        (timedelta(days=20), {}),
        (timedelta(days=10), {}),
        # The deadlines (48 and 72 hours before) would be in 20 hours and over: both come in 24 hours.
        (timedelta(hours=68), {"cancellation_hours": 44, "open_place_hours": 44}),
        (timedelta(hours=80), {"open_place_hours": 56}),
        (timedelta(hours=68, minutes=59), {"cancellation_hours": 44, "open_place_hours": 44}),
        # Not after the start, however soon that is.
        (timedelta(hours=3), {"cancellation_hours": 0, "open_place_hours": 0}),
    ],
)
def test_a_change_of_times_leaves_a_day(starts_in: timedelta, kept: dict[str, int]) -> None:
    assert hours_kept(IN_TWO_WEEKS, NOW + starts_in, NOW) == kept


def test_a_deadline_does_not_come_later_than_it_was() -> None:
    soon = replace(IN_TWO_WEEKS, starts_at=NOW + timedelta(hours=58))
    # Until in ten hours, and over already.
    assert hours_kept(soon, NOW + timedelta(hours=40), NOW) == {"cancellation_hours": 30}


def test_where_nobody_was_told_anything_nothing_is_kept() -> None:
    assert hours_kept(replace(IN_TWO_WEEKS, taken_in_person=0), NOW + timedelta(hours=3), NOW) == {}
    assert hours_kept(IN_TWO_WEEKS, None, NOW) == {}


def test_the_first_date_of_a_session_leaves_a_day_too() -> None:
    undated = replace(IN_TWO_WEEKS, starts_at=None)
    assert hours_kept(undated, NOW + timedelta(hours=60), NOW) == {"cancellation_hours": 36, "open_place_hours": 36}
    assert hours_kept(replace(undated, open_place_hours=0), NOW + timedelta(days=9), NOW) == {}
