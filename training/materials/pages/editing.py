"""One material: what is said of it, its versions, its place in the list, and whether it is on any list at all."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import since
from training.materials.actions.editing import edit_material, move_material, put_back, withdraw
from training.materials.pages.frames import frame_of
from training.materials.pages.reaching import check_named, known_of, meetings_of, only_shown, reached, showing_on
from training.materials.pages.typed import REFUSALS, MaterialForm, MoveForm, put_right, typed_showing, words_of
from training.materials.queries.editing import Edited, Scope, get_edited, get_material_scope
from training.materials.rules.materials import Material
from training.people.guards import signed_in
from training.web.forms import Form, Looked, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
LABELS = {
    "title": "Title",
    "summary": "What it is",
    "audience": "Who may see it",
    "opens": "When",
    "amount": "How long before the start",
    "unit": "Unit",
    "meeting_number": "Of which meeting",
    "prework": "To be done before",
}
WITHDRAWN = "Withdrawn. It is on no list any more; put it back whenever you like."
BACK = "It is on its lists again, as it was."


class MaterialPages(Controller):
    """One material, for those who change it."""

    path = "/materials/{material_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def material(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Its form, its versions, and who sees it."""
        return await _page(request, viewer, works, await get_edited(viewer, material_id))

    @post("/")
    async def edit(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save what is said of it; or count who would see it, and save nothing."""
        material, scope = await get_material_scope(viewer, material_id)
        return await _edit(request, works, material, scope, await read_form(request, MaterialForm))

    @post("/move")
    async def move(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """One step up or down in its list."""
        _, scope = await get_material_scope(viewer, material_id)
        typed = (await read_form(request, MoveForm)).value or MoveForm()
        await works.run(viewer, move_material, material_id, up=typed.step == "up")
        return redirect(scope.path)

    @post("/withdraw")
    async def withdraw(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take it off every list."""
        return await _pressed(request, viewer, works, material_id, withdraw)

    @post("/put-back")
    async def put_back(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
    ) -> Response[Any]:
        """Show it again."""
        return await _pressed(request, viewer, works, material_id, put_back)


async def _edit(
    request: Asked, works: Works, material: Material, scope: Scope, form: Form[MaterialForm]
) -> Response[Any]:
    viewer: Viewer = request.user
    material_id = material.id
    if (shown := only_shown(form)) or form.value is None:
        return await _page(request, viewer, works, await get_edited(viewer, material_id), shown or form)
    try:
        await works.run(viewer, _write, material, scope, form.value)
    except REFUSALS as error:
        edited = await get_edited(viewer, material_id)
        return await _page(request, viewer, works, edited, put_right(form, error))
    return redirect(f"/materials/{material_id}", "Saved.")


async def _write(work: Work, before: Material, scope: Scope, typed: MaterialForm) -> None:
    # Whoever saves second is shown the difference, and the meetings with it.
    if typed.version == before.version:
        await check_named(scope, typed, before.meeting_number)
    await edit_material(work, before.id, typed.details(), typed.version)


async def _pressed(
    request: Asked,
    viewer: Viewer,
    works: Works,
    material_id: UUID,
    action: Callable[[Work, UUID, int | None], Awaitable[Material]],
) -> Response[Any]:
    _, scope = await get_material_scope(viewer, material_id)
    version = ((await read_form(request, Looked)).value or Looked()).version
    try:
        after = await works.run(viewer, action, material_id, version)
    except NotFound:
        raise
    except REFUSALS as error:
        return redirect(f"/materials/{material_id}", error.detail, kind="warning")
    if after.withdrawn_at is None:
        return redirect(f"/materials/{material_id}", BACK)
    return redirect(scope.path, WITHDRAWN)


def typed_material(material: Material) -> dict[str, Any]:
    """A material as its form has it."""
    said = {"title": material.title, "summary": material.summary, "prework": material.prework}
    return said | typed_showing(material.showing) | {"version": material.version}


async def _page(
    request: Asked, viewer: Viewer, works: Works, edited: Edited, form: Form[MaterialForm] | None = None
) -> Response[Any]:
    material, scope = edited.material, edited.scope
    showing = showing_on(form) if form else material.showing
    return page(
        request,
        "materials/edit_material.html",
        status=form.status if form and form.errors else 200,
        place=frame_of(viewer, scope),
        one=material,
        versions=edited.versions,
        draft=edited.draft,
        newest=edited.newest,
        typed=form.raw if form else typed_material(material),
        errors=form.errors if form else {},
        meetings=await meetings_of(request, scope),
        reached=await reached(
            request,
            works,
            scope,
            showing,
            prework=bool(form.raw.get("prework")) if form else material.prework,
            known=known_of(material.id, edited.versions, material.withdrawn_at),
        ),
        meanwhile=await _overtaken(viewer, material, form),
    )


async def _overtaken(viewer: Viewer, material: Material, form: Form[MaterialForm] | None) -> Meanwhile | None:
    """What somebody else changed while the form was open; None when nobody did."""
    if form is None or not form.stale or form.value is None:
        return None
    return await since(viewer, material.id, differences(LABELS, words_of(form.value), typed_material(material)))
