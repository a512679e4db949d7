"""Courses for those who manage their program: adding and changing."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.actions import create_course, edit_course
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.catalogue.queries import (
    CourseChoice,
    get_course,
    get_program,
    list_courses,
    list_courses_to_require,
    list_prerequisites,
)
from training.catalogue.rules import Course, Inheritable, language_name
from training.catalogue.schemas import CourseForm, merged
from training.people.guards import permitted
from training.people.rules import Permission, require
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {
    "title": "Title",
    "summary": "Summary",
    "description": "Description",
    "language": "Language",
    "mode": "How does it take place?",
    "capacity_in_person": "Places in person",
    "capacity_online": "Places online",
    "audience": "Who may see and book its sessions?",
    "self_enrollment": "People may enroll themselves",
    "overtaking": "On the waitlist, smaller parties may overtake",
    "cancellation_hours": "Cancelling is possible until, hours before",
    "waitlist_cutoff_hours": "The waitlist moves up by itself until, hours before",
    "minimum_participants": "Participants needed at least",
    "open_place_hours": "Places without a name need one, hours before",
    "attendee_list": "People of one organization may see who of them takes part",
    "joining_details": "Joining details",
}
HEADER = ("Title", "Language", "Mode", "Places in person", "Places online", "Audience", "Summary")


class CoursePages(Controller):
    """Managing courses."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.COURSE_MANAGE)]

    @get("/programs/{program_id:uuid}/courses/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]) -> Response[Any]:
        """The empty form."""
        return await _new_page(request, viewer, program_id)

    @post("/programs/{program_id:uuid}/courses")
    async def create(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add a course."""
        form = await read_form(request, CourseForm)
        if form.value is None:
            return await _new_page(request, viewer, program_id, form)
        try:
            course = await works.run(viewer, create_course, program_id, merged(Inheritable, form.value))
        except REFUSALS as error:
            return await _new_page(request, viewer, program_id, refused(form, error))
        return redirect(f"/manage/courses/{course.id}", "The course is there. Plan its sessions next.")

    @get("/programs/{program_id:uuid}/courses/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], program_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The courses of a program, as a file."""
        require(viewer, Permission.COURSE_MANAGE, program_id)
        program = await get_program(program_id)
        found = await list_courses(viewer, program_id, limit=MOST_LIMIT)
        return table_response(fmt, f"{program.slug}-courses", HEADER, [_row(course) for course in found.items])

    @get("/courses/{course_id:uuid}")
    async def course(self, request: Asked, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[Any]:
        """The form of a course."""
        return await _course_page(request, viewer, course_id)

    @post("/courses/{course_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a course, and its sessions where they follow it."""
        form = await read_form(request, CourseForm)
        if form.value is None:
            return await _course_page(request, viewer, course_id, form)
        try:
            await works.run(viewer, edit_course, course_id, merged(Inheritable, form.value), form.value.version)
        except REFUSALS as error:
            return await _course_page(request, viewer, course_id, refused(form, error))
        return redirect(f"/manage/courses/{course_id}", "Saved. Sessions without a value of their own follow.")


def _row(course: Course) -> tuple[object, ...]:
    language, places = language_name(course.language), (course.capacity_in_person, course.capacity_online)
    return (course.title, language, course.mode.value, *places, course.audience.value, course.summary)


async def _new_page(
    request: Asked, viewer: Viewer, program_id: UUID, form: Form[CourseForm] | None = None
) -> Response[Any]:
    require(viewer, Permission.COURSE_MANAGE, program_id)
    return page(
        request,
        "catalogue/course_new.html",
        status=422 if form else 200,
        program=await get_program(program_id),
        typed=form.raw if form else CourseForm(title="-", overtaking=True),
        errors=form.errors if form else {},
        fresh=form is None,
    )


async def _course_page(
    request: Asked, viewer: Viewer, course_id: UUID, form: Form[CourseForm] | None = None
) -> Response[Any]:
    course = await get_course(viewer, course_id)
    require(viewer, Permission.COURSE_MANAGE, course.program_id)
    return page(
        request,
        "catalogue/manage_course.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, course_id, form, LABELS, as_data(course)),
        course=course,
        program=await get_program(course.program_id),
        typed=form.raw if form else course,
        errors=form.errors if form else {},
        before=await list_prerequisites([course_id]),
        choices=_by_program(await list_courses_to_require(viewer, course_id), course.program_id),
    )


def _by_program(choices: list[CourseChoice], own: UUID) -> list[tuple[str, list[tuple[str, str]]]]:
    """Courses as a list to choose from: those of the program `own` first, then the others by program."""
    found: dict[UUID, tuple[str, list[tuple[str, str]]]] = {}
    for one in sorted(choices, key=lambda choice: choice.program_id != own):
        found.setdefault(one.program_id, (one.program_name, []))[1].append((str(one.id), one.title))
    return list(found.values())


CONTROLLERS = (CoursePages,)
