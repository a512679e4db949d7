"""Taking back what was done a moment ago, and what a party that waits does: stay together or take places one by one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.addresses import local_path
from training.base.errors import Conflict, Gone
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import change_party, undo_booking, undo_cancellation
from training.booking.actions.party import Party
from training.booking.actions.undo import Undone
from training.booking.queries import EnrollmentView, get_booking, get_enrollment, list_people_of_booking
from training.booking.rules import CAN_LEAVE, undo_until
from training.booking.rules.requests import is_nobody
from training.booking.schemas import PartyForm
from training.people.guards import signed_in
from training.people.rules import Permission, may
from training.schedule.queries import find_session
from training.schedule.rules.sessions import bookable
from training.web.forms import read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
CHOOSE = "Choose whether they wait together or one by one."


class UndoPages(Controller):
    """Undo, and the choice of a party."""

    include_in_schema = False
    guards = [signed_in]

    @get("/enrollments/{enrollment_id:uuid}/undo")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What taking a cancellation back would come to now."""
        found = await get_enrollment(viewer, enrollment_id)
        outcome, refused = None, ""
        try:
            outcome = await works.rehearse(viewer, undo_cancellation, enrollment_id)
        except (Conflict, Gone) as error:
            refused = error.detail
        back = local_path(request.query_params.get("next", ""), "/my/sessions")
        until = undo_until(found.state_at, found.starts_at)
        told: dict[str, Any] = {"outcome": outcome, "refused": refused, "back": back, "until": until}
        return page(request, "booking/undo.html", found=found, books=await _books(viewer, found, works.clock()), **told)

    @post("/enrollments/{enrollment_id:uuid}/undo")
    async def undo(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take it back, or say why it cannot be."""
        back = local_path(str((await request.form()).get("next", "")), "/my/sessions")
        found = await get_enrollment(viewer, enrollment_id)
        try:
            restored = await works.run(viewer, undo_cancellation, enrollment_id)
        except (Conflict, Gone) as error:
            return redirect(back, error.detail, kind="warning")
        again = "has the place again" if restored.mode else "is on the waitlist again"
        return redirect(back, f"{found.name} {again}.")

    @get("/bookings/{booking_id:uuid}/undo")
    async def ask_all(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        booking_id: FromPath[UUID],
    ) -> Response[str]:
        """What taking a whole booking back would come to."""
        booking = await get_booking(viewer, booking_id)
        outcome, refused = None, ""
        try:
            outcome = await works.rehearse(viewer, undo_booking, booking_id)
        except (Conflict, Gone) as error:
            refused = error.detail
        leaving = await _leaving(booking_id)
        return page(
            request, "booking/undo_booking.html", booking=booking, outcome=outcome, refused=refused, leaving=leaving
        )

    @post("/bookings/{booking_id:uuid}/undo")
    async def undo_all(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], booking_id: FromPath[UUID]
    ) -> Response[Any]:
        """Take a whole booking back."""
        booking = await get_booking(viewer, booking_id)
        leaving = await _leaving(booking_id)
        try:
            undone = await works.run(viewer, undo_booking, booking_id)
        except (Conflict, Gone) as error:
            return redirect(f"/bookings/{booking_id}", error.detail, kind="warning")
        return redirect(f"/sessions/{booking.session_id}", _undone(leaving, undone))

    @get("/bookings/{booking_id:uuid}/party")
    async def ask_party(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        booking_id: FromPath[UUID],
        together: FromQuery[str] = "",
    ) -> Response[Any]:
        """What it would come to if those who wait stayed together, or took places one by one."""
        booking = await get_booking(viewer, booking_id)
        if together not in ("split", "together"):
            return redirect(f"/bookings/{booking_id}", CHOOSE, kind="warning")
        outcome, refused, wanted = None, "", together == "together"
        try:
            outcome = await works.rehearse(viewer, change_party, booking_id, together=wanted)
        except Conflict as error:
            refused = error.detail
        same = outcome is not None and booking.together == wanted
        told: dict[str, Any] = {"refused": _same(wanted) if same else refused, "wanted": wanted}
        return page(request, "booking/party.html", booking=booking, outcome=None if same else outcome, **told)

    @post("/bookings/{booking_id:uuid}/party")
    async def party(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        booking_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let those who wait stay together, or go one by one."""
        form = await read_form(request, PartyForm)
        here = f"/bookings/{booking_id}"
        if form.value is None:
            return redirect(here, CHOOSE, kind="warning")
        wanted = form.value.together == "together"
        before = await get_booking(viewer, booking_id)
        try:
            party = await works.run(viewer, change_party, booking_id, together=wanted)
        except Conflict as error:
            return redirect(here, error.detail, kind="warning")
        return redirect(here, _same(wanted) if before.together == wanted else _changed(party))


async def _books(viewer: Viewer, found: EnrollmentView, now: datetime) -> bool:
    """Whether the viewer can book a place in this session for the same organization now."""
    if found.partner_id is None or not may(viewer, Permission.PLACES_BOOK, found.partner_id):
        return False
    session = await find_session(viewer, found.session_id)
    return session is not None and bookable(session, now) is None


class Leaving(Frozen, frozen=True, kw_only=True):
    """Who would leave with a booking: how many hold a place, how many do not, how many can be written to."""

    placed: int
    unplaced: int
    written: int


async def _leaving(booking_id: UUID) -> Leaving:
    """Counted before it is taken back; the caller has judged who may see the booking."""
    rows = [row for row in await list_people_of_booking(booking_id) if row.state in CAN_LEAVE]
    placed = sum(row.holds is not None for row in rows)
    written = sum(not is_nobody(row.email) for row in rows)
    return Leaving(placed=placed, unplaced=len(rows) - placed, written=written)


def _undone(leaving: Leaving, undone: Undone) -> str:
    """What was freed, who stopped waiting, and who moved up: each counted as what it is."""
    freed, waited, moved = leaving.placed + undone.open_places, leaving.unplaced, len(undone.promoted)
    parts = []
    if freed:
        parts.append(f"{freed} {'place was' if freed == 1 else 'places were'} given up")
    if waited:
        parts.append(f"{waited} {'person no longer waits' if waited == 1 else 'people no longer wait'}")
    if moved:
        parts.append(f"{moved} who waited {'has a place' if moved == 1 else 'have places'} now")
    return f"The booking was taken back: {', '.join(parts)}."


def _changed(party: Party) -> str:
    count = len(party.promoted)
    moved = f" {count} {'has a place' if count == 1 else 'have places'} now." if count else ""
    how = "They wait together now." if party.together else "Each takes the next place that suits now."
    return how + moved


def _same(together: bool) -> str:
    return f"Nothing to change: they {'wait together' if together else 'take places one by one'} already."
