"""What our definitions of zones say is what the zone data says, in every IANA zone, all year and at every change."""

import struct
import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from tests.ics import checker
from tests.ics.made import AWKWARD_ZONES, CALENDAR, around_changes, entry
from training.ics.entries import Entry
from training.ics.writing import write_calendar
from training.ics.zones import UTC_NAMES, zone_block

ZONES = sorted(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"})
PARTS = 8


def agree(entries: list[Entry]) -> None:
    """The calendar of these entries is strict, holds them all, and means their instants by its own definitions."""
    written = write_calendar(entries, name=CALENDAR)
    assert written.left_out == ()
    calendar = checker.read(written.data)
    events = {event.text("UID"): event for event in calendar.all("VEVENT")}
    assert len(events) == len(entries)
    for one in entries:
        event = events[one.uid]
        for name, at in (("DTSTART", one.starts_at), ("DTEND", one.ends_at)):
            found = checker.instant(calendar, event.one(name))
            assert found == at, f"{one.uid}: {name} means {found}, not {at}"


def meetings(zone: str, years: tuple[int, ...]) -> list[Entry]:
    """A meeting every eight days, and the days around each change of the clocks."""
    weekly = [
        entry(uid=f"{zone}-{year}-{week}", local_start=datetime(year, 1, 2, 9) + timedelta(days=8 * week), zone=zone)
        for year in years
        for week in range(45)
    ]
    return weekly + around_changes(zone, years)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_zone_means_the_instants_of_its_meetings(part: int) -> None:
    for zone in ZONES[part::PARTS]:
        agree(meetings(zone, (2026,)) + around_changes(zone, (2027,)))


@pytest.mark.parametrize("zone", AWKWARD_ZONES)
def test_awkward_zones_are_right_before_in_and_after_their_changes_of_law(zone: str) -> None:
    for years in ((2012,), (2016, 2017), (2019, 2024), (2026,), (2037, 2038), (2050,), (2086, 2088), (2120,), (2198,)):
        agree(meetings(zone, years))


@pytest.mark.parametrize("zone", AWKWARD_ZONES)
def test_one_invitation_in_an_awkward_zone_is_right_alone(zone: str) -> None:
    for one in around_changes(zone, (2026, 2031)):
        agree([one])


def test_long_ago_is_told_right_as_well() -> None:
    for zone in ("Europe/Berlin", "Africa/Monrovia", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata"):
        agree(meetings(zone, (1901, 1935, 1945, 1971)))


def test_definitions_name_every_zone_and_have_a_form_that_weak_readers_know() -> None:
    for zone in ZONES:
        block = zone_block(zone, 2026, 2028)
        assert f"\r\nTZID:{zone}\r\n" in block
        assert "RDATE" not in block
        assert len(block) < 3000
        onsets = block.split("BEGIN:")[2:]
        assert onsets[0].startswith("STANDARD")
        first = min(onset.split("DTSTART:")[1][:8] for onset in onsets)
        assert first < "20260101", zone


def test_utc_needs_no_definition_and_old_names_of_it_neither() -> None:
    for name in UTC_NAMES:
        calendar = checker.read(write_calendar([entry(zone=name)], name=CALENDAR).data)
        assert calendar.all("VTIMEZONE") == []
        assert calendar.all("VEVENT")[0].one("DTSTART").value == "20270503T090000Z"


@pytest.mark.parametrize(("fold", "hour"), [(0, "00"), (1, "01")])
def test_a_time_that_happens_twice_is_told_in_utc(fold: int, hour: str) -> None:
    twice = entry(local_start=datetime(2027, 10, 31, 2, 30), start_fold=fold)
    event = checker.read(write_calendar([twice], name=CALENDAR).data).all("VEVENT")[0]
    assert (event.one("DTSTART").value, event.one("DTEND").value) == (f"20271031T{hour}3000Z", "20271031T033000Z")


def test_a_zone_that_nobody_knows_is_told_in_utc() -> None:
    event = checker.read(write_calendar([entry(zone="Mars/Olympus")], name=CALENDAR).data).all("VEVENT")[0]
    assert event.one("DTSTART").value == "20270503T090000Z"
    with pytest.raises(ValueError, match="No such zone"):
        zone_block("Mars/Olympus", 2026, 2026)


def test_an_offset_with_seconds_is_told_in_utc() -> None:
    event = checker.read(write_calendar(meetings("Africa/Monrovia", (1971,)), name=CALENDAR).data).all("VEVENT")[0]
    assert event.one("DTSTART").value.endswith("Z")


def test_clocks_that_are_set_forward_for_good_are_in_standard_time() -> None:
    for zone, year, after in (("America/Vancouver", 2026, "-0700"), ("Europe/Istanbul", 2016, "+0300")):
        block = zone_block(zone, year, year + 1)
        last = block.split("BEGIN:")[-1]
        assert last.startswith("STANDARD")
        assert f"TZOFFSETTO:{after}" in last


def test_a_rule_that_lasts_is_written_as_a_rule_from_the_year_it_began() -> None:
    for zone, first in (
        ("Europe/Berlin", "19961027T030000"),
        ("America/New_York", "20071104T020000"),
        ("Australia/Sydney", "20080406T030000"),
        ("Europe/Dublin", "19961027T020000"),
        ("Australia/Lord_Howe", "20080406T020000"),
    ):
        block = zone_block(zone, 2026, 2030)
        assert block.count("RRULE:") == 2, zone
        assert block == zone_block(zone, 2027, 2040)
        assert f"BEGIN:STANDARD\r\nDTSTART:{first}" in block


def test_no_zone_changes_twice_within_three_days() -> None:
    """What the writer's steps rely on, from the times in the data themselves (RFC 8536)."""
    since = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
    for zone in ZONES:
        times = [time for time in change_times(zone) if time > since]
        assert all(b - a > timedelta(days=3.5).total_seconds() for a, b in pairwise(times)), zone


def change_times(zone: str) -> tuple[int, ...]:
    """The instants at which anything changes in a zone, in seconds since 1970: the second block of its file."""
    data = files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    utc, std, leap, times, types, chars = struct.unpack(">6l", data[20:44])
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + std + utc
    (count,) = struct.unpack(">l", data[second + 32 : second + 36])
    return struct.unpack(f">{count}q", data[second + 44 : second + 44 + count * 8])
