"""What a program, a moment, a course and a venue may be. Pure: values in, values or Invalid out.

The enums of the schedule live here too, because a course is the template of its sessions.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from babel import Locale

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.base.zones import country_names, zone_named

T = TypeVar("T")

MOST_PLACES = 100_000
MOST_HOURS = 24 * 365
MOST_OPEN_PLACE_HOURS = 24 * 90
MOST_DAYS = 366 * 5
SLUG_LENGTH = 80

# Sign languages are languages of delivery, and the locale data names only the American one.
SIGN_LANGUAGES = {
    "asf": "Australian Sign Language",
    "bfi": "British Sign Language",
    "bzs": "Brazilian Sign Language",
    "csl": "Chinese Sign Language",
    "dgs": "German Sign Language",
    "fsl": "French Sign Language",
    "gsg": "German Sign Language",
    "ins": "Indian Sign Language",
    "isg": "Irish Sign Language",
    "ise": "Italian Sign Language",
    "jsl": "Japanese Sign Language",
    "nzs": "New Zealand Sign Language",
    "ssp": "Spanish Sign Language",
}
_TAG = re.compile(r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?$")
_ENGLISH = Locale.parse("en")


class Mode(StrEnum):
    """How people take part in a session."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Audience(StrEnum):
    """Who may see and book a session: everybody, participating partners, or invited partners (or a code)."""

    PUBLIC = "public"
    PARTICIPATING = "participating"
    INVITED = "invited"


class SlugTaken(Conflict):
    """Another one already has this address. Choose a different short name."""

    code = "slug-taken"


class MomentsLimit(Conflict):
    """A program has as many moments as it can hold. Remove one first."""

    code = "too-many-moments"


class CourseCircle(Conflict):
    """A course cannot come before itself, not by way of others either."""

    code = "course-circle"


class PrerequisitesLimit(Conflict):
    """At most 20 courses can come before a course. Remove one first."""

    code = "too-many-prerequisites"


MOST_MOMENTS = 100
MOST_PREREQUISITES = 20


class Inheritable(Frozen, frozen=True, kw_only=True):
    """What sessions inherit from their course, field by field; `INHERITED` lists the names.

    Hours count back from the start of the first meeting: an open place must have a name `open_place_hours` before it.
    `attendee_list`: people of one partner see each other's names if they agreed. `joining_details` is for enrolled
    people only.
    """

    title: str
    summary: str = ""
    description: str = ""
    language: str = "en"
    mode: Mode = Mode.IN_PERSON
    capacity_in_person: int = 0
    capacity_online: int = 0
    audience: Audience = Audience.PARTICIPATING
    self_enrollment: bool = False
    overtaking: bool = True
    cancellation_hours: int = 48
    waitlist_cutoff_hours: int = 12
    minimum_participants: int = 0
    open_place_hours: int = 72
    attendee_list: bool = False
    joining_details: str = ""


INHERITED: tuple[str, ...] = Inheritable.__struct_fields__


class ProgramDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a program. `slug` may be left empty on creation: it is then made from the name."""

    name: str
    slug: str = ""
    summary: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    zone: str = "UTC"


class Program(ProgramDetails, frozen=True, kw_only=True):
    """A program as it is kept. Dates are days in `zone`."""

    id: UUID
    created_at: datetime
    version: int


class MomentDetails(Frozen, frozen=True, kw_only=True):
    """A public date planned towards; `ends_on` is the last day. A day everywhere, so without a zone."""

    name: str
    starts_on: date
    ends_on: date


class Moment(MomentDetails, frozen=True, kw_only=True):
    """A moment as it is kept."""

    id: UUID
    program_id: UUID
    version: int


class Course(Inheritable, frozen=True, kw_only=True):
    """A course as it is kept."""

    id: UUID
    program_id: UUID
    slug: str
    created_at: datetime
    version: int

    @property
    def values(self) -> Inheritable:
        """The values that its sessions inherit."""
        return Inheritable(**{name: getattr(self, name) for name in INHERITED})


class Prerequisite(Frozen, frozen=True, kw_only=True):
    """A course that comes before the course `course_id`, and the program that the required one belongs to."""

    course_id: UUID
    required_course_id: UUID
    title: str
    program_id: UUID
    program_name: str


class VenueDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a venue. Degrees are kept to four decimals (about ten metres)."""

    name: str
    zone: str
    address: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access_notes: str = ""
    external_key: str | None = None


class Venue(VenueDetails, frozen=True, kw_only=True):
    """A venue as it is kept."""

    id: UUID
    created_at: datetime
    version: int


def only(shape: type[Any], value: Any) -> dict[str, Any]:
    """The fields of `shape` taken from `value`, a struct that has at least these."""
    return {name: getattr(value, name) for name in shape.__struct_fields__}


def closes_circle(course_id: UUID, required_id: UUID, requires: Mapping[UUID, Iterable[UUID]]) -> bool:
    """Whether nobody could ever take part if `required_id` came before `course_id`, `requires` being what is said
    already: for each course those that come before it."""
    seen: set[UUID] = set()
    ahead = [required_id]
    while ahead:
        one = ahead.pop()
        if one == course_id:
            return True
        if one not in seen:
            seen.add(one)
            ahead.extend(requires.get(one, ()))
    return False


def changed_fields(before: Frozen, after: Frozen) -> tuple[str, ...]:
    """The names of the fields of `after` that differ from `before`, in order."""
    return tuple(name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name))


def in_time_order(programs: Iterable[Program], today: date) -> tuple[list[Program], list[Program]]:
    """Programs that go on or are to come, the earliest first, and those over before `today`, the latest first.

    A program without dates goes on, and stands after those that have some.
    """
    ordered = sorted(programs, key=lambda program: (program.starts_on or date.max, program.name))
    over = [program for program in ordered if program.ends_on is not None and program.ends_on < today]
    return [program for program in ordered if program not in over], over[::-1]


def slug_from(text: str) -> str:
    """A short name for an address: 'Santé Mentale 2026!' -> 'sante-mentale-2026'; '' when no Latin letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].rstrip("-")


def is_slug(text: str) -> bool:
    """Whether this could be the short name in an address."""
    return bool(text) and len(text) <= SLUG_LENGTH and slug_from(text) == text


def free_slug(wanted: str, taken: Iterable[str], fallback: str) -> str:
    """`wanted` (or `fallback` when it is empty), with the first number that makes it unlike all of `taken`."""
    base = wanted or fallback
    used = set(taken)
    if base not in used:
        return base
    number = 2
    while True:
        ending = f"-{number}"
        candidate = base[: SLUG_LENGTH - len(ending)].rstrip("-") + ending
        if candidate not in used:
            return candidate
        number += 1


def language_tag(text: str) -> str:
    """A language as BCP 47 writes it: 'EN_gb' -> 'en-GB'. Raises ValueError for what is no language we know."""
    found = _TAG.match(text.strip())
    if not found or not _language_known(found[1].lower()):
        raise ValueError("Write a language code such as en, es-MX, zh-Hant or bfi")
    language, script, territory = found[1].lower(), found[2], found[3]
    if (script and script.title() not in _ENGLISH.scripts) or (
        territory and territory.upper() not in _ENGLISH.territories
    ):
        raise ValueError("Write a language code such as en, es-MX, zh-Hant or bfi")
    parts = [language, script.title() if script else "", territory.upper() if territory else ""]
    return "-".join(part for part in parts if part)


def language_name(tag: str, locale: str = "en") -> str:
    """What people call a language: 'en-GB' -> 'English (United Kingdom)'; the tag itself when nobody named it."""
    found = _TAG.match(tag)
    if not found:
        return tag
    words = Locale.parse(locale.replace("-", "_"))
    language = found[1].lower()
    name = words.languages.get(language) or SIGN_LANGUAGES.get(language) or tag
    more = [words.scripts.get(found[2].title()) if found[2] else None]
    more.append(words.territories.get(found[3].upper()) if found[3] else None)
    inside = ", ".join(part for part in more if part)
    return f"{name} ({inside})" if inside else name


def _language_known(code: str) -> bool:
    return code in _ENGLISH.languages or code in SIGN_LANGUAGES


def checked_program(details: ProgramDetails) -> ProgramDetails:
    """The details if they can be used. Raises Invalid naming every field that cannot."""
    wrong = _named(details.name, "name")
    if details.slug and slug_from(details.slug) != details.slug:
        wrong["slug"] = "Use small letters, digits and single hyphens, for example mental-health-month."
    wrong |= _span(details.starts_on, details.ends_on)
    wrong |= _zone(details.zone)
    return _or_invalid(details, wrong)


def checked_moment(details: MomentDetails) -> MomentDetails:
    """The details if they can be used. Raises Invalid naming every field that cannot."""
    return _or_invalid(details, _named(details.name, "name") | _span(details.starts_on, details.ends_on))


def checked_course(values: Inheritable) -> Inheritable:
    """The values with the language in its usual writing. Raises Invalid naming every field that cannot be used."""
    wrong = _named(values.title, "title")
    language = values.language
    try:
        language = language_tag(values.language)
    except ValueError as error:
        wrong["language"] = f"{error}."
    wrong |= wrong_capacity(values.mode, values.capacity_in_person, values.capacity_online)
    for field in ("cancellation_hours", "waitlist_cutoff_hours"):
        if not 0 <= getattr(values, field) <= MOST_HOURS:
            wrong[field] = "Hours are a whole number from 0 to 8760 (a year)."
    if not 0 <= values.open_place_hours <= MOST_OPEN_PLACE_HOURS:
        wrong["open_place_hours"] = "Hours are a whole number from 0 to 2160 (90 days)."
    places = values.capacity_in_person + values.capacity_online
    if values.minimum_participants < 0:
        wrong["minimum_participants"] = "This cannot be less than 0."
    elif values.minimum_participants > places and not wrong:
        wrong["minimum_participants"] = f"There are only {places} places, so this minimum could never be reached."
    if values.self_enrollment and values.audience is Audience.INVITED:
        wrong["self_enrollment"] = "People cannot enroll themselves where only invited partners may book."
    return Inheritable(**{**only(Inheritable, _or_invalid(values, wrong)), "language": language})


def wrong_capacity(mode: Mode, in_person: int, online: int) -> dict[str, str]:
    """What is wrong with capacities under this mode, by field; {} when they match it."""
    wrong = {}
    for field, number in (("capacity_in_person", in_person), ("capacity_online", online)):
        if not 0 <= number <= MOST_PLACES:
            wrong[field] = f"Places are a whole number from 0 to {MOST_PLACES:,}."
    if wrong:
        return wrong
    if mode is Mode.ONLINE and in_person:
        wrong["capacity_in_person"] = "An online session has no places in the room: leave this at 0 or choose hybrid."
    if mode is Mode.IN_PERSON and online:
        wrong["capacity_online"] = "A session in person has no places online: leave this at 0 or choose hybrid."
    if mode is not Mode.ONLINE and in_person == 0:
        wrong["capacity_in_person"] = "Say how many places there are in the room."
    if mode is not Mode.IN_PERSON and online == 0:
        wrong["capacity_online"] = "Say how many places there are online."
    return wrong


def checked_venue(details: VenueDetails) -> VenueDetails:
    """The details with coordinates rounded. Raises Invalid naming every field that cannot be used."""
    wrong = _named(details.name, "name") | _zone(details.zone)
    country = details.country.strip().upper()
    if country and country not in country_names():
        wrong["country"] = "Choose a country from the list, or leave it empty."
    for field, most in (("latitude", 90), ("longitude", 180)):
        number = getattr(details, field)
        if number is not None and not -most <= number <= most:
            wrong[field] = f"Degrees go from -{most} to {most}."
    if (details.latitude is None) != (details.longitude is None) and not wrong.keys() & {"latitude", "longitude"}:
        wrong["longitude" if details.longitude is None else "latitude"] = "Give both coordinates or neither."
    values = only(VenueDetails, _or_invalid(details, wrong))
    values |= {"country": country, "latitude": degrees(details.latitude), "longitude": degrees(details.longitude)}
    return VenueDetails(**values)


def degrees(number: float | None) -> float | None:
    """Four decimals: what both engines keep alike in a column of single precision."""
    return None if number is None else round(number, 4)


def _named(text: str, field: str) -> dict[str, str]:
    if not text.strip():
        return {field: "Please give a name."}
    return {field: "At most 200 characters, please."} if len(text) > 200 else {}


def _span(starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    if starts_on is None or ends_on is None:
        return {}
    if ends_on < starts_on:
        return {"ends_on": "The last day cannot be before the first."}
    return {"ends_on": "Five years is the longest span."} if (ends_on - starts_on).days > MOST_DAYS else {}


def _zone(name: str) -> dict[str, str]:
    return {} if zone_named(name) else {"zone": "Choose a time zone from the list, for example Europe/Berlin."}


def _or_invalid(value: T, wrong: Mapping[str, str]) -> T:
    if wrong:
        raise Invalid("Please look at the marked fields.", fields=dict(wrong))
    return value
