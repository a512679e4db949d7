"""When a coordinator's week is gathered, and what belongs into it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.reminders.judged import number
from training.reminders.rules.digests import DeadlineKind, Standing, week_due, week_of, weeks_near

T = datetime.fromisoformat
NOW = T("2026-11-23T08:00Z")


@pytest.mark.parametrize(
    ("at", "zone", "week"),
    [
        ("2026-11-23T07:59+00:00", "UTC", None),
        ("2026-11-23T08:00+00:00", "UTC", "2026-W48"),
        ("2026-11-25T07:59+00:00", "UTC", "2026-W48"),
        ("2026-11-25T08:00+00:00", "UTC", None),
        ("2026-11-23T08:00+13:00", "Pacific/Auckland", "2026-W48"),
        ("2026-11-23T08:00-05:00", "America/New_York", "2026-W48"),
        ("2027-01-04T09:00+01:00", "Europe/Berlin", "2027-W01"),
        ("2027-01-01T09:00+01:00", "Europe/Berlin", None),
        # Clocks go back in the night to Sunday.
        ("2026-10-26T08:00+01:00", "Europe/Berlin", "2026-W44"),
        ("2026-11-23T08:00+00:00", "nowhere", "2026-W48"),
    ],
)
def test_monday_at_eight_on_their_clocks(at: str, zone: str, week: str | None) -> None:
    assert week_due(T(at), zone) == week
    if week is not None:
        assert week in weeks_near(T(at))


def test_for_most_of_the_week_nobody_is_asked() -> None:
    assert weeks_near(T("2026-11-26T12:00Z")) == ()
    assert weeks_near(T("2026-11-22T18:00Z")) == ("2026-W48",)


def standing(day: float, session: int = 1, **more: object) -> Standing:
    values: dict[str, object] = {
        "partner_id": number(9),
        "session_id": number(session),
        "title": f"Session {session}",
        "zone": "UTC",
        "starts_at": NOW + timedelta(days=day),
        "booking_closes_at": None,
        "cancellation_hours": 48,
        "open_place_hours": 72,
        "enrolled": 2,
        "waiting": 0,
        "unnamed": 0,
        "keep_until": None,
    }
    return Standing(**(values | more))  # type: ignore[arg-type]


def test_sessions_and_deadlines_of_the_coming_seven_days() -> None:
    closes = NOW + timedelta(days=2)
    week = week_of(
        [standing(8, 2), standing(3), standing(20, 3), standing(9, 4, unnamed=1, booking_closes_at=closes)], NOW
    )
    assert [each.session_id for each in week.sessions] == [number(1)]
    assert [(deadline.kind, deadline.session_id, deadline.count) for deadline in week.deadlines] == [
        (DeadlineKind.GIVE_BACK, number(1), 2),
        (DeadlineKind.BOOKING, number(4), 3),
        (DeadlineKind.GIVE_BACK, number(2), 2),
        (DeadlineKind.NAME, number(4), 1),
    ]
    assert not week.empty


def test_a_week_with_nothing_in_it() -> None:
    assert week_of([standing(20)], NOW).empty
    assert week_of([], NOW).empty
    assert week_of([standing(8, enrolled=0, waiting=1)], NOW).empty, "who only waits has nothing to give back"
    assert NOW.tzinfo is UTC or NOW.utcoffset() == timedelta()
