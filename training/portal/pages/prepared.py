"""The materials on a trainer's briefing: what there is, and who came prepared."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.queries.briefing import Briefing, get_briefing
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.queries.preparing import get_preparation
from training.materials.queries.showing import SessionMaterials, Shown, list_materials
from training.materials.rules.preparing import lines_of, progress_of
from training.materials.rules.showing import Audience
from training.people.guards import signed_in
from training.schedule.rules.sessions import State
from training.web.exports import table_response

HEADER = ("Name", "Partner", "Material", "To be done before", "First opened (UTC)", "Acknowledged (UTC)")


class PreparedPages(Controller):
    """Who opened and acknowledged what, as a file."""

    path = "/sessions/{session_id:uuid}/briefing/materials"
    include_in_schema = False
    guards = [signed_in]

    @get("/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """Everybody with a place and every material that is for them; for those who teach or manage the session now."""
        found = await get_briefing(viewer, session_id)
        if not found.teaches and not found.manages:
            raise NotFound
        rows = await _rows(found, await list_materials(viewer, session_id, works.clock()))
        return table_response(fmt, f"{found.session.title} preparation", HEADER, rows)


async def prepared(viewer: Viewer, found: Briefing, works: Works) -> dict[str, Any]:
    """The materials of a session for its briefing, with how far people are; nothing for who does not teach it now."""
    if not found.teaches and not found.manages:
        return {"materials": None, "progress": {}, "ahead": False}
    now, starts_at = works.clock(), found.session.starts_at
    listed = await list_materials(viewer, found.session.id, now)
    learners = [one for one in listed.items if for_learners(one)]
    known = await get_preparation(found.session.id) if learners else None
    people = {one.enrollment_id: one.name for one in found.people}
    progress = {one.id: progress_of(one.id, people, known) for one in learners} if known else {}
    # Whoever is late is reminded until it starts, and of nothing that was cancelled.
    ahead = (starts_at is None or starts_at > now) and found.session.state is not State.CANCELLED
    return {"materials": listed, "progress": progress, "ahead": ahead}


def for_learners(shown: Shown) -> bool:
    """Whether those with a place are to see it at some time."""
    return shown.showing.audience is not Audience.TRAINERS


async def _rows(found: Briefing, listed: SessionMaterials) -> list[tuple[object, ...]]:
    known = await get_preparation(found.session.id)
    people = {one.enrollment_id: one for one in found.people}
    materials = {one.id: one for one in listed.items if for_learners(one)}
    return [
        (
            people[line.enrollment_id].name,
            people[line.enrollment_id].partner_name or "",
            materials[line.material_id].title,
            "yes" if materials[line.material_id].prework else "",
            line.opened_at,
            line.acknowledged_at,
        )
        for line in lines_of(list(materials), people, known)
    ]
