"""What a booking came to: who is in, who waits, who could not be booked, and who was told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions.cancel import manages
from training.booking.pages.book import Told, unreached_of
from training.booking.pages.unbooked import list_unbooked
from training.booking.pages.undoable import list_undoable
from training.booking.queries import EnrollmentView, list_booking, list_positions, list_program_managers
from training.booking.queries.open_places import OpenPlaceView, list_open_places
from training.booking.rules import ACTIVE, CAN_LEAVE, State, Verdict, cancel_until, undo_until
from training.booking.rules.open_places import PlaceState
from training.catalogue.rules import Mode
from training.people.guards import signed_in
from training.people.rules import Permission, may
from training.schedule.queries import find_session
from training.schedule.rules.sessions import bookable
from training.web.render import page

_IN = {Mode.IN_PERSON.value: "Has a place in the room.", Mode.ONLINE.value: "Has a place online."}


class BookedPages(Controller):
    """A booking as it stands now."""

    path = "/bookings"
    include_in_schema = False
    guards = [signed_in]

    @get("/{booking_id:uuid}")
    async def booked(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        booking_id: FromPath[UUID],
        form: FromQuery[str] = "",
    ) -> Response[str]:
        """Person by person, as it stands now; just after booking also who could not be booked."""
        refused = [_refused(verdict) for verdict in await list_unbooked(viewer, form[:80], str(booking_id))]
        shown = await _shown(viewer, works, booking_id, refused)
        return page(request, "booking/booked.html", fresh=bool(form), **shown)


def _refused(verdict: Verdict) -> Told:
    """Somebody who could not be booked; told just after booking only."""
    detail = verdict.email if verdict.name != verdict.email else ""
    return Told(name=verdict.name or verdict.email, detail=detail, verdict=verdict.outcome, reason=verdict.reason)


def _listed(rows: list[EnrollmentView]) -> list[EnrollmentView]:
    """Each person once: whoever only left the waitlist for a place in this very booking is listed with the place."""
    active = {row.person_id for row in rows if row.state in ACTIVE}
    return [row for row in rows if row.state in ACTIVE or row.person_id not in active]


def _told(row: EnrollmentView, position: int | None, undoable: bool, instead: str | None, unreached: bool) -> Told:
    reason = _waits(row, position) if position else _IN.get(row.mode, row.state_reason)
    active = row.state in ACTIVE
    if instead and not active:
        return Told(name=row.name, detail="", verdict="replaced", reason=f"Replaced by {instead}.")
    return Told(
        name=row.name,
        detail=row.email if row.name != row.email else "",
        verdict=row.state.value,
        reason=reason,
        enrollment_id=row.id if active else None,
        undo_id=row.id if undoable else None,
        repair=f"/partners/{row.partner_id}/members/{row.membership_id}/repair" if unreached else "",
    )


def _waits(row: EnrollmentView, position: int) -> str:
    group = f" In a group of {row.party} that stays together." if row.party > 1 else ""
    return f"Number {position} on the waitlist.{group}"


def _written(rows: list[EnrollmentView]) -> frozenset[UUID]:
    """Whose message about this booking matters still: whoever is in it, or lost the place with the whole session."""
    last = max(row.state_at for row in rows) if rows[0].session_state == "cancelled" else None
    return frozenset(
        row.id for row in rows if row.state in ACTIVE or (row.state is State.CANCELLED and row.state_at == last)
    )


class Cancelled(Frozen, frozen=True, kw_only=True):
    """That the session was cancelled, and why."""

    reason: str


def _cancelled(rows: list[EnrollmentView]) -> Cancelled | None:
    """The last to end ended with the session; who had left before may have had another reason."""
    if rows[0].session_state != "cancelled":
        return None
    return Cancelled(reason=max(rows, key=lambda row: row.state_at).state_reason)


async def _shown(viewer: Viewer, works: Works, booking_id: UUID, refused: list[Told]) -> dict[str, Any]:
    """The booking's people as they stand, and those who were refused when it was made."""
    nameless = await list_open_places(viewer, "booking", booking_id)
    try:
        rows = await list_booking(viewer, booking_id)
    except NotFound:
        # A booking of places without names only is there for those who may see these.
        if not nameless and not (nameless := await list_open_places(viewer, "booking", booking_id, ended=True)):
            raise
        return await _shown_nameless(viewer, works, nameless)
    positions = await list_positions([row.id for row in rows if row.state == State.WAITLISTED])
    session = await find_session(viewer, rows[0].session_id)
    facts = _facts(viewer, rows, works)
    instead = {row.follows_id: row.name for row in rows if row.follows_id}
    undoable = await list_undoable(viewer, rows, works.clock())
    lost, written = await unreached_of(viewer, rows[0].partner_id), _written(rows)
    missed = {row.id for row in rows if row.email in lost and row.id in written}
    return {
        **facts,
        "managers": await list_program_managers(viewer, {rows[0].program_id} if facts["too_late"] else ()),
        "visible": session is not None,
        "cancelled": _cancelled(rows),
        "more": session is not None and bookable(session, works.clock()) is None,
        "items": [
            *(
                _told(row, positions.get(row.id), row.id in undoable, instead.get(row.id), row.id in missed)
                for row in _listed(rows)
            ),
            *refused,
        ],
        "refused": refused,
        "changes": may_change_booking(viewer, rows[0]),
        "nameless": nameless,
    }


async def _shown_nameless(viewer: Viewer, works: Works, places: list[OpenPlaceView]) -> dict[str, Any]:
    """A booking in which nobody has a name yet."""
    first, now = places[0], works.clock()
    session = await find_session(viewer, first.session_id)
    still = [place for place in places if place.state is PlaceState.OPEN]
    over = first.session_state == "cancelled"
    until = undo_until(first.created_at, first.starts_at)
    return {
        "booking": first,
        "waiting": 0,
        "enrolled": 0,
        "cancel_until": None,
        "undo_until": until if still and until and now <= until else None,
        "begun": False,
        "past": False,
        "too_late": False,
        "managers": [],
        "visible": session is not None,
        "cancelled": Cancelled(reason=first.state_reason) if over else None,
        "more": session is not None and bookable(session, now) is None,
        "items": [],
        "refused": [],
        "changes": True,
        "nameless": places,
    }


def may_change_booking(viewer: Viewer, booking: EnrollmentView) -> bool:
    """Whether the whole booking is the viewer's to change: not for somebody who is only in it."""
    if booking.partner_id is None:
        return booking.booked_by == viewer.person_id or manages(viewer, booking)
    return may(viewer, Permission.PLACES_BOOK, booking.partner_id) or manages(viewer, booking)


def _facts(viewer: Viewer, rows: list[EnrollmentView], works: Works) -> dict[str, Any]:
    first = rows[0]
    until = cancel_until(first.starts_at, first.cancellation_hours) if first.starts_at else None
    return {
        "booking": first,
        "waiting": sum(row.state == State.WAITLISTED for row in rows),
        "enrolled": sum(row.state in ACTIVE and row.state != State.WAITLISTED for row in rows),
        "cancel_until": until,
        "undo_until": _undo_until(rows, works.clock()),
        "begun": first.starts_at is not None and first.starts_at <= works.clock(),
        "past": until is not None and until < works.clock(),
        "too_late": until is not None and until < works.clock() and not manages(viewer, first),
    }


def _undo_until(rows: list[EnrollmentView], now: datetime) -> datetime | None:
    """Until when the whole booking can be taken back; None when it is too late, or nothing is left of it."""
    until = undo_until(rows[0].booked_at, rows[0].starts_at)
    open_still = rows[0].session_state in ("published", "confirmed") and any(row.state in CAN_LEAVE for row in rows)
    return until if open_still and until and now <= until else None
