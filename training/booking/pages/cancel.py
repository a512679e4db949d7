"""Giving a place or a spot on the waitlist back: first what would happen, then it happens."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.addresses import local_path
from training.base.errors import Conflict, Stale
from training.base.structs import Viewer
from training.base.texts import when, zone_name
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.cancel import Left, manages
from training.booking.pages.booked import may_change_booking
from training.booking.pages.undoable import list_undoable
from training.booking.queries import (
    EnrollmentView,
    get_enrollment,
    list_enrollments,
    list_positions,
    list_program_managers,
)
from training.booking.rules import ACTIVE, REPLACEABLE, CancellationTooLate, EnrollmentOver, State, cancel_until, cutoff
from training.booking.schemas import CancelForm
from training.catalogue.pages.refusals import since
from training.people.guards import signed_in
from training.schedule.queries import find_session
from training.web.forms import read_form
from training.web.render import page, redirect, zone_of

MOST_NAMED = 5
CHANGED = "This changed in the meantime. Here is how it stands now; nothing was done."


class CancelPages(Controller):
    """Leaving a session."""

    path = "/enrollments"
    include_in_schema = False
    guards = [signed_in]

    @get("/{enrollment_id:uuid}/cancel")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What cancelling would do, or why it cannot be done here."""
        found = await get_enrollment(viewer, enrollment_id)
        back = _back(viewer, found, request.query_params.get("next", ""))
        return await _ask(request, works, found, back)

    @post("/{enrollment_id:uuid}/cancel")
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Cancel, and say whether somebody moved up."""
        form = await read_form(request, CancelForm)
        found = await get_enrollment(viewer, enrollment_id)
        back = _back(viewer, found, form.raw["next"])
        if form.value is None:
            return await _ask(request, works, found, back, errors=form.errors, reason=form.raw["reason"])
        return await _cancel(request, works, found, form.value, back)


async def _cancel(
    request: Request[Any, Any, Any], works: Works, found: EnrollmentView, asked: CancelForm, back: str
) -> Response[str]:
    viewer: Viewer = request.user
    try:
        left = await works.run(viewer, cancel_enrollment, found.id, reason=asked.reason, expected_version=asked.version)
    except (EnrollmentOver, CancellationTooLate, Stale) as error:
        # The page says how it stands now; nothing was done.
        now = await get_enrollment(viewer, found.id)
        if now.state not in ACTIVE or not isinstance(error, Stale):
            return redirect(f"/enrollments/{found.id}/cancel", CHANGED, kind="warning")
        # The reason is still there, to be sent again.
        typed = {"errors": {"": CHANGED}, "reason": asked.reason, "meanwhile": await since(viewer, found.id)}
        return await _ask(request, works, now, back, **typed)
    own = found.person_id == viewer.person_id
    if found.state == State.WAITLISTED:
        gone = "You are no longer on the waitlist." if own else f"{found.name} is no longer on the waitlist."
    else:
        gone = "You gave your place back." if own else f"The place of {found.name} was given back."
    now = await get_enrollment(viewer, found.id)
    until = (await list_undoable(viewer, [now], works.clock())).get(now.id)
    said = [gone, await _moved_up(viewer, left), _undo_words(until, now, zone_of(request))]
    way = (f"/enrollments/{now.id}/undo?{urlencode({'next': back})}", "Take it back") if until else None
    return redirect(back, " ".join(part for part in said if part), way=way)


def _undo_words(until: datetime | None, found: EnrollmentView, zone: str) -> str:
    """Until when it can be taken back, and on what condition; nothing where it cannot."""
    if until is None:
        return ""
    how = "with the same number" if found.was_state == State.WAITLISTED else "as long as the place is still free"
    return f"It can be taken back until {when(until, zone)} {zone_name(zone, until)}, {how}."


async def _moved_up(viewer: Viewer, left: Left) -> str:
    """Who has a place now, by name as far as the viewer may know them."""
    count = len(left.promoted)
    if not count:
        return ""
    known = [row.name for row in await list_enrollments(viewer, left.session_id) if row.id in left.promoted]
    if not known or count > MOST_NAMED:
        return "The next person waiting has it now." if count == 1 else f"{count} people who waited moved up."
    others = [f"{count - len(known)} more"] if count > len(known) else []
    *first, last = [*known, *others]
    if not first:
        return f"{last} waited and has a place now."
    return f"{', '.join(first)} and {last} waited and have places now."


async def _ask(
    request: Request[Any, Any, Any],
    works: Works,
    found: EnrollmentView,
    back: str,
    **typed: Any,
) -> Response[str]:
    viewer, now = request.user, works.clock()
    session = await find_session(viewer, found.session_id)
    positions = await list_positions([found.id])
    start = found.starts_at
    until = cancel_until(start, found.cancellation_hours) if start else None
    free = manages(viewer, found) or found.state == State.WAITLISTED or until is None or now <= until
    return page(
        request,
        "booking/cancel.html",
        status=409 if typed.get("meanwhile") else 422 if typed.get("errors") else 200,
        found=found,
        own=found.person_id == viewer.person_id,
        over=found.state not in ACTIVE or found.session_state in ("closed", "cancelled"),
        too_late=not free,
        # Until the session starts somebody else may come, whoever books for them.
        replaceable=found.state in REPLACEABLE and found.partner_id is not None and not (start and start <= now),
        undoable=found.id in await list_undoable(viewer, [found], now),
        again=await _again(viewer, works, found) if free else None,
        cancel_until=until,
        # Managers may afterwards too, and are told no moment that is over.
        here_until=until if until and now <= until else None,
        visible=session is not None,
        waiting=session.waiting if session else 0,
        moves_up=bool(session and start and now < cutoff(start, session.waitlist_cutoff_hours)),
        managers=[] if free else await list_program_managers(viewer, [found.program_id]),
        booking=may_change_booking(viewer, found),
        position=positions.get(found.id),
        back=back,
        **{"errors": {}, "reason": "", "meanwhile": None, **typed},
    )


async def _again(viewer: Viewer, works: Works, found: EnrollmentView) -> datetime | None:
    """Until when it could be taken back, by a rehearsal; None when it could not, or nothing is left to give back."""
    try:
        return (await works.rehearse(viewer, cancel_enrollment, found.id)).undo_until
    except Conflict:
        return None


def _back(viewer: Viewer, found: EnrollmentView, asked: str) -> str:
    """Where to go afterwards: where the person came from, else the page on which they look after this."""
    if found.person_id == viewer.person_id:
        return local_path(asked, "/my/sessions")
    return local_path(asked, f"/partners/{found.partner_id}" if found.partner_id else f"/sessions/{found.session_id}")
