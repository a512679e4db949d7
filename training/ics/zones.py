"""VTIMEZONE: what a zone's clocks do in a span of years, in the form that the weakest readers get right.

A zone whose clocks follow one yearly rule is written as two rules (BYMONTH and BYDAY), and the readers that know no
other form are right for ever. What follows no such rule (Gaza, Cairo, a law of last week) is written change by change,
one sub-component each. Never in lists of dates (RDATE), never with a winter that counts as daylight saving, and never
beginning with daylight saving or after the first event: each of these is read wrong by some program people use.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from training.base.structs import Frozen
from training.base.zones import zone_named

UTC_NAMES = frozenset("UTC UCT Zulu Universal Etc/UTC Etc/UCT Etc/Zulu Etc/Universal".split())
_FIRST_YEAR = 1990
# Enough years to see whether a day is the fourth or the last Sunday of its month.
_LOOK_AHEAD = 2060
# Boa Vista had summer for a week in 2000. Nobody does twice within three days (tests/ics/test_zones.py looks).
_STEP = timedelta(days=3)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_Weekday = tuple[int, int]


class Change(Frozen, frozen=True, kw_only=True):
    """Clocks are set at the instant `at` (aware UTC), from one offset to another; they are called `name` after it."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool = False

    @property
    def local(self) -> datetime:
        """What clocks show at that moment, before they are set. This is how iCalendar tells an onset."""
        return self.at.replace(tzinfo=None) + self.before


class Rule(Frozen, frozen=True, kw_only=True):
    """A change that comes back every year: on the `nth` weekday of a month (-1 the last), since `first`."""

    first: Change
    nth: int
    weekday: int


@lru_cache(maxsize=4096)
def zone_block(name: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of an IANA zone, right for every instant of these years, with CRLF. Raises ValueError if unknown.

    UTC has a block too, for calendars that must hold something; times in UTC are written with Z and need none.
    """
    changes = _changes(name, min(_FIRST_YEAR, first_year - 2), max(_LOOK_AHEAD, last_year + 2))
    begin = datetime(max(first_year - 1, 1), 1, 1, tzinfo=UTC)
    rules = _rules(changes)
    ruled_from = rules[0].first.at.year if rules else _LOOK_AHEAD * 2
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    if ruled_from >= begin.year:
        until = min(ruled_from, last_year + 2)
        lines += _singly(name, changes, begin, until)
    if ruled_from <= last_year + 1:
        for rule in sorted(rules, key=lambda rule: rule.first.daylight):
            repeat = f"BYMONTH={rule.first.local.month};BYDAY={rule.nth}{_DAYS[rule.weekday]}"
            lines += _observance(rule.first, f"RRULE:FREQ=YEARLY;{repeat}")
    return "\r\n".join([*lines, "END:VTIMEZONE", ""])


def _singly(name: str, changes: Sequence[Change], begin: datetime, until: int) -> list[str]:
    """The changes up to the year `until`, each alone, after a beginning in standard time."""
    start = next((i for i in reversed(range(len(changes))) if changes[i].at <= begin and not changes[i].daylight), None)
    if start is None:
        zone = zone_named(name)
        first = datetime(min(_FIRST_YEAR, begin.year), 1, 1, tzinfo=UTC)
        before = first.astimezone(zone).utcoffset() or timedelta()
        called = first.astimezone(zone).tzname() or name
        start, origin = -1, Change(at=first - before, before=before, after=before, name=called)
    else:
        origin = changes[start]
    lines = _observance(origin)
    for change in changes[start + 1 :]:
        if change.at.year < until:
            lines += _observance(change)
    return lines


def _observance(change: Change, *more: str) -> list[str]:
    kind = "DAYLIGHT" if change.daylight else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{change.local:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(change.before)}",
        f"TZOFFSETTO:{_offset(change.after)}",
        f"TZNAME:{change.name}",
        *more,
        f"END:{kind}",
    ]


def _offset(offset: timedelta) -> str:
    seconds = round(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, seconds_left = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}{f'{seconds_left:02}' if seconds_left else ''}"


@lru_cache(maxsize=1024)
def _changes(name: str, first_year: int, last_year: int) -> tuple[Change, ...]:
    """Every change of a zone's offset in these years, in order."""
    zone = zone_named(name)
    if zone is None:
        raise ValueError(f"No such zone: {name!r}")
    found = []
    # A year more than is asked for: whether the last change is one to daylight saving shows in the one after it.
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 2, 1, 1, tzinfo=UTC)
    before = _offset_at(at, zone)
    while at < end:
        then = at + _STEP
        after = _offset_at(then, zone)
        if after != before:
            moment = _first_after(at, then, zone)
            found.append((moment, before, after, moment.astimezone(zone).tzname() or name))
        at, before = then, after
    return tuple(change for change in _named(found) if change.local.year <= last_year)


def _first_after(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset of `low` is left, between the two."""
    before = _offset_at(low, zone)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if _offset_at(middle, zone) == before else (low, middle)
    return high


def _offset_at(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _named(found: Sequence[tuple[datetime, timedelta, timedelta, str]]) -> Iterable[Change]:
    """The changes, those to daylight saving marked: an offset above the ones around it that lasts less than a year.

    The flag in the zone data is not asked: in Dublin it says that winter is the exception.
    """
    for i, (at, before, after, name) in enumerate(found):
        following = found[i + 1] if i + 1 < len(found) else None
        back = following is not None and following[2] < after and following[0] - at < timedelta(days=366)
        yield Change(at=at, before=before, after=after, name=name, daylight=after > before and back)


def _rules(changes: Sequence[Change]) -> tuple[Rule, ...]:
    """The two rules that hold from some year to the end of the data; () where none do."""
    years: dict[int, list[Change]] = {}
    for change in changes:
        years.setdefault(change.local.year, []).append(change)
    if not changes or changes[-1].local.year < _LOOK_AHEAD:
        return ()
    year = changes[-1].local.year
    fitting: tuple[set[_Weekday], ...] = ()
    while len(here := years.get(year, [])) == 2:
        narrowed = tuple(_weekdays(change) for change in here)
        if fitting:
            narrowed = tuple(old & new for old, new in zip(fitting, narrowed, strict=True))
            if not all(narrowed) or not _alike(here, years[year + 1]):
                break
        fitting, year = narrowed, year - 1
    first = years.get(year + 1, [])
    if len(first) != 2 or not all(fitting) or first[0].daylight == first[1].daylight:
        return ()
    return tuple(
        Rule(first=change, nth=min(days)[0], weekday=min(days)[1]) for change, days in zip(first, fitting, strict=True)
    )


def _weekdays(change: Change) -> set[_Weekday]:
    """How the day can be said: as the nth weekday of its month, or as the last, or both."""
    day = change.local
    nth = (day.day - 1) // 7 + 1
    said = {(nth, day.weekday())} if nth < 5 else set()
    if day.day + 7 > calendar.monthrange(day.year, day.month)[1]:
        said.add((-1, day.weekday()))
    return said


def _alike(here: Sequence[Change], there: Sequence[Change]) -> bool:
    """Whether the changes of two years differ in nothing but the day of the month."""
    return all(
        (a.local.month, a.local.time(), a.before, a.after, a.name, a.daylight)
        == (b.local.month, b.local.time(), b.before, b.after, b.name, b.daylight)
        for a, b in zip(here, there, strict=True)
    )
