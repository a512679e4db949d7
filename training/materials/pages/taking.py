"""What a session gives to whoever takes part, as one list: signed in, by the link to their place, or as a visitor.

And what a course gives to everybody.
"""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.materials.pages.readers import (
    HttpRequest,
    Reader,
    answer,
    asked_to_sign_in,
    course_reader,
    reader_by_link,
    session_reader,
)
from training.materials.queries.following import get_own_place
from training.materials.queries.showing import SessionMaterials, list_course_materials, list_materials
from training.materials.rules.arranging import arrange, is_over
from training.schedule.rules.sessions import State


class TakingPages(Controller):
    """The materials of one session."""

    path = "/sessions/{session_id:uuid}/materials"
    include_in_schema = False

    @get("/")
    async def materials(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """What is to be done before, what is there, and what comes later."""
        return await _list(request, works, await session_reader(request, viewer, session_id))


class PlaceTakingPages(Controller):
    """The same by the link to one's place."""

    path = "/places/{token:str}/materials"
    include_in_schema = False

    @get("/")
    async def materials(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[str]:
        """What is to be done before, what is there, and what comes later."""
        return await _list(request, works, await reader_by_link(works, token))


class CourseTakingPages(Controller):
    """What a course gives without a session."""

    path = "/courses/{course_id:uuid}/materials"
    include_in_schema = False

    @get("/")
    async def materials(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[str]:
        """What is for everybody, or for the people of partners."""
        found = await list_course_materials(viewer, course_id, works.clock())
        reader = course_reader(viewer, course_id)
        return answer(
            request,
            reader,
            "materials/course.html",
            course=found,
            items=found.items,
            shown=reader.zone or "UTC",
            prepares=found.standing.prepares,
            editing=f"/materials/courses/{course_id}" if found.edits else "",
        )


async def _list(request: HttpRequest, works: Works, reader: Reader) -> Response[str]:
    now = works.clock()
    with asked_to_sign_in(reader):
        found = await list_materials(
            reader.viewer, reader.subject_id, now, enrollment_id=reader.enrollment_id, code=reader.code
        )
    over = is_over(found.times.ends_at, now)
    return answer(
        request,
        reader,
        "materials/taking.html",
        title=found.session.title,
        shelves=arrange((*found.items, *found.later, *found.missed)),
        shown=reader.zone or found.session.zone,
        over=over,
        cancelled=found.session.state is State.CANCELLED,
        gave=found.times.held,
        **await _standing(reader, found),
    )


async def _standing(reader: Reader, found: SessionMaterials) -> dict[str, Any]:
    """What they may do here."""
    own = found.enrollment_id
    return {
        "enrolled": own is not None,
        "place": await get_own_place(reader.viewer, own) if own is not None else None,
        "prepares": found.standing.prepares,
        "absent": found.standing.absent,
        "editing": f"/materials/sessions/{reader.subject_id}" if found.edits else "",
    }
