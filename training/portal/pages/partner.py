"""A partner organization's page, its people in one session, and the table of all of them as a file."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from training.base.errors import NotFound, SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import EnrollmentView, list_of_partner, list_positions, page_enrollments
from training.booking.rules import State, cancel_until
from training.partners.queries import get_partner, list_partners
from training.people.rules import Permission, may
from training.portal.pages.standing import standing_of, unreached_of
from training.portal.queries import list_unnamed, list_visible
from training.portal.rules import Unnamed
from training.web.exports import WHEN, mode_words, table_response, when_cells
from training.web.render import page, redirect

MOST_EXPORTED = 20_000
PEOPLE_ON_A_PAGE = 100
HEADER = (
    "Session",
    *WHEN,
    "Name",
    "E-mail",
    "State",
    "Mode",
    "Waitlist position",
    "Answer or name until (UTC)",
    "Booking",
    "Booked by",
    "Since (UTC)",
    "Calendar answered",
    "Goes back (UTC)",
)
Start = Annotated[int, QueryParameter(ge=0, le=1_000_000)]


class PartnerPages(Controller):
    """Partner organizations, seen by their people."""

    path = "/partners"
    include_in_schema = False

    @get("/")
    async def partners(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        q: FromQuery[str] = "",
        cursor: FromQuery[str] = "",
    ) -> Response[str]:
        """The partners that the viewer may know about; straight to the only one."""
        if not viewer.signed_in:
            raise SignInRequired
        search = q if q.isprintable() else ""
        found = await list_partners(viewer, search=search[:200], cursor=cursor or None)
        if len(found.items) == 1 and not q and not cursor:
            return redirect(f"/partners/{found.items[0].id}")
        return page(request, "portal/partners.html", found=found, q=search)

    @get("/{partner_id:uuid}")
    async def partner_page(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
        start: Start = 0,
    ) -> Response[str]:
        """How the partner stands in sessions that are still to come, and what needs somebody first."""
        partner = await get_partner(viewer, partner_id)
        shown = await standing_of(viewer, partner_id, works.clock(), start)
        return page(request, "portal/partner.html", partner=partner, **shown)

    @get("/{partner_id:uuid}/sessions/{session_id:uuid}")
    async def people(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
        session_id: FromPath[UUID],
        cursor: FromQuery[str] = "",
    ) -> Response[str]:
        """All of the partner's people in one session, a hundred at a time."""
        partner = await get_partner(viewer, partner_id)
        found = await page_enrollments(viewer, session_id, cursor[:500], PEOPLE_ON_A_PAGE, partner_id)
        if not found.items:
            raise NotFound
        until = cancel_until(first.starts_at, first.cancellation_hours) if (first := found.items[0]).starts_at else None
        coordinates = may(viewer, Permission.PARTNER_MANAGE, partner_id)
        shown: dict[str, Any] = {"partner": partner, "found": found, "coordinates": coordinates}
        shown |= {
            "now": works.clock(),
            "late": until is not None and until < works.clock(),
            "visible": await list_visible(viewer, [session_id]),
        }
        shown["unreached"] = await unreached_of(viewer, partner_id)
        shown["positions"] = await list_positions([row.id for row in found.items if row.state == State.WAITLISTED])
        return page(request, "portal/partner_people.html", **shown)

    @get("/{partner_id:uuid}/enrollments/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """Every enrollment and open place of the partner that the viewer may see, as a file for a spreadsheet."""
        partner = await get_partner(viewer, partner_id)
        rows = await list_of_partner(viewer, partner_id, limit=MOST_EXPORTED)
        unnamed = await list_unnamed(viewer, partner_id, limit=MOST_EXPORTED)
        return table_response(fmt, f"enrollments-{partner.slug}", HEADER, await _table(rows, unnamed))


async def _table(rows: list[EnrollmentView], unnamed: list[Unnamed]) -> Iterator[tuple[Any, ...]]:
    positions = await list_positions([row.id for row in rows if row.state == State.WAITLISTED])
    lines = [(row.session_title, row.starts_at, _person(row, positions)) for row in rows]
    lines += [(place.title, place.starts_at, _place(place)) for place in unnamed]
    return (line for _, _, line in sorted(lines, key=lambda one: (one[1] is None, one[1], one[0])))


def _person(row: EnrollmentView, positions: dict[UUID, int]) -> tuple[Any, ...]:
    return (
        row.session_title,
        *when_cells(row.starts_at, row.ends_at, row.zone),
        row.name,
        row.email,
        row.state,
        mode_words(row.mode),
        positions.get(row.id),
        row.keeps_until if row.state in (State.OFFERED, State.REQUESTED) else None,
        row.booking_code,
        row.booked_by_name,
        row.state_at,
        row.calendar_answer if row.state == State.ENROLLED else "",
        row.declines_at if row.state == State.ENROLLED else None,
    )


def _place(place: Unnamed) -> tuple[Any, ...]:
    return (
        place.title,
        *when_cells(place.starts_at, place.ends_at, place.zone),
        "",
        place.sent_to,
        "open place",
        mode_words(place.mode),
        None,
        place.until,
        place.booking_code,
        place.booked_by_name,
        place.created_at,
        "",
        None,
    )
