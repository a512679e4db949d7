"""Files that are put into a version. Where that was published or thrown away meanwhile, they are not lost: the page
offers to put them into the next one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response
from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import refused
from training.materials.actions.versions import add_variant, begin_version
from training.materials.pages.frames import frame_of
from training.materials.pages.received import Received, received
from training.materials.pages.typed import REFUSALS, FilesForm
from training.materials.pages.versions import Refused, find_left, number_after, version_page
from training.materials.queries.editing import Edited, get_edited, get_material_scope
from training.materials.queries.uploads import UploadView, get_destination
from training.materials.rules.variants import (
    Kind,
    VariantDetails,
    VersionDiscarded,
    VersionPublished,
    VersionView,
    check_fits,
    checked_variant,
    likely_form,
)
from training.materials.storage.keeping import Storage
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


async def may_add(request: Asked) -> None:
    """Raises NotFound for whoever may not change this material."""
    await get_material_scope(request.user, request.path_params["material_id"])


async def add_files(request: Asked, works: Works, edited: Edited, version_id: UUID) -> Response[Any]:
    """Put them in, or say why not."""
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
        return await _files_page(request, works, version_id, form, brought)
    wanted = [_of_file(upload, form.value) for upload in brought.came]
    # Taking them in takes its time.
    version = find_left(await get_edited(viewer, edited.material.id), version_id)
    try:
        if version is not None and version.published_at is None:
            await works.run(viewer, _put_in, version.id, wanted, form.value.version)
        elif form.value.begin:
            version = await works.run(viewer, put_in_next, edited.material.id, wanted)
        else:
            _check_said(wanted, brought.came)
            return await _files_page(request, works, version_id, form, brought)
    except (NotFound, VersionPublished):
        return await _files_page(request, works, version_id, form, brought)
    except REFUSALS as error:
        return await _files_page(request, works, version_id, refused(form, error), brought)
    count = len(wanted)
    return redirect(path_of(version), "The file is in." if count == 1 else f"{count} files are in.")


async def _files_page(
    request: Asked, works: Works, version_id: UUID, form: Form[FilesForm], brought: Received
) -> Response[Any]:
    """The page of the version as it stands now, with the form for files that was refused. Raises VersionDiscarded for
    one that was thrown away where nothing is left to be put into another."""
    edited = await get_edited(request.user, request.path_params["material_id"])
    version = find_left(edited, version_id)
    if version is None or version.published_at is not None:
        # There is no field for files any more.
        form = replace(form, errors={("" if name == "file" else name): said for name, said in form.errors.items()})
    adding = Refused(form=form, came=brought.came, left=brought.left)
    if version is not None:
        return await version_page(request, works, edited, version.id, adding=adding)
    if not brought.came and not brought.left:
        raise VersionDiscarded(page=f"/materials/{edited.material.id}")
    return page(
        request,
        "materials/edit_gone.html",
        status=404,
        place=frame_of(request.user, edited.scope),
        one=edited.material,
        action=request.scope["path"],
        after=number_after(edited),
        came=adding.came,
        left=adding.left,
        added=form.raw,
        add_errors=form.errors,
    )


def path_of(version: VersionView) -> str:
    """Where a version is worked on."""
    return f"/materials/{version.material_id}/versions/{version.id}"


def _of_file(upload: UploadView, typed: FilesForm) -> VariantDetails:
    return VariantDetails(
        kind=Kind.FILE,
        form=typed.form or likely_form(upload.media_type or ""),
        language=typed.language,
        name=upload.name,
        file_id=upload.file_id,
    )


def _check_said(wanted: Sequence[VariantDetails], came: Sequence[UploadView]) -> None:
    """What would stand against them in any version is said at once. Raises Invalid."""
    for details, upload in zip(wanted, came, strict=True):
        checked_variant(details)
        check_fits(details.form, upload.media_type or "")


async def _put_in(work: Work, version_id: UUID, wanted: Sequence[VariantDetails], expected_version: int) -> None:
    """All of them, or none; each makes the version one older, so only the first looks whether somebody was quicker."""
    expected: int | None = expected_version
    for details in wanted:
        await add_variant(work, version_id, details, expected)
        expected = None


async def put_in_next(work: Work, material_id: UUID, wanted: Sequence[VariantDetails]) -> VersionView:
    """Put them into the version that is worked on; without one the next is begun."""
    version = await begin_version(work, material_id)
    for details in wanted:
        await add_variant(work, version.id, details)
    return version
