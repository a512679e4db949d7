"""Everything that somebody sees of a session or course now, as one archive. It streams; nothing of it is kept."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.names import disposition, safe_name
from training.base.structs import Frozen, Viewer
from training.base.texts import render
from training.base.work import Works
from training.materials.actions.opening import Opening, Way, log_openings
from training.materials.pages.readers import opening_code
from training.materials.queries.holders import Bearer, get_bearer_of_place
from training.materials.queries.showing import SessionMaterials, Shown, list_course_materials, list_materials
from training.materials.queries.versions import with_texts
from training.materials.rules.handing import guarded
from training.materials.rules.packing import Folder, Given, pack, with_list
from training.materials.rules.variants import VersionView
from training.materials.storage.archives import archive_of
from training.people.guards import client_of
from training.people.rules import client_group
from training.web.limits import Limits
from training.web.pouring import Poured

HttpRequest = Request[Any, Any, Any]
_NAME = "/materials/archive.zip"


class ArchivePages(Controller):
    """The materials of a session, a course or a place as one file."""

    path = "/"
    include_in_schema = False

    @get("/sessions/{session_id:uuid}" + _NAME)
    async def of_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """What the viewer sees of a session now."""
        code = await opening_code(request, viewer, session_id)
        found = await list_materials(viewer, session_id, works.clock(), code=code)
        return await _of_session(request, works, Bearer(viewer=viewer), found)

    @get("/courses/{course_id:uuid}" + _NAME)
    async def of_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """What the viewer sees of a course without a session."""
        found = await list_course_materials(viewer, course_id, works.clock())
        archive = Archive(title=found.title, zone=viewer.zone, items=found.items)
        return await _pack(request, works, Bearer(viewer=viewer), archive)

    @get("/places/{token:str}" + _NAME)
    async def of_place(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[Any]:
        """What whoever holds the link to a place sees now."""
        bearer = await get_bearer_of_place(token, works.site.secret_key, works.clock())
        if bearer.session_id is None:
            raise NotFound
        own = bearer.enrollment_id
        found = await list_materials(bearer.viewer, bearer.session_id, works.clock(), enrollment_id=own)
        return await _of_session(request, works, bearer, found)


async def _of_session(request: HttpRequest, works: Works, bearer: Bearer, found: SessionMaterials) -> Response[Any]:
    session = found.session
    place = {"session_id": session.id, "enrollment_id": found.enrollment_id}
    archive = Archive(title=session.title, zone=session.zone, items=found.items, place=place)
    return await _pack(request, works, bearer, archive)


class NothingToPack(NotFound):
    """There is nothing here yet that could be downloaded."""

    code = "nothing-to-download"


class Archive(Frozen, frozen=True, kw_only=True):
    """An archive of what somebody sees of `title`: `place` is the session, and as whose place it is seen."""

    title: str
    zone: str
    items: Sequence[Shown]
    place: dict[str, UUID | None] = {}


async def _pack(request: HttpRequest, works: Works, bearer: Bearer, archive: Archive) -> Response[Any]:
    """Write down what is taken, and send it. Raises NothingToPack for nothing at all, TooManyOpen."""
    given = {one.id: one.given for one in archive.items if one.given is not None and not one.hidden}
    whole = dict(zip(given, await with_texts(tuple(given.values())), strict=True))
    folders = pack([_given(one, whole[one.id]) for one in archive.items if one.id in whole])
    if not any(folder.files for folder in folders):
        raise NothingToPack
    limits: Limits = request.app.state.limits
    opened = partial(limits.opened, bearer.holder, client_group(client_of(request)))
    with opened():
        # What is refused is not written down as taken; another may still come in between.
        pass
    only_asked = bool(request.scope.get("headers_only"))
    if not only_asked:
        await log_openings(works, bearer.viewer, _openings(folders, archive.place))
    told = {"title": archive.title, "folders": folders, "now": works.clock(), "zone": archive.zone}
    size, pieces = archive_of(request.app.state.storage, with_list(render("materials/contents.txt", **told), folders))
    headers = {
        **guarded(works.site),
        "content-disposition": disposition(safe_name(f"{archive.title}.zip", (".zip",))),
        "content-length": str(size),
        "cache-control": "private, no-store",
    }
    if only_asked:
        return Response(b"", media_type="application/zip", headers=headers)
    return Poured(pieces, media_type="application/zip", headers=headers, opened=opened, patience=limits.patience)


def _given(one: Shown, version: VersionView) -> Given:
    return Given(material_id=one.id, title=one.title, summary=one.summary, version=version)


def _openings(folders: Sequence[Folder], place: dict[str, UUID | None]) -> list[Opening]:
    """One for each variant that is in the archive."""
    return [
        Opening(
            material_id=folder.given.material_id,
            version_id=folder.given.version.id,
            variant_id=listed.variant.id,
            way=Way.ARCHIVE,
            **place,
        )
        for folder in folders
        for listed in folder.listed
        if listed.name
    ]
