"""A partner organization's page: who is in, who waits, what lapses when; and the table of it as a file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import EnrollmentView, list_of_partner, list_positions, list_program_managers
from training.booking.rules import State
from training.partners.queries import get_partner, list_chapters, list_participations, list_partners
from training.people.rules import Permission, may
from training.portal.pages.ended import ended_with_session
from training.portal.queries import list_lately, list_visible
from training.portal.rules import Attending, by_session, due_this_week
from training.web.exports import WHEN, mode_words, table_response, when_cells
from training.web.render import page, redirect

MOST_SHOWN = 500
MOST_EXPORTED = 20_000
HEADER = (
    "Session",
    *WHEN,
    "Name",
    "E-mail",
    "State",
    "Mode",
    "Waitlist position",
    "Booking",
    "Booked by",
    "Since (UTC)",
)


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
    ) -> Response[str]:
        """The partner's people in sessions that are still to come, and what happened lately."""
        partner = await get_partner(viewer, partner_id)
        return page(request, "portal/partner.html", partner=partner, **await _shown(viewer, partner_id, works.clock()))

    @get("/{partner_id:uuid}/enrollments/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """Every enrollment of the partner that the viewer may see, as a file for a spreadsheet."""
        partner = await get_partner(viewer, partner_id)
        rows = await list_of_partner(viewer, partner_id, limit=MOST_EXPORTED)
        return table_response(fmt, f"enrollments-{partner.slug}", HEADER, await _table(rows))


def late_programs(groups: Iterable[Attending[EnrollmentView]]) -> set[UUID]:
    """The programs in which somebody has a place that cannot be given back without asking any more."""
    return {group.session.program_id for group in groups if group.too_late and group.enrolled}


async def _shown(viewer: Viewer, partner_id: UUID, now: datetime) -> dict[str, Any]:
    """What the partner page shows of sessions still to come."""
    rows = await list_of_partner(viewer, partner_id, ends_after=now, with_cancelled=True, limit=MOST_SHOWN)
    groups = by_session(rows, now)
    return {
        "now": now,
        "groups": groups,
        "due": due_this_week(groups, now),
        "managers": await list_program_managers(viewer, late_programs(groups)),
        "ended": await ended_with_session(groups),
        "cut_short": len(rows) == MOST_SHOWN,
        **_numbers(groups),
        **await _around(viewer, partner_id, rows),
    }


async def _around(viewer: Viewer, partner_id: UUID, rows: list[EnrollmentView]) -> dict[str, Any]:
    lately = await list_lately(viewer, partner_id, limit=8)
    coordinates = may(viewer, Permission.PARTNER_MANAGE, partner_id)
    return {
        "coordinates": coordinates,
        "visible": await list_visible(viewer, [row.session_id for row in rows] + [one.session_id for one in lately]),
        "positions": await list_positions([row.id for row in rows if row.state == State.WAITLISTED]),
        "participations": await list_participations(viewer, partner_id),
        "chapters": await list_chapters(viewer, partner_id),
        "lately": lately,
    }


def _numbers(groups: tuple[Attending[EnrollmentView], ...]) -> dict[str, int]:
    return {
        "enrolled": sum(group.enrolled for group in groups),
        "waiting": sum(group.waiting for group in groups),
        "people": len({row.person_id for group in groups if not group.cancelled for row in group.people}),
    }


async def _table(rows: list[EnrollmentView]) -> Iterator[tuple[Any, ...]]:
    positions = await list_positions([row.id for row in rows if row.state == State.WAITLISTED])
    return (
        (
            row.session_title,
            *when_cells(row.starts_at, row.ends_at, row.zone),
            row.name,
            row.email,
            row.state,
            mode_words(row.mode),
            positions.get(row.id),
            row.booking_code,
            row.booked_by_name,
            row.state_at,
        )
        for row in rows
    )
