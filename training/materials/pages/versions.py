"""Versions of a material: begun, looked at, published with what is different, thrown away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import refused, since
from training.materials.actions.versions import begin_version, discard_draft, publish_version
from training.materials.pages.frames import Frame, frame_of
from training.materials.pages.reaching import known_of, reached
from training.materials.pages.typed import REFUSALS, FilesForm, NoteForm
from training.materials.queries.editing import Edited, get_edited, get_material_scope
from training.materials.queries.uploads import UploadView
from training.materials.rules.arranging import is_over
from training.materials.rules.given import kept_version
from training.materials.rules.variants import (
    CaptionsMissing,
    VersionDiscarded,
    VersionPublished,
    VersionView,
    holds_the_same,
    missing_captions,
)
from training.people.guards import signed_in
from training.web.forms import Form, Looked, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
BEGUN = "Version {} is yours to change. Nobody else sees it before you publish it."
PUBLISHED = "Version {} is published. Whoever may see the material has it now."
PUBLISHED_COURSE = (
    "Version {} is published. Sessions to come give it now. One that is over and gave an earlier version, or keeps to"
    " one, stays with that, and names this one beside it."
)
PUBLISHED_BESIDE = (
    "Version {} is published. The session is over and keeps version {}, which it gave; this one is named beside it."
)
GONE = "Thrown away. Nobody had seen it."
SAME = "Nothing in it differs from the version before. Put in what is new first, or say that it is to be published so."


class Refused(Frozen, frozen=True, kw_only=True):
    """A form by which files were to be added. `came`: those that have arrived, which need not come again; `left`: of
    these, those that it offered and nobody ticked."""

    form: Form[FilesForm]
    came: tuple[UploadView, ...] = ()
    left: tuple[UploadView, ...] = ()


class VersionPages(Controller):
    """The versions of one material."""

    path = "/materials/{material_id:uuid}/versions"
    include_in_schema = False
    guards = [signed_in]

    @post("/")
    async def begin(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], material_id: FromPath[UUID]
    ) -> Response[Any]:
        """Begin the next one, or go on with the one that was begun."""
        await get_material_scope(viewer, material_id)
        version = await works.run(viewer, begin_version, material_id)
        return redirect(f"/materials/{material_id}/versions/{version.id}", BEGUN.format(version.number))

    @get("/{version_id:uuid}")
    async def version(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """What is in it."""
        return await version_page(request, works, await get_edited(viewer, material_id), version_id)

    @post("/{version_id:uuid}/publish")
    async def publish(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Show it to whoever may see the material."""
        edited = await get_edited(viewer, material_id)
        return await _publish(request, viewer, works, edited, find_still(edited, version_id))

    @post("/{version_id:uuid}/discard")
    async def discard(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        material_id: FromPath[UUID],
        version_id: FromPath[UUID],
    ) -> Response[Any]:
        """Throw away one that was never published."""
        find_still(await get_edited(viewer, material_id), version_id)
        looked = ((await read_form(request, Looked)).value or Looked()).version
        try:
            await works.run(viewer, discard_draft, version_id, looked)
        except REFUSALS as error:
            return redirect(f"/materials/{material_id}/versions/{version_id}", error.detail, kind="warning")
        return redirect(f"/materials/{material_id}", GONE)


def find_left(edited: Edited, version_id: UUID) -> VersionView | None:
    """This version of a material; None for one that is not there any more."""
    return next((version for version in edited.versions if version.id == version_id), None)


def find_version(edited: Edited, version_id: UUID) -> VersionView:
    """The same. Raises NotFound."""
    found = find_left(edited, version_id)
    if found is None:
        raise NotFound
    return found


def find_still(edited: Edited, version_id: UUID) -> VersionView:
    """One to which something is sent. Raises VersionDiscarded."""
    found = find_left(edited, version_id)
    if found is None:
        raise VersionDiscarded(page=f"/materials/{edited.material.id}")
    return found


async def _publish(request: Asked, viewer: Viewer, works: Works, edited: Edited, version: VersionView) -> Response[Any]:
    form = await read_form(request, NoteForm)
    if version.published_at is not None:
        form = refused(form, VersionPublished())
    elif form.value and not form.value.same and holds_the_same(version, edited.newest):
        form = form.with_error("same", SAME)
    if form.value is None or form.errors:
        return await version_page(request, works, edited, version.id, publishing=form)
    typed = form.value
    said: dict[str, Any] = {"note": typed.note, "waive": typed.waive, "expected_version": typed.version}
    try:
        await works.run(viewer, publish_version, version.id, **said)
    except REFUSALS as error:
        now = await get_edited(viewer, edited.material.id)
        known = {CaptionsMissing: "waive"}
        return await version_page(request, works, now, version.id, publishing=refused(form, error, known))
    return redirect(f"/materials/{edited.material.id}", _published(edited, version, works.clock()))


def _published(edited: Edited, version: VersionView, now: datetime) -> str:
    """Who has it now: not the sessions that keep what they gave."""
    if edited.scope.session_id is None:
        return (PUBLISHED_COURSE if version.number > 1 else PUBLISHED).format(version.number)
    kept = kept_version(edited.versions, edited.scope.ends_at, now)
    return PUBLISHED_BESIDE.format(version.number, kept.number) if kept else PUBLISHED.format(version.number)


async def version_page(
    request: Asked,
    works: Works,
    edited: Edited,
    version_id: UUID,
    *,
    publishing: Form[NoteForm] | None = None,
    adding: Refused | None = None,
) -> Response[Any]:
    """The page of a version, with the form that was refused, if one was."""
    viewer: Viewer = request.user
    version, material = find_version(edited, version_id), edited.material
    ends_at, now = edited.scope.ends_at if edited.scope.session_id else None, works.clock()
    place = frame_of(viewer, edited.scope)
    known = known_of(material.id, edited.versions, material.withdrawn_at)
    form = publishing or (adding.form if adding else None)
    return page(
        request,
        "materials/edit_version.html",
        status=409 if form and version.published_at else form.status if form else 200,
        place=place,
        one=material,
        version=version,
        after=number_after(edited),
        newest=edited.newest,
        same=version.published_at is None and holds_the_same(version, edited.newest),
        base=base_of(place, material.id),
        silent=missing_captions(version.variants),
        typed=publishing.raw if publishing else {"note": version.note, "waive": version.waived},
        errors=publishing.errors if publishing else {},
        by_me=version.published_by == viewer.person_id,
        added=adding.form.raw if adding else {},
        add_errors=adding.form.errors if adding else {},
        came=adding.came if adding else (),
        left=adding.left if adding else (),
        adding=adding is not None,
        held=[(str(one.file_id), one.name) for one in version.variants if one.file_id],
        reached=await reached(request, works, edited.scope, material.showing, known=known),
        over=is_over(ends_at, now),
        kept=kept_version(edited.versions, ends_at, now),
        meanwhile=await since(viewer, version.id) if form and form.stale else None,
    )


def number_after(edited: Edited) -> int:
    """The number of the version that is worked on, or else of the one that would be begun."""
    newest = max(edited.versions, key=lambda one: one.number, default=None)
    return 1 if newest is None else newest.number if newest.published_at is None else newest.number + 1


def base_of(place: Frame, material_id: UUID) -> str:
    """What stands before the addresses of the files of a material."""
    return f"{place.seen}/{material_id}"
