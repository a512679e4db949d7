"""What is typed into the schedule's forms, and what is meant by it."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta

from training.base.errors import Conflict, Invalid, Stale, TrainingError
from training.base.structs import Input, Line, OptionalLine, Paragraphs
from training.base.zones import zone_typed
from training.catalogue.rules import INHERITED, Audience, Inheritable, Mode
from training.schedule.rules.sessions import TrainerRole
from training.schedule.rules.times import resolve
from training.schedule.rules.values import (
    Fold,
    Hours,
    InheritedField,
    Language,
    MeetingChange,
    MeetingValues,
    OpenPlaceHours,
    Places,
    SessionValues,
    Zone,
)
from training.web.forms import Form

T = TypeVar("T", bound=Input)
REFUSALS = (Invalid, Conflict)
"""What a form can put right: the sentence goes beside a field, and everything typed stays."""

Typed = Annotated[str, Meta(max_length=30)]
Address = Annotated[str, Meta(max_length=500)]
_LINK = re.compile(r"https?://[^\s<>\"]+")
_ENUMS: dict[str, type[Mode] | type[Audience]] = {"mode": Mode, "audience": Audience}


class SessionForm(Input, frozen=True, kw_only=True):
    """A session to draft or to change; every inheritable value as it stands in the form. `version` was looked at."""

    title: Line
    summary: Paragraphs = ""
    description: Paragraphs = ""
    language: Language = "en"
    mode: Mode = Mode.IN_PERSON
    capacity_in_person: Places = 0
    capacity_online: Places = 0
    audience: Audience = Audience.PARTICIPATING
    self_enrollment: bool = False
    overtaking: bool = False
    cancellation_hours: Hours = 0
    waitlist_cutoff_hours: Hours = 0
    minimum_participants: Places = 0
    open_place_hours: OpenPlaceHours = 0
    attendee_list: bool = False
    joining_details: Paragraphs = ""
    overbooking: Places = 0
    booking_opens_at: Typed = ""
    booking_closes_at: Typed = ""
    code: Literal["keep", "new", "none"] = "keep"
    partner_ids: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()
    inherit: tuple[InheritedField, ...] = ()
    version: int = 0

    def values(self, current: Inheritable, zone: str) -> SessionValues:
        """What was said that was not so before; a field to be inherited again is not said.

        Raises Invalid for a booking window that cannot be read on the clocks of `zone`.
        """
        said: dict[str, Any] = {}
        for name in INHERITED:
            # Cleaning input turns members of a StrEnum into plain text.
            value = _ENUMS[name](getattr(self, name)) if name in _ENUMS else getattr(self, name)
            if name not in self.inherit and value != getattr(current, name):
                said[name] = value
        for name in ("booking_opens_at", "booking_closes_at"):
            said[name] = _instant(name, getattr(self, name), zone)
        access_code = UNSET if self.code == "keep" else self.code
        return SessionValues(
            **said,
            overbooking=self.overbooking,
            partner_ids=self.partner_ids,
            access_code=access_code,
            inherit=self.inherit,
        )


class MeetingForm(Input, frozen=True, kw_only=True):
    """A meeting to add or to change, its times as a browser sends them. `version` is the session's."""

    local_start: Typed
    local_end: Typed
    zone: Zone = ""
    start_fold: Fold | None = None
    end_fold: Fold | None = None
    title: OptionalLine = ""
    room_id: UUID | None = None
    link: Address = ""
    accept_warnings: bool = False
    version: int = 0

    def values(self) -> MeetingValues:
        """The meeting to add. Raises Invalid for what is no time and no link."""
        return MeetingValues(**self._said())

    def change(self, meeting_id: UUID) -> MeetingChange:
        """The same as a change of a meeting."""
        return MeetingChange(meeting_id=meeting_id, **self._said())

    def _said(self) -> dict[str, Any]:
        if self.link and not _LINK.fullmatch(self.link):
            raise Invalid(fields={"link": "A link starts with https:// and has no spaces."})
        return {
            "local_start": wall_time("local_start", self.local_start),
            "local_end": wall_time("local_end", self.local_end),
            "zone": zone_typed(self.zone),
            "start_fold": self.start_fold,
            "end_fold": self.end_fold,
            "title": self.title,
            "room_id": self.room_id,
            "link": self.link,
        }


class TrainerForm(Input, frozen=True, kw_only=True):
    """Somebody to teach some or all meetings."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    role: TrainerRole = TrainerRole.LEAD
    meeting_ids: Annotated[tuple[UUID, ...], Meta(max_length=100)] = ()
    accept_warnings: bool = False
    version: int = 0


class StepForm(Input, frozen=True, kw_only=True):
    """A step that was agreed to, with the version that was looked at."""

    version: int = 0


class RoomForm(Input, frozen=True, kw_only=True):
    """A room to add or to change."""

    name: Line
    places: Places = 0
    access_notes: Paragraphs = ""
    version: int = 0


def wall_time(field: str, text: str) -> datetime:
    """A wall time as a browser sends it ("2026-05-04T09:00"). Raises Invalid naming the field."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(fields={field: "Please enter a date and a time."}) from error
    if found.tzinfo is not None:
        raise Invalid(fields={field: "Please enter the time on the clock there, without an offset."})
    return found


def _instant(field: str, text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        return resolve(wall_time(field, text), zone).at
    except Invalid as error:
        raise Invalid(fields={field: error.fields.get(field, error.detail)}) from error


def refused(form: Form[T], error: TrainingError) -> Form[T]:
    """The form with what an action said against it, each sentence where it belongs.

    After a Stale, the hidden `version` becomes the current one, so that saving again is a decision and no accident.
    """
    if isinstance(error, Stale):
        return form.outdated(error.data.get("version", form.raw.get("version")))
    if isinstance(error, Invalid) and error.fields:
        for name, sentence in error.fields.items():
            form = form.with_error(name, sentence)
        return form
    return form.with_error(str(error.data.get("field", "")), error.detail)
