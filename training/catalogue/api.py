"""The catalogue as JSON: programs, moments and courses for everybody, venues for those who plan."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue import actions, queries
from training.catalogue.rules import Inheritable, MomentDetails, ProgramDetails, VenueDetails
from training.catalogue.schemas import (
    CourseChange,
    CourseIn,
    CourseOut,
    CoursePage,
    MomentChange,
    MomentIn,
    MomentOut,
    MomentPage,
    PrerequisiteIn,
    PrerequisiteOut,
    PrerequisitePage,
    ProgramChange,
    ProgramIn,
    ProgramOut,
    ProgramPage,
    VenueChange,
    VenueIn,
    VenueOut,
    VenuePage,
    merged,
)
from training.people.guards import needs, permitted, signed_in
from training.people.rules import Permission, TokenScope
from training.web.answers import answer, etag_of, not_modified, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str | None, QueryParameter(max_length=500)]


def _one(request: Asked, content: ProgramOut | CourseOut | VenueOut) -> Response[Any]:
    """One thing with its ETag; 304 when the caller has this version already."""
    if not_modified(request, content.version):
        return Response(b"", status_code=304, headers={"etag": etag_of(content.version)})
    return answer(content, version=content.version)


class ProgramApi(Controller):
    """Programs and their moments."""

    path = "/programs"
    tags = ["Catalogue"]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def programs(
        self, viewer: NamedDependency[Viewer], cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response[ProgramPage]:
        """All programs, in the order they were created."""
        page = await queries.list_programs(viewer, cursor=cursor, limit=limit)
        return answer(ProgramPage(items=[ProgramOut.of(p) for p in page.items], next_cursor=page.next_cursor))

    @post("/", guards=[signed_in])
    async def create(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[ProgramIn]
    ) -> Response[ProgramOut]:
        """Add a program. For staff."""
        return await once(request, works, actions.create_program, data.details(), to=ProgramOut.of)

    @get("/{program_id:uuid}")
    async def program(self, request: Asked, program_id: FromPath[UUID]) -> Response[ProgramOut]:
        """One program, with its ETag."""
        return _one(request, ProgramOut.of(await queries.get_program(program_id)))

    @patch("/{program_id:uuid}", guards=[signed_in])
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
        data: JSONBody[ProgramChange],
    ) -> Response[ProgramOut]:
        """Change a program. Needs If-Match. For its managers."""
        version = required_version(request)
        details = merged(ProgramDetails, data, await queries.get_program(program_id))
        edited = await works.run(viewer, actions.edit_program, program_id, details, version)
        return answer(ProgramOut.of(edited), version=edited.version)

    @get("/{program_id:uuid}/moments")
    async def moments(self, program_id: FromPath[UUID]) -> Response[MomentPage]:
        """The public dates a program plans towards, by date."""
        await queries.get_program(program_id)
        return answer(MomentPage(items=[MomentOut.of(m) for m in await queries.list_moments(program_id)]))

    @post("/{program_id:uuid}/moments", guards=[signed_in])
    async def add_moment(
        self, request: Asked, works: NamedDependency[Works], program_id: FromPath[UUID], data: JSONBody[MomentIn]
    ) -> Response[MomentOut]:
        """Plan a program towards one more date. For its managers."""
        return await once(request, works, actions.add_moment, program_id, data.details(), to=MomentOut.of)

    @get("/{program_id:uuid}/courses")
    async def courses(
        self,
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[CoursePage]:
        """The courses of a program, in the order they were created."""
        await queries.get_program(program_id)
        page = await queries.list_courses(viewer, program_id, cursor=cursor, limit=limit)
        return answer(CoursePage(items=[CourseOut.of(c) for c in page.items], next_cursor=page.next_cursor))

    @post("/{program_id:uuid}/courses", guards=[signed_in])
    async def create_course(
        self, request: Asked, works: NamedDependency[Works], program_id: FromPath[UUID], data: JSONBody[CourseIn]
    ) -> Response[CourseOut]:
        """Add a course to a program. For its managers."""
        slug = data.slug or ""
        return await once(request, works, actions.create_course, program_id, data.values(), slug=slug, to=CourseOut.of)


class MomentApi(Controller):
    """Moments one by one."""

    path = "/moments"
    tags = ["Catalogue"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @patch("/{moment_id:uuid}")
    async def edit(
        self, request: Asked, works: NamedDependency[Works], moment_id: FromPath[UUID], data: JSONBody[MomentChange]
    ) -> Response[MomentOut]:
        """Change the name or the dates of a moment. Needs If-Match. For managers of its program."""
        version = required_version(request)
        details = merged(MomentDetails, data, await queries.get_moment(moment_id))
        edited = await works.run(request.user, actions.edit_moment, moment_id, details, version)
        return answer(MomentOut.of(edited), version=edited.version)

    @delete("/{moment_id:uuid}")
    async def remove(self, request: Asked, works: NamedDependency[Works], moment_id: FromPath[UUID]) -> None:
        """Take a moment off its program. Needs If-Match. For managers of the program."""
        await works.run(request.user, actions.remove_moment, moment_id, required_version(request))


class CourseApi(Controller):
    """Courses one by one."""

    path = "/courses"
    tags = ["Catalogue"]
    opt = needs(TokenScope.MANAGE)

    @get("/{course_id:uuid}")
    async def course(
        self, request: Asked, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[CourseOut]:
        """One course, with its ETag."""
        return _one(request, CourseOut.of(await queries.get_course(viewer, course_id)))

    @patch("/{course_id:uuid}", guards=[signed_in])
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        data: JSONBody[CourseChange],
    ) -> Response[CourseOut]:
        """Change a course, and its sessions where they follow it. Needs If-Match. For managers of its program."""
        version = required_version(request)
        values = merged(Inheritable, data, await queries.get_course(viewer, course_id))
        edited = await works.run(viewer, actions.edit_course, course_id, values, version)
        return answer(CourseOut.of(edited), version=edited.version)

    @get("/{course_id:uuid}/prerequisites")
    async def prerequisites(self, course_id: FromPath[UUID]) -> Response[PrerequisitePage]:
        """The courses that come before this one, by title."""
        await queries.load_course(course_id)
        found = await queries.list_prerequisites([course_id])
        return answer(PrerequisitePage(items=[PrerequisiteOut.of(one) for one in found]))

    @post("/{course_id:uuid}/prerequisites", guards=[signed_in])
    async def add_prerequisite(
        self, request: Asked, works: NamedDependency[Works], course_id: FromPath[UUID], data: JSONBody[PrerequisiteIn]
    ) -> Response[PrerequisiteOut]:
        """Let another course come before this one, for bookings from now on. For managers of both programs."""
        required = data.required_course_id
        return await once(request, works, actions.add_prerequisite, course_id, required, to=PrerequisiteOut.of)

    @delete("/{course_id:uuid}/prerequisites/{required_id:uuid}", guards=[signed_in])
    async def remove_prerequisite(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        required_id: FromPath[UUID],
    ) -> None:
        """Let another course no longer come before this one. For managers of the program."""
        await works.run(viewer, actions.remove_prerequisite, course_id, required_id)


class VenueApi(Controller):
    """Venues, for those who plan sessions."""

    path = "/venues"
    tags = ["Catalogue"]
    guards = [permitted(Permission.VENUE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def venues(
        self, viewer: NamedDependency[Viewer], cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response[VenuePage]:
        """All venues, in the order they were created."""
        page = await queries.list_venues(viewer, cursor=cursor, limit=limit)
        return answer(VenuePage(items=[VenueOut.of(v) for v in page.items], next_cursor=page.next_cursor))

    @post("/")
    async def create(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[VenueIn]
    ) -> Response[VenueOut]:
        """Add a venue."""
        return await once(request, works, actions.create_venue, data.details(), to=VenueOut.of)

    @get("/{venue_id:uuid}")
    async def venue(
        self, request: Asked, viewer: NamedDependency[Viewer], venue_id: FromPath[UUID]
    ) -> Response[VenueOut]:
        """One venue, with its ETag."""
        return _one(request, VenueOut.of(await queries.get_venue(viewer, venue_id)))

    @patch("/{venue_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        venue_id: FromPath[UUID],
        data: JSONBody[VenueChange],
    ) -> Response[VenueOut]:
        """Change a venue. Needs If-Match."""
        version = required_version(request)
        details = merged(VenueDetails, data, await queries.get_venue(viewer, venue_id))
        edited = await works.run(viewer, actions.edit_venue, venue_id, details, version)
        return answer(VenueOut.of(edited), version=edited.version)


CONTROLLERS = (ProgramApi, MomentApi, CourseApi, VenueApi)
