"""What people say about sessions and meetings, before anything is decided about it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import force_setattr

from training.base.structs import Frozen, Input, Line, OptionalLine, Paragraphs, without_directions
from training.catalogue.rules import MOST_HOURS, MOST_OPEN_PLACE_HOURS, MOST_PLACES, Audience, Mode
from training.schedule.rules.sessions import TrainerRole
from training.schedule.rules.times import FIRST_YEAR, LAST_YEAR, TimeOutOfRange

Places = Annotated[int, Meta(ge=0, le=MOST_PLACES, description="A number of places.")]
Hours = Annotated[int, Meta(ge=0, le=MOST_HOURS, description="Whole hours.")]
OpenPlaceHours = Annotated[int, Meta(ge=0, le=MOST_OPEN_PLACE_HOURS, description="Whole hours.")]
At = Annotated[datetime, Meta(tz=True, description="An instant with its offset.")]
WallTime = Annotated[datetime, Meta(tz=False, description="A wall time without offset; `zone` says where.")]
Zone = Annotated[str, Meta(max_length=64, description="An IANA time zone, such as Europe/Berlin.")]
Link = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$", description="A web address.")]
Fold = Annotated[int, Meta(ge=0, le=1, description="0 or 1: which of two equal wall times.")]
Language = Annotated[str, Meta(min_length=2, max_length=20, description="A BCP 47 language tag.")]
InheritedField = Literal[
    "title", "summary", "description", "language", "mode", "capacity_in_person", "capacity_online", "audience",
    "self_enrollment", "overtaking", "cancellation_hours", "waitlist_cutoff_hours", "minimum_participants",
    "open_place_hours", "attendee_list", "joining_details",
]  # fmt: skip


def check_instants(**instants: datetime | None) -> None:
    """Raise TimeOutOfRange, naming the field, for instants so far away that databases cannot hold them."""
    for field, at in instants.items():
        if at is not None and not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise TimeOutOfRange(fields={field: "The year must lie between 1900 and 2199."})


def _flatten_title(values: Any) -> None:
    """A title is one line, as names are: breaks of any kind become spaces, and nothing turns round what follows."""
    if isinstance(values.title, str):
        force_setattr(values, "title", without_directions(" ".join(values.title.split())).strip())


class SessionValues(Input, frozen=True, kw_only=True):
    """What a session can be told. What is left out is inherited from the course, or stays as it is.

    `inherit` names fields that take the course's value again. `access_code`: 'new' makes one, 'none' removes it.
    """

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
    overbooking: Places | UnsetType = UNSET
    booking_opens_at: At | UnsetType | None = UNSET
    booking_closes_at: At | UnsetType | None = UNSET
    access_code: Literal["new", "none"] | UnsetType = UNSET
    partner_ids: Annotated[tuple[UUID, ...], Meta(max_length=500)] | UnsetType = UNSET
    inherit: Annotated[tuple[InheritedField, ...], Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _flatten_title(self)


class MeetingValues(Input, frozen=True, kw_only=True):
    """A meeting to be added. An empty zone means the room's zone, or else the session's."""

    local_start: WallTime
    local_end: WallTime
    zone: Zone = ""
    start_fold: Fold | None = None
    end_fold: Fold | None = None
    title: OptionalLine = ""
    room_id: UUID | None = None
    link: Link = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _flatten_title(self)


class MeetingPatch(Input, frozen=True, kw_only=True):
    """New values for a meeting; what is left out stays. New times are read in `zone`, or the meeting's own zone."""

    local_start: WallTime | UnsetType = UNSET
    local_end: WallTime | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    start_fold: Fold | None = None
    end_fold: Fold | None = None
    title: OptionalLine | UnsetType = UNSET
    room_id: UUID | UnsetType | None = UNSET
    link: Link | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        _flatten_title(self)


class MeetingChange(MeetingPatch, frozen=True, kw_only=True):
    """New values for the meeting of this id."""

    meeting_id: UUID


class Assignment(Input, frozen=True, kw_only=True):
    """A trainer for some meetings of a session; no `meeting_ids` means all of them."""

    person_id: UUID
    role: TrainerRole = TrainerRole.LEAD
    meeting_ids: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()


class RoomValues(Input, frozen=True, kw_only=True):
    """What people say about a room."""

    name: Line
    places: Places = 0
    access_notes: Paragraphs = ""


class Source(Frozen, frozen=True, kw_only=True):
    """Where an imported session came from: its key there (unique in the program) and what was assumed."""

    external_key: str
    notes: tuple[str, ...] = ()
