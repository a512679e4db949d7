"""Places without a name: in the API and on the pages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.structs import EmailAddress, Frozen, Input, OptionalLine
from training.booking.actions import Wanted
from training.booking.actions.giving_up import Released
from training.booking.actions.naming import Introduction, Named, Naming
from training.booking.actions.naming_links import MadeLink
from training.booking.queries.open_places import OpenPlaceView
from training.booking.rules.asking import Given
from training.booking.rules.open_places import PlaceState
from training.booking.schemas.places import PersonIn
from training.catalogue.rules import Mode
from training.people.schemas import ZoneName


class OpenPlaceOut(Frozen, frozen=True, kw_only=True):
    """A place without a name. Instants are UTC; `zone` is the session's.

    While `state` is open it must have a name until `name_until`, else it goes back. `sent_to` is where its link went by
    mail. Named, `enrollment_id` and `named` say as whom. `mode` is null for one that went back.
    """

    id: UUID
    booking_id: UUID
    booking_code: str
    session_id: UUID
    session_title: str
    starts_at: datetime | None
    zone: str
    partner_id: UUID
    partner_name: str
    state: PlaceState
    mode: Mode | None
    note: str
    name_until: datetime
    has_link: bool
    link_expires_at: datetime | None
    sent_to: str
    sent_at: datetime | None
    reminders: int
    reminded_at: datetime | None
    enrollment_id: UUID | None
    named: str | None
    state_at: datetime
    state_reason: str
    booked_by: str | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, place: OpenPlaceView) -> "OpenPlaceOut":
        """From what the query found."""
        return cls(
            id=place.id,
            booking_id=place.booking_id,
            booking_code=place.booking_code,
            session_id=place.session_id,
            session_title=place.session_title,
            starts_at=place.starts_at,
            zone=place.zone,
            partner_id=place.partner_id,
            partner_name=place.partner_name,
            state=place.state,
            mode=Mode(place.mode) if place.mode else None,
            note=place.note,
            name_until=place.until,
            has_link=place.has_link,
            link_expires_at=place.link_expires_at,
            sent_to=place.sent_to,
            sent_at=place.sent_at,
            reminders=place.chases,
            reminded_at=place.chased_at,
            enrollment_id=place.enrollment_id,
            named=place.named,
            state_at=place.state_at,
            state_reason=place.state_reason,
            booked_by=place.booked_by_name,
            created_at=place.created_at,
            version=place.version,
        )


class OpenPlacePage(Frozen, frozen=True, kw_only=True):
    """Some places in the order in which they were booked; `next_cursor` is null on the last page."""

    items: list[OpenPlaceOut]
    next_cursor: str | None


class NameIn(Input, frozen=True, kw_only=True):
    """Who takes a place. `accept_clashes` although they take part in something else of this partner at that time;
    `waive` is a manager's reason to let in whoever lacks a course that comes first."""

    person: PersonIn
    accept_clashes: bool = False
    waive: OptionalLine = ""

    def naming(self) -> Naming:
        """For the action."""
        person = self.person
        wanted = Wanted(
            membership_id=person.membership_id, name=person.name or (person.email or ""), email=person.email or ""
        )
        return Naming(person=wanted, accept_clashes=self.accept_clashes, waive=self.waive)


class NamedOut(Frozen, frozen=True, kw_only=True):
    """A place that has a name now. `promoted` are enrollments of your own people that moved up because of it."""

    open_place_id: UUID
    enrollment_id: UUID
    session_id: UUID
    name: str
    mode: Mode
    left_waitlist: bool
    promoted: list[UUID]
    version: int

    @classmethod
    def of(cls, named: Named, seen: set[UUID]) -> "NamedOut":
        """From the action's result; of those who moved up only the `seen` ones are named."""
        return cls(
            open_place_id=named.open_place_id,
            enrollment_id=named.enrollment_id,
            session_id=named.session_id,
            name=named.name,
            mode=named.mode,
            left_waitlist=named.left_waitlist,
            promoted=[key for key in named.promoted if key in seen],
            version=named.version,
        )


class LinkIn(Input, frozen=True, kw_only=True):
    """Where a naming link is mailed to, and to nobody else; null for one that you pass on yourself."""

    send_to: EmailAddress | None = None


class LinkOut(Frozen, frozen=True, kw_only=True):
    """A naming link. `url` is told this once and kept nowhere; null for one that was mailed: whoever has that one has
    read the mail."""

    open_place_id: UUID
    url: str | None
    expires_at: datetime
    sent_to: str
    version: int

    @classmethod
    def of(cls, made: MadeLink) -> "LinkOut":
        """From the action's result."""
        return cls(
            open_place_id=made.open_place_id,
            url=None if made.sent_to else made.url,
            expires_at=made.expires_at,
            sent_to=made.sent_to,
            version=made.version,
        )


class ReleaseIn(Input, frozen=True, kw_only=True):
    """Why a place goes back."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class ReleasedOut(Frozen, frozen=True, kw_only=True):
    """A place that went back. `promoted` are enrollments of your own people that moved up because of it."""

    open_place_id: UUID
    session_id: UUID
    promoted: list[UUID]
    version: int

    @classmethod
    def of(cls, released: Released, seen: set[UUID]) -> "ReleasedOut":
        """From the action's result; of those who moved up only the `seen` ones are named."""
        return cls(
            open_place_id=released.open_place_id,
            session_id=released.session_id,
            promoted=[key for key in released.promoted if key in seen],
            version=released.version,
        )


class NameForm(Input, frozen=True, kw_only=True):
    """Somebody of the list, or a name and an address; checked first, then confirmed."""

    version: int
    membership_id: UUID | None = None
    name: OptionalLine = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    accept_clashes: bool = False
    waive: OptionalLine = ""
    step: Literal["check", "confirm"] = "check"

    def naming(self) -> Naming:
        """For the action."""
        chosen = self.membership_id is not None
        wanted = Wanted(
            membership_id=self.membership_id,
            name="" if chosen else self.name,
            email="" if chosen else self.email,
        )
        return Naming(person=wanted, accept_clashes=self.accept_clashes, waive=self.waive)


class LinkForm(Input, frozen=True, kw_only=True):
    """Where a link goes; empty to copy it."""

    version: int
    send_to: Annotated[str, Meta(max_length=254)] = ""


class PlaceForm(Input, frozen=True, kw_only=True):
    """A button on the page of a place."""

    version: int


class NoteForm(Input, frozen=True, kw_only=True):
    """What a place is for."""

    version: int
    note: OptionalLine = ""


class ReleaseForm(Input, frozen=True, kw_only=True):
    """Why a place goes back."""

    version: int
    reason: Annotated[str, Meta(max_length=500)] = ""


class IntroductionForm(Input, frozen=True, kw_only=True):
    """Who takes the place behind a link. A city is enough as zone."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    email: EmailAddress
    zone: ZoneName = "UTC"

    def introduction(self, zone: str, given: Given) -> Introduction:
        """For the action, with the zone as it is spelled and what was answered."""
        return Introduction(name=self.name, email=self.email, zone=zone, given=given)
