"""The shapes of a version that is not published yet: files, links and notes put in, changed, taken out."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import refused, since
from training.materials.actions.noting import read_details
from training.materials.actions.versions import add_variant, begin_version, change_variant, remove_variant
from training.materials.pages.adding import add_files, may_add, path_of, put_in_next
from training.materials.pages.frames import frame_of
from training.materials.pages.received import with_files
from training.materials.pages.typed import REFUSALS, VariantForm, words_of
from training.materials.pages.versions import find_left, find_still, find_version, number_after
from training.materials.queries.editing import Edited, get_edited
from training.materials.rules.variants import (
    Kind,
    VariantDetails,
    VariantRemoved,
    VariantView,
    VersionDiscarded,
    VersionPublished,
    VersionView,
    said_of,
)
from training.people.guards import signed_in
from training.web.forms import Form, Looked, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
LABELS = {"name": "What it is called", "form": "What it is", "language": "Language", "link": "Address", "body": "Note"}


class VariantPages(Controller):
    """What a version consists of."""

    path = "/materials/{material_id:uuid}/versions/{version_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @post("/files", opt=with_files(may_add))
    async def files(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put files in: those that came with the form, and those that were uploaded before."""
        return await add_files(request, works, await get_edited(viewer, material_id), version_id)

    @get(["/links", "/notes"])
    async def new(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """The form of a link or a note."""
        edited = await get_edited(viewer, material_id)
        kind = Kind.LINK if request.scope["path"].rstrip("/").endswith("/links") else Kind.NOTE
        return await _form_page(request, edited, find_version(edited, version_id), kind)

    @post("/links")
    async def link(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put a link in."""
        return await _add(request, works, await get_edited(viewer, material_id), version_id, Kind.LINK)

    @post("/notes")
    async def note(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put a note in."""
        return await _add(request, works, await get_edited(viewer, material_id), version_id, Kind.NOTE)

    @get("/variants/{variant_id:uuid}")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """The form of one of them."""
        edited = await get_edited(viewer, material_id)
        version = find_version(edited, version_id)
        variant = find_variant(version, variant_id)
        if variant is None:
            raise NotFound
        return await _form_page(request, edited, version, variant)

    @post("/variants/{variant_id:uuid}")
    async def change(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save it."""
        edited = await get_edited(viewer, material_id)
        return await _change(request, works, edited, version_id, variant_id)

    @post("/variants/{variant_id:uuid}/remove")
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take it out."""
        version = find_still(await get_edited(viewer, material_id), version_id)
        if find_variant(version, variant_id) is None:
            raise VariantRemoved(page=path_of(version))
        looked = ((await read_form(request, Looked)).value or Looked()).version
        try:
            await works.run(viewer, remove_variant, variant_id, looked)
        except REFUSALS as error:
            return redirect(path_of(version), error.detail, kind="warning")
        return redirect(path_of(version), "Taken out of this version.")


def find_variant(version: VersionView | None, variant_id: UUID) -> VariantView | None:
    """A variant that is found through its version, and only there; None for one that is not in it any more."""
    return next((one for one in version.variants if one.id == variant_id), None) if version else None


async def _add(request: Asked, works: Works, edited: Edited, version_id: UUID, kind: Kind) -> Response[Any]:
    viewer: Viewer = request.user
    form = await read_form(request, VariantForm)
    version = find_left(edited, version_id)
    if version is None and not _writing(form):
        raise VersionDiscarded(page=f"/materials/{edited.material.id}")
    if form.value is None:
        return await _form_page(request, edited, version, kind, form=form)
    details = _details(form.value, kind)
    try:
        await read_details(details)
        if version is not None and version.published_at is None:
            await works.run(viewer, add_variant, version.id, details, form.value.version)
        elif form.value.begin:
            version = await works.run(viewer, put_in_next, edited.material.id, [details])
        else:
            return await _form_page(request, edited, version, kind, form=form)
    except (NotFound, *REFUSALS) as error:
        now = await get_edited(viewer, edited.material.id)
        return await _form_page(request, now, find_left(now, version_id), kind, form=_put_right(form, error))
    return redirect(path_of(version), "The link is in." if kind is Kind.LINK else "The note is in.")


def _put_right(form: Form[VariantForm], error: NotFound | Invalid | Conflict) -> Form[VariantForm]:
    """The form with what was said against it; that its version is not to be changed any more says the page."""
    return form if isinstance(error, NotFound | VersionPublished) else refused(form, error)


def _writing(form: Form[VariantForm]) -> Kind | None:
    """What somebody wrote or linked to in a form; None for nothing that would be lost."""
    return Kind.NOTE if form.raw["body"] else Kind.LINK if form.raw["link"] else None


def _details(typed: VariantForm, kind: Kind, file_id: UUID | None = None) -> VariantDetails:
    said = {"language": typed.language, "name": typed.name or "", "link": typed.link, "body": typed.body}
    return VariantDetails(**said, kind=kind, form=typed.form, file_id=file_id)


async def _change(request: Asked, works: Works, edited: Edited, version_id: UUID, variant_id: UUID) -> Response[Any]:
    viewer: Viewer = request.user
    form = await read_form(request, VariantForm)
    version = find_left(edited, version_id)
    variant = find_variant(version, variant_id)
    if version is None or variant is None:
        return await _removed(request, edited, version, form)
    if form.value is None:
        return await _form_page(request, edited, version, variant, form=form)
    details = _details(form.value, variant.kind, variant.file_id)
    try:
        await read_details(details)
        if form.value.begin and version.published_at is not None:
            version = await works.run(viewer, _change_next, edited.material.id, variant, details)
        else:
            await works.run(viewer, change_variant, variant.id, details, form.value.version)
    except (NotFound, *REFUSALS) as error:
        now = await get_edited(viewer, edited.material.id)
        version = find_left(now, version_id)
        variant = find_variant(version, variant_id)
        if version is None or variant is None:
            return await _removed(request, now, version, form)
        return await _form_page(request, now, version, variant, form=_put_right(form, error))
    return redirect(path_of(version), "Saved.")


async def _removed(
    request: Asked, edited: Edited, version: VersionView | None, form: Form[VariantForm]
) -> Response[Any]:
    """What was written about a variant that is not there any more, to be put in anew. Raises VersionDiscarded and
    VariantRemoved where nothing was written."""
    kind = _writing(form)
    if kind is not None:
        return await _form_page(request, edited, version, kind, form=form, removed=True)
    if version is None:
        raise VersionDiscarded(page=f"/materials/{edited.material.id}")
    raise VariantRemoved(page=path_of(version))


async def _change_next(work: Work, material_id: UUID, variant: VariantView, details: VariantDetails) -> VersionView:
    """Change there what was taken over of this variant; where that is not there any more, put it in."""
    version = await begin_version(work, material_id)
    taken_over = next((one for one in version.variants if said_of(one) == said_of(variant)), None)
    if taken_over is None:
        await add_variant(work, version.id, details)
    else:
        await change_variant(work, taken_over.id, details)
    return version


def _typed(version: VersionView | None, variant: VariantView | None) -> dict[str, Any]:
    names = ("language", "name", "link", "body")
    said = {name: getattr(variant, name) if variant else "" for name in names}
    return said | {"form": variant.form.value if variant else "document", "version": version.version if version else 0}


async def _form_page(
    request: Asked,
    edited: Edited,
    version: VersionView | None,
    what: VariantView | Kind,
    *,
    form: Form[VariantForm] | None = None,
    removed: bool = False,
) -> Response[Any]:
    """The form of a variant, or of a link or note that is to be one; of what is published, thrown away (version None)
    or taken out (`removed`) only what was sent, to be put in anew. Raises VersionPublished."""
    over = version is None or version.published_at is not None
    if version and over and form is None:
        raise VersionPublished(page=path_of(version))
    variant = what if isinstance(what, VariantView) else None
    kind = what.kind if isinstance(what, VariantView) else what
    path = f"/materials/{edited.material.id}/versions/{request.path_params['version_id']}"
    typed = form.raw if form else _typed(version, variant)
    return page(
        request,
        "materials/edit_variant.html",
        status=404 if removed or version is None else 409 if over else form.status if form else 200,
        place=frame_of(request.user, edited.scope),
        one=edited.material,
        version=version,
        shape=variant,
        after=number_after(edited) if over else 0,
        removed=removed,
        kind=kind.value,
        action=f"{path}/variants/{variant.id}" if variant else f"{path}/{kind.value}s",
        typed={**typed, "version": version.version} if removed and version else typed,
        errors=form.errors if form else {},
        meanwhile=await _overtaken(request.user, version, variant, form),
    )


async def _overtaken(
    viewer: Viewer, version: VersionView | None, variant: VariantView | None, form: Form[VariantForm] | None
) -> Meanwhile | None:
    """What somebody else changed while the form was open; None when nobody did."""
    if version is None or form is None or not form.stale or form.value is None:
        return None
    found = differences(LABELS, words_of(form.value), _typed(version, variant)) if variant else ()
    return await since(viewer, version.id, found)
