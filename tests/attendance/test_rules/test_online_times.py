"""Durations and times as the platforms write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules.online_times import Reading, best_reading, instant_of, seconds_of, told_time

START, END = datetime(2026, 5, 18, 10, tzinfo=UTC), datetime(2026, 5, 18, 12, tzinfo=UTC)
DUBLIN = Reading(month_first=True, zone="Europe/Dublin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("62", 3720),
        ("62 mins", 3720),
        ("44,5", 2670),
        ("44.5", 2670),
        ("1h 3m 20s", 3800),
        ("1 hr 58 min", 7080),
        ("45 min", 2700),
        ("2h 5m 59s", 7559),
        ("1 Std. 3 Min. 20 Sek.", 3800),
        ("1 godz. 3 min", 3780),
        ("1:03:20", 3800),
        ("01:03:20", 3800),
        ("1:03", 3780),
        ("0", 0),
        ("5s", 5),
        ("\u200e1h\xa03m", 3780),
        ("", None),
        ("--", None),
        ("long", None),
        ("1h 3x", None),
        ("-5", None),
        ("1e9", None),
        ("999999", None),
        ("7/22/26, 7:02:11 PM", None),
        ("=1+1", None),
    ],
)
def test_durations(text: str, expected: int | None) -> None:
    assert seconds_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5/18/26, 11:02:11 AM", "2026-05-18T10:02:11+00:00"),
        ("05/18/2026 11:02:11 AM", "2026-05-18T10:02:11+00:00"),
        ("05/18/2026 01:02 PM", "2026-05-18T12:02:00+00:00"),
        ("5/18/26, 12:02:11 AM", "2026-05-17T23:02:11+00:00"),
        ("18.5.2026, 11:02:11", "2026-05-18T10:02:11+00:00"),
        ("2026-05-18 11:02:11", "2026-05-18T10:02:11+00:00"),
        ("2026-05-18T11:02:11.250", "2026-05-18T10:02:11+00:00"),
        ("2026-05-18T10:02:11Z", "2026-05-18T10:02:11+00:00"),
        ("2026-05-18T06:02:11-04:00", "2026-05-18T10:02:11+00:00"),
        ("May 18, 2026 11:02:11", "2026-05-18T10:02:11+00:00"),
        ("11:02 AM", "2026-05-18T10:02:00+00:00"),
        ("11:02\u202fam", "2026-05-18T10:02:00+00:00"),
        ("13:02", "2026-05-18T12:02:00+00:00"),
    ],
)
def test_times(text: str, expected: str) -> None:
    told = told_time(text)
    assert told is not None
    at = instant_of(told, DUBLIN, START)
    assert at is not None
    assert at.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "--", "noon", "25:00", "13:00 PM", "0:00 AM", "5/18", "Foo 18, 2026 10:00", "1:99"]
)
def test_what_is_no_time(text: str) -> None:
    assert told_time(text) is None


def test_a_day_that_does_not_exist_is_no_instant() -> None:
    told = told_time("13/13/2026 10:00")
    assert told is not None
    assert instant_of(told, DUBLIN, START) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["05/06/2026 11:00", "05/06/2026 11:05"], None),
        (["05/18/2026 11:00 AM"], Reading(month_first=True, zone="Europe/Dublin")),
        (["18/05/2026 11:00"], Reading(month_first=False, zone="Europe/Dublin")),
        # An hour later for everybody: the host's computer is in Berlin.
        (["05/18/2026 12:01 PM"] * 3, Reading(month_first=True, zone="Europe/Berlin")),
        (["05/18/2026 10:01 AM"] * 3, Reading(month_first=True, zone="UTC")),
        # Another day: not this meeting's list.
        (["05/11/2026 11:00 AM"] * 3, None),
        (["05/11/2026 11:00 AM", "05/18/2026 11:00 AM"], Reading(month_first=True, zone="Europe/Dublin")),
        ([], None),
    ],
)
def test_times_are_read_so_that_people_joined_this_meeting(texts: list[str], expected: Reading | None) -> None:
    told = [told_time(text) for text in texts]
    assert best_reading(told, START, END, ("Europe/Dublin", "Europe/Berlin", "UTC")) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    seconds = seconds_of(text)
    assert seconds is None or seconds >= 0
    told = told_time(text)
    assert told is None or told.second_of_day < 86_400
    if told is not None:
        instant_of(told, DUBLIN, START)
