"""How one session uses a material of its course: left out, kept at a version, shown to others or at another time."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import since
from training.materials.actions.placing import place
from training.materials.pages.frames import frame_of
from training.materials.pages.reaching import (
    check_named,
    fragment,
    known_of,
    meetings_of,
    only_shown,
    reached,
    typed_so_far,
)
from training.materials.pages.typed import REFUSALS, PlacementForm, put_right, typed_showing, words_of
from training.materials.queries.editing import Scope, find_placement, get_scope
from training.materials.queries.placed import Placed, find_placed
from training.materials.queries.standing import get_taught_session
from training.materials.queries.versions import list_bare_versions
from training.materials.rules.arranging import is_over
from training.materials.rules.given import came_after, given_version
from training.materials.rules.materials import Placement, PlacementDetails
from training.materials.rules.sentences import Reached, left_out
from training.materials.rules.showing import Showing
from training.materials.rules.variants import VersionView
from training.people.guards import signed_in
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
LABELS = {
    "hidden": "Leave it out of this session",
    "pinned_id": "Which version it gives",
    "shown": "Who sees it, and when",
    "audience": "Who may see it",
    "opens": "When",
    "amount": "How long before the start",
    "unit": "Unit",
    "meeting_number": "Of which meeting",
    "prework": "To be done before",
}
SAVED = "Saved. It counts for this session alone."
RESET = "In this session it is as the course says."


class PlacementPages(Controller):
    """A material of the course, in one session."""

    path = "/materials/sessions/{session_id:uuid}/placements/{material_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def placement(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """How it is used here."""
        return await _page(request, works, await _load(viewer, session_id, material_id))

    @post("/")
    async def save(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save it; or count who would see it, and save nothing."""
        return await _save(request, works, await _load(viewer, session_id, material_id))

    @get("/reach")
    async def reach(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Who would see it, as the form stands."""
        used = await _load(viewer, session_id, material_id)
        typed = typed_so_far(request, PlacementForm)
        return fragment(await _reached(request, works, used, typed.details()))


class _Used(Frozen, frozen=True, kw_only=True):
    """A material of the course in a session, with what the session says of it. `course`: what the course says."""

    scope: Scope
    session_id: UUID
    row: Placed
    course: Showing
    placement: Placement
    versions: tuple[VersionView, ...]


async def _load(viewer: Viewer, session_id: UUID, material_id: UUID) -> _Used:
    """Raises NotFound for what is not of the course, for what was never published, except to managers, and for whoever
    does not change the materials of the session."""
    scope = await get_scope(viewer, session_id=session_id)
    row = await find_placed(await get_taught_session(viewer, session_id), material_id)
    if row is None or row.course_id is None or not (row.has_published or scope.manages):
        raise NotFound
    of_course = {name: getattr(row, name) for name in Showing.__struct_fields__}
    return _Used(
        scope=scope,
        session_id=session_id,
        row=row,
        course=Showing(**of_course),
        placement=await find_placement(session_id, material_id),
        versions=tuple(reversed((await list_bare_versions([material_id])).get(material_id, []))),
    )


async def _save(request: Asked, works: Works, used: _Used) -> Response[Any]:
    form = await read_form(request, PlacementForm)
    if (shown := only_shown(form)) or form.value is None:
        return await _page(request, works, used, shown or form)
    try:
        await works.run(request.user, _write, used, form.value)
    except REFUSALS as error:
        now = await _load(request.user, used.session_id, used.row.id)
        return await _page(request, works, now, put_right(form, error))
    return redirect(used.scope.path, RESET if form.value.step == "reset" else SAVED)


async def _write(work: Work, used: _Used, typed: PlacementForm) -> None:
    details = _allowed(used, typed.details())
    # Whoever saves second is shown the difference, and the meetings with it.
    if typed.version == used.placement.version and details.meeting_number is not None:
        await check_named(used.scope, typed, used.placement.meeting_number)
    await place(work, used.session_id, used.row.id, details, typed.version)


def _allowed(used: _Used, details: PlacementDetails) -> PlacementDetails:
    """Without what only managers decide: for trainers, who sees it stays as it is."""
    if used.scope.manages:
        return details
    said = {name: getattr(used.placement, name) for name in Showing.__struct_fields__}
    return replace(details, **said)


async def _reached(request: Asked, works: Works, used: _Used, details: PlacementDetails) -> Reached:
    if details.hidden:
        return left_out(used.course)
    showing = _allowed(used, details).showing(used.course)
    prework = used.row.prework if details.prework is None else details.prework
    known = known_of(used.row.id, used.versions)
    return await reached(request, works, used.scope, showing, prework=prework, known=known)


def _typed(used: _Used) -> dict[str, Any]:
    """What the session says, as its form has it; where it says nothing, what the course does."""
    said = used.placement
    prework = {None: "course", True: "yes", False: "no"}[said.prework]
    own = {"hidden": said.hidden, "pinned_id": said.pinned_id, "shown": "here" if said.opens else "course"}
    return own | typed_showing(said.showing(used.course)) | {"prework": prework, "version": said.version}


async def _page(request: Asked, works: Works, used: _Used, form: Form[PlacementForm] | None = None) -> Response[Any]:
    details = form.value.details() if form and form.value else used.placement
    ends_at, now = used.scope.ends_at, works.clock()
    usual = given_version(used.versions, ends_at, now, None)
    return page(
        request,
        "materials/edit_placement.html",
        status=form.status if form and form.errors else 200,
        place=frame_of(request.user, used.scope),
        one=used.row,
        versions=used.versions,
        usual=usual,
        over=is_over(ends_at, now),
        late=came_after(usual, ends_at, None),
        course_showing=used.course,
        course_prework=used.row.prework,
        typed=form.raw if form else _typed(used),
        errors=form.errors if form else {},
        meetings=await meetings_of(request, used.scope),
        reached=await _reached(request, works, used, details),
        meanwhile=await _overtaken(request.user, used, form),
        differs=_differs(used.placement),
    )


def _differs(placement: Placement) -> bool:
    """Whether the session says anything of its own."""
    nothing = PlacementDetails()
    return any(getattr(placement, name) != getattr(nothing, name) for name in PlacementDetails.__struct_fields__)


async def _overtaken(viewer: Viewer, used: _Used, form: Form[PlacementForm] | None) -> Meanwhile | None:
    """What somebody else changed while the form was open; None when nobody did."""
    if form is None or not form.stale or form.value is None:
        return None
    return await since(viewer, used.session_id, differences(LABELS, words_of(form.value), _typed(used)))
