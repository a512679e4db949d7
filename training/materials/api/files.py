"""Where the bytes of a file are handed out, as JSON."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.opening import Way, log_openings, opening_of
from training.materials.queries.holders import Bearer, ticket_for
from training.materials.queries.showing import FileSeen, find_course_file, find_file
from training.materials.rules.handing import file_address, saved_name
from training.materials.rules.tickets import mark_of_code
from training.materials.rules.variants import Kind
from training.people.guards import code_tried
from training.schedule.queries import get_session
from training.web.answers import answer

Asked = Request[Any, Any, Any]
Code = Annotated[str, QueryParameter(max_length=20, description="An access code, if you were given one.")]
_FILE = "/materials/{material_id:uuid}/files/{variant_id:uuid}"


async def opening_code(
    request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], code: Code = ""
) -> str:
    """The access code, when the session can be seen with it. Judged by itself, so that only a wrong code counts as one,
    not a material that is not there. Raises NotFound, TooManyCodes."""
    if code:
        async with code_tried(request, code):
            await get_session(viewer, session_id, code)
    return code


OPENED = {"opened": Provide(opening_code)}


class FileAddressOut(Frozen, frozen=True, kw_only=True):
    """Where a file is, until `expires_at` (UTC) and as long as whoever asked may see it. `url` takes ranges and needs
    no bearer: it is a secret. `size` is in bytes, `sha256` of all of them."""

    url: str
    expires_at: datetime
    name: str
    media_type: str
    size: int
    sha256: str


class SessionFileApi(Controller):
    """Files of a session."""

    path = "/sessions/{session_id:uuid}"
    tags = ["Materials"]

    @get(_FILE, dependencies=OPENED)
    async def address(
        self,
        request: Asked,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
        opened: NamedDependency[str],
    ) -> Response[FileAddressOut]:
        """The address of a file of a material, good for some hours. It is written down that it was asked for."""
        seen = await find_file(request.user, variant_id, works.clock(), session_id=session_id, code=opened)
        mark = mark_of_code(works.site.secret_key, session_id, opened)
        return await _address(request, works, Bearer(viewer=request.user, code_mark=mark), seen, material_id)


class CourseFileApi(Controller):
    """Files of a course, without a session."""

    path = "/courses/{course_id:uuid}"
    tags = ["Materials"]

    @get(_FILE)
    async def address(
        self,
        request: Asked,
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[FileAddressOut]:
        """The address of a file of a material, good for some hours. It is written down that it was asked for."""
        seen = await find_course_file(request.user, variant_id, works.clock(), course_id=course_id)
        return await _address(request, works, Bearer(viewer=request.user), seen, material_id)


async def _address(
    request: Asked, works: Works, bearer: Bearer, seen: FileSeen, material_id: UUID
) -> Response[FileAddressOut]:
    """Raises NotFound for links and notes, which have no bytes, and for a file of another material."""
    variant = seen.variant
    if variant.kind is not Kind.FILE or seen.material_id != material_id:
        raise NotFound
    ticket = ticket_for(bearer, seen, works.clock(), shown=False)
    address = file_address(works.site, variant, ticket)
    if not request.scope.get("headers_only"):
        await log_openings(works, bearer.viewer, [opening_of(seen, Way.DOWNLOAD)])
    found = FileAddressOut(
        url=address if works.site.files_url else works.site.url(address),
        expires_at=ticket.expires_at,
        name=saved_name(variant),
        media_type=variant.media_type,
        size=variant.size,
        sha256=variant.sha256,
    )
    return answer(found)
