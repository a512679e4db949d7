"""Giving somebody who waits a place by hand: first who is overtaken and whether it is above capacity, then it is so."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Placed, give_place
from training.booking.queries import EnrollmentView, get_enrollment, list_contacts, list_enrollments
from training.booking.rules import AboveCapacity, State
from training.catalogue.pages.refusals import since
from training.catalogue.rules import Mode
from training.desk.pages.session import frame
from training.desk.queries.sessions import get_managed
from training.desk.schemas import GiveForm
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
CHANGED = "This changed in the meantime. Here is how it stands now; no place was given."
FULL_NOW = "The last free place was taken meanwhile. No place was given: it would be above the capacity now."


class GivePages(Controller):
    """Giving a place by hand."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{session_id:uuid}/roster/{enrollment_id:uuid}/give-place")
    async def ask(
        self,
        request: Asked,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What giving this person a place would do."""
        return await _ask(request, works, session_id, enrollment_id)

    @post("/{session_id:uuid}/roster/{enrollment_id:uuid}/give-place")
    async def give(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Give the place, as it was shown."""
        form = await read_form(request, GiveForm)
        found = await _of(viewer, session_id, enrollment_id)
        if form.value is None:
            return await _ask(request, works, session_id, enrollment_id, form)
        try:
            await works.run(viewer, give_place, enrollment_id, **_asked(form.value))
        except Conflict as refused:
            return await _ask(request, works, session_id, enrollment_id, _refused(form, refused))
        return redirect(f"/manage/sessions/{session_id}/roster", f"{found.name or found.email} has a place now.")


def _asked(value: GiveForm) -> dict[str, Any]:
    return {"mode": Mode(value.mode), "reason": value.reason, "expected_version": value.version}


def _refused(form: Form[GiveForm], error: Conflict) -> Form[GiveForm]:
    if isinstance(error, AboveCapacity):
        # Who was shown that it is above the capacity was asked why; to everybody else that is news.
        told = form.value is not None and form.value.above
        return form.with_error("reason", "Please say why.") if told else form.with_error("", FULL_NOW)
    if isinstance(error, Stale):
        return form.outdated(error.data.get("version")).with_error("", CHANGED)
    return form.with_error("", error.detail)


async def _of(viewer: Viewer, session_id: UUID, enrollment_id: UUID) -> EnrollmentView:
    """The enrollment, if it belongs to this session and the viewer runs its program. Raises NotFound."""
    await get_managed(viewer, session_id)
    found = await get_enrollment(viewer, enrollment_id)
    if found.session_id != session_id:
        raise NotFound
    return found


async def _ask(
    request: Asked, works: Works, session_id: UUID, enrollment_id: UUID, form: Form[GiveForm] | None = None
) -> Response[str]:
    viewer: Viewer = request.user
    session = await get_managed(viewer, session_id)
    found = await _of(viewer, session_id, enrollment_id)
    placed: Placed | None = None
    over = ""
    try:
        # Any reason will do to see what would happen; the real one is asked for where it is needed.
        placed = await works.rehearse(viewer, give_place, enrollment_id, reason="To see what would happen.")
    except Conflict as error:
        over = error.detail
    everybody = await list_enrollments(viewer, session_id)
    promoted = placed.promoted if placed else ()
    return page(
        request,
        "desk/give.html",
        status=form.status if form else 200,
        meanwhile=await since(viewer, found.id) if form and form.stale else None,
        **frame(session, "roster"),
        found=found,
        placed=placed,
        over_because=over,
        overtaken=[e for e in everybody if e.state is State.WAITLISTED and e.arrival < found.arrival],
        moves_up=await list_contacts(session_id, promoted) if promoted else [],
        reason=str(form.raw["reason"]) if form else "",
        errors=form.errors if form else {},
    )
