"""Drafting a session: choose its course, then say what differs from it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from training.base.structs import Input, Viewer
from training.base.work import Works
from training.catalogue.rules import INHERITED
from training.people.guards import permitted
from training.people.rules import Permission, require
from training.schedule.actions import create_session
from training.schedule.pages.typed import REFUSALS, SessionForm, refused
from training.schedule.queries import get_template, list_managed_courses, list_partners_to_invite
from training.web.forms import Form, fill, read_query
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


class CourseChoice(Input, frozen=True, kw_only=True):
    """The course that a session is made of."""

    course: UUID | None = None


class DraftingPages(Controller):
    """Drafting sessions."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """The choice of a course, or the form with the course's values."""
        choice = read_query(request, CourseChoice).value or CourseChoice()
        if choice.course is None:
            courses = await list_managed_courses(viewer)
            return page(request, "schedule/session_course.html", courses=courses)
        return await _form_page(request, viewer, choice.course)

    @post("/new")
    async def create(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Draft the session; its meetings come next."""
        pairs = [(str(name), value) for name, value in (await request.form()).multi_items()]
        course_id = (fill(CourseChoice, pairs).value or CourseChoice()).course
        if course_id is None:
            return redirect("/manage/sessions/new", "Choose a course first.", kind="warning")
        form = fill(SessionForm, pairs)
        if form.value is None:
            return await _form_page(request, viewer, course_id, form)
        try:
            key = await _create(works, viewer, course_id, form.value)
        except REFUSALS as error:
            return await _form_page(request, viewer, course_id, refused(form, error))
        return redirect(f"/manage/sessions/{key}/meetings", "The draft is there. Say when it meets next.")


async def _create(works: Works, viewer: Viewer, course_id: UUID, typed: SessionForm) -> UUID:
    template = await get_template(course_id)
    values = typed.values(template, template.program_zone)
    return await works.run(viewer, create_session, course_id, values)


async def _form_page(
    request: Asked, viewer: Viewer, course_id: UUID, form: Form[SessionForm] | None = None
) -> Response[Any]:
    template = await get_template(course_id)
    require(viewer, Permission.SESSION_MANAGE, template.program_id)
    fresh = {
        **{name: getattr(template, name) for name in INHERITED},
        "overbooking": 0,
        "booking_opens_at": "",
        "booking_closes_at": "",
        "code": "keep",
        "partner_ids": (),
        "version": 0,
    }
    return page(
        request,
        "schedule/session_new.html",
        status=422 if form else 200,
        course=template,
        typed=form.raw if form else fresh,
        errors=form.errors if form else {},
        partners=await list_partners_to_invite(template.program_id, None),
    )
