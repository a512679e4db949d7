"""Wall times to instants: the awkward nights of the world, and properties against brute force over every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.zones import prefer_pinned_zones, zone_names
from training.schedule.rules.times import (
    Gap,
    Instant,
    Span,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    TimeOutOfRange,
    UnknownZone,
    overlaps,
    resolve,
)

prefer_pinned_zones()

T = datetime.fromisoformat


@pytest.mark.parametrize(
    ("local", "zone", "fold", "at", "offset_minutes", "abbreviation"),
    [
        ("2025-03-30T01:59", "Europe/Berlin", None, "2025-03-30T00:59Z", 60, "CET"),
        ("2025-03-30T03:00", "Europe/Berlin", None, "2025-03-30T01:00Z", 120, "CEST"),
        ("2025-10-26T02:30", "Europe/Berlin", 0, "2025-10-26T00:30Z", 120, "CEST"),
        ("2025-10-26T02:30", "Europe/Berlin", 1, "2025-10-26T01:30Z", 60, "CET"),
        ("2025-07-01T09:00", "Europe/Berlin", None, "2025-07-01T07:00Z", 120, "CEST"),
        ("2025-04-06T01:45", "Australia/Lord_Howe", 0, "2025-04-05T14:45Z", 660, "+11"),
        ("2025-04-06T01:45", "Australia/Lord_Howe", 1, "2025-04-05T15:15Z", 630, "+1030"),
        ("2011-12-29T23:59", "Pacific/Apia", None, "2011-12-30T09:59Z", -600, "-10"),
        ("2011-12-31T00:00", "Pacific/Apia", None, "2011-12-30T10:00Z", 840, "+14"),
        ("2025-02-23T02:30", "Africa/Casablanca", 1, "2025-02-23T02:30Z", 0, "+00"),
        ("2025-06-01T12:00", "Asia/Kathmandu", None, "2025-06-01T06:15Z", 345, "+0545"),
        ("2025-06-01T12:00", "US/Eastern", None, "2025-06-01T16:00Z", -240, "EDT"),
        ("2025-06-01T12:00", "UTC", None, "2025-06-01T12:00Z", 0, "UTC"),
    ],
)
def test_a_wall_time_becomes_an_instant(
    local: str, zone: str, fold: int | None, at: str, offset_minutes: int, abbreviation: str
) -> None:
    assert resolve(T(local), zone, fold) == Instant(
        local=T(local),
        zone=zone,
        fold=fold or 0,
        at=T(at),
        offset=timedelta(minutes=offset_minutes),
        abbreviation=abbreviation,
    )


def test_fold_changes_nothing_where_the_time_happens_once() -> None:
    local = T("2025-07-01T09:00")
    assert resolve(local.replace(fold=1), "Europe/Berlin", 1) == resolve(local, "Europe/Berlin", None)


@pytest.mark.parametrize(
    ("local", "zone", "start", "end", "reason"),
    [
        (
            "2025-03-30T02:30",
            "Europe/Berlin",
            "2025-03-30T02:00",
            "2025-03-30T03:00",
            "On 30 March 2025 clocks in Europe/Berlin go from 02:00 to 03:00",
        ),
        (
            "2025-10-05T02:00",
            "Australia/Lord_Howe",
            "2025-10-05T02:00",
            "2025-10-05T02:30",
            "On 5 October 2025 clocks in Australia/Lord_Howe go from 02:00 to 02:30",
        ),
        (
            "2011-12-30T09:00",
            "Pacific/Apia",
            "2011-12-30T00:00",
            "2011-12-31T00:00",
            "Clocks in Pacific/Apia go from 30 December 2011 00:00 to 31 December 2011 00:00",
        ),
        (
            "2025-04-06T02:59:59",
            "Africa/Casablanca",
            "2025-04-06T02:00",
            "2025-04-06T03:00",
            "On 6 April 2025 clocks in Africa/Casablanca go from 02:00 to 03:00",
        ),
        (
            "1919-03-31T00:10",
            "America/Toronto",
            "1919-03-30T23:30",
            "1919-03-31T00:30",
            "Clocks in America/Toronto go from 30 March 1919 23:30 to 31 March 1919 00:30",
        ),
        (
            "1972-01-07T00:30",
            "Africa/Monrovia",
            "1972-01-07T00:00",
            "1972-01-07T00:44:30",
            "On 7 January 1972 clocks in Africa/Monrovia go from 00:00 to 00:44:30",
        ),
    ],
)
@pytest.mark.parametrize("fold", [None, 0, 1])
def test_a_skipped_time_is_refused_with_the_gap(
    local: str, zone: str, start: str, end: str, reason: str, fold: int | None
) -> None:
    with pytest.raises(TimeDoesNotExist) as caught:
        resolve(T(local), zone, fold)
    error = caught.value
    assert error.gap == Gap(zone=zone, start=T(start), end=T(end))
    assert (error.local, error.next_valid, error.gap.reason) == (T(local), T(end), reason)
    assert error.data == {"local": T(local), "zone": zone, "reason": reason, "next_valid": T(end)}
    assert resolve(error.next_valid, zone, 0).local == error.next_valid


@pytest.mark.parametrize(
    ("local", "zone", "sentence"),
    [
        (
            "2025-03-30T02:30",
            "Europe/Berlin",
            "On 30 March 2025 clocks in Europe/Berlin go from 02:00 to 03:00, so 02:30 does not happen. The next "
            "possible time is 03:00.",
        ),
        (
            "2011-12-30T09:00",
            "Pacific/Apia",
            "Clocks in Pacific/Apia go from 30 December 2011 00:00 to 31 December 2011 00:00, "
            "so 09:00 does not happen. The next possible time is 00:00 on 31 December 2011.",
        ),
    ],
)
def test_a_skipped_time_is_explained(local: str, zone: str, sentence: str) -> None:
    with pytest.raises(TimeDoesNotExist) as caught:
        resolve(T(local), zone)
    assert (caught.value.code, caught.value.detail) == ("time-does-not-exist", sentence)


@pytest.mark.parametrize(
    ("local", "zone", "sentence"),
    [
        (
            "2025-10-26T02:30",
            "Europe/Berlin",
            "On 26 October 2025 clocks in Europe/Berlin show 02:30 twice: first as CEST (UTC+02:00), "
            "then as CET (UTC+01:00). Say which of the two is meant.",
        ),
        (
            "2025-04-06T01:45",
            "Australia/Lord_Howe",
            "On 6 April 2025 clocks in Australia/Lord_Howe show 01:45 twice: first as UTC+11:00, "
            "then as UTC+10:30. Say which of the two is meant.",
        ),
    ],
)
def test_a_time_that_happens_twice_is_asked_about(local: str, zone: str, sentence: str) -> None:
    with pytest.raises(TimeIsAmbiguous) as caught:
        resolve(T(local), zone)
    error = caught.value
    assert (error.code, error.detail) == ("time-is-ambiguous", sentence)
    assert [error.first, error.second] == [resolve(T(local), zone, 0), resolve(T(local), zone, 1)]


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Europe",
        "Europe/Berlino",
        "europe/berlin",
        "../etc/passwd",
        "/etc/localtime",
        "\0",
        "A" * 5000,
        "CEST",
        "Factory",
        "\ud800",
    ],
)
def test_an_unknown_zone_is_refused_whatever_the_text(zone: str) -> None:
    with pytest.raises(UnknownZone) as caught:
        resolve(T("2025-07-01T09:00"), zone)
    assert caught.value.data == {"zone": zone}


@pytest.mark.parametrize("local", [datetime.min, datetime.max, T("1899-12-31T23:59"), T("2200-01-01T00:00")])
def test_years_that_no_session_lives_in_are_refused(local: datetime) -> None:
    with pytest.raises(TimeOutOfRange):
        resolve(local, "Pacific/Kiritimati")


def test_an_aware_time_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no zone of its own"):
        resolve(datetime(2025, 1, 1, tzinfo=UTC), "Europe/Berlin")


zones = st.sampled_from(zone_names())
any_local = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2199, 12, 30))


@st.composite
def _near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a wall time within two days of one of its changes of the clock, to the second."""
    zone = draw(zones)
    place = ZoneInfo(zone)
    year = draw(st.integers(1901, 2037))
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(732)]
    offsets = [hour.astimezone(place).utcoffset() for hour in hours]
    changes = [hours[n] for n in range(731) if offsets[n] != offsets[n + 1]] or hours[:1]
    change = draw(st.sampled_from(changes)).astimezone(place).replace(tzinfo=None)
    return zone, change + timedelta(seconds=draw(st.integers(-90_000, 130_000)))


def _moments_showing(local: datetime, zone: str) -> list[datetime]:
    """Brute force: every UTC instant at which a clock there shows this wall time, in order."""
    place = ZoneInfo(zone)
    around = [local.replace(tzinfo=UTC) + timedelta(minutes=20 * n) for n in range(-150, 151)]
    offsets = {moment.astimezone(place).utcoffset() or timedelta() for moment in around}
    candidates = sorted({local.replace(tzinfo=UTC) - offset for offset in offsets})
    return [moment for moment in candidates if moment.astimezone(place).replace(tzinfo=None, fold=0) == local]


def _is_the_gap_around(local: datetime, gap: Gap) -> None:
    second = timedelta(seconds=1)
    assert gap.start <= local < gap.end
    assert _moments_showing(gap.start - second, gap.zone)
    assert not _moments_showing(gap.start, gap.zone)
    assert not _moments_showing(gap.end - second, gap.zone)
    assert _moments_showing(gap.end, gap.zone)


def _agrees_with_brute_force(local: datetime, zone: str) -> None:
    moments = _moments_showing(local, zone)
    try:
        found = [resolve(local, zone)]
    except TimeIsAmbiguous as error:
        found = [error.first, error.second]
        assert [instant.fold for instant in found] == [0, 1]
        assert found == [resolve(local, zone, 0), resolve(local, zone, 1)]
    except TimeDoesNotExist as error:
        found = []
        _is_the_gap_around(local, error.gap)
    assert [instant.at for instant in found] == moments
    for instant in found:
        assert instant.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == instant.local == local
        assert instant.at + instant.offset == local.replace(tzinfo=UTC)


@given(local=any_local, zone=zones)
def test_any_time_in_any_zone_agrees_with_brute_force(local: datetime, zone: str) -> None:
    _agrees_with_brute_force(local, zone)


@given(case=_near_a_change())
def test_times_near_a_change_of_the_clock_agree_with_brute_force(case: tuple[str, datetime]) -> None:
    zone, local = case
    _agrees_with_brute_force(local, zone)


@pytest.mark.parametrize("zone", zone_names())
def test_every_offered_zone_resolves(zone: str) -> None:
    assert resolve(T("2025-06-15T12:00"), zone).at.utcoffset() == timedelta()


def _span(start: int, end: int) -> Span:
    origin = datetime(2025, 1, 1, tzinfo=UTC)
    return Span(start=origin + timedelta(hours=start), end=origin + timedelta(hours=end))


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        ((9, 12), (12, 13), False),
        ((9, 12), (11, 13), True),
        ((9, 12), (10, 11), True),
        ((9, 12), (9, 12), True),
        ((9, 12), (13, 14), False),
        ((9, 12), (10, 10), False),
        ((9, 9), (9, 9), False),
    ],
)
def test_spans_are_half_open(a: tuple[int, int], b: tuple[int, int], shared: bool) -> None:
    assert overlaps(_span(*a), _span(*b)) is shared
    assert overlaps(_span(*b), _span(*a)) is shared


hours = st.integers(0, 8)
spans = st.tuples(hours, hours).map(lambda pair: _span(*sorted(pair)))


@given(a=spans, b=spans)
def test_spans_overlap_exactly_when_a_minute_lies_in_both(a: Span, b: Span) -> None:
    every = [_span(n, n + 1) for n in range(8)]
    inside = [hour for hour in every if all(s.start <= hour.start and hour.end <= s.end for s in (a, b))]
    assert overlaps(a, b) is bool(inside)


def test_a_span_refuses_naive_times_and_a_negative_length() -> None:
    with pytest.raises(ValueError, match="aware"):
        Span(start=datetime(2025, 1, 1), end=datetime(2025, 1, 2))
    with pytest.raises(ValueError, match="before it starts"):
        _span(2, 1)
