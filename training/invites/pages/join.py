"""The address for joining that every calendar entry carries: it decides at the click who finds the link behind it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.invites.queries.joining import get_door
from training.invites.rules.joining import Way, way_in
from training.people.guards import signed_in
from training.schedule.rules.joining import joining_opens
from training.web.render import page


class JoinPages(Controller):
    """The door of a meeting."""

    path = "/join"
    include_in_schema = False
    guards = [signed_in]

    @get("/{meeting_id:uuid}")
    async def join(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Where the meeting is held online, for those who may join; for others who know of it, why they may not."""
        door = await get_door(viewer, meeting_id)
        way = way_in(door, works.clock())
        link, opens_at = door.link if way is Way.ONLINE else "", joining_opens(door.starts_at)
        return page(request, "invites/join.html", door=door, way=way.value, link=link, opens_at=opens_at)
