"""A strict reader of RFC 5545 in octets, written from the specification and sharing nothing with the writer.

`read(data)` raises AssertionError, saying which line, for everything that some program could stumble over. It knows
only the properties that our calendars may hold, so that an injected one is found.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

TEXTS = frozenset(
    "UID SUMMARY DESCRIPTION LOCATION STATUS TRANSP NAME X-WR-CALNAME X-WR-CALDESC PRODID VERSION CALSCALE METHOD TZID "
    "TZNAME RELATED-TO ACTION X-MICROSOFT-DISALLOW-COUNTER".split()
)
OTHERS = {
    "CATEGORIES": r"(?:[^\\;,]|\\[\\;,n])+(?:,(?:[^\\;,]|\\[\\;,n])+)*",
    "DTSTAMP": r"\d{8}T\d{6}Z",
    "CREATED": r"\d{8}T\d{6}Z",
    "LAST-MODIFIED": r"\d{8}T\d{6}Z",
    "DTSTART": r"\d{8}(T\d{6}Z?)?",
    "DTEND": r"\d{8}(T\d{6}Z?)?",
    "SEQUENCE": r"\d{1,10}",
    "URL": r"https?://[!-~]+",
    "SOURCE": r"https?://[!-~]+",
    "CONFERENCE": r"https?://[!-~]+",
    "ORGANIZER": r"mailto:[!-~]+@[!-~]+",
    "ATTENDEE": r"mailto:[!-~]+@[!-~]+",
    "TRIGGER": r"-PT\d+M",
    "REFRESH-INTERVAL": r"PT\d+M",
    "X-PUBLISHED-TTL": r"PT\d+M",
    "TZOFFSETFROM": r"[+-]\d{4}(\d\d)?",
    "TZOFFSETTO": r"[+-]\d{4}(\d\d)?",
    "RRULE": r"FREQ=YEARLY;BYMONTH=\d{1,2};BYDAY=(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)",
}
NEEDED = {
    "VCALENDAR": "VERSION PRODID CALSCALE",
    "VEVENT": "UID DTSTAMP LAST-MODIFIED DTSTART SEQUENCE SUMMARY STATUS TRANSP",
    "VTIMEZONE": "TZID",
    "STANDARD": "DTSTART TZOFFSETFROM TZOFFSETTO TZNAME",
    "DAYLIGHT": "DTSTART TZOFFSETFROM TZOFFSETTO TZNAME",
    "VALARM": "ACTION TRIGGER DESCRIPTION",
}
PLACE = {
    "": {"VCALENDAR"},
    "VCALENDAR": {"VEVENT", "VTIMEZONE"},
    "VEVENT": {"VALARM"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
}
PARAMETERS = {
    "DTSTART": {"TZID", "VALUE"},
    "DTEND": {"TZID", "VALUE"},
    "ORGANIZER": {"CN"},
    "ATTENDEE": {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP"},
    "RELATED-TO": {"RELTYPE"},
    "CONFERENCE": {"VALUE", "FEATURE", "LABEL"},
    "SOURCE": {"VALUE"},
    "REFRESH-INTERVAL": {"VALUE"},
}
MANY = frozenset({"RELATED-TO"})
LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)')
PARAMETER = re.compile(r';([A-Z-]+)=("[^"]*"|[^";:,]*)')
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,n])*")
# What some program takes for the end of a line, although the RFC knows CRLF only; and what XML cannot hold.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass
class Line:
    """A property as it stands."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value without its escapes."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], self.value)


@dataclass
class Part:
    """A component."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether there is such a property."""
        return any(line.name == name for line in self.lines)

    def one(self, name: str) -> Line:
        """The property of that name."""
        return next(line for line in self.lines if line.name == name)

    def text(self, name: str) -> str:
        """Its text; empty if there is none."""
        return self.one(name).text if self.has(name) else ""

    def all(self, name: str) -> list["Part"]:
        """The components of that name in it."""
        return [part for part in self.parts if part.name == name]

    def names(self) -> Counter[str]:
        """How often each property and component stands in it, at any depth."""
        counted = Counter(line.name for line in self.lines) + Counter(part.name for part in self.parts)
        return sum((part.names() for part in self.parts), counted)


def read(data: bytes) -> Part:
    """The VCALENDAR. Raises AssertionError for everything that is not strict."""
    root = Part("")
    path = [root]
    for text in unfolded(data):
        line = parsed(text)
        if line.name == "BEGIN":
            assert line.value in PLACE.get(path[-1].name, ()), f"{line.value} in {path[-1].name}"
            path[-1].parts.append(part := Part(line.value))
            path.append(part)
        elif line.name == "END":
            assert path.pop().name == line.value, text
        else:
            assert not path[-1].parts, f"a property after a component: {text}"
            checked(line)
            path[-1].lines.append(line)
    assert len(path) == 1
    assert len(root.parts) == 1, "exactly one calendar"
    whole(root.parts[0])
    return root.parts[0]


def unfolded(data: bytes) -> list[str]:
    """The lines, after every octet was looked at."""
    assert data.endswith(b"\r\n"), "the last line has no end"
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data), "a bare CR or LF"
    lines: list[str] = []
    for raw in data[:-2].split(b"\r\n"):
        assert len(raw) <= 75, f"{len(raw)} octets: {raw!r}"
        text = raw.decode()  # A character that is split between two lines cannot be decoded.
        assert not FORBIDDEN.search(text), f"a character that has no place: {text!r}"
        if text.startswith(" "):
            assert len(text) > 1, "an empty fold"
            lines[-1] += text[1:]
        else:
            assert text, "an empty line"
            lines.append(text)
    return lines


def parsed(text: str) -> Line:
    """A whole line."""
    found = LINE.fullmatch(text)
    assert found, f"not a line: {text!r}"
    given = PARAMETER.findall(found[2])
    parameters = {name: value.strip('"') for name, value in given}
    assert len(parameters) == len(given), f"a parameter twice: {text!r}"
    return Line(found[1], parameters, found[3])


def checked(line: Line) -> None:
    """Raise for a property that is not ours, or a value that it cannot have."""
    pattern = TEXT if line.name in TEXTS else re.compile(OTHERS.get(line.name, r"(?!)"))
    assert pattern.fullmatch(line.value), f"{line.name}: {line.value!r}"
    assert line.parameters.keys() <= PARAMETERS.get(line.name, set()), f"{line.name}: {line.parameters}"


def whole(calendar: Part) -> None:
    """Raise if something is missing, twice, or refers to what is not there."""
    assert calendar.parts, "a calendar holds at least one component"
    complete(calendar)
    zones = [zone.text("TZID") for zone in calendar.all("VTIMEZONE")]
    assert len(set(zones)) == len(zones), "a zone twice"
    events = calendar.all("VEVENT")
    uids = [event.text("UID") for event in events]
    assert len(set(uids)) == len(uids), "a uid twice"
    used = {line.parameters["TZID"] for event in events for line in event.lines if "TZID" in line.parameters}
    assert used <= set(zones), f"not defined: {used - set(zones)}"
    assert not events or set(zones) <= used, "a definition that nothing needs"
    for event in events:
        ordered(event)
    for zone in calendar.all("VTIMEZONE"):
        observed(zone)
    if calendar.has("METHOD"):
        assert calendar.text("METHOD") in ("REQUEST", "CANCEL")
        assert len(events) == 1
        assert events[0].has("ORGANIZER")
        assert events[0].has("ATTENDEE")
        assert not calendar.has("X-WR-CALNAME")
        assert (events[0].text("STATUS") == "CANCELLED") == (calendar.text("METHOD") == "CANCEL")


def complete(part: Part) -> None:
    """Raise if a property is missing or there twice, here or in any component inside."""
    counted = Counter(line.name for line in part.lines)
    missing = set(NEEDED[part.name].split()) - counted.keys()
    assert not missing, f"{part.name} without {missing}"
    twice = {name for name, count in counted.items() if count > 1 and name not in MANY}
    assert not twice, f"{part.name} with {twice} twice"
    for inner in part.parts:
        complete(inner)


def ordered(event: Part) -> None:
    """Raise if an event ends before it starts, or its start and end are of different kinds."""
    start = event.one("DTSTART")
    if event.has("DTEND"):
        end = event.one("DTEND")
        assert end.value > start.value
        assert end.parameters == start.parameters
        assert len(end.value) == len(start.value)
    if len(start.value) == 8:
        assert start.parameters == {"VALUE": "DATE"}
    else:
        assert start.value.endswith("Z") != ("TZID" in start.parameters), "a floating time"
    assert event.text("STATUS") in ("CONFIRMED", "CANCELLED")
    assert event.text("TRANSP") in ("OPAQUE", "TRANSPARENT")
    assert event.text("STATUS") == "CONFIRMED" or event.text("TRANSP") == "TRANSPARENT"


def observed(zone: Part) -> None:
    """Raise if a zone is in a form that weak readers are known to get wrong."""
    assert zone.parts, "a zone without an onset"
    assert zone.parts[0].name == "STANDARD", "a zone that begins with daylight saving"
    for onset in zone.parts:
        before, after = (offset(onset.one(name).value) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        assert onset.name == "STANDARD" or after > before, "daylight saving that sets clocks back"


def offset(text: str) -> timedelta:
    """+0530 as a time."""
    size = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]), seconds=int(text[5:] or 0))
    return -size if text[0] == "-" else size


def instant(calendar: Part, line: Line) -> datetime:
    """The instant that a DTSTART or DTEND means, by the definitions in the calendar itself and nothing else."""
    if len(line.value) == 8:
        return datetime.strptime(line.value, "%Y%m%d").replace(tzinfo=UTC)
    local = datetime.fromisoformat(line.value[:15])
    if line.value.endswith("Z"):
        return local.replace(tzinfo=UTC)
    zone = next(zone for zone in calendar.all("VTIMEZONE") if zone.text("TZID") == line.parameters["TZID"])
    return (local - offset_at(zone, local)).replace(tzinfo=UTC)


def offset_at(zone: Part, local: datetime) -> timedelta:
    """The offset in force at a wall time: that of the last onset, told in the offset before it."""
    onsets = [(moment, part) for part in zone.parts if (moment := last_onset(part, local)) is not None]
    assert onsets, f"{zone.text('TZID')} does not say what clocks do at {local}"
    _, part = max(onsets, key=lambda onset: onset[0])
    return offset(part.one("TZOFFSETTO").value)


def last_onset(part: Part, local: datetime) -> datetime | None:
    """The last time not after `local` at which an observance begins."""
    first = datetime.fromisoformat(part.one("DTSTART").value)
    if first > local:
        return None
    if not part.has("RRULE"):
        return first
    rule = part.one("RRULE").value
    assert yearly(rule, first.year, first) == first, "an onset that its own rule does not know"
    return max(
        moment for year in (local.year, local.year - 1) if first <= (moment := yearly(rule, year, first)) <= local
    )


@cache
def yearly(rule: str, year: int, first: datetime) -> datetime:
    """When a rule happens in a year, at the time of day of its first onset."""
    parts = dict(piece.split("=") for piece in rule.split(";"))
    weekday, nth = "MO TU WE TH FR SA SU".split().index(parts["BYDAY"][-2:]), int(parts["BYDAY"][:-2])
    begin = first.replace(year=year, month=int(parts["BYMONTH"]), day=1)
    days = [
        day for i in range(31) if (day := begin + timedelta(days=i)).month == begin.month and day.weekday() == weekday
    ]
    return days[nth - 1 if nth > 0 else nth]
