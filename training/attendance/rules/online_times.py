"""When somebody joined and how long they stayed, as the lists of online platforms write it. Pure."""

import re
import statistics
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from training.base.structs import Frozen

LONGEST_SECONDS = 7 * 86_400
# How far before its start a meeting's list may begin, and how far behind its end it may end.
AROUND = timedelta(hours=3)
_CLOCK = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]?\d)(?::(?P<s>[0-5]?\d)(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")
# Units as the platforms write them, also in some of their other languages: 1h 3m 20s, 1 hr 3 min, 1 Std. 3 Min.
_PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s*([^\W\d_]+)\.?")
_UNITS = {"h": 3600, "s": 1, "m": 60}
_UNIT_WORDS = {
    "h": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore godz uur",
    "m": "m min mins minute minutes minuten minuto minutos minuti minuut",
    "s": "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondi seconden",
}
_UNIT_OF = {word: _UNITS[unit] for unit, words in _UNIT_WORDS.items() for word in words.split()}
_WHEN = re.compile(
    r"(?:(?P<a>\d{1,4})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})[,T ]\s*)?"
    r"(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<offset>z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
# As Zoom's webinars write it: May 18, 2026 10:55:01.
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2}), (\d{4}),? ", re.IGNORECASE)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_BLANKS = re.compile(r"[\s\u200e\u200f]+")


class Told(Frozen, frozen=True, kw_only=True):
    """A time as it was written, in numbers. `first`, `second`, `third` are its date, None without one."""

    parts: tuple[int, int, int] | None
    separator: str
    second_of_day: int
    offset: int | None


class Reading(Frozen, frozen=True, kw_only=True):
    """How times of a file are read: which number of 5/6/2026 is the month, and on whose clocks."""

    month_first: bool
    zone: str


def seconds_of(text: str) -> int | None:
    """A duration in seconds: '62' (minutes), '62 mins', '1h 3m 20s', '1:03:20' or '1:03'. None for what is none."""
    plain = _BLANKS.sub(" ", text).strip().lower()
    if found := _CLOCK.fullmatch(plain):
        total = int(found["h"]) * 3600 + int(found["m"]) * 60 + int(found["s"] or 0)
    elif _NUMBER.fullmatch(plain):
        total = round(_decimal(plain) * 60)
    else:
        parts = _PART.findall(plain)
        if not parts or _PART.sub("", plain).strip(" ,") or any(unit not in _UNIT_OF for _, unit in parts):
            return None
        total = round(sum(_decimal(number) * _UNIT_OF[unit] for number, unit in parts))
    return total if total <= LONGEST_SECONDS else None


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def told_time(text: str) -> Told | None:
    """The numbers of '7/22/26, 7:02:11 PM', '22.07.2026 19:02', '2026-07-22T19:02:11Z' or '7:02 PM'. None otherwise."""
    found = _WHEN.fullmatch(_MONTH_FIRST.sub(_in_numbers, _BLANKS.sub(" ", text).strip(), count=1))
    if found is None:
        return None
    hour, half = int(found["h"]), (found["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        return None
    date_parts = (int(found["a"]), int(found["b"]), int(found["c"])) if found["a"] else None
    return Told(
        parts=date_parts,
        separator=found["sep"] or "",
        second_of_day=hour * 3600 + int(found["m"]) * 60 + int(found["s"] or 0),
        offset=_offset(found["offset"]),
    )


def _in_numbers(found: re.Match[str]) -> str:
    name = found[1].lower()
    return f"{found[3]}-{_MONTHS.index(name) + 1}-{found[2]} " if name in _MONTHS else found[0]


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text.lower() in ("z", "utc", "gmt"):
        return 0
    digits = text[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if text[0] == "-" else seconds


def instant_of(told: Told, reading: Reading, starts_at: datetime) -> datetime | None:
    """The instant that was meant; a time without a date is on the day on which the meeting starts there."""
    zone = ZoneInfo(reading.zone)
    day = _day(told, reading) if told.parts else starts_at.astimezone(zone).date()
    if day is None:
        return None
    clock = datetime(day.year, day.month, day.day) + timedelta(seconds=told.second_of_day)  # noqa: DTZ001 - given below
    if told.offset is not None:
        return (clock - timedelta(seconds=told.offset)).replace(tzinfo=ZoneInfo("UTC"))
    return clock.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))


def _day(told: Told, reading: Reading) -> date | None:
    assert told.parts is not None  # noqa: S101 - the caller looked
    a, b, c = told.parts
    if a > 31:
        year, month, day = a, b, c
    elif told.separator == "." or not reading.month_first:
        year, month, day = c, b, a
    else:
        year, month, day = c, a, b
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def best_reading(
    joined: Iterable[Told | None], starts_at: datetime, ends_at: datetime, zones: Sequence[str]
) -> Reading | None:
    """How the times of a file must be read so that most people joined around this meeting; None if none does.

    Of several ways the one in which people joined closest to its start, the first of `zones` before the others.
    """
    times = [told for told in joined if told is not None]
    if not times:
        return None
    best: tuple[int, float] = (0, 0.0)
    chosen: Reading | None = None
    for zone in dict.fromkeys(zones):
        for month_first in (True, False):
            reading = Reading(month_first=month_first, zone=zone)
            found = [at for told in times if (at := instant_of(told, reading, starts_at)) is not None]
            inside = [at for at in found if starts_at - AROUND <= at <= ends_at + AROUND]
            if not inside:
                continue
            # Everybody an hour late is less likely than another zone; a minute or two decide nothing.
            off = statistics.median(abs((at - starts_at).total_seconds()) for at in inside) // 900
            if (len(inside), -off) > best:
                best, chosen = (len(inside), -off), reading
    return chosen if best[0] * 2 >= len(times) else None
