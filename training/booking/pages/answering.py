"""Answering what is asked for one's own place, agreeing, and taking that back; coordinators for their people."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.asking import (
    answer_questions,
    answers_for_self,
    is_answering_over,
    withdraw_consent,
)
from training.booking.queries.asking import list_asked
from training.booking.queries.enrollments import EnrollmentView, get_enrollment
from training.booking.rules.asking import Given, outstanding, seen_by_coordinators, split_given
from training.booking.rules.fields import asking_form, ordered_faults
from training.people.guards import signed_in
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]


class AnsweringPages(Controller):
    """What is asked for one enrollment."""

    path = "/enrollments/{enrollment_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/questions")
    async def questions(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """The questions with what is known already, and what one agreed to."""
        return await _page(request, viewer, works, await get_enrollment(viewer, enrollment_id))

    @post("/questions")
    async def answer(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Keep the answers, and say what is still open."""
        enrollment = await get_enrollment(viewer, enrollment_id)
        given = await read_asking(request)
        try:
            await works.run(viewer, answer_questions, enrollment_id, given)
        except Invalid as error:
            return await _page(request, viewer, works, enrollment, given=given, errors=error.fields)
        except Gone as error:
            return redirect(f"/enrollments/{enrollment_id}/questions", error.detail, kind="warning")
        return redirect(f"/enrollments/{enrollment_id}/questions", await _saved(viewer, enrollment))

    @post("/consents/{consent_id:uuid}/withdraw")
    async def withdraw(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        consent_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take an agreement back."""
        path = f"/enrollments/{enrollment_id}/questions"
        try:
            required = await works.run(viewer, withdraw_consent, enrollment_id, consent_id)
        except Conflict as error:
            return redirect(path, error.detail, kind="warning")
        told = " You keep your place; the managers of the program were told and will decide." if required else ""
        return redirect(path, f"You no longer agree to this.{told}")


async def read_asking(request: HttpRequest) -> Given:
    """What a form says to questions and terms; everything else in it is left to `read_form`."""
    return split_given((str(key), value) for key, value in (await request.form()).multi_items())[1]


async def _saved(viewer: Viewer, enrollment: EnrollmentView) -> str:
    if not answers_for_self(viewer, enrollment):
        # What is still open tells what the person said elsewhere, or agreed to: not for coordinators to know.
        return "Saved."
    still = outstanding(await list_asked(enrollment.session_id, enrollment.person_id))
    if not still:
        return "Saved. Thank you: nothing more is open."
    return "Saved. One thing is still open." if still == 1 else f"Saved. {still} things are still open."


async def _page(
    request: HttpRequest,
    viewer: Viewer,
    works: Works,
    enrollment: EnrollmentView,
    *,
    given: Given | None = None,
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    own = answers_for_self(viewer, enrollment)
    asked = await list_asked(enrollment.session_id, enrollment.person_id)
    shown = asked if own else seen_by_coordinators(asked, enrollment.partner_id)
    form = asking_form(shown, given, person_answers=own, coordinated=enrollment.partner_id is not None)
    return page(
        request,
        "booking/asking/answer.html",
        status=422 if errors else 200,
        found=enrollment,
        own=own,
        form=form,
        over=is_answering_over(enrollment, works.clock()),
        open=outstanding(asked) if own else 0,
        errors=errors or {},
        faults=ordered_faults(form, errors or {}),
        back="/my/sessions" if own else f"/partners/{enrollment.partner_id}",
    )
