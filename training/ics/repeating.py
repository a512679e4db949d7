"""Rules of recurrence (RRULE), worked out between two wall times and never outside of them.

Each day of the window is asked whether the rule means it. So a rule that never matches costs no more than one that
always does; libraries that look for the next match can be kept looking until the year 9999.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count, product
from typing import Literal

from training.base.structs import Frozen

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
Spend = Callable[[int], None]
"""Told before work is done, in days looked at. It may raise to end it."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")
_KNOWN = frozenset("FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTH BYMONTHDAY BYSETPOS BYHOUR BYMINUTE BYSECOND".split())
_MOST_TIMES = 48


class Rule(Frozen, frozen=True, kw_only=True):
    """A rule that this program works out. `days` are weekdays (0 is Monday) with the how-manieth, 0 for every."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    days: frozenset[tuple[int, int]] = frozenset()
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    positions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()


def parse_rule(text: str) -> Rule | None:
    """The rule, or None: it runs more often than daily, counts weeks or days of the year, or is not one at all."""
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";") if part)
    frequency = parts.get("FREQ", "")
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not parts.keys() <= _KNOWN:
        return None
    try:
        rule = Rule(
            frequency=frequency,  # type: ignore[arg-type]  # one of the four, as just looked
            interval=_numbers(parts.get("INTERVAL", "1"), 1, 10_000)[0],
            count=_numbers(parts["COUNT"], 1, 999_999)[0] if "COUNT" in parts else None,
            until=parts.get("UNTIL", ""),
            week_start=_DAYS.index(parts.get("WKST", "MO")),
            days=frozenset(_weekday(day) for day in parts.get("BYDAY", "").split(",") if day),
            months=frozenset(_numbers(parts.get("BYMONTH", ""), 1, 12)),
            month_days=frozenset(_numbers(parts.get("BYMONTHDAY", ""), -31, 31)),
            positions=_numbers(parts.get("BYSETPOS", ""), -366, 366),
            hours=_numbers(parts.get("BYHOUR", ""), 0, 23),
            minutes=_numbers(parts.get("BYMINUTE", ""), 0, 59),
        )
    except (ValueError, IndexError):
        return None
    return rule if max(len(rule.hours), 1) * max(len(rule.minutes), 1) <= _MOST_TIMES else None


def occurrences(rule: Rule, first: datetime, low: datetime, high: datetime, spend: Spend) -> Iterator[datetime]:
    """The wall times from `low` to `high` at which the rule happens, in order; `first` is where it begins.

    All are naive and of one zone; `rule.until` is not looked at, because it may be told in another zone than theirs.
    """
    times = [
        first.replace(hour=hour, minute=minute).time()
        for hour, minute in product(sorted(rule.hours) or [first.hour], sorted(rule.minutes) or [first.minute])
    ]
    left = rule.count
    # Counted rules are followed from their beginning; all others from where somebody wants to know.
    since = first if rule.count is not None else max(first, low)
    months = rule.months
    if rule.frequency == "YEARLY" and not (months or rule.days or rule.month_days):
        # Most rules are birthdays: only their month is looked at.
        months = frozenset({first.month})
    for period in _periods(rule, first.date(), since.date(), high.date()):
        days = [day for day in period if day.month in months] if months else period
        spend(max(len(days), 1) * len(times))
        here = [datetime.combine(day, time) for day in days if _fits(rule, first.date(), day) for time in times]
        if rule.positions:
            here = sorted({here[i] for at in rule.positions if at and -len(here) <= (i := at - (at > 0)) < len(here)})
        for moment in here:
            if moment < first:
                continue
            if moment > high or left == 0:
                return
            left = None if left is None else left - 1
            if moment >= low:
                yield moment
        if left == 0:
            return


def _periods(rule: Rule, first: date, since: date, high: date) -> Iterator[list[date]]:
    """The days of each period of the rule, from the one that `since` lies in to the one that `high` lies in."""
    begin, length = _PERIODS[rule.frequency]
    start = begin(first, rule.week_start)
    for number in count(_distance(rule.frequency, start, begin(since, rule.week_start)) // rule.interval):
        try:
            day = _later(rule.frequency, start, number * rule.interval)
            days = [day + timedelta(days=i) for i in range(length(day))]
        except OverflowError:
            return
        if day > high:
            return
        yield days


def _distance(frequency: Frequency, start: date, end: date) -> int:
    match frequency:
        case "DAILY":
            return (end - start).days
        case "WEEKLY":
            return (end - start).days // 7
        case "MONTHLY":
            return (end.year - start.year) * 12 + end.month - start.month
        case "YEARLY":
            return end.year - start.year


def _later(frequency: Frequency, start: date, periods: int) -> date:
    if frequency in ("DAILY", "WEEKLY"):
        return start + timedelta(days=periods * (7 if frequency == "WEEKLY" else 1))
    months = start.year * 12 + start.month - 1 + periods * (1 if frequency == "MONTHLY" else 12)
    if months >= 12 * 9999:
        raise OverflowError
    return date(months // 12, months % 12 + 1, 1)


_PERIODS: dict[Frequency, tuple[Callable[[date, int], date], Callable[[date], int]]] = {
    "DAILY": (lambda day, _: day, lambda _: 1),
    "WEEKLY": (lambda day, week_start: day - timedelta(days=(day.weekday() - week_start) % 7), lambda _: 7),
    "MONTHLY": (lambda day, _: day.replace(day=1), lambda day: calendar.monthrange(day.year, day.month)[1]),
    "YEARLY": (lambda day, _: day.replace(month=1, day=1), lambda day: 366 if calendar.isleap(day.year) else 365),
}


def _fits(rule: Rule, first: date, day: date) -> bool:
    """Whether a day of the right month is one that the rule names; where it names none, one its beginning implies."""
    if rule.days or rule.month_days:
        return (not rule.days or _is_weekday(rule, day)) and (not rule.month_days or _is_month_day(rule, day))
    if rule.frequency in ("MONTHLY", "YEARLY"):
        return day.day == first.day
    return rule.frequency == "DAILY" or day.weekday() == first.weekday()


def _is_month_day(rule: Rule, day: date) -> bool:
    length = calendar.monthrange(day.year, day.month)[1]
    return day.day in rule.month_days or day.day - length - 1 in rule.month_days


def _is_weekday(rule: Rule, day: date) -> bool:
    if rule.frequency in ("DAILY", "WEEKLY"):
        return any(weekday == day.weekday() for weekday, _ in rule.days)
    if rule.frequency == "YEARLY" and not rule.months:
        at, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    else:
        at, length = day.day, calendar.monthrange(day.year, day.month)[1]
    nths = {0, (at - 1) // 7 + 1, -((length - at) // 7 + 1)}
    return any(weekday == day.weekday() and nth in nths for weekday, nth in rule.days)


def _weekday(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _DAYS.index(found[2]), int(found[1] or 0)


def _numbers(text: str, least: int, most: int) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > 400 or not all(_NUMBER.fullmatch(word) and least <= int(word) <= most for word in words):
        raise ValueError(text)
    return tuple(int(word) for word in words)
