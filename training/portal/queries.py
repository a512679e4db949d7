"""Reads that belong to one page only; whatever several pages need is read by the room it belongs to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries import ACTIVE_SQL, ENDED_WITH_SESSION_SQL, NAME_SQL, within_reach
from training.booking.rules import State
from training.people.rules import Permission, reach
from training.portal.rules import Asked, Standing, Unnamed
from training.schedule.rules.visibility import visibility

MOST_CHOICES = 200


class Choice(Frozen, frozen=True, kw_only=True):
    """Something to filter by: a program, course or venue with its id, or a language."""

    kind: str
    id: UUID | None
    label: str
    part_of: str


async def list_choices(viewer: Viewer, now: datetime) -> list[Choice]:
    """What the sessions that `viewer` may see and that are not over can be filtered by, by kind and name.

    One statement. A venue is offered only to those who see a session there: some are shelters.
    """
    visible, values = visibility(viewer, "s")
    seen = f"s.ends_at > {{}} AND {visible}"
    given: list[Any] = [now, *values]
    at_venue = "SELECT r.venue_id FROM room r JOIN meeting m ON m.room_id = r.id JOIN session s ON s.id = m.session_id"
    return await fetch(
        Choice,
        "SELECT kind, id, label, part_of FROM ("
        "SELECT 'program' AS kind, p.id AS id, p.name AS label, '' AS part_of FROM program p"
        f" WHERE EXISTS (SELECT 1 FROM session s WHERE s.program_id = p.id AND {seen})"
        " UNION ALL SELECT 'course', c.id, c.title, p.name FROM course c JOIN program p ON p.id = c.program_id"
        f" WHERE EXISTS (SELECT 1 FROM session s WHERE s.course_id = c.id AND {seen})"
        f" UNION ALL SELECT 'venue', v.id, v.name, v.country FROM venue v WHERE v.id IN ({at_venue} WHERE {seen})"
        " UNION ALL SELECT 'language', NULL, spoken.language, '' FROM"
        f" (SELECT DISTINCT s.language FROM session s WHERE {seen}) spoken"
        ") choice ORDER BY kind, part_of, label, id LIMIT {}",
        *given * 4,
        4 * MOST_CHOICES,
    )


class Found(Frozen, frozen=True, kw_only=True):
    """A session that was looked for."""

    id: UUID


async def find_by_code(code: str) -> Found | None:
    """The session with this access code, unless it is a draft still."""
    sql = "SELECT id FROM session WHERE access_code = {} AND access_code <> '' AND state <> 'draft' ORDER BY id"
    return await fetch_one(Found, sql, code)


async def list_visible(viewer: Viewer, session_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these sessions have a page for the viewer.

    Somebody may wait for a session, or have booked it by its code, without belonging to its audience.
    """
    wanted = tuple(dict.fromkeys(session_ids))
    if not wanted:
        return frozenset()
    visible, values = visibility(viewer, "s")
    sql = f"SELECT s.id FROM session s WHERE s.id IN ({marks(wanted)}) AND {visible}"
    return frozenset(row.id for row in await fetch(Found, sql, *wanted, *values))


class NextDate(Frozen, frozen=True, kw_only=True):
    """A session of a course that can be booked now. `free` counts places in every mode."""

    course_id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    meeting_count: int
    free: int


async def list_next_dates(
    viewer: Viewer, course_ids: Iterable[UUID], now: datetime, before: datetime | None
) -> list[NextDate]:
    """The next sessions of these courses that the viewer may see and that can be booked now, at most three of each.

    `before`: only those that are over by then. One statement, none without courses.
    """
    wanted = tuple(dict.fromkeys(course_ids))
    if not wanted:
        return []
    visible, values = visibility(viewer, "s")
    in_time = " AND s.ends_at <= {}" if before else ""
    return await fetch(
        NextDate,
        "SELECT d.course_id, d.id AS session_id, d.title, d.starts_at, d.ends_at, d.zone, d.free,"
        " (SELECT count(*) FROM meeting t WHERE t.session_id = d.id AND t.cancelled_at IS NULL) AS meeting_count"
        " FROM (SELECT s.id, s.course_id, s.title, s.starts_at, s.ends_at, s.zone,"
        " CASE WHEN s.capacity_in_person > s.taken_in_person THEN s.capacity_in_person - s.taken_in_person ELSE 0 END"
        " + CASE WHEN s.capacity_online > s.taken_online THEN s.capacity_online - s.taken_online ELSE 0 END AS free,"
        " row_number() OVER (PARTITION BY s.course_id ORDER BY s.starts_at, s.id) AS place FROM session s"
        f" WHERE s.course_id IN ({marks(wanted)}) AND s.state IN ('published', 'confirmed') AND s.starts_at > {{}}"
        " AND (s.booking_opens_at IS NULL OR s.booking_opens_at <= {})"
        f" AND (s.booking_closes_at IS NULL OR s.booking_closes_at > {{}}){in_time} AND {visible}) d"
        " WHERE d.place <= 3 ORDER BY d.starts_at, d.id",
        *wanted,
        now,
        now,
        now,
        *([before] if before else []),
        *values,
    )


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


async def list_asked(viewer: Viewer, partner_id: UUID, limit: int = 500) -> list[Asked]:
    """People of a partner who have to confirm or to answer, as far as the viewer may see them, the soonest first."""
    seen, values = within_reach(viewer)
    return await fetch(
        Asked,
        f"SELECT e.id, e.session_id, s.title, {NAME_SQL} AS name, e.state, e.keeps_until FROM enrollment e"
        " JOIN session s ON s.id = e.session_id JOIN person p ON p.id = e.person_id"
        " LEFT JOIN membership m ON m.id = e.membership_id WHERE e.partner_id = {}"
        f" AND e.state IN ('requested', 'offered') AND e.keeps_until IS NOT NULL AND {seen}"
        " ORDER BY e.keeps_until, e.id LIMIT {}",
        partner_id,
        *values,
        limit,
    )


class Members(Frozen, frozen=True, kw_only=True):
    """How many people belong to a partner, and how many of them have not accepted yet."""

    people: int
    invited: int


async def count_members(partner_id: UUID) -> Members:
    """The people of a partner. For whoever may manage it: the caller judges that."""
    found = await fetch_one(
        Members,
        "SELECT count(*) AS people, COALESCE(sum(CASE WHEN state <> 'confirmed' THEN 1 ELSE 0 END), 0) AS invited"
        " FROM membership WHERE partner_id = {} AND state <> 'ended'",
        partner_id,
    )
    return found or Members(people=0, invited=0)


class OwnPlace(Frozen, frozen=True, kw_only=True):
    """A place, or a spot on the waitlist, of the viewer or of somebody the viewer books for. `party`: how many wait
    together in its booking."""

    id: UUID
    booking_id: UUID
    booking_code: str
    person_id: UUID
    name: str
    partner_id: UUID | None
    partner_name: str | None
    state: State
    mode: str
    position: int | None
    party: int
    calendar_answer: str
    declines_at: datetime | None


async def list_own_places(viewer: Viewer, session_id: UUID) -> list[OwnPlace]:
    """The viewer's own place in a session and those of the partners they coordinate: places first, then who waits."""
    if viewer.person_id is None:
        return []
    partners = tuple(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    return await fetch(
        OwnPlace,
        f"SELECT e.id, e.booking_id, b.code AS booking_code, e.person_id, {NAME_SQL} AS name,"
        " e.partner_id, o.name AS partner_name, e.state, e.mode, CASE WHEN e.state = 'waitlisted' THEN"
        " (SELECT count(*) FROM enrollment w WHERE w.session_id = e.session_id AND w.state = 'waitlisted'"
        " AND w.arrival <= e.arrival) END AS position, CASE WHEN b.together AND e.state = 'waitlisted' THEN"
        " (SELECT count(*) FROM enrollment y WHERE y.booking_id = e.booking_id AND y.state = 'waitlisted')"
        " ELSE 0 END AS party, e.calendar_answer, e.declines_at FROM enrollment e JOIN booking b ON b.id = e.booking_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id"
        f" WHERE e.session_id = {{}} AND e.{ACTIVE_SQL}"
        f" AND (e.person_id = {{}} OR e.partner_id IN ({marks(partners)}))"
        " ORDER BY CASE WHEN e.state = 'waitlisted' THEN 1 ELSE 0 END, e.arrival, e.id LIMIT 500",
        session_id,
        viewer.person_id,
        *partners,
    )


class Lately(Frozen, frozen=True, kw_only=True):
    """The last thing that happened to an enrollment. `booked_by` is a name."""

    id: UUID
    booking_id: UUID
    name: str
    session_id: UUID
    title: str
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
        " e.session_id, s.title, e.state, e.state_at, e.state_reason, e.was_state, k.name AS booked_by"
        " FROM enrollment e JOIN booking b ON b.id = e.booking_id JOIN session s ON s.id = e.session_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" LEFT JOIN person k ON k.id = b.booked_by WHERE e.partner_id = {{}} AND {allowed}"
        f" AND NOT {ENDED_WITH_SESSION_SQL}"
        " ORDER BY e.state_at DESC, e.id DESC LIMIT {}",
        partner_id,
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


class Teaching(Frozen, frozen=True, kw_only=True):
    """A meeting that somebody teaches. `people` have a place in its session."""

    meeting_id: UUID
    session_id: UUID
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    link: str
    room_name: str | None
    venue_name: str | None
    people: int


async def list_teaching(viewer: Viewer, now: datetime, limit: int = 50) -> list[Teaching]:
    """The meetings still to come that the viewer teaches, the next first. One statement."""
    if viewer.person_id is None:
        return []
    return await fetch(
        Teaching,
        "SELECT m.id AS meeting_id, s.id AS session_id, s.title, m.number, m.starts_at, m.ends_at, m.zone, s.mode,"
        " m.link, r.name AS room_name, v.name AS venue_name, s.taken_in_person + s.taken_online AS people"
        " FROM trainer_assignment t JOIN meeting m ON m.id = t.meeting_id JOIN session s ON s.id = m.session_id"
        " LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
        " WHERE t.person_id = {} AND m.ends_at > {} AND m.cancelled_at IS NULL AND s.state <> 'cancelled'"
        " ORDER BY m.starts_at, m.id LIMIT {}",
        viewer.person_id,
        now,
        limit,
    )


class Over(Frozen, frozen=True, kw_only=True):
    """How many sessions of a program are over, and its name where there is one at least."""

    count: int
    program_name: str | None


async def count_over(viewer: Viewer, program_id: UUID, now: datetime) -> Over:
    """The sessions of a program that are over, as far as the viewer may see them. One statement."""
    visible, values = visibility(viewer, "s")
    found = await fetch_one(
        Over,
        "SELECT count(*) AS count, min(p.name) AS program_name FROM session s JOIN program p ON p.id = s.program_id"
        f" WHERE s.program_id = {{}} AND s.ends_at <= {{}} AND {visible}",
        program_id,
        now,
        *values,
    )
    return found or Over(count=0, program_name=None)
