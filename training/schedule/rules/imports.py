"""A row of a file of workshops becomes a verdict: accepted with what was assumed, or refused with the reason.

Nothing is changed silently. What the file does not say is an *assumption*; what it says oddly is a *remark*; what
cannot be told is *refused*. The same file and the same policy always give the same verdicts.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from training.base.structs import clean_text
from training.base.zones import country_names
from training.schedule.rules.sheets import LONGEST, LONGEST_FOLDED, LONGEST_OTHER, Row, Sheet
from training.schedule.rules.spellings import HostIndex, index_hosts, partner_key
from training.schedule.rules.times import FIRST_YEAR, LAST_YEAR, Instant, TimeDoesNotExist, TimeIsAmbiguous, resolve
from training.schedule.rules.verdicts import (
    Accepted,
    Assumed,
    Assumption,
    ImportedMeeting,
    ImportPolicy,
    Noticed,
    Reason,
    Refused,
    Remark,
    Verdict,
    assumption,
)
from training.schedule.rules.zoning import (
    ONLINE_COUNTRY,
    Contradiction,
    FoundZone,
    PlaceUnknown,
    Where,
    ZonesAt,
    ZoneSource,
    ZoneUnclear,
    find_zone,
    zones_at,
)

COURSES = {
    "SWC": "Software Carpentry",
    "DC": "Data Carpentry",
    "LC": "Library Carpentry",
    "TTT": "Instructor Training",
}
"""Which course a tag means. Of several, the first in the row counts."""

LABELS = {
    "unresponsive": "The source marks the organizers as unresponsive: details may never have been confirmed.",
    "wise": "The source marks this as a workshop for women in science and engineering (WiSE).",
}
"""What other known tags say."""

ONLINE_TAG = "online"
ONLINE_VENUES = frozenset({"internet", "online"})

MOST_DAILY = 7
"""A span of at most so many days is one meeting a day."""
MOST_MEETINGS = 100
"""More meetings than this are not one session, however the span is read."""

_SLUG = re.compile(r"\w[\w.-]*")
_BREAK = re.compile(r" ?<br ?/?>", re.IGNORECASE)  # a new line, in lists that were once web pages
_DATE, _COUNT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{1,4}")
_SLUG_ZONE = re.compile(
    r"[-_](EST|EDT|CST|CDT|MST|MDT|PST|PDT|GMT|BST|WET|CET|CEST|EET|AEST|AEDT|NZST|NZDT)$", re.IGNORECASE
)
_FORMULA_STARTS = ("=", "+", "-", "@")
_ZONE_ASSUMED = {
    ZoneSource.COORDINATES: Assumed.ZONE_FROM_COORDINATES,
    ZoneSource.COUNTRY: Assumed.ZONE_FROM_COUNTRY,
    ZoneSource.TOLD: Assumed.ZONE_FOR_ONLINE,
}


class _Refusal(Exception):
    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


class _Findings:
    """What was assumed and noticed while one row is judged."""

    def __init__(self) -> None:
        self.assumptions: list[Assumption] = []
        self.remarks: list[Remark] = []

    def assume(self, code: Assumed, sentence: str) -> None:
        self.assumptions.append(assumption(code, sentence))

    def notice(self, code: Noticed, sentence: str) -> None:
        self.remarks.append(Remark(code=code, sentence=sentence))


def judge(sheet: Sheet, policy: ImportPolicy, look_up: ZonesAt = zones_at) -> Iterator[Verdict]:
    """One verdict per row, in the order of the file. `look_up` gives the zones at a latitude and longitude."""
    hosts = index_hosts(
        (row.line, row.cells["host_organization"], row.cells["country"].strip()) for row in sheet.rows if row.cells
    )
    lines_by_key: dict[str, int] = {}
    for row in sheet.rows:
        slug = row.cells.get("slug", "")
        try:
            _check_width(row, sheet.width)
            verdict = _judged(row, policy, hosts, look_up)
            first = lines_by_key.setdefault(verdict.key, row.line)
            if first != row.line:
                raise _Refusal(Reason.SLUG_REPEATED, f'The slug "{verdict.slug}" stands on line {first} already.')
            yield verdict
        except _Refusal as refusal:
            yield Refused(line=row.line, slug=slug, reason=refusal.reason, sentence=refusal.sentence)


def _judged(row: Row, policy: ImportPolicy, hosts: HostIndex, look_up: ZonesAt) -> Accepted:
    found = _Findings()
    cells = _cleaned(row.cells, found)
    slug = _slug(cells["slug"])
    course = _course(cells, found)
    if not partner_key(cells["host_organization"]):
        raise _Refusal(Reason.HOST_MISSING, "No host organization is given, so there is no partner to book for.")
    _check_folded(cells)
    online = _online(cells, found)
    start, end = _dates(cells)
    days = _days(start, end, policy, found)
    trainers, helpers = _heads(cells, found)
    zone = _zone(cells, online, days, policy, look_up, found)
    meetings = tuple(_meeting(day, zone.zone, policy, found) for day in days)
    _assume_the_rest(policy, (trainers, helpers), found)
    _notice_slug(slug, start, zone, found)
    _notice_place(cells, online, zone, found)
    _notice_host(cells, zone, hosts, found)
    return Accepted(
        line=row.line,
        key=slug.casefold(),
        slug=slug,
        course=course,
        host=cells["host_organization"],
        partner_key=partner_key(cells["host_organization"]),
        venue=cells["venue"],
        country=cells["country"],
        online=online,
        zone=zone.zone,
        meetings=meetings,
        capacity=policy.capacity,
        trainers=trainers,
        helpers=helpers,
        cells={name: text for name, text in cells.items() if name != "slug"},
        point=zone.point,
        assumptions=tuple(found.assumptions),
        remarks=tuple(found.remarks),
    )


def _check_width(row: Row, width: int) -> None:
    if row.width != width:
        raise _Refusal(
            Reason.CELLS_MISCOUNTED,
            f"The row has {row.width} cells and the header {width}. A separator inside a cell needs quotation marks "
            "around the cell.",
        )


def _cleaned(cells: dict[str, str], found: _Findings) -> dict[str, str]:
    """The cells with composed characters and single spaces. Raises _Refusal for what is no text, or too much of it."""
    cleaned = {}
    for name, text in cells.items():
        try:
            cleaned[name] = " ".join(clean_text(_BREAK.sub(", ", text)).split())
        except ValueError as error:
            raise _Refusal(Reason.CHARACTER_UNUSABLE, f"{error} (column {name}).") from None
        count, longest = len(cleaned[name]), LONGEST.get(name, LONGEST_OTHER)
        if count > longest:
            raise _Refusal(Reason.CELL_TOO_LONG, f"The column {name} has {count} characters; {longest} fit.")
    changed = [name for name in cells if cells[name] != cleaned[name]]
    if changed:
        found.notice(Noticed.TEXT_CLEANED, f"Spaces, breaks or composed letters were tidied in: {', '.join(changed)}.")
    formulas = [name for name in ("host_organization", "venue") if cleaned[name].startswith(_FORMULA_STARTS)]
    if formulas:
        found.notice(
            Noticed.FORMULA_LIKE, f"Begins like a spreadsheet formula and is kept as text: {', '.join(formulas)}."
        )
    return cleaned


def _slug(slug: str) -> str:
    if not slug:
        raise _Refusal(Reason.SLUG_MISSING, "The row has no slug, so it could not be recognised when imported again.")
    if not _SLUG.fullmatch(slug):
        raise _Refusal(
            Reason.SLUG_UNUSABLE, f'The slug "{slug}" is not made of letters, digits, dots, hyphens and underscores.'
        )
    return slug


def _check_folded(cells: dict[str, str]) -> None:
    folded = {name: partner_key(cells[name]) for name in ("host_organization", "venue")}
    folded["slug"] = cells["slug"].casefold()
    for name, text in folded.items():
        if len(text) > LONGEST_FOLDED:
            raise _Refusal(
                Reason.CELL_TOO_LONG,
                f"The column {name} has letters that stand for several: {len(text)} characters; {LONGEST_FOLDED} fit.",
            )


def _tags(cells: dict[str, str]) -> list[str]:
    return [tag.strip() for tag in cells["tags"].split(",") if tag.strip()]


def _course(cells: dict[str, str], found: _Findings) -> str:
    tags = _tags(cells)
    courses = [COURSES[tag.upper()] for tag in tags if tag.upper() in COURSES]
    if not courses:
        raise _Refusal(
            Reason.COURSE_UNKNOWN, f'None of the tags "{cells["tags"]}" names a course: {", ".join(COURSES)}.'
        )
    if len(courses) > 1:
        found.notice(
            Noticed.SEVERAL_COURSES, f"The tags name {' and '.join(courses)}; the first is taken as the course."
        )
    for tag in tags:
        if tag.casefold() in LABELS:
            found.notice(Noticed.LABEL, LABELS[tag.casefold()])
        elif tag.upper() not in COURSES and tag.casefold() != ONLINE_TAG:
            found.notice(Noticed.TAG_UNKNOWN, f'The tag "{tag}" is not known and says nothing here.')
    return courses[0]


def _online(cells: dict[str, str], found: _Findings) -> bool:
    signs = {
        "its tags say so": ONLINE_TAG in (tag.casefold() for tag in _tags(cells)),
        f"its country is {ONLINE_COUNTRY}": cells["country"] == ONLINE_COUNTRY,
        f'its venue is "{cells["venue"]}"': cells["venue"].casefold() in ONLINE_VENUES,
    }
    reasons = [reason for reason, holds in signs.items() if holds]
    if reasons:
        found.assume(Assumed.ONLINE, f"Taken as online, because {' and '.join(reasons)}.")
    return bool(reasons)


def _dates(cells: dict[str, str]) -> tuple[date, date | None]:
    start = _date("start_date", cells["start_date"])
    end = _date("end_date", cells["end_date"]) if cells["end_date"] else None
    if end and end < start:
        raise _Refusal(Reason.ENDS_BEFORE_START, f"It ends on {end}, before it starts on {start}.")
    return start, end


def _date(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Refusal(
            Reason.DATE_UNREADABLE,
            f'The column {name} says "{text}", which is not a day written like 2019-03-28, from {FIRST_YEAR} to '
            f"{LAST_YEAR}.",
        )
    return day


def _days(start: date, end: date | None, policy: ImportPolicy, found: _Findings) -> list[date]:
    """The days on which there is a meeting."""
    if end is None:
        found.assume(Assumed.ONE_DAY, "No end date is given: taken as one day.")
        return [start]
    count = (end - start).days + 1
    if count == 1:
        return [start]
    if count > MOST_DAILY and policy.long_spans == "first-and-last-day":
        found.assume(
            Assumed.FIRST_AND_LAST_DAY,
            f"{count} days from {start} to {end}: one meeting on the first, one on the last.",
        )
        return [start, end]
    if count > (MOST_DAILY if policy.long_spans == "refuse" else MOST_MEETINGS):
        raise _Refusal(Reason.SPAN_TOO_LONG, _too_long(start, end, count, policy))
    found.assume(Assumed.MEETING_A_DAY, f"{count} days from {start} to {end}: one meeting on each of them.")
    return [start + timedelta(days=n) for n in range(count)]


def _too_long(start: date, end: date, count: int, policy: ImportPolicy) -> str:
    span = f"{count} days from {start} to {end}"
    if policy.long_spans == "refuse":
        return (
            f"{span}: more than {MOST_DAILY} days are hardly one meeting a day. Import again with "
            "--long-spans first-and-last-day or --long-spans daily."
        )
    return f"{span}: more than {MOST_MEETINGS} meetings are not one session."


def _heads(cells: dict[str, str], found: _Findings) -> tuple[int, int]:
    counts = []
    for name in ("trainers", "helpers"):
        text = cells[name]
        if text and not _COUNT.fullmatch(text):
            raise _Refusal(
                Reason.COUNT_UNREADABLE, f'The column {name} says "{text}", which is not a number of people.'
            )
        if not text:
            found.notice(Noticed.COUNT_MISSING, f"The column {name} is empty and was read as 0.")
        counts.append(int(text or 0))
    return counts[0], counts[1]


def _zone(
    cells: dict[str, str], online: bool, days: list[date], policy: ImportPolicy, look_up: ZonesAt, found: _Findings
) -> FoundZone:
    country = cells["country"]
    if country and country != ONLINE_COUNTRY and country not in country_names():
        raise _Refusal(
            Reason.COUNTRY_UNKNOWN, f'"{country}" is not a country code of two capital letters (ISO 3166), such as DE.'
        )
    times = tuple(datetime.combine(day, at) for day in days for at in (policy.starts, policy.ends))
    where = Where(country=country, latitude=cells["latitude"], longitude=cells["longitude"], online=online, times=times)
    try:
        zone = find_zone(where, policy.online_zone, look_up)
    except Contradiction as error:
        raise _Refusal(Reason.COUNTRY_CONTRADICTS_COORDINATES, str(error)) from None
    except ZoneUnclear as error:
        reason = Reason.PLACE_UNKNOWN if isinstance(error, PlaceUnknown) else Reason.ZONE_UNCLEAR
        raise _Refusal(reason, str(error)) from None
    found.assume(_ZONE_ASSUMED[zone.source], zone.sentence)
    return zone


def _meeting(day: date, zone: str, policy: ImportPolicy, found: _Findings) -> ImportedMeeting:
    start, end = (_instant(datetime.combine(day, at), zone, found) for at in (policy.starts, policy.ends))
    return ImportedMeeting(start=start, end=end)


def _instant(local: datetime, zone: str, found: _Findings) -> Instant:
    try:
        return resolve(local, zone)
    except TimeIsAmbiguous as error:
        found.assume(
            Assumed.FIRST_OF_TWO, f"Clocks in {zone} show {local:%Y-%m-%d %H:%M} twice: the first of the two is taken."
        )
        return error.first
    except TimeDoesNotExist as error:
        raise _Refusal(Reason.TIME_DOES_NOT_EXIST, error.detail) from None


def _assume_the_rest(policy: ImportPolicy, heads: tuple[int, int], found: _Findings) -> None:
    trainers, helpers = heads
    found.assume(
        Assumed.HOURS,
        f"No times of day are given: {policy.starts:%H:%M} to {policy.ends:%H:%M}, local time, is assumed.",
    )
    found.assume(Assumed.CAPACITY, f"No capacity is given: {policy.capacity} places are assumed.")
    found.assume(
        Assumed.ONLY_COUNTED,
        f"People are only counted, not named (trainers: {trainers}, helpers: {helpers}): nobody is assigned.",
    )


def _notice_slug(slug: str, start: date, zone: FoundZone, found: _Findings) -> None:
    if not slug.startswith(start.isoformat()):
        found.notice(
            Noticed.SLUG_DATE_DIFFERS, f'The slug "{slug}" does not begin with the start date {start}, which counts.'
        )
    if (named := _SLUG_ZONE.search(slug)) and zone.source is ZoneSource.TOLD:
        found.notice(
            Noticed.SLUG_NAMES_ZONE,
            f'The slug ends in "{named[1]}", which may name the time zone that was meant. Such letters mean different '
            "zones in different countries, so they were not used.",
        )


def _notice_place(cells: dict[str, str], online: bool, zone: FoundZone, found: _Findings) -> None:
    if zone.unusable:
        found.notice(Noticed.COORDINATES_UNUSABLE, zone.unusable)
    if not cells["country"]:
        found.notice(Noticed.COUNTRY_MISSING, "No country is given; none was filled in.")
    if not cells["venue"] and not online:
        found.notice(Noticed.VENUE_MISSING, "No venue is given: people will not know where to go.")


def _notice_host(cells: dict[str, str], zone: FoundZone, hosts: HostIndex, found: _Findings) -> None:
    host = cells["host_organization"]
    key = partner_key(host)
    first_line, first = hosts.first_spelling[key]
    if first != host:
        found.notice(Noticed.HOST_SPELLING, f'Taken as the same partner as "{first}" on line {first_line}.')
    for other in hosts.lookalikes.get(key, ()):
        found.notice(Noticed.HOST_LOOKALIKE, f'The host looks like "{other}", but was kept apart.')
    countries = hosts.countries[key]
    others = [country for country in countries if country not in (cells["country"], ONLINE_COUNTRY)]
    # A host that works in many countries proves nothing about this row; one that is always elsewhere does.
    if zone.source is ZoneSource.COUNTRY and countries[cells["country"]] == 1 and len(others) == 1:
        found.notice(
            Noticed.HOST_ELSEWHERE,
            f"Only this row places the host in {cells['country']}, all others in {others[0]}. Check the country: the "
            "time zone was taken from it.",
        )
