"""Addresses of files on pages: judged, written down, and led on to where the bytes are handed out (`serving`)."""

from typing import Any
from uuid import UUID

import structlog
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound, trace_of
from training.base.work import Works
from training.materials.actions.opening import Way, log_openings, opening_of
from training.materials.pages.readers import opening_code
from training.materials.queries.holders import Bearer, get_bearer_of_place, ticket_for
from training.materials.queries.showing import FileSeen, find_course_file, find_file
from training.materials.rules.captions import VTT, as_vtt
from training.materials.rules.handing import file_address, guarded, is_shown
from training.materials.rules.storages import file_key
from training.materials.rules.tickets import mark_of_code
from training.materials.rules.variants import Form, Kind
from training.materials.storage.keeping import Storage, StorageDown
from training.web.render import redirect, site_of

log = structlog.get_logger()

HttpRequest = Request[Any, Any, Any]
# More than any captions that are taken; they are read whole to be written anew.
_MOST_CAPTIONS = 10_000_000
_FILE = "/materials/{material_id:uuid}/files/{variant_id:uuid}"


class SessionFilePages(Controller):
    """Files of a session."""

    path = "/sessions/{session_id:uuid}" + _FILE
    include_in_schema = False

    @get("/")
    async def save(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save a file, or follow a link."""
        bearer, seen = await _seen(request, works, session_id, material_id, variant_id)
        return await lead(request, works, bearer, seen, shown=False)

    @get("/view")
    async def view(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Show a file."""
        bearer, seen = await _seen(request, works, session_id, material_id, variant_id)
        return await lead(request, works, bearer, seen, shown=True)

    @get("/captions.vtt")
    async def captions(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[bytes]:
        """Captions for a player in the page."""
        _, seen = await _seen(request, works, session_id, material_id, variant_id)
        return await _captions(request, storage, seen)


class CourseFilePages(Controller):
    """Files of a course, without a session."""

    path = "/courses/{course_id:uuid}" + _FILE
    include_in_schema = False

    @get("/")
    async def save(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save a file, or follow a link."""
        seen = _of(material_id, await find_course_file(request.user, variant_id, works.clock(), course_id=course_id))
        return await lead(request, works, Bearer(viewer=request.user), seen, shown=False)

    @get("/view")
    async def view(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Show a file."""
        seen = _of(material_id, await find_course_file(request.user, variant_id, works.clock(), course_id=course_id))
        return await lead(request, works, Bearer(viewer=request.user), seen, shown=True)

    @get("/captions.vtt")
    async def captions(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[bytes]:
        """Captions for a player in the page."""
        seen = _of(material_id, await find_course_file(request.user, variant_id, works.clock(), course_id=course_id))
        return await _captions(request, storage, seen)


class PlaceFilePages(Controller):
    """Files by the link to one's place: nobody need sign in."""

    path = "/places/{token:str}" + _FILE
    include_in_schema = False

    @get("/")
    async def save(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        token: FromPath[str],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Save a file, or follow a link."""
        bearer, seen = await _seen_by_link(works, token, material_id, variant_id)
        return await lead(request, works, bearer, seen, shown=False)

    @get("/view")
    async def view(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        token: FromPath[str],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[Any]:
        """Show a file."""
        bearer, seen = await _seen_by_link(works, token, material_id, variant_id)
        return await lead(request, works, bearer, seen, shown=True)

    @get("/captions.vtt")
    async def captions(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        token: FromPath[str],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[bytes]:
        """Captions for a player in the page."""
        _, seen = await _seen_by_link(works, token, material_id, variant_id)
        return await _captions(request, storage, seen)


async def _seen(
    request: HttpRequest, works: Works, session_id: UUID, material_id: UUID, variant_id: UUID
) -> tuple[Bearer, FileSeen]:
    """A file of this material that the viewer may see now, also by the access code in the address. Raises as
    `find_file`, and TooManyCodes."""
    code = await opening_code(request, request.user, session_id)
    seen = await find_file(request.user, variant_id, works.clock(), session_id=session_id, code=code)
    mark = mark_of_code(works.site.secret_key, session_id, code)
    return Bearer(viewer=request.user, code_mark=mark), _of(material_id, seen)


async def _seen_by_link(works: Works, token: str, material_id: UUID, variant_id: UUID) -> tuple[Bearer, FileSeen]:
    """The same for whoever holds the link to a place. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    now = works.clock()
    bearer = await get_bearer_of_place(token, works.site.secret_key, now)
    if bearer.session_id is None:
        raise NotFound
    own = bearer.enrollment_id
    seen = await find_file(bearer.viewer, variant_id, now, session_id=bearer.session_id, enrollment_id=own)
    return bearer, _of(material_id, seen)


def _of(material_id: UUID, seen: FileSeen) -> FileSeen:
    """The file, when it is one of this material. Raises NotFound."""
    if seen.material_id != material_id:
        raise NotFound
    return seen


async def lead(request: HttpRequest, works: Works, bearer: Bearer, seen: FileSeen, *, shown: bool) -> Response[Any]:
    """Write down that a file (or link) was opened, and lead there. Raises NotFound for a note, which is no file."""
    variant = seen.variant
    if variant.kind is Kind.NOTE:
        raise NotFound
    if variant.kind is Kind.LINK:
        way, address = Way.LINK, variant.link
    else:
        ticket = ticket_for(bearer, seen, works.clock(), shown=shown)
        way = Way.PREVIEW if shown and is_shown(variant) else Way.DOWNLOAD
        address = file_address(works.site, variant, ticket)
    if not request.scope.get("headers_only"):
        await log_openings(works, bearer.viewer, [opening_of(seen, way)])
    answer = redirect(address)
    # Neither the address of the page, which may hold a link to a place, nor that of the file is told to anybody.
    answer.headers["referrer-policy"] = "no-referrer"
    return answer


async def _captions(request: HttpRequest, storage: Storage, seen: FileSeen) -> Response[bytes]:
    """Captions from our own host: players load tracks from elsewhere only under rules that files do not need.

    Raises NotFound for what is no captions, StorageDown when their bytes are missing.
    """
    variant = seen.variant
    if variant.form is not Form.CAPTIONS or variant.kind is not Kind.FILE or variant.size > _MOST_CAPTIONS:
        raise NotFound
    try:
        content = b"".join([piece async for piece in storage.read(file_key(variant.sha256))])
    except KeyError as error:
        log.error("stored file is missing", file=str(variant.file_id), trace=trace_of(error))
        raise StorageDown from error
    headers = {**guarded(site_of(request)), "content-type": VTT, "cache-control": "private, no-store"}
    return Response(as_vtt(content), headers=headers)
