"""The materials of sessions and courses as JSON: seen by whoever may, added, ordered and copied by those who edit."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.copying import Spot, copy_materials
from training.materials.actions.editing import add_material, reorder
from training.materials.actions.placing import place
from training.materials.api.files import OPENED
from training.materials.queries.editing import Scope, get_placement, get_scope
from training.materials.queries.reach import count_reached
from training.materials.queries.showing import (
    get_course_material,
    get_material,
    list_course_materials,
    list_course_versions,
    list_materials,
    list_versions,
)
from training.materials.queries.versions import with_texts
from training.materials.rules.showing import MOST_OFFSET, Audience, Opens, Showing, checked_showing
from training.materials.schemas.sent import CopyIn, MaterialIn, OrderIn, PlacementIn
from training.materials.schemas.told import (
    CopiesOut,
    HistoryOut,
    MaterialOut,
    MaterialsOut,
    PlacementOut,
    ReachOut,
    ShownOut,
)
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Offset = Annotated[int, QueryParameter(ge=0, le=MOST_OFFSET)]
Number = Annotated[int | None, QueryParameter(ge=1, le=1000)]


def showing_of(
    audience: FromQuery[Audience] = Audience.ENROLLED,
    opens: FromQuery[Opens] = Opens.ALWAYS,
    offset_minutes: Offset = 0,
    meeting_number: Number = None,
) -> Showing:
    """Who would see it when, from the query. Raises Invalid."""
    said = Showing(audience=audience, opens=opens, offset_minutes=offset_minutes, meeting_number=meeting_number)
    return checked_showing(said)


SHOWING = {"showing": Provide(showing_of, sync_to_thread=False)}


class SessionMaterialApi(Controller):
    """The materials of a session: those of its course, then its own."""

    path = "/sessions/{session_id:uuid}/materials"
    tags = ["Materials"]
    opt = needs(TokenScope.MANAGE)

    @get("/", dependencies=OPENED)
    async def seen(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        opened: NamedDependency[str],
        editing: FromQuery[bool] = False,
    ) -> Response[MaterialsOut]:
        """What you see of the materials of a session now. With `editing` everything, for those who edit it; what was
        never published only where you may change it."""
        found = await list_materials(viewer, session_id, works.clock(), editing=editing, code=opened)
        return answer(MaterialsOut.of(found))

    @post("/", guards=[signed_in])
    async def add(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[MaterialIn]
    ) -> Response[MaterialOut]:
        """Add a material to a session. Nobody sees it before a version is published."""
        return await once(request, works, add_material, data.details(), session_id=session_id, to=MaterialOut.of)

    @put("/order", guards=[signed_in])
    async def order(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        data: JSONBody[OrderIn],
    ) -> Response[MaterialsOut]:
        """Put the session's own materials in this order."""
        await works.run(viewer, reorder, data.material_ids, session_id=session_id)
        return answer(MaterialsOut.of(await list_materials(viewer, session_id, works.clock(), editing=True)))

    @post("/copies", guards=[signed_in])
    async def copy(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[CopyIn]
    ) -> Response[CopiesOut]:
        """Copy materials of another session, or of a course, to this one. Files are not stored twice."""
        target = Spot(session_id=session_id)
        return await once(request, works, copy_materials, data.source(), target, data.material_ids, to=CopiesOut.of)

    @get("/reach", guards=[signed_in], dependencies=SHOWING)
    async def reach(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        showing: NamedDependency[Showing],
    ) -> Response[ReachOut]:
        """How many people would see a material of this session that is shown so."""
        scope = await get_scope(viewer, session_id=session_id)
        return await _reach(scope, showing, works)

    @get("/{material_id:uuid}", dependencies=OPENED)
    async def one(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        opened: NamedDependency[str],
    ) -> Response[ShownOut]:
        """One material of a session, with the version that the session gives."""
        found = await get_material(viewer, session_id, material_id, works.clock(), code=opened)
        return answer(ShownOut.of(found, f"/sessions/{session_id}/materials"))

    @get("/{material_id:uuid}/versions", dependencies=OPENED)
    async def versions(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        opened: NamedDependency[str],
    ) -> Response[HistoryOut]:
        """Every published version of a material of a session, the newest first."""
        found = await with_texts(await list_versions(viewer, session_id, material_id, works.clock(), code=opened))
        return answer(HistoryOut.of(found, f"/sessions/{session_id}/materials/{material_id}"))

    @get("/{material_id:uuid}/placement", guards=[signed_in])
    async def placement(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], material_id: FromPath[UUID]
    ) -> Response[PlacementOut]:
        """How the session differs from its course in a material, for those who edit the session. With its ETag."""
        found = PlacementOut.of(await get_placement(viewer, session_id, material_id))
        return answer(found, version=found.version)

    @put("/{material_id:uuid}/placement", guards=[signed_in])
    async def place(
        self,
        request: Asked,
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        data: JSONBody[PlacementIn],
    ) -> Response[PlacementOut]:
        """Say how the session uses a material of its course. Needs If-Match; "0" where nobody said anything yet."""
        version = required_version(request)
        placed = await works.run(request.user, place, session_id, material_id, data.details(), version)
        return answer(PlacementOut.of(placed), version=placed.version)


class CourseMaterialApi(Controller):
    """The materials of a course, which all its sessions have."""

    path = "/courses/{course_id:uuid}/materials"
    tags = ["Materials"]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def seen(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        editing: FromQuery[bool] = False,
    ) -> Response[MaterialsOut]:
        """What is always open to you of the materials of a course. With `editing` everything, for those who edit it."""
        return answer(MaterialsOut.of(await list_course_materials(viewer, course_id, works.clock(), editing=editing)))

    @post("/", guards=[signed_in])
    async def add(
        self, request: Asked, works: NamedDependency[Works], course_id: FromPath[UUID], data: JSONBody[MaterialIn]
    ) -> Response[MaterialOut]:
        """Add a material to a course and so to all its sessions. Nobody sees it before a version is published."""
        return await once(request, works, add_material, data.details(), course_id=course_id, to=MaterialOut.of)

    @put("/order", guards=[signed_in])
    async def order(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        data: JSONBody[OrderIn],
    ) -> Response[MaterialsOut]:
        """Put the materials of a course in this order."""
        await works.run(viewer, reorder, data.material_ids, course_id=course_id)
        return answer(MaterialsOut.of(await list_course_materials(viewer, course_id, works.clock(), editing=True)))

    @post("/copies", guards=[signed_in])
    async def copy(
        self, request: Asked, works: NamedDependency[Works], course_id: FromPath[UUID], data: JSONBody[CopyIn]
    ) -> Response[CopiesOut]:
        """Copy materials of a session, or of another course, to this one. Files are not stored twice."""
        target = Spot(course_id=course_id)
        return await once(request, works, copy_materials, data.source(), target, data.material_ids, to=CopiesOut.of)

    @get("/reach", guards=[signed_in], dependencies=SHOWING)
    async def reach(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        showing: NamedDependency[Showing],
    ) -> Response[ReachOut]:
        """How many people would see a material of this course that is shown so, in all its sessions."""
        scope = await get_scope(viewer, course_id=course_id)
        return await _reach(scope, showing, works)

    @get("/{material_id:uuid}")
    async def one(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[ShownOut]:
        """One material of a course."""
        found = await get_course_material(viewer, course_id, material_id, works.clock())
        return answer(ShownOut.of(found, f"/courses/{course_id}/materials"))

    @get("/{material_id:uuid}/versions")
    async def versions(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[HistoryOut]:
        """Every published version of a material of a course, the newest first."""
        found = await with_texts(await list_course_versions(viewer, course_id, material_id, works.clock()))
        return answer(HistoryOut.of(found, f"/courses/{course_id}/materials/{material_id}"))


async def _reach(scope: Scope, showing: Showing, works: Works) -> Response[ReachOut]:
    return answer(ReachOut.of(await count_reached(scope, showing, works.clock())))
