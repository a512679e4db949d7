"""Taking somebody's place, or their spot on the waitlist: first who is touched, then it happens."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.queries import EnrollmentView, get_enrollment, list_contacts
from training.booking.rules import State
from training.booking.rules.requests import is_nobody
from training.catalogue.pages.refusals import since
from training.desk.pages.session import frame
from training.desk.queries.sessions import get_managed
from training.desk.schemas import RemoveForm
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
CHANGED = "This changed in the meantime. Here is how it stands now; nobody was removed."


class RemovePages(Controller):
    """Removing somebody from a session."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{session_id:uuid}/roster/{enrollment_id:uuid}/remove")
    async def ask(
        self,
        request: Asked,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What removing this person would do."""
        return await _ask(request, works, session_id, enrollment_id)

    @post("/{session_id:uuid}/roster/{enrollment_id:uuid}/remove")
    async def remove(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Remove the person, and say who moved up."""
        form = await read_form(request, RemoveForm)
        found = await _of(viewer, session_id, enrollment_id)
        if form.value is None:
            return await _ask(request, works, session_id, enrollment_id, form)
        asked: dict[str, Any] = {"reason": form.value.reason, "expected_version": form.value.version}
        try:
            left = await works.run(viewer, cancel_enrollment, enrollment_id, **asked)
        except Conflict as error:
            return await _ask(request, works, session_id, enrollment_id, _refused(form, error))
        return redirect(f"/manage/sessions/{session_id}/roster", _done(found, len(left.promoted)))


def _refused(form: Form[RemoveForm], error: Conflict) -> Form[RemoveForm]:
    if isinstance(error, Stale):
        return form.outdated(error.data.get("version")).with_error("", CHANGED)
    return form.with_error("", error.detail)


def _done(found: EnrollmentView, moved_up: int) -> str:
    name = found.name or found.email
    if found.state is State.WAITLISTED:
        return f"{name} is no longer on the waitlist."
    if found.state is State.REQUESTED and found.holds is None:
        return f"The request of {name} is over."
    rest = {0: "", 1: " The next person waiting has the place now."}
    return f"{name} was removed.{rest.get(moved_up, f' {moved_up} people who waited moved up.')}"


async def _of(viewer: Viewer, session_id: UUID, enrollment_id: UUID) -> EnrollmentView:
    """The enrollment, if it belongs to this session and the viewer runs its program. Raises NotFound."""
    await get_managed(viewer, session_id)
    found = await get_enrollment(viewer, enrollment_id)
    if found.session_id != session_id:
        raise NotFound
    return found


async def _ask(
    request: Asked, works: Works, session_id: UUID, enrollment_id: UUID, form: Form[RemoveForm] | None = None
) -> Response[str]:
    viewer: Viewer = request.user
    session = await get_managed(viewer, session_id)
    found = await _of(viewer, session_id, enrollment_id)
    try:
        left = await works.rehearse(viewer, cancel_enrollment, enrollment_id)
        over, promoted = "", left.promoted
    except Conflict as error:
        over, promoted = error.detail, ()
    return page(
        request,
        "desk/remove.html",
        status=form.status if form else 200,
        meanwhile=await since(viewer, found.id) if form and form.stale else None,
        **frame(session, "roster"),
        found=found,
        over_because=over,
        moves_up=await list_contacts(session_id, promoted) if promoted else [],
        unwritten=is_nobody(found.email),
        reason=str(form.raw["reason"]) if form else "",
        errors=form.errors if form else {},
    )
