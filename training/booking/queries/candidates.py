"""Whom a partner could book, and what stands against somebody: another place, another meeting, a missing course."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries.asking import ASKS_SQL
from training.booking.queries.enrollments import ACTIVE_SQL
from training.booking.rules import Candidate

# Meetings (t) of the session (s) at whose time somebody is busy (o) with another session (z), perhaps enrolled (x).
_BUSY = (
    "occupancy o JOIN meeting t ON t.session_id = s.id AND t.cancelled_at IS NULL AND t.starts_at < o.ends_at"
    " AND t.ends_at > o.starts_at JOIN session z ON z.id = o.session_id LEFT JOIN enrollment x ON x.id = o.source_id"
)
_BUSY_THEN = "o.kind IN ('learner', 'trainer') AND o.session_id <> s.id AND o.ends_at > s.starts_at"

# A completed course (y, in its session w) that will still be valid when this session (s) begins.
_VALID = "y.state = 'completed' AND (y.valid_until IS NULL OR s.starts_at IS NULL OR y.valid_until >= s.starts_at)"
# A course that comes first and was completed, but is not valid any more by then; the one that was valid longest.
_LAPSED = (
    "course_prerequisite q JOIN session w ON w.course_id = q.required_course_id"
    " JOIN course c ON c.id = q.required_course_id JOIN enrollment y ON y.session_id = w.id"
    " WHERE q.course_id = s.course_id AND y.state = 'completed' AND y.valid_until < s.starts_at"
    " AND NOT EXISTS (SELECT 1 FROM enrollment v JOIN session u ON u.id = v.session_id WHERE v.person_id = y.person_id"
    " AND u.course_id = c.id AND ((v.state = 'completed' AND (v.valid_until IS NULL OR v.valid_until >= s.starts_at))"
    " OR (v.state = 'enrolled' AND u.ends_at <= s.starts_at AND v.partner_id = y.partner_id)))"
)
_LAPSED_LAST = "ORDER BY y.valid_until DESC, c.title LIMIT 1"

# What stands against a member (m) of a partner. A missing course is one that was neither completed, wherever that was,
# nor ends before this session with a place that the same partner booked: others' bookings must not show in a verdict.
_CANDIDATE = (
    "SELECT m.person_id, m.id AS membership_id, COALESCE(NULLIF(m.name, ''), m.contact_email) AS name,"
    " m.contact_email AS email, e.state AS enrolled_state, e.partner_id AS enrolled_by_partner, p.zone AS person_zone,"
    " p.locale AS person_locale,"
    f" (SELECT min(z.title) FROM {_BUSY} WHERE o.subject_id = m.person_id AND {_BUSY_THEN}"
    " AND x.partner_id = m.partner_id) AS clash_title,"
    f" EXISTS (SELECT 1 FROM {_BUSY} WHERE o.subject_id = m.person_id AND {_BUSY_THEN}"
    " AND (x.partner_id IS NULL OR x.partner_id <> m.partner_id)) AS clash_elsewhere,"
    " (SELECT min(c.title) FROM course_prerequisite q JOIN course c ON c.id = q.required_course_id"
    " WHERE q.course_id = s.course_id AND NOT EXISTS (SELECT 1 FROM enrollment y JOIN session w ON w.id = y.session_id"
    " WHERE y.person_id = m.person_id AND w.course_id = c.id AND "
    f"(({_VALID})"
    " OR (y.state = 'enrolled' AND w.ends_at <= s.starts_at AND y.partner_id = m.partner_id)))) AS lacks,"
    # When it ended is told of what the same partner booked only.
    f" (SELECT c.title FROM {_LAPSED} AND y.person_id = m.person_id AND y.partner_id = m.partner_id {_LAPSED_LAST})"
    " AS lapsed,"
    f" (SELECT y.valid_until FROM {_LAPSED} AND y.person_id = m.person_id AND y.partner_id = m.partner_id"
    f" {_LAPSED_LAST}) AS lapsed_at,"
    f" (SELECT w.zone FROM {_LAPSED} AND y.person_id = m.person_id AND y.partner_id = m.partner_id {_LAPSED_LAST})"
    " AS lapsed_zone,"
    f" {ASKS_SQL} AS asks,"
    " (s.audience = 'public' OR EXISTS (SELECT 1 FROM session_partner i WHERE i.session_id = s.id"
    " AND i.partner_id = m.partner_id) OR (s.audience = 'participating' AND EXISTS (SELECT 1 FROM participation g"
    " WHERE g.program_id = s.program_id AND g.partner_id = m.partner_id AND g.ended_at IS NULL))) AS admitted,"
    " p.disabled_at IS NOT NULL AS disabled"
    " FROM membership m JOIN session s ON s.id = {} JOIN person p ON p.id = m.person_id"
    f" LEFT JOIN enrollment e ON e.person_id = m.person_id AND e.session_id = s.id AND e.{ACTIVE_SQL}"
    " WHERE m.partner_id = {} AND m.state <> 'ended'"
)


async def list_candidates(session_id: UUID, partner_id: UUID, membership_ids: Sequence[UUID]) -> list[Candidate]:
    """People of a partner, in the order asked, with what stands against each. One statement.

    Whoever gives them something holds them first (`holding`), so that it stays true.
    """
    sql = f"{_CANDIDATE} AND m.id IN ({marks(membership_ids)}) ORDER BY m.id"
    found = {c.membership_id: c for c in await fetch(Candidate, sql, session_id, partner_id, *membership_ids)}
    return [found[key] for key in membership_ids if key in found]


async def list_roster_to_book(session_id: UUID, partner_id: UUID, limit: int = 500) -> list[Candidate]:
    """Everybody of a partner who could be booked for a session, by name."""
    return await fetch(Candidate, f"{_CANDIDATE} ORDER BY m.name, m.id LIMIT {{}}", session_id, partner_id, limit)


class Busy(Frozen, frozen=True, kw_only=True):
    """Another session that keeps a person busy during this one, and when its meeting is."""

    person_id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime


async def list_busy(session_id: UUID, person_ids: Sequence[UUID]) -> list[Busy]:
    """Where these people are busy during a session, whoever booked that: for themselves and for rules, never to be
    shown to a partner. One row for each other session, by start."""
    if not person_ids:
        return []
    return await fetch(
        Busy,
        "SELECT o.subject_id AS person_id, z.id AS session_id, z.title, min(o.starts_at) AS starts_at,"
        f" max(o.ends_at) AS ends_at FROM session s CROSS JOIN {_BUSY}"
        f" WHERE s.id = {{}} AND o.subject_id IN ({marks(person_ids)}) AND {_BUSY_THEN}"
        " GROUP BY o.subject_id, z.id, z.title ORDER BY min(o.starts_at)",
        session_id,
        *person_ids,
    )


class _Twice(Frozen, frozen=True, kw_only=True):
    person_id: UUID


async def list_booked_twice(meeting_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Who takes part in one of these meetings and takes part in, or teaches, another session at that time."""
    rows = await fetch(
        _Twice,
        "SELECT DISTINCT w.subject_id AS person_id FROM occupancy w JOIN occupancy o ON o.subject_id = w.subject_id"
        " AND o.session_id <> w.session_id AND o.kind IN ('learner', 'trainer') AND o.starts_at < w.ends_at"
        f" AND o.ends_at > w.starts_at WHERE w.meeting_id IN ({marks(meeting_ids)}) AND w.kind = 'learner'",
        *meeting_ids,
    )
    return frozenset(row.person_id for row in rows)


class Missing(Frozen, frozen=True, kw_only=True):
    """A course that comes before this session's course, and whether the person has it behind them by then.

    `lapsed_at`: they completed it, but that ends, or ended, before this session begins.
    """

    course_id: UUID
    title: str
    fulfilled: bool
    lapsed_at: datetime | None = None


async def list_prerequisites(session_id: UUID, person_id: UUID | None) -> list[Missing]:
    """The courses that come before this session's course, by title, as they stand for a person (None: for nobody)."""
    return await fetch(
        Missing,
        "SELECT c.id AS course_id, c.title, EXISTS (SELECT 1 FROM enrollment y JOIN session w ON w.id = y.session_id"
        " WHERE y.person_id = {} AND w.course_id = c.id AND"
        f" (({_VALID}) OR (y.state = 'enrolled' AND w.ends_at <= s.starts_at))) AS fulfilled,"
        " (SELECT max(y.valid_until) FROM enrollment y JOIN session w ON w.id = y.session_id WHERE y.person_id = {}"
        " AND w.course_id = c.id AND y.state = 'completed' AND y.valid_until < s.starts_at) AS lapsed_at"
        " FROM session s JOIN course_prerequisite q ON q.course_id = s.course_id"
        " JOIN course c ON c.id = q.required_course_id WHERE s.id = {} ORDER BY c.title, c.id",
        person_id,
        person_id,
        session_id,
    )


async def find_first_course(session_id: UUID) -> str | None:
    """The title of a course that comes before this session's course; None when there is none."""
    courses = await list_prerequisites(session_id, None)
    return courses[0].title if courses else None


class _Known(Frozen, frozen=True, kw_only=True):
    membership_id: UUID
    contact_email: str
    account_email: str


async def find_members_at(partner_id: UUID, emails: Sequence[str], *, accounts: bool = True) -> dict[str, UUID]:
    """Which of these folded addresses are members of the partner, as address -> membership; like `ensure_members`:
    the address the partner uses for somebody comes before the one they sign in with.

    Without `accounts` only the addresses that the partner uses count: a preview, which leaves no trace, must not
    confirm under which private address somebody signs in.
    """
    rows = await fetch(
        _Known,
        "SELECT m.id AS membership_id, m.contact_email, p.email AS account_email FROM membership m"
        " JOIN person p ON p.id = m.person_id WHERE m.partner_id = {} AND m.state <> 'ended'"
        f" AND (m.contact_email IN ({marks(emails)}) OR p.email IN ({marks(emails)})) ORDER BY m.id DESC",
        partner_id,
        *emails,
        *emails,
    )
    by_account = {row.account_email: row.membership_id for row in rows if accounts}
    known = by_account | {row.contact_email: row.membership_id for row in rows}
    return {email: known[email] for email in emails if email in known}
