"""Who of one's own organization takes part, as JSON."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.listing import choose_listing
from training.booking.queries.attendees import list_fellows
from training.booking.schemas.attendees import AttendeeOut, AttendeePage, ListingIn, ListingOut
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.schedule.queries import get_session
from training.web.answers import answer, required_version
from training.web.keys import once


class AttendeeApi(Controller):
    """Names of people of one's own organization, where the session lets them be seen and they agreed."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @get("/sessions/{session_id:uuid}/attendees")
    async def attendees(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[AttendeePage]:
        """The others of your own organization who have a place here and agreed to be named. Names, no addresses."""
        await get_session(viewer, session_id)
        found = await list_fellows(viewer, session_id)
        return answer(AttendeePage(items=[AttendeeOut(name=one.name) for one in found]))

    @post("/enrollments/{enrollment_id:uuid}/listed", status_code=200)
    async def choose(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[ListingIn],
    ) -> Response[ListingOut]:
        """Let others of your own organization see that you take part, or no longer. Needs If-Match."""
        version = required_version(request)
        return await once(
            request,
            works,
            choose_listing,
            enrollment_id,
            data.listed,
            expected_version=version,
            to=ListingOut.of,
            status=200,
        )
