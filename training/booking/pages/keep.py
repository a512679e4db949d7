"""Keeping the place of somebody whose calendar declined: for who looks after it, and by the link to one's place."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.addresses import local_path
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.declining import keep_place
from training.booking.pages.guest import open_place
from training.booking.queries import EnrollmentView, get_enrollment
from training.people.guards import signed_in
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
_NOTHING = "The place is kept already, or it has gone back."


class KeepPages(Controller):
    """Keeping a place, signed in."""

    path = "/enrollments/{enrollment_id:uuid}/keep"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def ask(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]
    ) -> Response[str]:
        """Whose place goes back, when, and what keeping it means."""
        found = await get_enrollment(viewer, enrollment_id)
        back = _back(viewer, found, request.query_params.get("next", ""))
        return page(request, "booking/keep.html", found=found, own=found.person_id == viewer.person_id, back=back)

    @post("/")
    async def keep(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Keep it."""
        found = await get_enrollment(viewer, enrollment_id)
        kept = await works.run(viewer, keep_place, enrollment_id)
        back = _back(viewer, found, str((await request.form()).get("next", "")))
        said = "You keep your place." if found.person_id == viewer.person_id else f"{found.name} keeps the place."
        return redirect(back, said if kept else _NOTHING, kind="success" if kept else "info")


class KeepOwnPages(Controller):
    """The same by the link in every message about a place."""

    path = "/places/{token:str}/keep"
    include_in_schema = False

    @post("/")
    async def keep(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Keep it."""
        place = await open_place(works, token)
        kept = await works.run(place.guest, keep_place, place.found.id)
        # Relative, because the press that is kept for a repetition must not hold the token.
        return redirect(".", "You keep your place." if kept else _NOTHING, kind="success" if kept else "info")


def _back(viewer: Viewer, found: EnrollmentView, asked: str) -> str:
    if found.person_id == viewer.person_id:
        return local_path(asked, "/my/sessions")
    return local_path(asked, f"/partners/{found.partner_id}" if found.partner_id else f"/sessions/{found.session_id}")
