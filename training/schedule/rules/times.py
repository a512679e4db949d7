"""From a wall time at a place to an instant, and back. No clock is read here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.zones import zone_named

# Sessions live in these years. Further out, arithmetic on dates leaves what Python can hold.
FIRST_YEAR, LAST_YEAR = 1900, 2199


class Instant(Frozen, frozen=True, kw_only=True):
    """A wall time at a place and the one moment it means."""

    local: datetime
    """Naive wall time in `zone`."""
    zone: str
    """IANA name."""
    fold: int
    """0, or 1 for the second of two equal wall times. Always 0 where the wall time happens once."""
    at: datetime
    """The same in UTC, aware."""
    offset: timedelta
    """What the zone adds to UTC at that moment."""
    abbreviation: str
    """What clocks there call themselves at that moment: "CEST"."""


class Gap(Frozen, frozen=True, kw_only=True):
    """Wall times that never happen, because clocks go forward over them: from `start`, included, to `end`, excluded."""

    zone: str
    start: datetime
    end: datetime

    @property
    def reason(self) -> str:
        """The sentence for a person: "On 30 March 2025 clocks in Europe/Berlin go from 02:00 to 03:00"."""
        if self.start.date() == self.end.date():
            return f"On {_day(self.start)} clocks in {self.zone} go from {_clock(self.start)} to {_clock(self.end)}"
        start, end = (f"{_day(moment)} {_clock(moment)}" for moment in (self.start, self.end))
        return f"Clocks in {self.zone} go from {start} to {end}"


class Span(Frozen, frozen=True, kw_only=True):
    """From `start`, included, to `end`, excluded. Raises ValueError if one is naive or the end is before the start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("A span is made of aware instants")
        if self.end < self.start:
            raise ValueError("A span cannot end before it starts")


class UnknownZone(Invalid):
    """This time zone is not known. Choose one by region and city, such as Europe/Berlin."""

    code = "unknown-zone"


class TimeOutOfRange(Invalid):
    """The year must lie between 1900 and 2199."""

    code = "time-out-of-range"


class TimeDoesNotExist(Invalid):
    """Clocks there skip this time."""

    code = "time-does-not-exist"

    def __init__(self, *, local: datetime, gap: Gap) -> None:
        self.local = local
        self.gap = gap
        self.next_valid = gap.end
        super().__init__(
            f"{gap.reason}, so {_clock(local)} does not happen. The next possible time is {_moment(gap.end, local)}.",
            local=local,
            zone=gap.zone,
            reason=gap.reason,
            next_valid=gap.end,
        )


class TimeIsAmbiguous(Invalid):
    """Clocks there show this time twice. Say which of the two is meant."""

    code = "time-is-ambiguous"

    def __init__(self, *, first: Instant, second: Instant) -> None:
        self.first = first
        self.second = second
        super().__init__(
            f"On {_day(first.local)} clocks in {first.zone} show {_clock(first.local)} twice: "
            f"first as {_offset(first)}, then as {_offset(second)}. Say which of the two is meant.",
            local=first.local,
            zone=first.zone,
            first=first,
            second=second,
        )


def resolve(local: datetime, zone: str, fold: int | None = None) -> Instant:
    """The instant of a naive wall time in an IANA zone; `fold` chooses between equal wall times (0 first, 1 second).

    Raises UnknownZone, TimeOutOfRange, TimeDoesNotExist, and TimeIsAmbiguous when there are two and `fold` is None.
    Where the wall time happens once, `fold` changes nothing. The `fold` of `local` itself is ignored: it cannot say
    "not asked yet". Raises ValueError for an aware `local`, which is a mistake of the caller and not of a person.
    """
    if local.tzinfo is not None:
        raise ValueError("A wall time has no zone of its own")
    place = zone_named(zone)
    if place is None:
        raise UnknownZone(zone=zone)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise TimeOutOfRange(local=local)
    both = [_instant(local, place, zone, choice) for choice in (0, 1)]
    found = [instant for instant in both if _wall(instant.at, place) == instant.local]
    if not found:
        raise TimeDoesNotExist(local=local, gap=_gap(both[1].at, both[0].at, place, zone))
    if len(found) == 1 or found[0].at == found[1].at:
        return found[0]
    if fold is None:
        raise TimeIsAmbiguous(first=found[0], second=found[1])
    return found[fold]


def overlaps(a: Span, b: Span) -> bool:
    """Whether two half-open spans share any time. Touching is not sharing, and an empty span shares nothing."""
    return max(a.start, b.start) < min(a.end, b.end)


def _instant(local: datetime, place: ZoneInfo, zone: str, fold: int) -> Instant:
    there = local.replace(tzinfo=place, fold=fold)
    return Instant(
        local=local.replace(fold=0),
        zone=zone,
        fold=fold,
        at=there.astimezone(UTC),
        offset=there.utcoffset() or timedelta(),
        abbreviation=there.tzname() or "",
    )


def _wall(at: datetime, place: ZoneInfo) -> datetime:
    return at.astimezone(place).replace(tzinfo=None, fold=0)


def _gap(earlier: datetime, later: datetime, place: ZoneInfo, zone: str) -> Gap:
    """The gap whose transition lies after `earlier` and not after `later` (UTC), found to the second by halving."""
    # PEP 495: read with the offset after the transition a skipped time lies before it, and the other way round.
    before = _offset_at(earlier, place)
    low, high = earlier.replace(microsecond=0), later.replace(microsecond=0) + timedelta(seconds=1)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset_at(middle, place) == before else (low, middle)
    return Gap(zone=zone, start=(high + before).replace(tzinfo=None), end=_wall(high, place))


def _offset_at(at: datetime, place: ZoneInfo) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta()


def _day(moment: datetime) -> str:
    return format_date(moment, "d MMMM y", locale="en")


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


def _moment(moment: datetime, asked: datetime) -> str:
    return _clock(moment) if moment.date() == asked.date() else f"{_clock(moment)} on {_day(moment)}"


def _offset(instant: Instant) -> str:
    minutes = round(instant.offset.total_seconds() / 60)
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    utc = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
    # Zones without a name of their own call themselves by their offset ("+03"), which says it already.
    return utc if instant.abbreviation[:1] in "+-" else f"{instant.abbreviation} ({utc})"
