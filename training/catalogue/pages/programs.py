"""Programs for those who manage them: the list, one with its moments and courses, adding and changing."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.base.zones import zone_names
from training.catalogue.actions import create_program, edit_program
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.catalogue.queries import get_program, list_courses, list_moments, list_programs
from training.catalogue.rules import ProgramDetails, SlugTaken, in_time_order, language_name
from training.catalogue.schemas import ProgramForm, merged
from training.people.guards import permitted
from training.people.rules import Permission, may, require
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {
    "name": "Name",
    "slug": "Short name",
    "summary": "Summary",
    "starts_on": "First day",
    "ends_on": "Last day",
    "zone": "Time zone",
}
NEW = {"zone": "UTC", "version": 0}


class ProgramPages(Controller):
    """Managing programs."""

    path = "/manage/programs"
    include_in_schema = False
    guards = [permitted(Permission.PROGRAM_MANAGE)]

    @get("/")
    async def programs(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """The programs the viewer manages."""
        found = await list_programs(viewer, managed=True, limit=MOST_LIMIT)
        current, over = in_time_order(found.items, works.clock().date())
        may_create = may(viewer, Permission.PROGRAM_CREATE)
        return page(request, "catalogue/manage_programs.html", programs=[*current, *over], may_create=may_create)

    @get("/export/{fmt:str}")
    async def export(self, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[Any]:
        """The programs the viewer manages, as a file."""
        found = await list_programs(viewer, managed=True, limit=MOST_LIMIT)
        rows = [(p.name, p.slug, p.starts_on, p.ends_on, p.zone, p.summary) for p in found.items]
        header = ("Name", "Short name", "First day", "Last day", "Time zone", "Summary")
        return table_response(fmt, "programs", header, rows)

    @get("/new", guards=[permitted(Permission.PROGRAM_CREATE)])
    async def new(self, request: Asked) -> Response[Any]:
        """The empty form."""
        return _new_page(request, None)

    @post("/", guards=[permitted(Permission.PROGRAM_CREATE)])
    async def create(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Add a program."""
        form = await read_form(request, ProgramForm)
        if form.value is None:
            return _new_page(request, form)
        try:
            program = await works.run(viewer, create_program, merged(ProgramDetails, form.value))
        except REFUSALS as error:
            return _new_page(request, refused(form, error, {SlugTaken: "slug"}))
        return redirect(f"/manage/programs/{program.id}", "The program is there. Add its courses next.")

    @get("/{program_id:uuid}")
    async def program(
        self, request: Asked, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]
    ) -> Response[Any]:
        """One program with its moments and courses."""
        return await _program_page(request, viewer, program_id)

    @post("/{program_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a program."""
        form = await read_form(request, ProgramForm)
        if form.value is None:
            return await _program_page(request, viewer, program_id, form)
        try:
            details = merged(ProgramDetails, form.value)
            await works.run(viewer, edit_program, program_id, details, form.value.version)
        except REFUSALS as error:
            wrong = refused(form, error, {SlugTaken: "slug"})
            return await _program_page(request, viewer, program_id, wrong)
        return redirect(f"/manage/programs/{program_id}", "Saved.")


def _new_page(request: Asked, form: Form[ProgramForm] | None) -> Response[Any]:
    return page(
        request,
        "catalogue/program_new.html",
        status=422 if form else 200,
        typed=form.raw if form else {**dict.fromkeys(ProgramForm.__struct_fields__, ""), **NEW},
        errors=form.errors if form else {},
        zones=zone_names(),
    )


async def _program_page(
    request: Asked, viewer: Viewer, program_id: UUID, form: Form[ProgramForm] | None = None
) -> Response[Any]:
    require(viewer, Permission.PROGRAM_MANAGE, program_id)
    program = await get_program(program_id)
    courses = await list_courses(viewer, program_id, limit=MOST_LIMIT)
    return page(
        request,
        "catalogue/manage_program.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, program_id, form, LABELS, as_data(program)),
        program=program,
        typed=form.raw if form else program,
        errors=form.errors if form else {},
        zones=zone_names(),
        moments=await list_moments(program_id),
        courses=[(course, language_name(course.language)) for course in courses.items],
    )


CONTROLLERS = (ProgramPages,)
