"""What people of a partner completed and what ends soon, for whoever books for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.completion.queries.renewals import Ending, list_next_sessions, list_renewals
from training.completion.rules.renewals import Renewal
from training.partners.queries import get_partner
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.exports import table_response
from training.web.render import page

HEADER = (
    "Name",
    "E-mail",
    "Program",
    "Course",
    "Completed (UTC)",
    "Valid until (UTC)",
    "How it stands",
    "Booked (UTC)",
)
WORDS = {
    Renewal.ENDS: "ends soon",
    Renewal.ENDED: "ended",
    Renewal.BOOKED: "a place to renew it is booked",
    Renewal.HELD: "took place, not decided yet",
}
ROSTER = "waits for its roster"


class RenewalPages(Controller):
    """Renewals of one partner."""

    path = "/partners/{partner_id:uuid}/renewals"
    include_in_schema = False
    guards = [permitted(Permission.PLACES_BOOK)]

    @get("/")
    async def renewals(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
    ) -> Response[str]:
        """Whose completion ends or ended, and where it can be renewed."""
        now = works.clock()
        partner = await get_partner(viewer, partner_id)
        found = await list_renewals(viewer, partner_id, now)
        dates = await list_next_sessions(sorted({one.course_id for one in found}), [partner_id], now)
        stands = {one.id: one.standing(now) for one in found}
        shown: dict[str, Any] = {"found": found, "dates": dates, "stands": stands}
        return page(request, "completion/renewals.html", partner=partner, **shown)

    @get("/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """The same as a file."""
        now = works.clock()
        partner = await get_partner(viewer, partner_id)
        found = await list_renewals(viewer, partner_id, now)
        return table_response(fmt, f"renewals-{partner.slug}", HEADER, [_row(one, now) for one in found])


def _row(one: Ending, now: datetime) -> tuple[Any, ...]:
    stands = one.standing(now)
    words = ROSTER if stands is Renewal.HELD and one.roster_open else WORDS[stands]
    named = (one.name, one.email, one.program, one.course)
    return (*named, one.completed_at, one.valid_until, words, one.booked_at)
