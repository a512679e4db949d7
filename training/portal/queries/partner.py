"""How a partner stands, and what happened to its places lately."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from training.attendance.queries.marks import ROSTERED_SQL
from training.attendance.rules.absences import status_words
from training.attendance.rules.statuses import ABSENT, Status
from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries import ACTIVE_SQL, ENDED_WITH_SESSION_SQL, NAME_SQL, within_reach
from training.booking.rules import State
from training.people.rules import Permission, reach
from training.portal.rules import Asked, Standing, Unnamed


def _open_within_reach(viewer: Viewer) -> tuple[str, list[Any]]:
    """The open places (o) in sessions (s) that a viewer may see: of programs managed and of partners coordinated."""
    programs = reach(viewer, Permission.ROSTER_SEE)
    if programs.everywhere:
        return "1 = 1", []
    partners = reach(viewer, Permission.PLACES_BOOK).scope_ids
    return (
        f"(s.program_id IN ({marks(tuple(programs.scope_ids))}) OR o.partner_id IN ({marks(tuple(partners))}))",
        [*programs.scope_ids, *partners],
    )


async def list_standings(viewer: Viewer, partner_id: UUID, now: datetime, limit: int = 2000) -> list[Standing]:
    """How a partner stands in its sessions that are not over, by start; those without a date come last. One statement.

    Only what the viewer may see is counted.
    """
    seen, values = within_reach(viewer)
    open_seen, open_values = _open_within_reach(viewer)
    return await fetch(
        Standing,
        "SELECT s.id AS session_id, s.title, s.program_id, s.state AS session_state, s.starts_at, s.ends_at, s.zone,"
        " s.cancellation_hours, s.booking_opens_at, s.booking_closes_at, (SELECT count(*) FROM meeting t"
        " WHERE t.session_id = s.id AND (t.cancelled_at IS NULL OR s.state = 'cancelled')) AS meeting_count,"
        " c.enrolled, c.asked, c.waiting, c.ended, c.unnamed FROM session s JOIN (SELECT n.session_id,"
        " sum(CASE WHEN n.state IN ('enrolled', 'completed', 'not completed') THEN 1 ELSE 0 END) AS enrolled,"
        " sum(CASE WHEN n.state IN ('requested', 'offered') THEN 1 ELSE 0 END) AS asked,"
        " sum(CASE WHEN n.state = 'waitlisted' THEN 1 ELSE 0 END) AS waiting,"
        " sum(CASE WHEN n.state = 'cancelled' THEN 1 ELSE 0 END) AS ended,"
        " sum(CASE WHEN n.state = 'open' THEN 1 ELSE 0 END) AS unnamed FROM ("
        "SELECT e.session_id, e.state FROM enrollment e JOIN session s ON s.id = e.session_id"
        f" WHERE e.partner_id = {{}} AND (e.{ACTIVE_SQL} OR {ENDED_WITH_SESSION_SQL}) AND {seen}"
        " UNION ALL SELECT o.session_id, o.state FROM open_place o JOIN session s ON s.id = o.session_id"
        f" WHERE o.partner_id = {{}} AND o.state = 'open' AND {open_seen}) n GROUP BY n.session_id"
        ") c ON c.session_id = s.id WHERE s.ends_at > {} OR s.ends_at IS NULL"
        " ORDER BY s.starts_at NULLS LAST, s.id LIMIT {}",
        partner_id,
        *values,
        partner_id,
        *open_values,
        now,
        limit,
    )


async def list_unnamed(viewer: Viewer, partner_id: UUID, limit: int = 2000) -> list[Unnamed]:
    """The open places of a partner that the viewer may see, in the order of their sessions."""
    seen, values = _open_within_reach(viewer)
    return await fetch(
        Unnamed,
        "SELECT o.id, o.session_id, s.title, o.mode, o.note, o.sent_to, o.keep_until, s.starts_at, s.ends_at,"
        " s.open_place_hours, s.zone, o.booking_id, b.code AS booking_code, k.name AS booked_by_name, o.created_at"
        " FROM open_place o JOIN session s ON s.id = o.session_id JOIN booking b ON b.id = o.booking_id"
        " LEFT JOIN person k ON k.id = b.booked_by"
        f" WHERE o.partner_id = {{}} AND o.state = 'open' AND {seen} ORDER BY s.starts_at NULLS LAST, o.id LIMIT {{}}",
        partner_id,
        *values,
        limit,
    )


_ASKED = (
    f"SELECT e.id, e.session_id, s.title, {NAME_SQL} AS name, e.state, s.starts_at,"
    " CASE WHEN e.state = 'enrolled' THEN e.declines_at ELSE e.keeps_until END AS keeps_until FROM enrollment e"
    " JOIN session s ON s.id = e.session_id JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id WHERE"
)
_DECLINED = "e.state = 'enrolled' AND e.declines_at IS NOT NULL"
_IS_ASKED = f"(e.state IN ('requested', 'offered') AND e.keeps_until IS NOT NULL OR {_DECLINED})"


async def list_asked(viewer: Viewer, partner_id: UUID, limit: int = 500) -> list[Asked]:
    """People of a partner who have to confirm or to answer, and whose place goes back because they declined in the
    calendar, as far as the viewer may see them, the soonest first."""
    seen, values = within_reach(viewer)
    return await fetch(
        Asked,
        f"{_ASKED} e.partner_id = {{}} AND {_IS_ASKED} AND {seen} ORDER BY keeps_until, e.id LIMIT {{}}",
        partner_id,
        *values,
        limit,
    )


async def list_going_back(viewer: Viewer, limit: int = 100) -> list[Asked]:
    """Whose place goes back because they declined in the calendar, of the partners that the viewer books for, the
    soonest first. One statement; none for who books for nobody."""
    partners = tuple(viewer.scopes("coordinator"))
    if not partners:
        return []
    return await fetch(
        Asked,
        f"{_ASKED} e.partner_id IN ({marks(partners)}) AND {_DECLINED} ORDER BY keeps_until, e.id LIMIT {{}}",
        *partners,
        limit,
    )


class Members(Frozen, frozen=True, kw_only=True):
    """How many people belong to a partner, how many of them have not accepted yet, and how many nobody invited."""

    people: int
    invited: int
    uninvited: int

    @property
    def unaccepted(self) -> int:
        """How many are not members yet."""
        return self.invited + self.uninvited


async def count_members(partner_id: UUID) -> Members:
    """The people of a partner. For whoever may manage it: the caller judges that."""
    found = await fetch_one(
        Members,
        "SELECT count(*) AS people, COALESCE(sum(CASE WHEN state <> 'confirmed' AND invited_by IS NOT NULL"
        " THEN 1 ELSE 0 END), 0) AS invited, COALESCE(sum(CASE WHEN state <> 'confirmed' AND invited_by IS NULL"
        " THEN 1 ELSE 0 END), 0) AS uninvited FROM membership WHERE partner_id = {} AND state <> 'ended'",
        partner_id,
    )
    return found or Members(people=0, invited=0, uninvited=0)


class Lately(Frozen, frozen=True, kw_only=True):
    """The last thing that happened to an enrollment. `booked_by` is a name."""

    id: UUID
    booking_id: UUID
    name: str
    session_id: UUID
    title: str
    starts_at: datetime | None
    state: State
    state_at: datetime
    state_reason: str
    was_state: str
    booked_by: str | None


async def list_lately(viewer: Viewer, partner_id: UUID, limit: int = 20) -> list[Lately]:
    """What happened last to a partner's enrollments, as far as the viewer may see them, the newest first.

    Those that ended with their session are left out: nobody gave them up.
    """
    allowed, values = within_reach(viewer)
    return await fetch(
        Lately,
        f"SELECT e.id, e.booking_id, {NAME_SQL} AS name,"
        " e.session_id, s.title, s.starts_at, e.state, e.state_at, e.state_reason, e.was_state, k.name AS booked_by"
        " FROM enrollment e JOIN booking b ON b.id = e.booking_id JOIN session s ON s.id = e.session_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" LEFT JOIN person k ON k.id = b.booked_by WHERE e.partner_id = {{}} AND {allowed}"
        f" AND NOT {ENDED_WITH_SESSION_SQL}"
        " ORDER BY e.state_at DESC, e.id DESC LIMIT {}",
        partner_id,
        *values,
        limit,
    )


class Absent(Frozen, frozen=True, kw_only=True):
    """Somebody of a partner who was not at a meeting; the name is the one that their partner uses."""

    enrollment_id: UUID
    meeting_id: UUID
    session_id: UUID
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    name: str
    status: Status
    reason: str

    @property
    def words(self) -> str:
        """How they are recorded, as the message about it says."""
        return status_words(self.status)


async def list_absent(
    viewer: Viewer, partner_id: UUID, since: datetime, now: datetime, limit: int = 200
) -> list[Absent]:
    """Who of a partner was absent from meetings that ended after `since` and have a closed roster, as far as the viewer
    may see it: the latest meeting first, then by name. One statement."""
    allowed, values = within_reach(viewer)
    statuses = ", ".join(f"'{one.value}'" for one in sorted(ABSENT))
    return await fetch(
        Absent,
        f"SELECT e.id AS enrollment_id, t.id AS meeting_id, s.id AS session_id, s.title, t.number, {NAME_SQL} AS name,"
        " (SELECT count(*) FROM meeting n WHERE n.session_id = s.id AND n.cancelled_at IS NULL) AS meeting_count,"
        " t.starts_at, k.status, k.reason FROM enrollment e JOIN mark k ON k.enrollment_id = e.id"
        " JOIN roster r ON r.id = k.meeting_id JOIN meeting t ON t.id = k.meeting_id"
        " JOIN session s ON s.id = e.session_id JOIN person p ON p.id = e.person_id"
        f" LEFT JOIN membership m ON m.id = e.membership_id WHERE e.partner_id = {{}} AND {ROSTERED_SQL}"
        " AND (s.state <> 'cancelled' OR t.ends_at <= s.cancelled_at)"
        f" AND k.status IN ({statuses}) AND r.closed_at IS NOT NULL AND t.cancelled_at IS NULL"
        f" AND t.ends_at > {{}} AND t.ends_at <= {{}} AND {allowed}"
        " ORDER BY t.starts_at DESC, t.id, 6, e.id LIMIT {}",
        partner_id,
        since,
        now,
        *values,
        limit,
    )


class TakenBack(Frozen, frozen=True, kw_only=True):
    """That a whole booking was taken back: when, and by whom."""

    subject_id: UUID
    at: datetime
    actor_name: str


async def list_taken_back(booking_ids: Iterable[UUID]) -> list[TakenBack]:
    """Which of these bookings were taken back whole. For what may be seen already."""
    wanted = tuple(dict.fromkeys(booking_ids))
    if not wanted:
        return []
    return await fetch(
        TakenBack,
        "SELECT subject_id, at, actor_name FROM journal_entry"
        f" WHERE subject_id IN ({marks(wanted)}) AND event = 'BookingUndone'",
        *wanted,
    )


class Told(Frozen, frozen=True, kw_only=True):
    """What the journal says of a session, a booking or an enrollment. `said_json` is what belongs to the event."""

    subject_id: UUID
    event: str
    actor_name: str
    said_json: str


async def list_told(subject_ids: Iterable[UUID]) -> list[Told]:
    """Who cancelled these sessions, and how these bookings and enrollments got on. For what may be seen already."""
    wanted = tuple(dict.fromkeys(subject_ids))
    if not wanted:
        return []
    return await fetch(
        Told,
        "SELECT subject_id, event, actor_name, CAST(data AS TEXT) AS said_json FROM journal_entry"
        f" WHERE subject_id IN ({marks(wanted)})"
        " AND event IN ('SessionCancelled', 'PlacesBooked', 'EnrollmentPromoted') ORDER BY at, id",
        *wanted,
    )
