"""Enrollments as somebody may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.booking.rules import KEEPS_PLACE, State
from training.catalogue.rules import Mode
from training.people.rules import Permission, reach

# A partner sees the name and the address that it uses itself (membership m), never those of the account (person p),
# which may tell what the person told somebody else.
NAME_SQL = (
    "CASE WHEN m.id IS NULL THEN COALESCE(NULLIF(p.name, ''), p.email)"
    " ELSE COALESCE(NULLIF(m.name, ''), m.contact_email) END"
)


EMAIL_SQL = "CASE WHEN m.id IS NULL THEN p.email ELSE m.contact_email END"


ACTIVE_SQL = "state NOT IN ('cancelled', 'declined', 'removed')"


# An enrollment (e) that ended because its session (s) was cancelled: both were written at the same instant.
ENDED_WITH_SESSION_SQL = "(s.state = 'cancelled' AND e.state = 'cancelled' AND e.state_at = s.cancelled_at)"


class EnrollmentView(Frozen, frozen=True, kw_only=True):
    """An enrollment with what is needed to show it. Name and address are those that its partner uses.

    `party`: how many of its booking wait together, this one included; 0 where nobody waits for the others.
    `booked_at` is when its booking was made: long before the enrollment, for a place that had no name at first.
    `calendar_answer` is what their calendar replied; with `declines_at` the place goes back then.
    """

    id: UUID
    booking_id: UUID
    booking_code: str
    session_id: UUID
    session_title: str
    program_id: UUID
    session_state: str
    session_version: int
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    meeting_count: int
    cancellation_hours: int
    person_id: UUID
    person_zone: str
    person_locale: str = "en"
    partner_id: UUID | None
    partner_name: str | None
    membership_id: UUID | None
    name: str
    email: str
    state: State
    mode: str
    accepts: str
    arrival: int
    together: bool
    party: int
    state_at: datetime
    state_reason: str
    keeps_until: datetime | None
    was_state: str
    was_mode: str
    created_at: datetime
    booked_at: datetime
    booked_by: UUID | None
    booked_by_name: str | None
    link_generation: int
    follows_id: UUID | None
    calendar_answer: str = ""
    declines_at: datetime | None = None
    version: int

    @property
    def holds(self) -> Mode | None:
        """The mode in which a place is kept now, whether confirmed, requested or offered; None without a place."""
        return Mode(self.mode) if self.mode and self.state in KEEPS_PLACE else None


_VIEW = (
    "SELECT e.id, e.booking_id, b.code AS booking_code, e.session_id, s.title AS session_title, s.program_id,"
    " s.state AS session_state, s.version AS session_version, s.starts_at, s.ends_at, s.zone, s.cancellation_hours,"
    " (SELECT count(*) FROM meeting t WHERE t.session_id = s.id"
    " AND (t.cancelled_at IS NULL OR s.state = 'cancelled')) AS meeting_count,"
    f" e.person_id, p.zone AS person_zone, p.locale AS person_locale, e.partner_id, o.name AS partner_name,"
    f" e.membership_id, {NAME_SQL} AS name,"
    f" {EMAIL_SQL} AS email, e.state, e.mode, e.accepts, e.arrival, b.together, e.state_at,"
    " CASE WHEN b.together AND e.state = 'waitlisted' THEN (SELECT count(*) FROM enrollment y"
    " WHERE y.booking_id = e.booking_id AND y.state = 'waitlisted') ELSE 0 END AS party,"
    " e.state_reason, e.keeps_until, e.was_state, e.was_mode, e.created_at, b.created_at AS booked_at,"
    " b.booked_by,"
    # Whoever booked for themselves is called what the partner calls them.
    f" CASE WHEN b.booked_by = e.person_id THEN {NAME_SQL} ELSE k.name END AS booked_by_name,"
    " e.link_generation, e.follows_id, e.calendar_answer, e.declines_at, e.version"
    " FROM enrollment e JOIN booking b ON b.id = e.booking_id JOIN session s ON s.id = e.session_id"
    " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
    " LEFT JOIN partner o ON o.id = e.partner_id LEFT JOIN person k ON k.id = b.booked_by"
)


def within_reach(viewer: Viewer) -> tuple[str, list[Any]]:
    """The enrollments a viewer may see: all, or of the programs managed, the partners coordinated, and one's own."""
    programs = reach(viewer, Permission.ROSTER_SEE)
    if programs.everywhere:
        return "1 = 1", []
    parts: list[str] = []
    values: list[Any] = []
    for column, ids in (
        ("s.program_id", programs.scope_ids),
        ("e.partner_id", reach(viewer, Permission.PLACES_BOOK).scope_ids),
        ("e.person_id", frozenset({viewer.person_id} if viewer.person_id else ())),
    ):
        if ids:
            parts.append(f"{column} IN ({marks(tuple(ids))})")
            values.extend(ids)
    return (f"({' OR '.join(parts)})" if parts else "1 = 0"), values


async def get_enrollment(viewer: Viewer, enrollment_id: UUID) -> EnrollmentView:
    """One enrollment. Raises NotFound."""
    allowed, values = within_reach(viewer)
    found = await fetch_one(EnrollmentView, f"{_VIEW} WHERE e.id = {{}} AND {allowed}", enrollment_id, *values)
    if found is None:
        raise NotFound
    return found


async def list_enrollments(viewer: Viewer, session_id: UUID, *, active: bool = True) -> list[EnrollmentView]:
    """The enrollments of a session that the viewer may see: places first, then the waitlist, in order of arrival."""
    allowed, values = within_reach(viewer)
    only = f" AND e.{ACTIVE_SQL}" if active else ""
    return await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.session_id = {{}} AND {allowed}{only}"
        " ORDER BY CASE WHEN e.state = 'waitlisted' THEN 1 ELSE 0 END, e.arrival, e.id",
        session_id,
        *values,
    )


async def page_enrollments(
    viewer: Viewer, session_id: UUID, cursor: str, limit: int, partner_id: UUID | None = None
) -> Page[EnrollmentView]:
    """A page of the active enrollments of a session (of one partner's people) that the viewer may see, by arrival."""
    allowed, values = within_reach(viewer)
    if partner_id is not None:
        allowed, values = f"e.partner_id = {{}} AND {allowed}", [partner_id, *values]
    after = decode_cursor(cursor, tuple[int, UUID]) if cursor else None
    rows = await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.session_id = {{}} AND {allowed} AND e.{ACTIVE_SQL}"
        f"{' AND (e.arrival, e.id) > ({}, {})' if after else ''} ORDER BY e.arrival, e.id LIMIT {{}}",
        session_id,
        *values,
        *(after or ()),
        limit + 1,
    )
    return page_of(rows, limit, "arrival", "id")


async def list_of_partner(
    viewer: Viewer,
    partner_id: UUID,
    *,
    ends_after: datetime | None = None,
    with_cancelled: bool = False,
    limit: int = 500,
) -> list[EnrollmentView]:
    """The active enrollments of a partner's people, by start of their sessions. Empty for a partner out of reach.

    `with_cancelled`: also those that ended because their session was cancelled.
    """
    allowed, values = within_reach(viewer)
    upcoming = " AND s.ends_at > {}" if ends_after else ""
    wanted = f"(e.{ACTIVE_SQL} OR {ENDED_WITH_SESSION_SQL})" if with_cancelled else f"e.{ACTIVE_SQL}"
    return await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.partner_id = {{}} AND {wanted} AND {allowed}{upcoming}"
        " ORDER BY s.starts_at NULLS LAST, s.id, e.arrival, e.id LIMIT {}",
        partner_id,
        *values,
        *([ends_after] if ends_after else []),
        limit,
    )


async def list_first_of_partner(
    viewer: Viewer, partner_id: UUID, session_ids: Sequence[UUID], each: int
) -> list[EnrollmentView]:
    """The first people of a partner in each of these sessions, at most `each`, in the order of `list_of_partner`.

    Who has to answer comes first, then who has a place, then who waits. Of a session that was cancelled everybody whom
    that concerns is listed, at most 2,000 people in all.
    """
    allowed, values = within_reach(viewer)
    wanted = f"(e.{ACTIVE_SQL} OR {ENDED_WITH_SESSION_SQL})"
    return await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.id IN (SELECT f.id FROM (SELECT e.id, s.state AS session_state,"
        " row_number() OVER (PARTITION BY e.session_id ORDER BY CASE e.state WHEN 'offered' THEN 0"
        " WHEN 'requested' THEN 1 WHEN 'waitlisted' THEN 3 ELSE 2 END, e.arrival, e.id) AS place"
        f" FROM enrollment e JOIN session s ON s.id = e.session_id WHERE e.partner_id = {{}}"
        f" AND e.session_id IN ({marks(session_ids)}) AND {wanted} AND {allowed}) f"
        " WHERE f.place <= {} OR f.session_state = 'cancelled')"
        " ORDER BY s.starts_at NULLS LAST, s.id, CASE e.state WHEN 'offered' THEN 0 WHEN 'requested' THEN 1"
        " WHEN 'waitlisted' THEN 3 ELSE 2 END, e.arrival, e.id LIMIT 2000",
        partner_id,
        *session_ids,
        *values,
        each,
    )


async def list_of_person(person_id: UUID, limit: int = 200) -> list[EnrollmentView]:
    """Somebody's own enrollments, ended ones too, the newest session first."""
    return await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.person_id = {{}} ORDER BY s.starts_at DESC NULLS LAST, e.id DESC LIMIT {{}}",
        person_id,
        limit,
    )


class BookingView(Frozen, frozen=True, kw_only=True):
    """A booking without its people: what was asked, by whom, and how its session stands."""

    id: UUID
    code: str
    session_id: UUID
    session_title: str
    session_state: str
    program_id: UUID
    starts_at: datetime | None
    zone: str
    partner_id: UUID | None
    booked_by: UUID | None
    together: bool
    created_at: datetime


async def get_booking(viewer: Viewer, booking_id: UUID) -> BookingView:
    """One booking: for managers of its program, coordinators of its partner, and whoever made it. Raises NotFound."""
    programs = reach(viewer, Permission.ROSTER_SEE)
    partners = reach(viewer, Permission.PLACES_BOOK)
    found = await fetch_one(
        BookingView,
        "SELECT b.id, b.code, b.session_id, s.title AS session_title, s.state AS session_state, s.program_id,"
        " s.starts_at, s.zone, b.partner_id, b.booked_by, b.together, b.created_at"
        " FROM booking b JOIN session s ON s.id = b.session_id WHERE b.id = {}",
        booking_id,
    )
    if found is None:
        raise NotFound
    own = viewer.person_id is not None and found.booked_by == viewer.person_id
    # Whoever booked for a partner and is no coordinator of it any more has lost it with the role.
    mine = own and found.partner_id is None
    if not (mine or programs.covers(found.program_id) or (found.partner_id and partners.covers(found.partner_id))):
        raise NotFound
    return found


async def list_booking(viewer: Viewer, booking_id: UUID) -> list[EnrollmentView]:
    """The enrollments of one booking that the viewer may see. Raises NotFound when there are none."""
    allowed, values = within_reach(viewer)
    sql = f"{_VIEW} WHERE e.booking_id = {{}} AND {allowed} ORDER BY e.arrival, e.id"
    found = await fetch(EnrollmentView, sql, booking_id, *values)
    if not found:
        raise NotFound
    return found


async def list_people_of_booking(booking_id: UUID) -> list[EnrollmentView]:
    """Everybody who came in by a booking, in order of arrival. The caller has judged who may see it."""
    return await fetch(EnrollmentView, f"{_VIEW} WHERE e.booking_id = {{}} ORDER BY e.arrival, e.id", booking_id)


async def list_by_ids(enrollment_ids: Sequence[UUID]) -> list[EnrollmentView]:
    """These enrollments, in order of arrival. The caller has judged who may see them."""
    if not enrollment_ids:
        return []
    sql = f"{_VIEW} WHERE e.id IN ({marks(enrollment_ids)}) ORDER BY e.arrival, e.id"
    return await fetch(EnrollmentView, sql, *enrollment_ids)
