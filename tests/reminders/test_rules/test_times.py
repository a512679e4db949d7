"""When a reminder is due on somebody's clocks: quiet hours, days on which clocks change, how late it may still go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.reminders.rules.times import Clocks, Moment, day_of, due_instant, moment_of, now_or_later, quiet_at

T = datetime.fromisoformat
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BERLIN = Clocks(zone="Europe/Berlin", quiet_from="21:00", quiet_until="08:00")
OPEN = Clocks(zone="Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "UTC", "no zone")


@pytest.mark.parametrize(
    ("zone", "anchor", "offset", "due"),
    [
        # Clocks go forward on 29 March 2026: a day before is the same wall time, 23 hours earlier.
        ("Europe/Berlin", "2026-03-29T10:00+02:00", -DAY, "2026-03-28T10:00+01:00"),
        ("Europe/Berlin", "2026-10-25T10:00+01:00", -DAY, "2026-10-24T10:00+02:00"),
        ("America/New_York", "2026-03-08T10:00-04:00", -DAY, "2026-03-07T10:00-05:00"),
        ("America/New_York", "2026-11-01T10:00-05:00", -7 * DAY, "2026-10-25T10:00-04:00"),
        # Hours are real hours.
        ("Europe/Berlin", "2026-03-29T03:30+02:00", -HOUR, "2026-03-29T01:30+01:00"),
        ("Europe/Berlin", "2026-03-29T10:00+02:00", -12 * HOUR, "2026-03-28T21:00+01:00"),
        # 02:30 does not happen on that day: as much later as clocks skip.
        ("Europe/Berlin", "2026-03-30T02:30+02:00", -DAY, "2026-03-29T03:30+02:00"),
        # 02:30 happens twice on that day: the first.
        ("Europe/Berlin", "2026-10-26T02:30+01:00", -DAY, "2026-10-25T02:30+02:00"),
        # A whole day that a zone left out.
        ("Pacific/Apia", "2011-12-31T10:00+14:00", -DAY, "2011-12-29T10:00-10:00"),
        ("no zone", "2026-03-29T10:00+02:00", -DAY, "2026-03-28T10:00+02:00"),
    ],
)
def test_days_are_counted_on_the_wall_clock(zone: str, anchor: str, offset: timedelta, due: str) -> None:
    assert due_instant(T(anchor).astimezone(UTC), offset, zone) == T(due)


@pytest.mark.parametrize(
    ("at", "span"),
    [
        ("2026-05-05T20:59+02:00", None),
        ("2026-05-05T21:00+02:00", ("2026-05-05T21:00+02:00", "2026-05-06T08:00+02:00")),
        ("2026-05-06T07:59+02:00", ("2026-05-05T21:00+02:00", "2026-05-06T08:00+02:00")),
        ("2026-05-06T08:00+02:00", None),
        # Nights on which clocks change are as long as they are.
        ("2026-03-29T04:00+02:00", ("2026-03-28T21:00+01:00", "2026-03-29T08:00+02:00")),
    ],
)
def test_quiet_hours(at: str, span: tuple[str, str] | None) -> None:
    assert quiet_at(T(at), BERLIN) == (span and (T(span[0]), T(span[1])))


@pytest.mark.parametrize(("begins", "ends"), [("", ""), ("09:00", "09:00"), ("noon", "13:00"), ("12:00", "25:00")])
def test_no_quiet_hours(begins: str, ends: str) -> None:
    assert quiet_at(T("2026-05-05T12:30+02:00"), Clocks(zone="UTC", quiet_from=begins, quiet_until=ends)) is None


def test_quiet_hours_at_noon() -> None:
    noon = Clocks(zone="UTC", quiet_from="12:00", quiet_until="13:00")
    assert quiet_at(T("2026-05-05T12:30Z"), noon) == (T("2026-05-05T12:00Z"), T("2026-05-05T13:00Z"))


@pytest.mark.parametrize(
    ("anchor", "offset", "due", "until"),
    [
        # Outside of quiet hours.
        ("2026-05-06T15:00+02:00", -DAY, "2026-05-05T15:00+02:00", "2026-05-06T03:00+02:00"),
        ("2026-05-06T15:00+02:00", -7 * DAY, "2026-04-29T15:00+02:00", "2026-04-30T15:00+02:00"),
        ("2026-05-06T15:00+02:00", -HOUR, "2026-05-06T14:00+02:00", "2026-05-06T14:55+02:00"),
        # Nearer to the morning.
        ("2026-05-06T07:00+02:00", -DAY, "2026-05-05T08:00+02:00", "2026-05-05T19:00+02:00"),
        # Nearer to the evening, and a little before it is quiet.
        ("2026-05-06T22:00+02:00", -DAY, "2026-05-05T20:45+02:00", "2026-05-06T10:00+02:00"),
        # In the morning there is half an hour left, which will do.
        ("2026-05-06T08:30+02:00", -HOUR, "2026-05-06T08:00+02:00", "2026-05-06T08:25+02:00"),
        # In the morning it would be too late: so the evening before.
        ("2026-05-06T08:00+02:00", -HOUR, "2026-05-05T20:45+02:00", "2026-05-06T07:55+02:00"),
        # Afterwards it is never earlier.
        ("2026-05-06T21:00+02:00", HOUR, "2026-05-07T08:00+02:00", "2026-05-09T08:00+02:00"),
    ],
)
def test_quiet_hours_move_a_reminder(anchor: str, offset: timedelta, due: str, until: str) -> None:
    moment = moment_of(T(anchor).astimezone(UTC), offset, BERLIN)
    assert (moment.due_at, moment.until) == (T(due), T(until))
    assert moment.moved is (T(due) != T(anchor) + offset)


def test_somebody_for_whom_it_is_always_quiet_is_reminded_all_the_same() -> None:
    never = Clocks(zone="UTC", quiet_from="00:00", quiet_until="23:59")
    anchor = T("2026-05-06T15:00Z")
    assert moment_of(anchor, -HOUR, never).due_at == anchor - HOUR


def test_what_was_delayed_into_the_night_waits_for_the_morning_if_it_can() -> None:
    moment = moment_of(T("2026-05-06T20:00+02:00").astimezone(UTC), -DAY, BERLIN)
    assert now_or_later(moment, BERLIN, T("2026-05-05T19:00+02:00")) == T("2026-05-05T20:00+02:00")
    assert now_or_later(moment, BERLIN, T("2026-05-05T23:00+02:00")) == T("2026-05-06T08:00+02:00")
    assert now_or_later(moment, BERLIN, T("2026-05-06T08:00+02:00")) == T("2026-05-05T20:00+02:00")
    cannot = Moment(due_at=T("2026-05-05T20:45+02:00"), until=T("2026-05-06T07:55+02:00"))
    assert now_or_later(cannot, BERLIN, T("2026-05-05T23:00+02:00")) == cannot.due_at


def test_the_day_of_an_instant() -> None:
    assert day_of(T("2026-05-05T23:30Z"), "Europe/Berlin").isoformat() == "2026-05-06"
    assert day_of(T("2026-05-05T23:30Z"), "no zone").isoformat() == "2026-05-05"


CLOCK_TIMES = st.sampled_from(("", "00:00", "06:30", "08:00", "12:00", "21:00", "23:59"))
ANCHORS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 12, 31)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)


@settings(deadline=None)
@given(ANCHORS, st.integers(-90 * 1440, 60 * 1440), st.sampled_from(ZONES), CLOCK_TIMES, CLOCK_TIMES)
def test_a_reminder_before_something_comes_before_it(
    anchor: datetime, minutes: int, zone: str, begins: str, ends: str
) -> None:
    moment = moment_of(anchor, minutes * MINUTE, Clocks(zone=zone, quiet_from=begins, quiet_until=ends))
    assert moment.due_at <= moment.until
    if minutes < 0:
        assert moment.due_at < anchor
        assert moment.until < anchor
    else:
        assert moment.due_at >= anchor + minutes * MINUTE - HOUR
    assert abs(moment.due_at - (anchor + minutes * MINUTE)) < timedelta(hours=25)
