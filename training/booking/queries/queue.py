"""Who waits, where they stand, and whom to write to."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.base.database import execute, fetch, fetch_one, marks
from training.base.structs import Frozen
from training.booking.queries.enrollments import ACTIVE_SQL, EMAIL_SQL, NAME_SQL
from training.booking.rules import State, Waiting, unpack_modes


class _Queued(Frozen, frozen=True, kw_only=True):
    key: UUID
    party: UUID
    together: bool
    accepts: str


_CONTACT = (
    f"e.id, e.person_id, {NAME_SQL} AS name, {EMAIL_SQL} AS email, e.state, e.mode, e.partner_id,"
    " p.zone AS person_zone, p.locale AS person_locale, e.link_generation"
    " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
)


class Contact(Frozen, frozen=True, kw_only=True):
    """Whom to write to about an enrollment."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    state: State
    mode: str
    partner_id: UUID | None
    person_zone: str
    person_locale: str = "en"
    link_generation: int


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
        f"SELECT {_CONTACT} WHERE e.session_id = {{}} AND {chosen} ORDER BY e.arrival, e.id",
        session_id,
        *(enrollment_ids or ()),
    )


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


class _Found(Frozen, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID


async def list_expired(now: datetime, limit: int = 200, skip: int = 0) -> list[UUID]:
    """Requests and offers whose time is over, those that waited longest first; without the first `skip`."""
    rows = await fetch(
        _Found,
        "SELECT id, session_id FROM enrollment WHERE keeps_until <= {} ORDER BY keeps_until, id LIMIT {} OFFSET {}",
        now,
        limit,
        skip,
    )
    return [row.id for row in rows]


async def find_expired(enrollment_id: UUID, now: datetime) -> UUID | None:
    """The session of a request or an offer whose time is over; None when it is not."""
    found = await fetch_one(
        _Found, "SELECT id, session_id FROM enrollment WHERE id = {} AND keeps_until <= {}", enrollment_id, now
    )
    return found.session_id if found else None


async def find_active(session_id: UUID, person_id: UUID) -> UUID | None:
    """The active enrollment of a person in a session, whoever made it; None without one."""
    found = await fetch_one(
        _Found,
        f"SELECT id, session_id FROM enrollment WHERE session_id = {{}} AND person_id = {{}} AND {ACTIVE_SQL}",
        session_id,
        person_id,
    )
    return found.id if found else None


class Spot(Frozen, frozen=True, kw_only=True):
    """An enrollment that is not settled: requested, waiting, or offered."""

    id: UUID
    session_id: UUID


async def list_unsettled(*, membership_id: UUID | None = None, person_id: UUID | None = None) -> list[Spot]:
    """What somebody waits for or was asked about: through one membership, or altogether."""
    unsettled = "SELECT id, session_id FROM enrollment WHERE state IN ('requested', 'waitlisted', 'offered')"
    if membership_id is not None:
        return await fetch(Spot, f"{unsettled} AND membership_id = {{}} ORDER BY id", membership_id)
    return await fetch(Spot, f"{unsettled} AND person_id = {{}} ORDER BY id", person_id)


async def is_disabled(person_id: UUID) -> bool:
    """Whether somebody's account is switched off."""
    return bool(await execute("SELECT 1 AS one FROM person WHERE id = {} AND disabled_at IS NOT NULL", person_id))


async def list_told_of_move(session_id: UUID, at: datetime, after: str, limit: int) -> list[Contact]:
    """Those who had a place or waited at an instant and still do, by id, after the id `after`."""
    return await _list_some(f"e.{ACTIVE_SQL} AND e.created_at <= {{}}", session_id, at, after, limit)


async def list_cancelled_at(session_id: UUID, at: datetime, after: str, limit: int) -> list[Contact]:
    """Those whose enrollment was cancelled at exactly this instant, by id, after the id `after`."""
    return await _list_some("e.state = 'cancelled' AND e.state_at = {}", session_id, at, after, limit)


async def _list_some(condition: LiteralString, session_id: UUID, at: datetime, after: str, limit: int) -> list[Contact]:
    onward = " AND e.id > {}" if after else ""
    return await fetch(
        Contact,
        f"SELECT {_CONTACT} WHERE e.session_id = {{}} AND {condition}{onward} ORDER BY e.id LIMIT {{}}",
        session_id,
        at,
        *([UUID(after)] if after else []),
        limit,
    )
