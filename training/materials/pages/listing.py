"""The materials of a session or a course for those who change them: the list, as a file, and one more to add."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec.structs import replace

from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.materials.actions.editing import add_material
from training.materials.actions.receiving import list_coming
from training.materials.actions.versions import begin_version
from training.materials.pages.frames import frame_of
from training.materials.pages.reaching import (
    check_named,
    meetings_of,
    only_shown,
    reach_fragment,
    reached,
    showing_on,
)
from training.materials.pages.typed import REFUSALS, MaterialForm, put_right, typed_showing
from training.materials.queries.editing import Edited, EditedList, Scope, get_scope, list_edited
from training.materials.queries.meetings import find_meeting_numbers
from training.materials.queries.showing import Shown, list_course_materials, list_materials
from training.materials.queries.uploads import Destination
from training.materials.rules.lines import Lacks, is_nowhere, is_undated, lacks
from training.materials.rules.showing import Showing
from training.materials.rules.variants import Form as Shape
from training.materials.rules.variants import Kind, VariantView, VersionView
from training.materials.storage.keeping import Storage
from training.people.guards import signed_in
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = (
    *("Title", "Belongs to", "Who", "When", "Minutes before", "Meeting", "From (UTC)", "To be done before"),
    *("Version", "Published (UTC)", "What it is", "Left out here", "Captions missing"),
)
ADDED = "It is there. Put files, links or notes in, then publish it: until then nobody else sees it."
BLANK = {"title": "", "summary": "", "prework": False, "version": 0}


class SessionMaterialPages(Controller):
    """Those of a session: from its course, and its own."""

    path = "/materials/sessions/{session_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def materials(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Everything, with what keeps it from being seen."""
        return await _list_page(request, works, storage, await list_edited(viewer, session_id=session_id))

    @get("/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[Any]:
        """The same as a file."""
        return await _export(viewer, works, await get_scope(viewer, session_id=session_id), fmt)

    @get("/reach")
    async def reach(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Who would see what is shown so."""
        return await reach_fragment(request, works, await get_scope(viewer, session_id=session_id))

    @get("/add")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """The form of one more."""
        return await _add_page(request, viewer, works, await get_scope(viewer, session_id=session_id))

    @post("/add")
    async def add(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add it, to be filled and published."""
        return await _add(request, viewer, works, await get_scope(viewer, session_id=session_id))


class CourseMaterialPages(Controller):
    """Those of a course, which all its sessions have."""

    path = "/materials/courses/{course_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def materials(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Everything, with what keeps it from being seen."""
        return await _list_page(request, works, storage, await list_edited(viewer, course_id=course_id))

    @get("/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[Any]:
        """The same as a file."""
        return await _export(viewer, works, await get_scope(viewer, course_id=course_id), fmt)

    @get("/reach")
    async def reach(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Who would see what is shown so."""
        return await reach_fragment(request, works, await get_scope(viewer, course_id=course_id))

    @get("/add")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """The form of one more."""
        return await _add_page(request, viewer, works, await get_scope(viewer, course_id=course_id))

    @post("/add")
    async def add(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add it, to be filled and published."""
        return await _add(request, viewer, works, await get_scope(viewer, course_id=course_id))


class Line(Frozen, frozen=True, kw_only=True):
    """A material in the list. `filled`: something is in the version that is being worked on; `at`: when it opens, or
    with `since`, when it did, not before it was published; `undated`: it waits for a date; `nowhere`: for a meeting
    that no session of the course has."""

    one: Shown
    lacks: Lacks
    filled: bool
    since: bool
    at: datetime | None
    undated: bool
    nowhere: bool = False


async def _shown(viewer: Viewer, works: Works, scope: Scope) -> tuple[tuple[Shown, ...], str, bool]:
    """Everything, the state of the session (empty for a course), and whether it is held, or was in part."""
    now = works.clock()
    if scope.session_id is None:
        return (await list_course_materials(viewer, scope.course_id, now, editing=True)).items, "", True
    found = await list_materials(viewer, scope.session_id, now, editing=True)
    return found.items, found.session.state.value, found.times.held


async def _list_page(request: Asked, works: Works, storage: Storage, edited: EditedList) -> Response[Any]:
    viewer: Viewer = request.user
    scope, now = edited.scope, works.clock()
    known = {one.material.id: one for one in edited.items}
    items, state, gave = await _shown(viewer, works, scope)
    meetings = await _meetings(scope, items)
    lines = [
        replace(_line(one, known.get(one.id), now, scope), nowhere=is_nowhere(one.showing, meetings)) for one in items
    ]
    return page(
        request,
        "materials/edit_list.html",
        place=frame_of(viewer, scope),
        lines=[line for line in lines if line.one.id not in known],
        own=[line for line in lines if line.one.id in known],
        withdrawn=[one.material for one in edited.items if one.material.withdrawn_at is not None],
        state=state,
        gave=gave,
        # Who does not see all of the program sees all of their own, wherever they began it.
        coming=await list_coming(viewer, storage, _destination(scope) if scope.manages else None, now),
    )


async def _meetings(scope: Scope, items: Sequence[Shown]) -> frozenset[int] | None:
    """Which meetings there are in the sessions of a course; None where nothing depends on it."""
    if scope.session_id is not None or not any(one.showing.meeting_number for one in items):
        return None
    return await find_meeting_numbers(scope.course_id)


def _destination(scope: Scope) -> Destination:
    course_id = None if scope.session_id else scope.course_id
    return Destination(program_id=scope.program_id, session_id=scope.session_id, course_id=course_id)


def _line(one: Shown, edited: Edited | None, now: datetime, scope: Scope) -> Line:
    draft = edited.draft if edited else None
    since = one.held and one.from_at is not None and one.from_at <= now
    published = [one.published_at] if since and one.published_at else []
    return Line(
        one=one,
        lacks=lacks(one.given, draft),
        filled=draft is not None and bool(draft.variants),
        since=since,
        at=max([one.from_at, *published]) if one.from_at else None,
        undated=scope.session_id is not None and is_undated(one.showing, one.from_at),
    )


async def _export(viewer: Viewer, works: Works, scope: Scope, fmt: str) -> Response[Any]:
    items, _, _ = await _shown(viewer, works, scope)
    lines = [_line(one, None, works.clock(), scope) for one in items]
    return table_response(fmt, f"materials of {scope.title}", HEADER, [_row(line) for line in lines])


def _row(line: Line) -> tuple[object, ...]:
    one, given = line.one, line.one.given
    showing = one.showing
    return (
        *(one.title, "session" if one.own else "course", showing.audience.value, showing.opens.value),
        *(showing.offset_minutes or None, showing.meeting_number, one.from_at, "yes" if one.prework else "no"),
        *((given.number, given.published_at) if given else (None, None)),
        *([_shape(each) for each in given.variants] if given else "", "yes" if one.hidden else "no"),
        list(line.lacks.silent),
    )


def _shape(variant: VariantView) -> str:
    called = variant.form.value
    if variant.form in (Shape.DOCUMENT, Shape.OTHER):
        # What it is to whoever opens it, as the pages say it.
        of_file = "picture" if variant.file_kind == "image" else called
        called = of_file if variant.kind is Kind.FILE else variant.kind.value
    words = f"{called} ({variant.language})" if variant.language else called
    return f"{words}: {variant.name}"


async def _add(request: Asked, viewer: Viewer, works: Works, scope: Scope) -> Response[Any]:
    form = await read_form(request, MaterialForm)
    if (shown := only_shown(form)) or form.value is None:
        return await _add_page(request, viewer, works, scope, shown or form)
    try:
        version = await works.run(viewer, _begin, scope, form.value)
    except REFUSALS as error:
        return await _add_page(request, viewer, works, scope, put_right(form, error))
    return redirect(f"/materials/{version.material_id}/versions/{version.id}", ADDED)


async def _begin(work: Work, scope: Scope, typed: MaterialForm) -> VersionView:
    """A material more; its first version, to be filled."""
    await check_named(scope, typed)
    of = {"session_id": scope.session_id} if scope.session_id else {"course_id": scope.course_id}
    material = await add_material(work, typed.details(), **of)
    await work.flush()
    return await begin_version(work, material.id)


async def _add_page(
    request: Asked, viewer: Viewer, works: Works, scope: Scope, form: Form[MaterialForm] | None = None
) -> Response[Any]:
    showing = showing_on(form) if form else Showing()
    return page(
        request,
        "materials/edit_add.html",
        status=form.status if form and form.errors else 200,
        place=frame_of(viewer, scope),
        typed=form.raw if form else BLANK | typed_showing(showing),
        errors=form.errors if form else {},
        meetings=await meetings_of(request, scope),
        reached=await reached(request, works, scope, showing, prework=bool(form and form.raw.get("prework"))),
    )
