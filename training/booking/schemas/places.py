"""Places in the API: bookings, verdicts, enrollments."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.structs import EmailAddress, Frozen, Input, OptionalLine
from training.booking.actions import Booked, Order, Placed, Wanted
from training.booking.actions.cancel import Left
from training.booking.queries import EnrollmentView
from training.booking.rules import Outcome, State, cancel_until, unpack_modes
from training.catalogue.rules import Mode


class PersonIn(Input, frozen=True, kw_only=True):
    """A person to book: `membership_id` of a member, or an `email` (with a `name`) that becomes one."""

    membership_id: UUID | None = None
    email: EmailAddress | None = None
    name: OptionalLine = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.membership_id is None) == (self.email is None):
            raise ValueError("Give either membership_id or email")


class BookingIn(Input, frozen=True, kw_only=True):
    """A request for places. `accepts` lists modes, best first; empty means any that the session has.

    `open_places` are places without a name yet: counted now, to be named until their `name_until`. `accept_clashes`
    books people who take part in something else of this partner at that time. `waive` is a manager's reason to let in
    whoever lacks a course that comes first.
    """

    partner_id: UUID
    people: Annotated[list[PersonIn], Meta(max_length=200)] = []
    accepts: Annotated[list[Mode], Meta(max_length=3)] = []
    together: bool = False
    note: Annotated[str, Meta(max_length=2000)] = ""
    access_code: Annotated[str, Meta(max_length=20)] = ""
    open_places: Annotated[int, Meta(ge=0, le=200)] = 0
    accept_clashes: bool = False
    waive: OptionalLine = ""

    def order(self, session_id: UUID) -> Order:
        """The order for a session."""
        people = tuple(
            Wanted(membership_id=p.membership_id, name=p.name or (p.email or ""), email=p.email or "")
            for p in self.people
        )
        return Order(
            session_id=session_id,
            partner_id=self.partner_id,
            people=people,
            accepts=tuple(self.accepts),
            together=self.together,
            note=self.note,
            access_code=self.access_code,
            open_places=self.open_places,
            accept_clashes=self.accept_clashes,
            waive=self.waive,
        )


class VerdictOut(Frozen, frozen=True, kw_only=True):
    """What the booking comes to for one person. `position` counts from 1 on the waitlist."""

    name: str
    email: str
    outcome: Outcome
    code: str
    reason: str
    mode: Mode | None
    position: int | None
    enrollment_id: UUID | None


class BookingOut(Frozen, frozen=True, kw_only=True):
    """A booking, person by person, in the order asked. A preview has no `id`.

    `open_places` is how many places without a name were (or would be) taken, `open_refused` how many there were not.
    """

    id: UUID | None
    code: str
    session_id: UUID
    partner_id: UUID
    verdicts: list[VerdictOut]
    open_places: int = 0
    open_refused: int = 0

    @classmethod
    def of(cls, booked: Booked) -> "BookingOut":
        """From the action's result."""
        return cls(
            id=booked.booking_id,
            code=booked.code,
            session_id=booked.session_id,
            partner_id=booked.partner_id,
            verdicts=[
                VerdictOut(
                    name=v.name,
                    email=v.email,
                    outcome=v.outcome,
                    code=v.code,
                    reason=v.reason,
                    mode=v.mode,
                    position=v.position,
                    enrollment_id=v.enrollment_id,
                )
                for v in booked.verdicts
            ],
            open_places=booked.open_places,
            open_refused=booked.open_refused,
        )


class EnrollmentOut(Frozen, frozen=True, kw_only=True):
    """One person in one session. Instants are UTC; `zone` is the session's. `cancel_until` is the deadline.

    `calendar_answer` is what their calendar replied to the invitations: accepted, tentative, declined or partly. With
    `gives_back_at` the place goes back then, unless somebody keeps it.
    """

    id: UUID
    booking_id: UUID
    booking_code: str
    session_id: UUID
    session_title: str
    starts_at: datetime | None
    zone: str
    partner_id: UUID | None
    name: str
    email: str
    state: State
    mode: Mode | None
    accepts: list[Mode]
    arrival: int
    together: bool
    booked_by: str | None
    created_at: datetime
    state_at: datetime
    state_reason: str
    cancel_until: datetime | None
    calendar_answer: str
    gives_back_at: datetime | None
    version: int

    @classmethod
    def of(cls, e: EnrollmentView) -> "EnrollmentOut":
        """From what the query found."""
        return cls(
            id=e.id,
            booking_id=e.booking_id,
            booking_code=e.booking_code,
            session_id=e.session_id,
            session_title=e.session_title,
            starts_at=e.starts_at,
            zone=e.zone,
            partner_id=e.partner_id,
            name=e.name,
            email=e.email,
            state=e.state,
            mode=Mode(e.mode) if e.mode else None,
            accepts=list(unpack_modes(e.accepts)),
            arrival=e.arrival,
            together=e.together,
            booked_by=e.booked_by_name,
            created_at=e.created_at,
            state_at=e.state_at,
            state_reason=e.state_reason,
            cancel_until=cancel_until(e.starts_at, e.cancellation_hours) if e.starts_at else None,
            calendar_answer=e.calendar_answer,
            gives_back_at=e.declines_at if e.state is State.ENROLLED else None,
            version=e.version,
        )


class EnrollmentPage(Frozen, frozen=True, kw_only=True):
    """Some enrollments in order of arrival; `next_cursor` is null on the last page."""

    items: list[EnrollmentOut]
    next_cursor: str | None


class CancelIn(Input, frozen=True, kw_only=True):
    """Why somebody leaves; told to the person."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class LeftOut(Frozen, frozen=True, kw_only=True):
    """An enrollment that was given back, and the enrollments that moved up because of it, as far as you see them."""

    enrollment_id: UUID
    session_id: UUID
    state: State
    promoted: list[UUID]
    version: int

    @classmethod
    def of(cls, left: Left, seen: Collection[UUID]) -> "LeftOut":
        """From the action's result, without the enrollments that are not among the `seen` ones."""
        return cls(
            enrollment_id=left.enrollment_id,
            session_id=left.session_id,
            state=left.state,
            promoted=[key for key in left.promoted if key in seen],
            version=left.version,
        )


class GiveIn(Input, frozen=True, kw_only=True):
    """In which mode somebody gets a place (null: the first that suits), and why, if it is above the capacity."""

    mode: Mode | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


class PlacedOut(Frozen, frozen=True, kw_only=True):
    """A place given by hand, and the enrollments that moved up because the way was free then."""

    enrollment_id: UUID
    session_id: UUID
    mode: Mode
    above_capacity: bool
    promoted: list[UUID]
    version: int

    @classmethod
    def of(cls, placed: Placed) -> "PlacedOut":
        """From the action's result."""
        return cls(
            enrollment_id=placed.enrollment_id,
            session_id=placed.session_id,
            mode=placed.mode,
            above_capacity=placed.above_capacity,
            promoted=list(placed.promoted),
            version=placed.version,
        )
