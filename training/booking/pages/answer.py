"""Answering an offered place while signed in. By the link in the mail: `guest.py`."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment, take_offer
from training.booking.pages.guest import look_at
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.rules import State
from training.booking.schemas.requests import AnswerForm
from training.people.guards import signed_in
from training.web.forms import read_form
from training.web.render import page, redirect


class AnswerPages(Controller):
    """One offer."""

    path = "/enrollments/{enrollment_id:uuid}/answer"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What is offered until when, and what else there is at that time."""
        found = await _own(viewer, enrollment_id)
        place = await look_at(viewer, found, works.clock())
        open_now = found.state is State.OFFERED and found.keeps_until is not None and found.keeps_until > works.clock()
        return page(request, "booking/answer.html", place=place, found=found, offered=open_now)

    @post("/")
    async def answer(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Take it, or leave it to the next person."""
        found = await _own(viewer, enrollment_id)
        form = (await read_form(request, AnswerForm)).value
        if form is None:
            return redirect(f"/enrollments/{found.id}/answer", "Please take the place or decline it.", kind="warning")
        action = take_offer if form.answer == "take" else cancel_enrollment
        try:
            await works.run(viewer, action, found.id, expected_version=form.version)
        except Conflict as error:
            return redirect(f"/enrollments/{found.id}/answer", error.detail, kind="info")
        said = "The place is yours." if form.answer == "take" else "You declined, and the next person is asked."
        return redirect("/my/sessions", said)


async def _own(viewer: Viewer, enrollment_id: UUID) -> EnrollmentView:
    """One's own enrollment: nobody else answers for somebody who would be in two places. Raises NotFound."""
    found = await get_enrollment(viewer, enrollment_id)
    if found.person_id != viewer.person_id:
        raise NotFound
    return found
