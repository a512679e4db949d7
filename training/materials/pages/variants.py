"""The shapes of a version that is not published yet: files, links and notes put in, changed, taken out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import refused, since
from training.materials.actions.noting import read_ahead
from training.materials.actions.versions import add_variant, begin_version, change_variant, remove_variant
from training.materials.pages.frames import frame_of
from training.materials.pages.received import Received, received, with_files
from training.materials.pages.typed import REFUSALS, FilesForm, VariantForm, words_of
from training.materials.pages.versions import Refused, find_version, number_after, version_page
from training.materials.queries.editing import Edited, get_edited
from training.materials.queries.uploads import UploadView, get_destination
from training.materials.rules.variants import (
    Kind,
    VariantDetails,
    VariantView,
    VersionDiscarded,
    VersionPublished,
    VersionView,
    likely_form,
    said_of,
)
from training.materials.storage.keeping import Storage
from training.people.guards import signed_in
from training.web.forms import Form, Looked, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
LABELS = {"name": "What it is called", "form": "What it is", "language": "Language", "link": "Address", "body": "Note"}


async def _may_add(request: Asked) -> None:
    """Raises NotFound for whoever may not change this material, VersionDiscarded."""
    _find_still(await get_edited(request.user, request.path_params["material_id"]), request.path_params["version_id"])


class VariantPages(Controller):
    """What a version consists of."""

    path = "/materials/{material_id:uuid}/versions/{version_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @post("/files", opt=with_files(_may_add))
    async def files(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put files in: those that came with the form, and those that were uploaded before."""
        edited = await get_edited(viewer, material_id)
        return await _add_files(request, works, edited, _find_still(edited, version_id))

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
        edited = await get_edited(viewer, material_id)
        return await _add(request, works, edited, _find_still(edited, version_id), Kind.LINK)

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
        edited = await get_edited(viewer, material_id)
        return await _add(request, works, edited, _find_still(edited, version_id), Kind.NOTE)

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
        return await _form_page(request, edited, *_find(edited, version_id, variant_id))

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
        return await _change(request, works, edited, *_find(edited, version_id, variant_id))

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
        version, _ = _find(await get_edited(viewer, material_id), version_id, variant_id)
        looked = ((await read_form(request, Looked)).value or Looked()).version
        try:
            await works.run(viewer, remove_variant, variant_id, looked)
        except REFUSALS as error:
            return redirect(_path(version), error.detail, kind="warning")
        return redirect(_path(version), "Taken out of this version.")


def _path(version: VersionView) -> str:
    return f"/materials/{version.material_id}/versions/{version.id}"


def _find_still(edited: Edited, version_id: UUID) -> VersionView:
    """A version to which something is sent. Raises VersionDiscarded."""
    try:
        return find_version(edited, version_id)
    except NotFound as error:
        raise VersionDiscarded(page=f"/materials/{edited.material.id}") from error


def _find(edited: Edited, version_id: UUID, variant_id: UUID) -> tuple[VersionView, VariantView]:
    """A variant that is found through its version, and only there. Raises NotFound."""
    version = find_version(edited, version_id)
    found = next((variant for variant in version.variants if variant.id == variant_id), None)
    if found is None:
        raise NotFound
    return version, found


async def _add_files(request: Asked, works: Works, edited: Edited, version: VersionView) -> Response[Any]:
    viewer: Viewer = request.user
    storage: Storage = request.app.state.storage
    form = await read_form(request, FilesForm)
    scope = edited.scope
    to = {"session_id": scope.session_id} if scope.session_id else {"course_id": scope.course_id}
    # Whatever else is wrong with the form: what has arrived need not come again.
    brought = await received(request, works, viewer, storage, await get_destination(viewer, **to))
    if brought.fault:
        form = form.with_error("file", brought.fault)
    if form.value is None or brought.fault:
        return await _files_page(request, works, version, form, brought)
    wanted = [_of_file(upload, form.value) for upload in brought.came]
    try:
        if form.value.begin and version.published_at is not None:
            version = await works.run(viewer, _put_in_next, edited.material.id, wanted)
        else:
            await works.run(viewer, _put_in, version.id, wanted, form.value.version)
    except REFUSALS as error:
        return await _files_page(request, works, version, refused(form, error), brought)
    count = len(wanted)
    return redirect(_path(version), "The file is in." if count == 1 else f"{count} files are in.")


async def _files_page(
    request: Asked, works: Works, version: VersionView, form: Form[FilesForm], brought: Received
) -> Response[Any]:
    """The page of the version as it stands now, with the form for files that was refused."""
    now = await get_edited(request.user, version.material_id)
    adding = Refused(form=form, came=brought.came)
    return await version_page(request, works, now, version.id, adding=adding)


def _of_file(upload: UploadView, typed: FilesForm) -> VariantDetails:
    return VariantDetails(
        kind=Kind.FILE,
        form=typed.form or likely_form(upload.media_type or ""),
        language=typed.language,
        name=upload.name,
        file_id=upload.file_id,
    )


async def _put_in(work: Work, version_id: UUID, wanted: Sequence[VariantDetails], expected_version: int) -> None:
    """All of them, or none; each makes the version one older, so only the first looks whether somebody was quicker."""
    expected: int | None = expected_version
    for details in wanted:
        await add_variant(work, version_id, details, expected)
        expected = None


async def _put_in_next(work: Work, material_id: UUID, wanted: Sequence[VariantDetails]) -> VersionView:
    """Put them into the version that is worked on; without one the next is begun."""
    version = await begin_version(work, material_id)
    for details in wanted:
        await add_variant(work, version.id, details)
    return version


async def _change_next(work: Work, material_id: UUID, variant: VariantView, details: VariantDetails) -> VersionView:
    """Change there what was taken over of this variant; where that is not there any more, put it in."""
    version = await begin_version(work, material_id)
    taken_over = next((one for one in version.variants if said_of(one) == said_of(variant)), None)
    if taken_over is None:
        await add_variant(work, version.id, details)
    else:
        await change_variant(work, taken_over.id, details)
    return version


async def _add(request: Asked, works: Works, edited: Edited, version: VersionView, kind: Kind) -> Response[Any]:
    form = await read_form(request, VariantForm)
    if form.value is None:
        return await _form_page(request, edited, version, kind, form=form)
    details = _details(form.value, kind)
    try:
        await read_ahead(request.user, details, version_id=version.id)
        if form.value.begin and version.published_at is not None:
            version = await works.run(request.user, _put_in_next, edited.material.id, [details])
        else:
            await works.run(request.user, add_variant, version.id, details, form.value.version)
    except REFUSALS as error:
        now = await get_edited(request.user, edited.material.id)
        return await _form_page(request, now, find_version(now, version.id), kind, form=refused(form, error))
    return redirect(_path(version), "The link is in." if kind is Kind.LINK else "The note is in.")


def _details(typed: VariantForm, kind: Kind, file_id: UUID | None = None) -> VariantDetails:
    said = {"language": typed.language, "name": typed.name or "", "link": typed.link, "body": typed.body}
    return VariantDetails(**said, kind=kind, form=typed.form, file_id=file_id)


async def _change(
    request: Asked, works: Works, edited: Edited, version: VersionView, variant: VariantView
) -> Response[Any]:
    viewer: Viewer = request.user
    form = await read_form(request, VariantForm)
    if form.value is None:
        return await _form_page(request, edited, version, variant, form=form)
    details = _details(form.value, variant.kind, variant.file_id)
    try:
        await read_ahead(viewer, details, variant_id=variant.id)
        if form.value.begin and version.published_at is not None:
            version = await works.run(viewer, _change_next, edited.material.id, variant, details)
        else:
            await works.run(viewer, change_variant, variant.id, details, form.value.version)
    except REFUSALS as error:
        now = await get_edited(viewer, edited.material.id)
        return await _form_page(request, now, *_find(now, version.id, variant.id), form=refused(form, error))
    return redirect(_path(version), "Saved.")


def _typed(version: VersionView, variant: VariantView | None) -> dict[str, Any]:
    names = ("language", "name", "link", "body")
    said = {name: getattr(variant, name) if variant else "" for name in names}
    return said | {"form": variant.form.value if variant else "document", "version": version.version}


async def _form_page(
    request: Asked,
    edited: Edited,
    version: VersionView,
    what: VariantView | Kind,
    *,
    form: Form[VariantForm] | None = None,
) -> Response[Any]:
    """The form of a variant, or of a link or note that is to be one; of what is published only what was sent, to be
    put into the next version. Raises VersionPublished."""
    published = version.published_at is not None
    if published and form is None:
        raise VersionPublished(page=_path(version))
    variant = what if isinstance(what, VariantView) else None
    kind = what.kind if isinstance(what, VariantView) else what
    return page(
        request,
        "materials/edit_variant.html",
        status=409 if published else form.status if form else 200,
        place=frame_of(request.user, edited.scope),
        one=edited.material,
        version=version,
        shape=variant,
        after=number_after(edited) if published else 0,
        kind=kind.value,
        action=f"{_path(version)}/variants/{variant.id}" if variant else f"{_path(version)}/{kind.value}s",
        typed=form.raw if form else _typed(version, variant),
        errors=form.errors if form else {},
        meanwhile=await _overtaken(request.user, version, variant, form),
    )


async def _overtaken(
    viewer: Viewer, version: VersionView, variant: VariantView | None, form: Form[VariantForm] | None
) -> Meanwhile | None:
    """What somebody else changed while the form was open; None when nobody did."""
    if form is None or not form.stale or form.value is None:
        return None
    found = differences(LABELS, words_of(form.value), _typed(version, variant)) if variant else ()
    return await since(viewer, version.id, found)
