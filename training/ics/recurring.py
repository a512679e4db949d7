"""From the entries of somebody's calendar to the times at which they are busy, within two instants and a budget."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from training.base.structs import Frozen
from training.base.zones import zone_named
from training.ics.lines import Component
from training.ics.repeating import Rule, occurrences, parse_rule

_MOST_WORK = 500_000
_LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_DURATION = re.compile(
    r"\+?P(?:([0-9]{1,5})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,8})S)?)?"
)


class Busy(Frozen, frozen=True, kw_only=True):
    """From `starts_at`, included, to `ends_at`, excluded; aware UTC. Nothing says with what."""

    starts_at: datetime
    ends_at: datetime


class _When(Frozen, frozen=True, kw_only=True):
    """A time as it was written: naive, in a zone; `whole` if it is a day."""

    local: datetime
    zone: ZoneInfo
    whole: bool

    @property
    def at(self) -> datetime:
        return _instant(self.local, self.zone)


class _Spent(Exception):
    """The budget of work is used up."""


class Budget:
    """What may be looked at, and how much work that may be. `zone` is for times that name none."""

    def __init__(self, *, since: datetime, until: datetime, most: int, zone: str) -> None:
        self.since, self.until, self.most = since.astimezone(UTC), until.astimezone(UTC), most
        self.zone = zone_named(zone) or ZoneInfo("UTC")
        self._left = _MOST_WORK

    def spend(self, work: int) -> None:
        """Count work that is about to be done."""
        self._left -= work
        if self._left < 0:
            raise _Spent


def busy_times(events: Sequence[Component], free: frozenset[int], budget: Budget) -> tuple[Busy, ...]:
    """When the owner of these entries is busy: merged, in order, at most `budget.most`. `free` are `id`s to leave out.

    An entry that cannot be read is left out; so is what would go beyond the budget, after all that does not recur.
    """
    moved: dict[str, set[datetime]] = {}
    for event in events:
        if again := _single(event, "RECURRENCE-ID", budget):
            moved.setdefault(event.value("UID"), set()).add(again.at)
    found: list[tuple[datetime, datetime]] = []
    wanted = [event for event in events if id(event) not in free]
    try:
        for event in sorted(wanted, key=lambda event: bool(event.all("RRULE") or event.all("RDATE"))):
            found += _times(event, moved.get(event.value("UID"), set()), budget)
    except _Spent:
        pass
    return tuple(_merged(found, budget))


def _times(event: Component, moved: set[datetime], budget: Budget) -> Iterator[tuple[datetime, datetime]]:
    start = _single(event, "DTSTART", budget)
    length = _length(event, start, budget) if start else timedelta()
    if start is None or length <= timedelta():
        return
    starts: Iterable[datetime] = [start.local]
    out = set[datetime]()
    if not event.all("RECURRENCE-ID"):
        starts = chain(starts, _repeated(event, start, length, budget))
        out = moved | {when.at for when in _listed(event, "EXDATE", budget)}
    for local in starts:
        try:
            at = _instant(local, start.zone)
            # Whole days end with the day, however many hours it has; anything else lasts as long as it lasts.
            end = _instant(local + length, start.zone) if start.whole else at + length
        except OverflowError:
            continue
        if at not in out and end > budget.since and at < budget.until:
            yield at, end


def _repeated(event: Component, start: _When, length: timedelta, budget: Budget) -> Iterator[datetime]:
    """The wall times at which it happens again, as far as they can matter."""
    low = (budget.since - length - _DAY).astimezone(start.zone).replace(tzinfo=None)
    high = (budget.until + _DAY).astimezone(start.zone).replace(tzinfo=None)
    for text in event.all("RRULE"):
        rule = parse_rule(text.value.strip())
        until = _until(rule, start, budget) if rule else None
        if rule is None or (rule.until and until is None):
            continue
        for local in occurrences(rule, start.local, low, high, budget.spend):
            if until is not None and _instant(local, start.zone) > until:
                break
            yield local
    for when in _listed(event, "RDATE", budget):
        yield when.at.astimezone(start.zone).replace(tzinfo=None)


def _until(rule: Rule, start: _When, budget: Budget) -> datetime | None:
    """The last instant at which the rule may happen. A day means all of it."""
    when = _when(rule.until, {}, budget)
    if when is None:
        return None
    if when.whole:
        return _instant(when.local + _DAY - timedelta(seconds=1), start.zone)
    return when.at if rule.until.endswith("Z") else _instant(when.local, start.zone)


def _length(event: Component, start: _When, budget: Budget) -> timedelta:
    """How long it lasts; zero if that cannot be told, at most a year."""
    length = timedelta()
    if end := _single(event, "DTEND", budget):
        length = end.local - start.local if start.whole else end.at - start.at
    elif found := _DURATION.fullmatch(event.value("DURATION")):
        weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    elif start.whole:
        length = _DAY
    return min(length, _LONGEST)


def _single(event: Component, name: str, budget: Budget) -> _When | None:
    found = event.all(name)
    return _when(found[0].value.strip(), found[0].parameters, budget) if found else None


def _listed(event: Component, name: str, budget: Budget) -> Iterator[_When]:
    for found in event.all(name):
        for text in found.value.split(","):
            # A period is told as its beginning and its end or length.
            if when := _when(text.strip().partition("/")[0], found.parameters, budget):
                yield when


def _when(text: str, parameters: dict[str, str], budget: Budget) -> _When | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    whole = found[4] is None
    zone = ZoneInfo("UTC") if found[7] else _zone(parameters.get("TZID", ""), budget)
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)
        _instant(local, zone)
    except (ValueError, OverflowError):
        return None
    return _When(local=local, zone=budget.zone if whole else zone, whole=whole)


def _zone(name: str, budget: Budget) -> ZoneInfo:
    """The zone that is meant: an IANA name, also at the end of a longer one, or Windows' name; else the owner's."""
    parts = name.strip("/").split("/")[-3:]
    for candidate in ("/".join(parts[i:]) for i in range(len(parts))):
        if zone := zone_named(candidate):
            return zone
    return zone_named(WINDOWS_TO_OLSON.get(name, "")) or budget.zone


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _merged(found: list[tuple[datetime, datetime]], budget: Budget) -> Iterator[Busy]:
    """The times in order, those that touch as one, cut to what was asked for."""
    given = 0
    begin: datetime | None = None
    end = budget.since
    for start, stop in sorted(found):
        if begin is not None and start > end:
            yield Busy(starts_at=begin, ends_at=end)
            given, begin = given + 1, None
            if given == budget.most:
                return
        if begin is None:
            begin, end = max(start, budget.since), stop
        end = min(max(end, stop), budget.until)
    if begin is not None:
        yield Busy(starts_at=begin, ends_at=end)
