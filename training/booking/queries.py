"""Reads of places. What somebody may not see is not found, exactly like what does not exist."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import execute, fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.booking.rules import Candidate, State, Waiting, unpack_modes
from training.people.rules import Permission, may, reach
from training.schedule.rules.sessions import SessionView

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
    """An enrollment with what is needed to show it. Name and address are those that its partner uses."""

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
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    state: State
    mode: str
    accepts: str
    arrival: int
    together: bool
    state_at: datetime
    state_reason: str
    created_at: datetime
    booked_by_name: str | None
    version: int


_VIEW = (
    "SELECT e.id, e.booking_id, b.code AS booking_code, e.session_id, s.title AS session_title, s.program_id,"
    " s.state AS session_state, s.version AS session_version, s.starts_at, s.ends_at, s.zone, s.cancellation_hours,"
    " (SELECT count(*) FROM meeting t WHERE t.session_id = s.id"
    " AND (t.cancelled_at IS NULL OR s.state = 'cancelled')) AS meeting_count,"
    f" e.person_id, p.zone AS person_zone, e.partner_id, o.name AS partner_name, {NAME_SQL} AS name,"
    f" {EMAIL_SQL} AS email, e.state, e.mode, e.accepts, e.arrival, b.together, e.state_at,"
    " e.state_reason, e.created_at, k.name AS booked_by_name, e.version"
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


async def page_enrollments(viewer: Viewer, session_id: UUID, cursor: str, limit: int) -> Page[EnrollmentView]:
    """A page of the active enrollments of a session that the viewer may see, in order of arrival."""
    allowed, values = within_reach(viewer)
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


async def list_of_person(person_id: UUID, limit: int = 200) -> list[EnrollmentView]:
    """Somebody's own enrollments, ended ones too, the newest session first."""
    return await fetch(
        EnrollmentView,
        f"{_VIEW} WHERE e.person_id = {{}} ORDER BY s.starts_at DESC NULLS LAST, e.id DESC LIMIT {{}}",
        person_id,
        limit,
    )


async def list_booking(viewer: Viewer, booking_id: UUID) -> list[EnrollmentView]:
    """The enrollments of one booking that the viewer may see. Raises NotFound when there are none."""
    allowed, values = within_reach(viewer)
    sql = f"{_VIEW} WHERE e.booking_id = {{}} AND {allowed} ORDER BY e.arrival, e.id"
    found = await fetch(EnrollmentView, sql, booking_id, *values)
    if not found:
        raise NotFound
    return found


class _Queued(Frozen, frozen=True, kw_only=True):
    key: UUID
    party: UUID
    together: bool
    accepts: str


class Contact(Frozen, frozen=True, kw_only=True):
    """Whom to write to about an enrollment."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    state: State
    mode: str
    person_zone: str


async def list_queue(session_id: UUID) -> list[Waiting]:
    """Everybody who waits for a session, in order of arrival. To be decided upon under the session's lock."""
    rows = await fetch(
        _Queued,
        "SELECT e.id AS key, e.booking_id AS party, b.together, e.accepts FROM enrollment e"
        " JOIN booking b ON b.id = e.booking_id WHERE e.session_id = {} AND e.state = 'waitlisted'"
        " ORDER BY e.arrival, e.id",
        session_id,
    )
    return [
        Waiting(key=row.key, party=row.party, together=row.together, accepts=unpack_modes(row.accepts)) for row in rows
    ]


async def list_contacts(session_id: UUID, enrollment_ids: Sequence[UUID] | None = None) -> list[Contact]:
    """Whom to write to about a session's active enrollments, or about the given ones, in order of arrival."""
    chosen = f"e.id IN ({marks(enrollment_ids)})" if enrollment_ids is not None else f"e.{ACTIVE_SQL}"
    return await fetch(
        Contact,
        f"SELECT e.id, e.person_id, {NAME_SQL} AS name, {EMAIL_SQL} AS email,"
        " e.state, e.mode, p.zone AS person_zone FROM enrollment e JOIN person p ON p.id = e.person_id"
        " LEFT JOIN membership m ON m.id = e.membership_id"
        f" WHERE e.session_id = {{}} AND {chosen} ORDER BY e.arrival, e.id",
        session_id,
        *(enrollment_ids or ()),
    )


_CANDIDATE = (
    "SELECT m.person_id, m.id AS membership_id, COALESCE(NULLIF(m.name, ''), m.contact_email) AS name,"
    " m.contact_email AS email, e.state AS enrolled_state,"
    " e.partner_id AS enrolled_by_partner, p.zone AS person_zone FROM membership m"
    " JOIN person p ON p.id = m.person_id LEFT JOIN enrollment e ON e.person_id = m.person_id"
    f" AND e.session_id = {{}} AND e.{ACTIVE_SQL} WHERE m.partner_id = {{}} AND m.state <> 'ended'"
)


async def list_candidates(session_id: UUID, partner_id: UUID, membership_ids: Sequence[UUID]) -> list[Candidate]:
    """People of a partner, in the order asked, with the active enrollment each has in this session already."""
    sql = f"{_CANDIDATE} AND m.id IN ({marks(membership_ids)})"
    found = {c.membership_id: c for c in await fetch(Candidate, sql, session_id, partner_id, *membership_ids)}
    return [found[key] for key in membership_ids if key in found]


async def list_roster_to_book(session_id: UUID, partner_id: UUID, limit: int = 500) -> list[Candidate]:
    """Everybody of a partner who could be booked for a session, by name."""
    return await fetch(Candidate, f"{_CANDIDATE} ORDER BY m.name, m.id LIMIT {{}}", session_id, partner_id, limit)


class _Known(Frozen, frozen=True, kw_only=True):
    membership_id: UUID
    contact_email: str
    account_email: str


async def find_members_at(partner_id: UUID, emails: Sequence[str]) -> dict[str, UUID]:
    """Which of these folded addresses are members of the partner, as address -> membership; like `ensure_members`:
    the address the partner uses for somebody comes before the one they sign in with."""
    rows = await fetch(
        _Known,
        "SELECT m.id AS membership_id, m.contact_email, p.email AS account_email FROM membership m"
        " JOIN person p ON p.id = m.person_id WHERE m.partner_id = {} AND m.state <> 'ended'"
        f" AND (m.contact_email IN ({marks(emails)}) OR p.email IN ({marks(emails)})) ORDER BY m.id DESC",
        partner_id,
        *emails,
        *emails,
    )
    by_account = {row.account_email: row.membership_id for row in rows}
    return by_account | {row.contact_email: row.membership_id for row in rows}


async def partner_in_audience(session_id: UUID, program_id: UUID, partner_id: UUID, audience: str) -> bool:
    """Whether a partner belongs to a session's audience, apart from a code."""
    if audience == "public":
        return True
    invited = "SELECT 1 AS one FROM session_partner WHERE session_id = {} AND partner_id = {}"
    if audience != "participating":
        return bool(await execute(invited, session_id, partner_id))
    joined = "SELECT 1 AS one FROM participation WHERE program_id = {} AND partner_id = {} AND ended_at IS NULL"
    return bool(await execute(f"{joined} UNION ALL {invited}", program_id, partner_id, session_id, partner_id))


class Position(Frozen, frozen=True, kw_only=True):
    """Where somebody stands on a waitlist, counted from 1."""

    enrollment_id: UUID
    position: int


async def list_positions(enrollment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The waitlist positions of those of these enrollments that wait. One statement."""
    if not enrollment_ids:
        return {}
    rows = await fetch(
        Position,
        "SELECT e.id AS enrollment_id, (SELECT count(*) FROM enrollment w WHERE w.session_id = e.session_id"
        " AND w.state = 'waitlisted' AND w.arrival <= e.arrival) AS position FROM enrollment e"
        f" WHERE e.state = 'waitlisted' AND e.id IN ({marks(enrollment_ids)})",
        *enrollment_ids,
    )
    return {row.enrollment_id: row.position for row in rows}


class BookingPartner(Frozen, frozen=True, kw_only=True):
    """A partner for which somebody may book."""

    id: UUID
    name: str


async def list_booking_partners(viewer: Viewer, session: SessionView, code: str = "") -> list[BookingPartner]:
    """The partners for which the viewer may book this session, by name, at most 500. One statement.

    They are those that the viewer coordinates, and for a manager of the program all that take part in it, as far as
    the session is open to them or the access code opens it. Whether booking is open now is another question.
    """
    who, values = [], []  # type: list[str], list[Any]
    if own := tuple(reach(viewer, Permission.PLACES_BOOK).scope_ids):
        who.append(f"o.id IN ({marks(own)})")
        values.extend(own)
    takes_part = (
        "EXISTS (SELECT 1 FROM participation t WHERE t.partner_id = o.id AND t.program_id = {} AND t.ended_at IS NULL)"
    )
    invited = "EXISTS (SELECT 1 FROM session_partner i WHERE i.partner_id = o.id AND i.session_id = {})"
    if may(viewer, Permission.SESSION_MANAGE, session.program_id):
        who.append(f"{takes_part} OR {invited}")
        values.extend((session.program_id, session.id))
    if not who:
        return []
    open_to = "1 = 1"
    if session.audience != "public" and not (code and code == session.access_code):
        participating = session.audience == "participating"
        open_to = takes_part if participating else invited
        values.append(session.program_id if participating else session.id)
    sql = f"SELECT o.id, o.name FROM partner o WHERE ({' OR '.join(who)}) AND {open_to} ORDER BY o.folded_name, o.id"
    return await fetch(BookingPartner, f"{sql} LIMIT 500", *values)


class ProgramManager(Frozen, frozen=True, kw_only=True):
    """Whom to ask about a program."""

    program_id: UUID
    name: str
    email: str


async def list_program_managers(viewer: Viewer, program_ids: Iterable[UUID]) -> list[ProgramManager]:
    """The managers of these programs, by name, at most 50; for people who are signed in only. One statement."""
    wanted = tuple(dict.fromkeys(program_ids))
    if viewer.person_id is None or not wanted:
        return []
    return await fetch(
        ProgramManager,
        "SELECT g.scope_id AS program_id, p.name, p.email FROM role_grant g JOIN person p ON p.id = g.person_id"
        f" WHERE g.role = 'program_manager' AND g.scope_id IN ({marks(wanted)}) AND p.disabled_at IS NULL"
        " ORDER BY p.name, p.email LIMIT 50",
        *wanted,
    )
