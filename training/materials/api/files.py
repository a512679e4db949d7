"""Where the bytes of a file are handed out, as JSON."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.opening import Way, log_openings, opening_of
from training.materials.queries.holders import Bearer, ticket_for
from training.materials.queries.showing import FileSeen, find_course_file, find_file
from training.materials.rules.handing import file_address, saved_name
from training.materials.rules.variants import Kind
from training.web.answers import answer

_FILE = "/materials/{material_id:uuid}/files/{variant_id:uuid}"


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

    @get(_FILE)
    async def address(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[FileAddressOut]:
        """The address of a file of a material, good for some hours. It is written down that it was asked for."""
        seen = await find_file(viewer, variant_id, works.clock(), session_id=session_id)
        return await _address(works, viewer, seen, material_id)


class CourseFileApi(Controller):
    """Files of a course, without a session."""

    path = "/courses/{course_id:uuid}"
    tags = ["Materials"]

    @get(_FILE)
    async def address(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        variant_id: FromPath[UUID],
    ) -> Response[FileAddressOut]:
        """The address of a file of a material, good for some hours. It is written down that it was asked for."""
        seen = await find_course_file(viewer, variant_id, works.clock(), course_id=course_id)
        return await _address(works, viewer, seen, material_id)


async def _address(works: Works, viewer: Viewer, seen: FileSeen, material_id: UUID) -> Response[FileAddressOut]:
    """Raises NotFound for links and notes, which have no bytes, and for a file of another material."""
    variant = seen.variant
    if variant.kind is not Kind.FILE or seen.material_id != material_id:
        raise NotFound
    ticket = ticket_for(Bearer(viewer=viewer), seen, works.clock(), shown=False)
    address = file_address(works.site, variant, ticket)
    await log_openings(works, viewer, [opening_of(seen, Way.DOWNLOAD)])
    found = FileAddressOut(
        url=address if works.site.files_url else works.site.url(address),
        expires_at=ticket.expires_at,
        name=saved_name(variant),
        media_type=variant.media_type,
        size=variant.size,
        sha256=variant.sha256,
    )
    return answer(found)
