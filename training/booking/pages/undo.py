"""Taking back what was done a moment ago, and what a party that waits does: stay together or take places one by one."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.addresses import local_path
from training.base.errors import Conflict, Gone
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import change_party, undo_booking, undo_cancellation
from training.booking.queries import get_booking, get_enrollment
from training.booking.rules import UNDO_WINDOW
from training.booking.schemas import PartyForm
from training.people.guards import signed_in
from training.web.forms import read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


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
        until = found.state_at + UNDO_WINDOW
        return page(request, "booking/undo.html", found=found, outcome=outcome, refused=refused, back=back, until=until)

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

    @post("/bookings/{booking_id:uuid}/undo")
    async def undo_all(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], booking_id: FromPath[UUID]
    ) -> Response[Any]:
        """Take a whole booking back."""
        booking = await get_booking(viewer, booking_id)
        try:
            undone = await works.run(viewer, undo_booking, booking_id)
        except (Conflict, Gone) as error:
            return redirect(f"/bookings/{booking_id}", error.detail, kind="warning")
        places = undone.enrollments + undone.open_places
        said = f"The booking was taken back: {places} {'place is' if places == 1 else 'places are'} free again."
        return redirect(f"/sessions/{booking.session_id}", said)

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
            return redirect(here, "Choose whether they wait together or one by one.", kind="warning")
        try:
            party = await works.run(viewer, change_party, booking_id, together=form.value.together == "together")
        except Conflict as error:
            return redirect(here, error.detail, kind="warning")
        count = len(party.promoted)
        moved = f" {count} {'has a place' if count == 1 else 'have places'} now." if count else ""
        how = "They wait together now." if party.together else "Each takes the next place that suits now."
        return redirect(here, how + moved)
