"""Copying materials of a session or a course to another one: which, where to, done."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.texts import when, zone_name
from training.base.work import Works
from training.catalogue.pages.refusals import refused
from training.materials.actions.copying import Spot, copy_materials
from training.materials.pages.frames import frame_of
from training.materials.pages.typed import REFUSALS, CopyForm
from training.materials.queries.editing import Edited, EditedList, Scope, get_scope, list_edited
from training.materials.queries.targets import MOST_TARGETS, Target, list_targets
from training.materials.rules.materials import CopyOntoItself
from training.people.guards import signed_in
from training.web.forms import Form, read_form, read_query
from training.web.render import page, redirect, zone_of

Asked = Request[Any, Any, Any]


class SessionCopyPages(Controller):
    """From a session."""

    path = "/materials/sessions/{session_id:uuid}/copy"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """What, and where to."""
        return await _page(request, works, await list_edited(viewer, session_id=session_id), _looked_for(request))

    @post("/")
    async def copy(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Do it, or look for where to."""
        return await _copy(request, works, await list_edited(viewer, session_id=session_id))


class CourseCopyPages(Controller):
    """From a course."""

    path = "/materials/courses/{course_id:uuid}/copy"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """What, and where to."""
        return await _page(request, works, await list_edited(viewer, course_id=course_id), _looked_for(request))

    @post("/")
    async def copy(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Do it, or look for where to."""
        return await _copy(request, works, await list_edited(viewer, course_id=course_id))


async def _copy(request: Asked, works: Works, edited: EditedList) -> Response[Any]:
    viewer: Viewer = request.user
    form = await read_form(request, CopyForm)
    typed = form.value
    if typed is None:
        return await _page(request, works, edited, form)
    if typed.step == "find":
        # Looked for by an address of its own, without what only the form needs: going back to it asks nothing.
        asked = [
            ("q", typed.q),
            ("step", "find"),
            ("to", str(typed.to or "")),
            *(("material", one) for one in typed.material),
        ]
        return redirect(f"{edited.scope.path}/copy?{urlencode(asked)}")
    if typed.to is None or not typed.material:
        return await _page(request, works, edited, _missing(form, typed))
    there = await _target(viewer, typed.to)
    try:
        copies = await works.run(viewer, copy_materials, _spot(edited.scope), _spot(there), typed.material)
    except REFUSALS as error:
        return await _page(request, works, edited, refused(form, error, {CopyOntoItself: "to"}))
    count = "One material is" if len(copies) == 1 else f"{len(copies)} materials are"
    return redirect(there.path, f"{count} copied here. Look at who sees them, and when: the dates are those of here.")


def _looked_for(request: Asked) -> Form[CopyForm] | None:
    """The form as it was when somebody looked for where to; None for the first look at the page."""
    return read_query(request, CopyForm) if "step" in request.query_params else None


def _spot(scope: Scope) -> Spot:
    return Spot(session_id=scope.session_id) if scope.session_id else Spot(course_id=scope.course_id)


async def _target(viewer: Viewer, key: UUID) -> Scope:
    """The session or else the course of this id, if the viewer may change its materials. Raises NotFound."""
    try:
        return await get_scope(viewer, session_id=key)
    except NotFound:
        return await get_scope(viewer, course_id=key)


def _missing(form: Form[CopyForm], typed: CopyForm) -> Form[CopyForm]:
    if not typed.material:
        form = form.with_error("material", "Choose at least one.")
    return form if typed.to else form.with_error("to", "Choose where to.")


async def _page(request: Asked, works: Works, edited: EditedList, form: Form[CopyForm] | None = None) -> Response[Any]:
    viewer: Viewer = request.user
    typed: dict[str, Any] = form.raw if form else {"material": [], "to": "", "q": ""}
    found = await list_targets(viewer, str(typed["q"]), works.clock())
    source = (edited.scope.session_id, None if edited.scope.session_id else edited.scope.course_id)
    others = [one for one in found if (one.session_id, None if one.session_id else one.course_id) != source]
    return page(
        request,
        "materials/edit_copy.html",
        status=form.status if form and form.errors else 200,
        place=frame_of(viewer, edited.scope),
        items=[
            _item(one, typed["material"] if form else None) for one in edited.items if one.material.withdrawn_at is None
        ],
        targets=[_choice(one, zone_of(request)) for one in others],
        more=len(found) > MOST_TARGETS,
        typed=typed,
        errors=form.errors if form else {},
    )


def _item(edited: Edited, chosen: list[str] | None) -> tuple[str, str, str, bool, str]:
    version = edited.newest or edited.draft
    if edited.newest is not None:
        detail = f"version {edited.newest.number}"
    else:
        detail = "not published yet: its copy is not, either"
    ticked = chosen is None or str(edited.material.id) in chosen
    reason = "" if version and version.variants else "There is nothing in it yet."
    return (str(edited.material.id), edited.material.title, detail, ticked and not reason, reason)


def _choice(one: Target, zone: str) -> tuple[str, str, str, bool]:
    if one.session_id is None:
        return (str(one.course_id), one.title, f"Course of {one.program_name}: all its sessions", False)
    date = f"{when(one.starts_at, zone)} {zone_name(zone, one.starts_at)}" if one.starts_at else "no date yet"
    return (str(one.session_id), one.title, f"Session, {date}. {one.course_title}, {one.program_name}", False)
