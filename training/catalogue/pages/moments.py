"""Moments for those who manage their program: adding, changing and taking off."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Stale
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.actions import add_moment, edit_moment, remove_moment
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.catalogue.queries import get_moment, get_program
from training.catalogue.schemas import MomentForm, MomentIn
from training.people.guards import permitted
from training.people.rules import Permission, require
from training.web.forms import Form, Looked, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {"name": "Name of the moment", "starts_on": "First day", "ends_on": "Last day"}


class MomentPages(Controller):
    """Managing moments."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.PROGRAM_MANAGE)]

    @get("/programs/{program_id:uuid}/moments/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]) -> Response[Any]:
        """The empty form."""
        return await _new_page(request, viewer, program_id)

    @post("/programs/{program_id:uuid}/moments")
    async def create(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add a date to plan towards."""
        form = await read_form(request, MomentIn)
        if form.value is None:
            return await _new_page(request, viewer, program_id, form)
        try:
            await works.run(viewer, add_moment, program_id, form.value.details())
        except REFUSALS as error:
            return await _new_page(request, viewer, program_id, refused(form, error))
        return redirect(f"/manage/programs/{program_id}#moments", "The moment is on the program's page.")

    @get("/moments/{moment_id:uuid}")
    async def moment(self, request: Asked, viewer: NamedDependency[Viewer], moment_id: FromPath[UUID]) -> Response[Any]:
        """The form of a moment."""
        return await _moment_page(request, viewer, moment_id)

    @post("/moments/{moment_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        moment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a moment."""
        form = await read_form(request, MomentForm)
        if form.value is None:
            return await _moment_page(request, viewer, moment_id, form)
        try:
            moment = await works.run(viewer, edit_moment, moment_id, form.value.details(), form.value.version)
        except REFUSALS as error:
            return await _moment_page(request, viewer, moment_id, refused(form, error))
        return redirect(f"/manage/programs/{moment.program_id}#moments", "Saved.")

    @post("/moments/{moment_id:uuid}/remove")
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        moment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take a moment off its program."""
        looked = (await read_form(request, Looked)).value or Looked()
        try:
            moment = await works.run(viewer, remove_moment, moment_id, looked.version)
        except Stale as error:
            return redirect(f"/manage/moments/{moment_id}", error.detail, kind="warning")
        return redirect(f"/manage/programs/{moment.program_id}#moments", f"Removed: {moment.name}")


async def _new_page(
    request: Asked, viewer: Viewer, program_id: UUID, form: Form[MomentIn] | None = None
) -> Response[Any]:
    require(viewer, Permission.PROGRAM_MANAGE, program_id)
    return page(
        request,
        "catalogue/manage_moment.html",
        status=422 if form else 200,
        moment=None,
        program=await get_program(program_id),
        meanwhile=None,
        typed=form.raw if form else {**dict.fromkeys(MomentForm.__struct_fields__, ""), "version": 0},
        errors=form.errors if form else {},
    )


async def _moment_page(
    request: Asked, viewer: Viewer, moment_id: UUID, form: Form[MomentForm] | None = None
) -> Response[Any]:
    moment = await get_moment(moment_id)
    require(viewer, Permission.PROGRAM_MANAGE, moment.program_id)
    return page(
        request,
        "catalogue/manage_moment.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, moment_id, form, LABELS, as_data(moment)),
        moment=moment,
        program=await get_program(moment.program_id),
        typed=form.raw if form else moment,
        errors=form.errors if form else {},
    )


CONTROLLERS = (MomentPages,)
