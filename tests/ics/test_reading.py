"""Busy times, from honest and from hostile calendars."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it publishes none
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ics.lines import Unreadable
from training.ics.reading import (
    LARGEST_CALENDAR,
    read_busy,
    read_busy_but,
)
from training.ics.recurring import Budget, Busy

SINCE, UNTIL = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


def busy_or_none(data: bytes) -> tuple[Busy, ...] | None:
    try:
        return read_busy(data, since=SINCE, until=UNTIL, most=500, zone="Europe/Berlin")
    except Unreadable:
        return None


def cal(*events: str) -> bytes:
    """A calendar of events, each told by its lines, divided by |."""
    parts = "".join(f"BEGIN:VEVENT\r\n{event.replace('|', chr(13) + chr(10))}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\n{parts}END:VCALENDAR\r\n".encode()


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.binary(max_size=20))
def test_a_damaged_calendar_never_makes_reading_fail(start: int, length: int, data: bytes) -> None:
    whole = cal("UID:ours|DTSTART:20270301T080000Z|DURATION:PT1H|RRULE:FREQ=DAILY")
    assert isinstance(busy_or_none(whole[:start] + data + whole[start + length :]), tuple | None)


def busy(*events: str, most: int = 500, addresses: tuple[str, ...] = ()) -> list[str]:
    """When somebody in Berlin is busy, in UTC: `0301T0800-0301T0900`."""
    found = read_busy(cal(*events), since=SINCE, until=UNTIL, most=most, zone="Europe/Berlin", addresses=addresses)
    return [f"{one.starts_at:%m%dT%H%M}-{one.ends_at:%m%dT%H%M}" for one in found]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20270301T080000Z|DTEND:20270301T090000Z", ["0301T0800-0301T0900"]),
        ("DTSTART:20270301T080000|DTEND:20270301T090000", ["0301T0700-0301T0800"]),
        ("DTSTART;TZID=America/New_York:20270301T080000|DURATION:PT90M", ["0301T1300-0301T1430"]),
        ("DTSTART;TZID=Pacific Standard Time:20270301T080000|DURATION:P1DT1H", ["0301T1600-0302T1700"]),
        ("DTSTART;TZID=/example.org/2027/America/New_York:20270301T080000|DURATION:PT1H", ["0301T1300-0301T1400"]),
        ("DTSTART;TZID=Nowhere:20270301T080000|DURATION:PT1H", ["0301T0700-0301T0800"]),
        ("DTSTART;VALUE=DATE:20270328", ["0327T2300-0328T2200"]),
        ("DTSTART;VALUE=DATE:20270328|DTEND;VALUE=DATE:20270330", ["0327T2300-0329T2200"]),
        ("DTSTART:20270301T080000Z", []),
        ("DTSTART:20270301T080000Z|DTEND:20270301T070000Z", []),
        ("DTSTART:20270301T080000Z|DURATION:PT1H|STATUS:cancelled", []),
        ("DTSTART:20270301T080000Z|DURATION:PT1H|TRANSP:TRANSPARENT", []),
        ("DTSTART:20270301T080000Z|DURATION:PT1H|X-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20270301T080000Z|DURATION:PT1H|ATTENDEE;PARTSTAT=DECLINED:mailto:ME@x.example", []),
        (
            "DTSTART:20270301T080000Z|DURATION:PT1H|ATTENDEE;PARTSTAT=DECLINED:mailto:you@x.example",
            ["0301T0800-0301T0900"],
        ),
        ("DTSTART:20261231T233000Z|DURATION:PT1H", ["0101T0000-0101T0030"]),
        ("DTSTART:20280101T080000Z|DURATION:PT1H", []),
        ("DTSTART:20270399T080000Z|DURATION:PT1H", []),
        ("DTSTART:00010101T000000Z|DURATION:P99999W", []),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000|DURATION:PT1H", []),
        ("DTSTART:99991231T235959Z|DURATION:P1D", []),
    ],
)
def test_one_entry_is_busy_when_its_owner_is(event: str, expected: list[str]) -> None:
    assert busy(event, addresses=("me@x.example",)) == expected


def test_what_we_put_there_ourselves_makes_nobody_busy() -> None:
    whole = cal("UID:ours|DTSTART:20270301T080000Z|DURATION:PT1H", "UID:theirs|DTSTART:20270302T080000Z|DURATION:PT1H")
    budget = Budget(since=SINCE, until=UNTIL, most=10, zone="UTC")
    assert [one.starts_at.day for one in read_busy_but(whole, frozenset({"ours"}), budget)] == [2]


def test_times_that_touch_are_one_and_only_so_many_are_told() -> None:
    events = [
        f"DTSTART:20270301T{hour:02}0000Z|DURATION:PT{minutes}M" for hour, minutes in ((8, 60), (9, 30), (11, 10))
    ]
    assert busy(*reversed(events)) == ["0301T0800-0301T0930", "0301T1100-0301T1110"]
    assert busy(*events, most=1) == ["0301T0800-0301T0930"]


def test_a_series_keeps_its_wall_time_over_a_clock_change_and_its_exceptions_count() -> None:
    series = "UID:s|DTSTART;TZID=Europe/Berlin:20270322T090000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=4"
    moved = "UID:s|RECURRENCE-ID;TZID=Europe/Berlin:20270405T090000|DTSTART:20270406T120000Z|DURATION:PT1H"
    freed = moved.replace("0405T09", "0412T09") + "|STATUS:CANCELLED"
    out = "|EXDATE;TZID=Europe/Berlin:20270329T090000"
    assert busy(series) == ["0322T0800-0322T0900", *(f"{day}T0700-{day}T0800" for day in ("0329", "0405", "0412"))]
    assert busy(series + out, moved, freed) == ["0322T0800-0322T0900", "0406T1200-0406T1300"]
    assert busy(series.replace("COUNT=4", "UNTIL=20270329T070000Z")) == busy(series)[:2]
    assert busy(series.replace("COUNT=4", "UNTIL=20270328")) == busy(series)[:1]
    assert busy(series.replace("RRULE:FREQ=WEEKLY;COUNT=4", "RDATE:20270401T100000Z")) == [
        "0322T0800-0322T0900",
        "0401T1000-0401T1100",
    ]


def test_a_series_that_began_long_ago_is_told_within_the_window() -> None:
    assert len(busy("DTSTART;TZID=Europe/Berlin:19700101T090000|DURATION:PT1H|RRULE:FREQ=DAILY")) == 364
    assert len(busy("DTSTART;VALUE=DATE:19700101|RRULE:FREQ=YEARLY")) == 1
    assert len(busy("DTSTART:19000101T090000Z|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=99999;BYDAY=MO,WE")) == 104


def test_a_full_life_fits_into_the_budget() -> None:
    birthdays = [
        f"DTSTART;VALUE=DATE:19{i % 60 + 10}{i % 12 + 1:02}{i % 28 + 1:02}|RRULE:FREQ=YEARLY" for i in range(900)
    ]
    weekly = [f"DTSTART:2010010{i % 7 + 1}T{i % 24:02}0000Z|DURATION:PT1M|RRULE:FREQ=WEEKLY" for i in range(900)]
    last = "DTSTART:20100130T101500Z|DURATION:PT1M|RRULE:FREQ=YEARLY"
    assert "0130T1015-0130T1016" in busy(*birthdays, *weekly, last, most=9999)


_frequencies = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])


@st.composite
def rules(draw: Callable[..., object]) -> str:
    """A rule as some program might write it."""
    frequency = str(draw(_frequencies))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    days = draw(st.lists(st.sampled_from(["MO", "WE", "FR", "SU"]), unique=True, max_size=3))
    if isinstance(days, list) and days:
        nth = str(draw(st.sampled_from(["", "1", "2", "-1"]))) if frequency in ("MONTHLY", "YEARLY") else ""
        parts.append("BYDAY=" + ",".join(nth + day for day in days))
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.sampled_from(['3', '2,11', '6,7']))}")
    # Not both: a second Sunday that is also the 31st never comes, and dateutil looks for it until the year 9999.
    if frequency != "WEEKLY" and not days and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from(['1', '15,31', '-1', '13']))}")
    if len(parts) > 2 and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2']))}")
    if draw(st.booleans()):
        parts.append(f"BYHOUR={draw(st.sampled_from(['9', '9,17']))}")
    if draw(st.booleans()):
        parts.append(str(draw(st.sampled_from(["COUNT=5", "COUNT=40", "UNTIL=20270520T120000Z", "WKST=SU"]))))
    return ";".join(parts)


@settings(deadline=None, max_examples=60)
@given(rules(), st.dates(date(2025, 1, 1), date(2027, 6, 1)))
def test_rules_mean_what_dateutil_says(rule: str, day: date) -> None:
    first = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
    expected = {first} if first >= SINCE else set()
    for moment in rrulestr(rule, dtstart=first):
        if moment >= UNTIL:
            break
        if moment >= SINCE:
            expected.add(moment)
    found = read_busy(
        cal(f"DTSTART:{first:%Y%m%dT%H%M%S}Z|DURATION:PT1S|RRULE:{rule}"),
        since=SINCE,
        until=UNTIL,
        most=10_000,
        zone="UTC",
    )
    assert [one.starts_at for one in found] == sorted(expected)


HOSTILE_RULES = (
    "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "FREQ=HOURLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=YEARLY;INTERVAL=9999", "FREQ=DAILY;COUNT=999999",
    "FREQ=DAILY;COUNT=" + "9" * 4000,
    "FREQ=YEARLY;BYEASTER=0", "FREQ=MONTHLY;BYSETPOS=" + ",".join(["366"] * 400), "FREQ", ";;;=;", "FREQ=DAILY;UNTIL=x",
    "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
    "FREQ=YEARLY;BYDAY=" + ",".join(["53MO"] * 900), "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1",
)  # fmt: skip


@pytest.mark.parametrize("rule", HOSTILE_RULES)
def test_no_rule_costs_more_than_its_window(rule: str) -> None:
    event = f"DTSTART:19710101T080000Z|DURATION:PT1H|RRULE:{rule}"
    started = time.process_time()
    assert len(read_busy(cal(*[event] * 300), since=SINCE, until=UNTIL, most=400, zone="UTC")) <= 400
    assert time.process_time() - started < 10


def test_a_calendar_as_large_as_allowed_is_read_in_bounded_work() -> None:
    event = "DTSTART:19710101T080000Z|DURATION:PT1H|RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE"
    whole = cal(*[event] * 9_999)
    started = time.process_time()
    assert read_busy(whole, since=SINCE, until=UNTIL, most=400, zone="UTC")
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>Sign in</html>",
        cal() * 2 + b"END:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000,
        b"X" * (LARGEST_CALENDAR + 1),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 4 + b"END:VEVENT\r\n" * 4 + b"END:VCALENDAR\r\n",
        b"\r\n" * 200_000,
        cal(*["UID:x"] * 10_001),
    ],
)
def test_what_is_no_calendar_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_busy(data, since=SINCE, until=UNTIL, most=10, zone="UTC")


def test_an_empty_calendar_is_free() -> None:
    assert busy() == []


@pytest.mark.parametrize(
    "junk", ['DTSTART;X="', "DTSTART;" + ';X="a"' * 20_000, "EXDATE:" + "," * 200_000, "X" * 500_000]
)
def test_long_lines_cost_no_more_than_their_length(junk: str) -> None:
    started = time.process_time()
    assert busy("DTSTART:20270301T080000Z|DURATION:PT1H", junk)[:1] == ["0301T0800-0301T0900"]
    assert time.process_time() - started < 5


def test_gaps_and_both_times_of_a_fold_are_read() -> None:
    gap = busy("DTSTART;TZID=Europe/Berlin:20270328T023000|DURATION:PT1H")
    assert gap == ["0328T0130-0328T0230"]
    assert ZoneInfo("Europe/Berlin").utcoffset(datetime(2027, 10, 31, 2, 30)) == timedelta(hours=2)
    assert busy("DTSTART;TZID=Europe/Berlin:20271031T023000|DURATION:PT1H") == ["1031T0030-1031T0130"]
