"""Whose completion ends, and where it can be renewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, for_update, marks
from training.base.structs import Frozen, Grant, Viewer
from training.booking.queries.enrollments import EMAIL_SQL, NAME_SQL
from training.completion.rules.renewals import FIRST, LAST, LOOKS_BACK, WAITS, Renewal, standing_of
from training.outbox.actions.delivery import Due
from training.people.rules import Permission, require
from training.schedule.rules.visibility import visibility
from training.surveys.queries.rounds import OPEN_ROSTER_SQL

MOST_LISTED = 2_000
MOST_PROPOSED = 3


class DueRenewal(Frozen, frozen=True, kw_only=True):
    """Somebody whose completion ends and who is perhaps to be told. `zone` is that of the session they completed."""

    id: UUID
    person_id: UUID
    partner_id: UUID | None
    program_id: UUID
    course_id: UUID
    course: str
    zone: str
    name: str
    email: str
    person_zone: str
    person_locale: str
    valid_until: datetime
    renewal_told_at: datetime | None


# Completed again for longer, or on the way there (e in its session s; v another enrollment in its session u). Of two
# that end together the later counts, to a partner of those that it booked. Whoever has not been decided on some time
# after the end is on the way no more, and nobody is on it by what was over before they completed this.
_LONGER = (
    "EXISTS (SELECT 1 FROM enrollment v JOIN session u ON u.id = v.session_id WHERE v.person_id = e.person_id"
    " AND u.course_id = s.course_id AND v.id <> e.id AND v.state = 'completed'"
    " AND (v.valid_until IS NULL OR v.valid_until > e.valid_until OR v.valid_until = e.valid_until AND v.id > e.id"
)
_AGAIN = f"{_LONGER}))"
_AGAIN_THERE = f"{_LONGER} AND v.partner_id = e.partner_id))"
_BOOKED = (
    "enrollment v JOIN session u ON u.id = v.session_id WHERE v.person_id = e.person_id AND u.course_id = s.course_id"
    " AND v.id <> e.id AND (v.state IN ('requested', 'offered') AND u.ends_at > {}"
    " OR v.state = 'enrolled' AND u.ends_at > {} AND u.ends_at > e.completed_at)"
)


_DUE = (
    "SELECT e.id, e.person_id, e.partner_id, s.program_id, s.course_id, c.title AS course, s.zone,"
    f" {NAME_SQL} AS name, {EMAIL_SQL} AS email, p.zone AS person_zone, p.locale AS person_locale, e.valid_until,"
    " e.renewal_told_at FROM enrollment e JOIN session s ON s.id = e.session_id JOIN course c ON c.id = s.course_id"
    " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
    " WHERE e.state = 'completed' AND e.valid_until > {} AND e.valid_until <= {} AND p.disabled_at IS NULL"
    f" AND NOT {_AGAIN} AND NOT EXISTS (SELECT 1 FROM {_BOOKED})"
)


async def lock_due_renewals(now: datetime, limit: int) -> list[DueRenewal]:
    """Some enrollments, locked, whose completion ends soon without another one; those that end first, first."""
    return await fetch(
        DueRenewal,
        f"{_DUE} AND (e.renewal_told_at IS NULL OR (e.valid_until <= {{}} AND e.renewal_told_at < {{}}))"
        f" ORDER BY e.valid_until, e.id LIMIT {{}}{for_update('e')}",
        now,
        now + FIRST,
        now,
        now - WAITS,
        now + LAST,
        now - LAST,
        limit,
    )


async def list_still_due(enrollment_ids: Sequence[UUID], now: datetime) -> list[DueRenewal]:
    """Those of these enrollments whose people were told of an end that is still theirs, and still comes soon without
    another one. One statement, none without any."""
    if not enrollment_ids:
        return []
    sql = f"{_DUE} AND e.renewal_told_at IS NOT NULL AND e.id IN ({marks(enrollment_ids)}) ORDER BY e.valid_until, e.id"
    return await fetch(DueRenewal, sql, now, now + FIRST, now, now - WAITS, *enrollment_ids)


NOT_DUE = "They renew it already, or it ends at another time, or not soon any more."


async def find_unwanted_renewals(asked: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages about an end that is not to leave any more, why. One statement."""
    if not asked:
        return {}
    # Whatever was put off until the morning is due in the morning.
    now = max(one.not_before for one in asked)
    due = {one.id for one in await list_still_due(sorted({one.subject_id for one in asked if one.subject_id}), now)}
    return {one.id: NOT_DUE for one in asked if one.subject_id not in due}


class _Belongs(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    partner_id: UUID
    state: str


async def list_partners(due: Sequence[DueRenewal]) -> dict[UUID, tuple[UUID, ...]]:
    """By their ids, the partners for which these may take part again: the one that booked for them, and for whoever is
    not with it any more those they are with. None for whoever came, or is, on their own."""
    people = sorted({one.person_id for one in due if one.partner_id is not None})
    if not people:
        return {}
    sql = (
        f"SELECT person_id, partner_id, state FROM membership WHERE person_id IN ({marks(people)}) AND state <> 'ended'"
    )
    current: dict[UUID, dict[UUID, str]] = {}
    for row in await fetch(_Belongs, sql, *people):
        current.setdefault(row.person_id, {})[row.partner_id] = row.state
    found: dict[UUID, tuple[UUID, ...]] = {}
    for one in due:
        belongs = current.get(one.person_id, {})
        agreed = sorted(key for key, state in belongs.items() if state == "confirmed")
        if one.partner_id is not None:
            found[one.id] = (one.partner_id,) if one.partner_id in belongs else tuple(agreed)
    return found


class NextSession(Frozen, frozen=True, kw_only=True):
    """A session in which a course can be taken again: it can be booked now and has places."""

    course_id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    free: int


async def list_next_sessions(
    course_ids: Sequence[UUID], partner_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[NextSession]]:
    """Up to three sessions of each of these courses that one of the partners may book, or that are public; without a
    partner, those in which anybody may take part by their own wish. The next first, only with places. One statement."""
    if not course_ids:
        return {}
    grants = frozenset(Grant(role="coordinator", scope_id=partner_id) for partner_id in partner_ids)
    visible, values = visibility(Viewer(grants=grants), "s")
    alone = "" if partner_ids else " AND s.audience = 'public' AND s.self_enrollment"
    free = (
        "CASE WHEN s.capacity_in_person > s.taken_in_person THEN s.capacity_in_person - s.taken_in_person ELSE 0 END"
        " + CASE WHEN s.capacity_online > s.taken_online THEN s.capacity_online - s.taken_online ELSE 0 END"
    )
    rows = await fetch(
        NextSession,
        "SELECT d.course_id, d.id AS session_id, d.title, d.starts_at, d.ends_at, d.zone, d.free FROM"
        f" (SELECT s.id, s.course_id, s.title, s.starts_at, s.ends_at, s.zone, {free} AS free,"
        " row_number() OVER (PARTITION BY s.course_id ORDER BY s.starts_at, s.id) AS place FROM session s"
        f" WHERE s.course_id IN ({marks(course_ids)}) AND s.state IN ('published', 'confirmed') AND s.starts_at > {{}}"
        " AND (s.booking_opens_at IS NULL OR s.booking_opens_at <= {})"
        " AND (s.booking_closes_at IS NULL OR s.booking_closes_at > {})"
        f" AND {free} > 0 AND s.waiting = 0{alone} AND {visible}) d WHERE d.place <= {{}} ORDER BY d.starts_at, d.id",
        *course_ids,
        now,
        now,
        now,
        *values,
        MOST_PROPOSED,
    )
    found: dict[UUID, list[NextSession]] = {}
    for row in rows:
        found.setdefault(row.course_id, []).append(row)
    return found


_ENDING = (
    "SELECT e.id, e.person_id, n.id AS own_id, s.program_id, s.course_id, s.zone, e.completed_at, e.valid_until,"
    f" (SELECT u.id FROM {_BOOKED} AND v.partner_id = e.partner_id ORDER BY u.starts_at, u.id LIMIT 1) AS booked_id"
    " FROM enrollment e JOIN session s ON s.id = e.session_id"
    " JOIN person h ON h.id = e.person_id AND h.disabled_at IS NULL"
    " JOIN membership n ON n.person_id = e.person_id AND n.partner_id = e.partner_id AND n.state <> 'ended'"
    " WHERE e.partner_id = {} AND e.state = 'completed' AND e.valid_until > {} AND e.valid_until <= {}"
    f" AND e.completed_at IS NOT NULL AND NOT {_AGAIN_THERE} ORDER BY e.valid_until, e.id LIMIT {{}}"
)


class Ending(Frozen, frozen=True, kw_only=True):
    """A person of a partner whose completion ends or ended. `booked`: the session in which they renew it, booked by
    the same partner; when it is over, nobody has decided yet. `roster_open`: a roster of it is open."""

    id: UUID
    person_id: UUID
    membership_id: UUID
    name: str
    email: str
    program: str
    course_id: UUID
    course: str
    zone: str
    completed_at: datetime
    valid_until: datetime
    booked_id: UUID | None
    booked_at: datetime | None
    booked_until: datetime | None
    roster_open: bool

    def standing(self, now: datetime) -> Renewal:
        """How it stands at `now`."""
        return standing_of(self.valid_until, now, self.booked_until)


async def list_renewals(viewer: Viewer, partner_id: UUID, now: datetime) -> list[Ending]:
    """The people of a partner whose completion ends within 60 days or ended within 180, by its end; not those who
    completed the course again or whose account was switched off. For whoever books for the partner. Raises NotFound."""
    require(viewer, Permission.PLACES_BOOK, partner_id)
    values: list[Any] = [now, now - WAITS, partner_id, now - LOOKS_BACK, now + FIRST, MOST_LISTED]
    return await fetch(
        Ending,
        f"SELECT e.id, e.person_id, m.id AS membership_id, {NAME_SQL} AS name, {EMAIL_SQL} AS email,"
        " g.name AS program, c.id AS course_id, c.title AS course, e.zone, e.completed_at, e.valid_until,"
        " s.id AS booked_id, s.starts_at AS booked_at, s.ends_at AS booked_until,"
        f" CASE WHEN s.id IS NOT NULL AND {OPEN_ROSTER_SQL} THEN TRUE ELSE FALSE END AS roster_open"
        f" FROM ({_ENDING}) e JOIN course c ON c.id = e.course_id JOIN program g ON g.id = e.program_id"
        " JOIN person p ON p.id = e.person_id JOIN membership m ON m.id = e.own_id"
        " LEFT JOIN session s ON s.id = e.booked_id ORDER BY e.valid_until, e.id",
        *values,
    )
