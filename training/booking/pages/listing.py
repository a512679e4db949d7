"""The switch under "My sessions": whether others of one's own organization see that one takes part."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.listing import choose_listing
from training.booking.schemas.attendees import ListingForm
from training.people.guards import signed_in
from training.web.forms import read_form
from training.web.render import redirect

BACK = "/my/sessions"


class ListingPages(Controller):
    """Being named to others of one's own organization."""

    path = "/enrollments"
    include_in_schema = False
    guards = [signed_in]

    @post("/{enrollment_id:uuid}/listed")
    async def choose(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Turn it on or off."""
        form = (await read_form(request, ListingForm)).value or ListingForm()
        try:
            chosen = await works.run(viewer, choose_listing, enrollment_id, form.listed, expected_version=form.version)
        except Stale:
            return redirect(BACK, "This changed in the meantime. Here is how it stands now.", kind="warning")
        others = f"Others of {chosen.partner_name}"
        said = f"{others} see your name now." if chosen.listed else f"{others} do not see that you take part."
        return redirect(BACK, said)
