"""What comes in and goes out about the catalogue: the JSON of the API and the forms of the pages."""

from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import force_setattr

from training.base.structs import Frozen, Input, Line, Paragraphs, Slug
from training.base.zones import zone_typed
from training.catalogue.rules import (
    MOST_HOURS,
    MOST_OPEN_PLACE_HOURS,
    MOST_PLACES,
    Audience,
    Course,
    Inheritable,
    Mode,
    Moment,
    MomentDetails,
    Prerequisite,
    Program,
    ProgramDetails,
    Venue,
    VenueDetails,
    language_name,
    only,
)

D = TypeVar("D")

ZoneName = Annotated[str, Meta(min_length=1, max_length=64, description="An IANA time zone, such as Europe/Berlin.")]
Places = Annotated[int, Meta(ge=0, le=MOST_PLACES)]
Hours = Annotated[int, Meta(ge=0, le=MOST_HOURS, description="Hours before the start of the first meeting.")]
OpenPlaceHours = Annotated[int, Meta(ge=0, le=MOST_OPEN_PLACE_HOURS, description="Hours before the first meeting.")]
Language = Annotated[str, Meta(min_length=2, max_length=20, description="A language tag, such as en or zh-Hant.")]
Country = Annotated[str, Meta(max_length=2, description="ISO 3166 alpha-2, or empty.")]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
_ENUMS: dict[str, type[Mode] | type[Audience]] = {"mode": Mode, "audience": Audience}


def merged(shape: type[D], said: Input, current: Frozen | None = None) -> D:
    """A `shape` of what was said; what was left out comes from `current`, or is the default."""
    values: dict[str, Any] = only(shape, current) if current is not None else {}
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if value is not UNSET and name in shape.__struct_fields__:  # type: ignore[attr-defined]
            # Cleaning input turns members of a StrEnum into plain text.
            values[name] = _ENUMS[name](value) if name in _ENUMS else value
    return shape(**values)


class ProgramIn(Input, frozen=True, kw_only=True):
    """A program to add. Without a `slug` one is made from the name."""

    name: Line
    slug: Slug | UnsetType = UNSET
    summary: Paragraphs = ""
    starts_on: date | None = None
    ends_on: date | None = None
    zone: ZoneName = "UTC"

    def details(self) -> ProgramDetails:
        """What is to be kept."""
        return merged(ProgramDetails, self)


class ProgramChange(Input, frozen=True, kw_only=True):
    """Fields of a program to change; what is left out stays."""

    name: Line | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    summary: Paragraphs | UnsetType = UNSET
    starts_on: date | UnsetType | None = UNSET
    ends_on: date | UnsetType | None = UNSET
    zone: ZoneName | UnsetType = UNSET


class ProgramForm(Input, frozen=True, kw_only=True):
    """The form of a program. An empty `slug` is made from the name, or stays; a city is understood as its zone.

    `version` is what was looked at.
    """

    name: Line
    slug: Annotated[str, Meta(max_length=80)] = ""
    summary: Paragraphs = ""
    starts_on: date | None = None
    ends_on: date | None = None
    zone: ZoneName = "UTC"
    version: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        force_setattr(self, "zone", zone_typed(self.zone))


class ProgramOut(Frozen, frozen=True, kw_only=True):
    """A program. Dates are days in `zone`."""

    id: UUID
    slug: str
    name: str
    summary: str
    starts_on: date | None
    ends_on: date | None
    zone: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, program: Program) -> "ProgramOut":
        """From what is kept."""
        return cls(**only(cls, program))


class ProgramPage(Frozen, frozen=True, kw_only=True):
    """Some programs, in the order they were created."""

    items: list[ProgramOut]
    next_cursor: str | None


class MomentIn(Input, frozen=True, kw_only=True):
    """A date that a program plans towards. Without `ends_on` it lasts one day."""

    name: Line
    starts_on: date
    ends_on: date | None = None

    def details(self) -> MomentDetails:
        """What is to be kept."""
        return MomentDetails(name=self.name, starts_on=self.starts_on, ends_on=self.ends_on or self.starts_on)


class MomentForm(MomentIn, frozen=True, kw_only=True):
    """The form of a moment. `version` is what was looked at."""

    version: int = 0


class MomentChange(Input, frozen=True, kw_only=True):
    """Fields of a moment to change; what is left out stays."""

    name: Line | UnsetType = UNSET
    starts_on: date | UnsetType = UNSET
    ends_on: date | UnsetType = UNSET


class MomentOut(Frozen, frozen=True, kw_only=True):
    """A public date; `ends_on` is its last day. That day everywhere."""

    id: UUID
    program_id: UUID
    name: str
    starts_on: date
    ends_on: date
    version: int

    @classmethod
    def of(cls, moment: Moment) -> "MomentOut":
        """From what is kept."""
        return cls(**only(cls, moment))


class MomentPage(Frozen, frozen=True, kw_only=True):
    """All moments of a program by date; there is never a next page."""

    items: list[MomentOut]
    next_cursor: str | None = None


class CourseIn(Input, frozen=True, kw_only=True):
    """A course to add: the values that its sessions inherit."""

    title: Line
    slug: Slug | UnsetType = UNSET
    summary: Paragraphs = ""
    description: Paragraphs = ""
    language: Language = "en"
    mode: Mode = Mode.IN_PERSON
    capacity_in_person: Places = 0
    capacity_online: Places = 0
    audience: Audience = Audience.PARTICIPATING
    self_enrollment: bool = False
    overtaking: bool = True
    cancellation_hours: Hours = 48
    waitlist_cutoff_hours: Hours = 12
    minimum_participants: Places = 0
    open_place_hours: OpenPlaceHours = 72
    attendee_list: bool = False
    joining_details: Paragraphs = ""

    def values(self) -> Inheritable:
        """What is to be kept."""
        return merged(Inheritable, self)


class CourseForm(CourseIn, frozen=True, kw_only=True):
    """The form of a course: a check box that is not ticked says no. `version` is what was looked at."""

    overtaking: bool = False
    version: int = 0


class CourseChange(Input, frozen=True, kw_only=True):
    """Fields of a course to change; what is left out stays. Sessions follow where they set nothing themselves."""

    title: Line | UnsetType = UNSET
    summary: Paragraphs | UnsetType = UNSET
    description: Paragraphs | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    capacity_in_person: Places | UnsetType = UNSET
    capacity_online: Places | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET
    self_enrollment: bool | UnsetType = UNSET
    overtaking: bool | UnsetType = UNSET
    cancellation_hours: Hours | UnsetType = UNSET
    waitlist_cutoff_hours: Hours | UnsetType = UNSET
    minimum_participants: Places | UnsetType = UNSET
    open_place_hours: OpenPlaceHours | UnsetType = UNSET
    attendee_list: bool | UnsetType = UNSET
    joining_details: Paragraphs | UnsetType = UNSET


class CourseOut(Frozen, frozen=True, kw_only=True):
    """A course. `joining_details` is empty unless you plan the course."""

    id: UUID
    program_id: UUID
    slug: str
    title: str
    summary: str
    description: str
    language: str
    language_name: str
    mode: Mode
    capacity_in_person: int
    capacity_online: int
    audience: Audience
    self_enrollment: bool
    overtaking: bool
    cancellation_hours: int
    waitlist_cutoff_hours: int
    minimum_participants: int
    open_place_hours: int
    attendee_list: bool
    joining_details: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, course: Course) -> "CourseOut":
        """From what is kept."""
        kept = {name: getattr(course, name) for name in cls.__struct_fields__ if name != "language_name"}
        return cls(**kept, language_name=language_name(course.language))


class CoursePage(Frozen, frozen=True, kw_only=True):
    """Some courses of a program, in the order they were created."""

    items: list[CourseOut]
    next_cursor: str | None


class PrerequisiteIn(Input, frozen=True, kw_only=True):
    """A course that comes before another one. It belongs to a program that you manage."""

    required_course_id: UUID


class PrerequisiteOut(Frozen, frozen=True, kw_only=True):
    """A course that comes before the course `course_id`."""

    course_id: UUID
    required_course_id: UUID
    title: str
    program_id: UUID
    program_name: str

    @classmethod
    def of(cls, prerequisite: Prerequisite) -> "PrerequisiteOut":
        """From what is kept."""
        return cls(**only(cls, prerequisite))


class PrerequisitePage(Frozen, frozen=True, kw_only=True):
    """All courses that come before one, by title; there is never a next page."""

    items: list[PrerequisiteOut]
    next_cursor: str | None = None


class VenueIn(Input, frozen=True, kw_only=True):
    """A venue to add. Give both coordinates or neither; they are kept to four decimals."""

    name: Line
    zone: ZoneName
    address: Paragraphs = ""
    country: Country = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    access_notes: Paragraphs = ""

    def details(self) -> VenueDetails:
        """What is to be kept."""
        return merged(VenueDetails, self)


class VenueForm(VenueIn, frozen=True, kw_only=True):
    """The form of a venue; the rules say where degrees end, and a city is understood as its zone.

    `version` is what was looked at.
    """

    latitude: float | None = None
    longitude: float | None = None
    version: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        force_setattr(self, "zone", zone_typed(self.zone))


class VenueChange(Input, frozen=True, kw_only=True):
    """Fields of a venue to change; what is left out stays."""

    name: Line | UnsetType = UNSET
    zone: ZoneName | UnsetType = UNSET
    address: Paragraphs | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET
    access_notes: Paragraphs | UnsetType = UNSET


class VenueOut(Frozen, frozen=True, kw_only=True):
    """A place where sessions are held."""

    id: UUID
    name: str
    zone: str
    address: str
    country: str
    latitude: float | None
    longitude: float | None
    access_notes: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, venue: Venue) -> "VenueOut":
        """From what is kept."""
        return cls(**only(cls, venue))


class VenuePage(Frozen, frozen=True, kw_only=True):
    """Some venues, in the order they were created."""

    items: list[VenueOut]
    next_cursor: str | None
