"""What importing decides about each row, in words that stay stable, and the decisions it was given."""

from collections import Counter
from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.zones import is_misread, zone_named
from training.schedule.rules.times import Instant

LongSpans = Literal["refuse", "first-and-last-day", "daily"]


class ImportPolicy(Frozen, frozen=True, kw_only=True):
    """What the person importing decided. Raises Invalid where the decisions make no sense."""

    starts: time = time(9)
    ends: time = time(17)
    capacity: int = 30
    online_zone: str = "UTC"
    """For online workshops that name no place."""
    long_spans: LongSpans = "refuse"
    """How to read a span of more than seven days."""

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise Invalid("A day must end after it starts.", fields={"ends": "Must be after the start."})
        if self.capacity < 1:
            raise Invalid("A session needs at least one place.", fields={"capacity": "Must be 1 or more."})
        if zone_named(self.online_zone) is None or is_misread(self.online_zone):
            raise Invalid(
                f'"{self.online_zone}" is not a time zone that every calendar knows.'
                " Choose a region and city, such as Europe/Berlin, or UTC.",
                fields={"online_zone": "Not a known time zone."},
            )


class Reason(StrEnum):
    """Why a row was refused."""

    CELLS_MISCOUNTED = "cells-miscounted"
    CHARACTER_UNUSABLE = "character-unusable"
    CELL_TOO_LONG = "cell-too-long"
    SLUG_MISSING = "slug-missing"
    SLUG_UNUSABLE = "slug-unusable"
    SLUG_REPEATED = "slug-repeated"
    COURSE_UNKNOWN = "course-unknown"
    HOST_MISSING = "host-missing"
    COUNTRY_UNKNOWN = "country-unknown"
    COUNTRY_CONTRADICTS_COORDINATES = "country-contradicts-coordinates"
    PLACE_UNKNOWN = "place-unknown"
    ZONE_UNCLEAR = "zone-unclear"
    DATE_UNREADABLE = "date-unreadable"
    ENDS_BEFORE_START = "ends-before-start"
    SPAN_TOO_LONG = "span-too-long"
    COUNT_UNREADABLE = "count-unreadable"
    TIME_DOES_NOT_EXIST = "time-does-not-exist"


class Assumed(StrEnum):
    """What the file does not say and was assumed."""

    HOURS = "hours"
    CAPACITY = "capacity"
    ZONE_FROM_COORDINATES = "zone-from-coordinates"
    ZONE_FROM_COUNTRY = "zone-from-country"
    ZONE_FOR_ONLINE = "zone-for-online"
    ONLINE = "online"
    ONE_DAY = "one-day"
    MEETING_A_DAY = "meeting-a-day"
    FIRST_AND_LAST_DAY = "first-and-last-day"
    FIRST_OF_TWO = "first-of-two"
    ONLY_COUNTED = "only-counted"


class Noticed(StrEnum):
    """What the file says oddly; it changes nothing."""

    SLUG_DATE_DIFFERS = "slug-date-differs"
    SLUG_NAMES_ZONE = "slug-names-zone"
    LABEL = "label"
    TAG_UNKNOWN = "tag-unknown"
    SEVERAL_COURSES = "several-courses"
    VENUE_MISSING = "venue-missing"
    COUNTRY_MISSING = "country-missing"
    COORDINATES_UNUSABLE = "coordinates-unusable"
    COUNT_MISSING = "count-missing"
    TEXT_CLEANED = "text-cleaned"
    FORMULA_LIKE = "formula-like"
    HOST_SPELLING = "host-spelling"
    HOST_LOOKALIKE = "host-lookalike"
    HOST_ELSEWHERE = "host-elsewhere"


class Assumption(Frozen, frozen=True, kw_only=True):
    """One thing assumed, with the sentence for a person."""

    code: Assumed
    sentence: str


class Remark(Frozen, frozen=True, kw_only=True):
    """One thing noticed, with the sentence for a person."""

    code: Noticed
    sentence: str


@lru_cache(maxsize=4096)
def assumption(code: Assumed, sentence: str) -> Assumption:
    """The assumption. Most rows of a file share theirs, and a long file should not hold each of them anew."""
    return Assumption(code=code, sentence=sentence)


class ImportedMeeting(Frozen, frozen=True, kw_only=True):
    """One sitting: local times, zone and fold as they are to be kept, and the instants derived from them."""

    start: Instant
    end: Instant


class Accepted(Frozen, frozen=True, kw_only=True):
    """A row that becomes a session."""

    line: int
    key: str
    """Stable between imports: the slug without its capitals."""
    slug: str
    course: str
    host: str
    """As the row spells it."""
    partner_key: str
    """Rows with the same one have the same partner."""
    venue: str
    country: str
    """ISO 3166 alpha-2, W3 for online, "" where the file says none."""
    online: bool
    zone: str
    meetings: tuple[ImportedMeeting, ...]
    capacity: int
    trainers: int
    helpers: int
    cells: dict[str, str]
    """What the row says, cleaned, by column; without the slug."""
    point: tuple[float, float] | None
    """Latitude and longitude in degrees, where they were used to tell the zone."""
    assumptions: tuple[Assumption, ...]
    remarks: tuple[Remark, ...]


class Refused(Frozen, frozen=True, kw_only=True):
    """A row that does not, and why. `slug` is what stands in the file, however unusable."""

    line: int
    slug: str
    reason: Reason
    sentence: str


Verdict = Accepted | Refused


class Summary(Frozen, frozen=True, kw_only=True):
    """How many rows went which way. Counts by code, the most frequent first; a row counts once per code."""

    rows: int
    accepted: int
    meetings: int
    partners: int
    refused: int
    reasons: dict[str, int]
    assumptions: dict[str, int]
    remarks: dict[str, int]


def summarize(verdicts: Iterable[Verdict]) -> Summary:
    """The counts over all verdicts."""
    reasons: Counter[str] = Counter()
    assumptions: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    partners: set[str] = set()
    accepted = meetings = 0
    for verdict in verdicts:
        if isinstance(verdict, Refused):
            reasons[verdict.reason.value] += 1
            continue
        accepted += 1
        meetings += len(verdict.meetings)
        partners.add(verdict.partner_key)
        assumptions.update({assumption.code.value for assumption in verdict.assumptions})
        remarks.update({remark.code.value for remark in verdict.remarks})
    return Summary(
        rows=accepted + reasons.total(),
        accepted=accepted,
        meetings=meetings,
        partners=len(partners),
        refused=reasons.total(),
        reasons=_by_frequency(reasons),
        assumptions=_by_frequency(assumptions),
        remarks=_by_frequency(remarks),
    )


def summary_lines(summary: Summary) -> list[str]:
    """The counts as lines for a terminal."""
    lines = [
        f"{summary.rows} rows: {summary.accepted} accepted ({summary.meetings} meetings, "
        f"{summary.partners} partners), {summary.refused} refused"
    ]
    for title, counts in (
        ("Refused, by reason", summary.reasons),
        ("Accepted, with what was assumed", summary.assumptions),
        ("Accepted, with what was noticed", summary.remarks),
    ):
        if counts:
            lines += ["", title, *(f"{count:>7}  {code}" for code, count in counts.items())]
    return lines


def _by_frequency(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
