"""What can happen to places. The first field names the subject; no names or addresses of people are in events."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Event
from training.catalogue.rules import Mode


class PlacesBooked(Event, frozen=True, kw_only=True):
    """A booking was made: these enrollments got places, those wait, and these places have no name yet."""

    booking_id: UUID
    session_id: UUID
    partner_id: UUID | None
    enrolled: tuple[UUID, ...]
    waitlisted: tuple[UUID, ...]
    open_places: tuple[UUID, ...] = ()


class EnrollmentCancelled(Event, frozen=True, kw_only=True):
    """Somebody left: by their own or the coordinator's wish (`cancelled`) or by a manager's (`removed`)."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    reason: str
    freed: Mode | None


class EnrollmentRestored(Event, frozen=True, kw_only=True):
    """A cancellation was undone: the place was still free, or the spot on the waitlist is kept again."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str


class BookingUndone(Event, frozen=True, kw_only=True):
    """Whoever booked took the whole booking back shortly afterwards."""

    booking_id: UUID
    session_id: UUID
    enrollments: int
    open_places: int


class EnrollmentOffered(Event, frozen=True, kw_only=True):
    """A place became free for somebody who waited and is busy then; they are asked, and it is kept until `until`."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode
    until: datetime


class OfferTaken(Event, frozen=True, kw_only=True):
    """Somebody took the place that was offered to them."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID


class EnrollmentExpired(Event, frozen=True, kw_only=True):
    """Nobody confirmed the request or answered the offer in time, so it keeps no place any more."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
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
