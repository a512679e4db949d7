"""What can happen to places. The first field names the subject; no names or addresses of people are in events."""

from uuid import UUID

from training.base.structs import Event
from training.catalogue.rules import Mode


class PlacesBooked(Event, frozen=True, kw_only=True):
    """A booking was made: these enrollments got places, those wait."""

    booking_id: UUID
    session_id: UUID
    partner_id: UUID | None
    enrolled: tuple[UUID, ...]
    waitlisted: tuple[UUID, ...]


class EnrollmentCancelled(Event, frozen=True, kw_only=True):
    """Somebody left: by their own or the coordinator's wish (`cancelled`) or by a manager's (`removed`)."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    reason: str
    freed: Mode | None


class EnrollmentPromoted(Event, frozen=True, kw_only=True):
    """Somebody who waited has a place now."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode


class PlaceGiven(Event, frozen=True, kw_only=True):
    """A manager gave somebody who waited a place, in whatever order; above the capacity only for a reason."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode
    above_capacity: bool
    reason: str


class SessionEmptied(Event, frozen=True, kw_only=True):
    """A session was cancelled and with it every active enrollment."""

    session_id: UUID
    enrollments: int
