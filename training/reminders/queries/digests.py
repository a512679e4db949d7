"""Who coordinates which partner and was not told of a week yet, and how partners stand in what is to come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.reminders.rules.digests import Standing


class Candidate(Frozen, frozen=True, kw_only=True):
    """A coordinator of a partner."""

    person_id: UUID
    partner_id: UUID
    partner_name: str
    name: str
    email: str
    zone: str
    locale: str = "en"


class Done(Frozen, frozen=True, kw_only=True):
    """Somebody was told of a week of a partner."""

    person_id: UUID
    partner_id: UUID
    week: str


async def list_candidates() -> list[Candidate]:
    """Everybody who coordinates a partner and wants weekly summaries, by person and partner."""
    return await fetch(
        Candidate,
        "SELECT p.id AS person_id, r.id AS partner_id, r.name AS partner_name, p.name, p.email, p.zone, p.locale"
        " FROM role_grant g JOIN person p ON p.id = g.person_id JOIN partner r ON r.id = g.scope_id"
        " WHERE g.role = 'coordinator' AND p.disabled_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM mail_choice c WHERE c.person_id = p.id AND c.sort = 'digests') ORDER BY p.id, r.id",
    )


async def list_done(weeks: Sequence[str]) -> list[Done]:
    """Who was told of these weeks already."""
    sql = f"SELECT d.person_id, d.partner_id, d.week FROM digest d WHERE d.week IN ({marks(weeks)})"
    return await fetch(Done, sql, *weeks)


async def list_standings(partner_ids: Sequence[UUID], now: datetime) -> list[Standing]:
    """How these partners stand in sessions that have not begun, partner by partner. One statement."""
    return await fetch(
        Standing,
        "SELECT x.partner_id, x.session_id, s.title, s.zone, s.starts_at, s.booking_closes_at, s.cancellation_hours,"
        " s.open_place_hours, sum(x.enrolled) AS enrolled, sum(x.waiting) AS waiting, sum(x.unnamed) AS unnamed,"
        " min(x.keep_until) AS keep_until FROM"
        " (SELECT e.partner_id, e.session_id, CASE WHEN e.state = 'enrolled' THEN 1 ELSE 0 END AS enrolled,"
        " CASE WHEN e.state = 'waitlisted' THEN 1 ELSE 0 END AS waiting, 0 AS unnamed, NULL AS keep_until"
        f" FROM enrollment e WHERE e.partner_id IN ({marks(partner_ids)}) AND e.state IN ('enrolled', 'waitlisted')"
        " UNION ALL SELECT o.partner_id, o.session_id, 0 AS enrolled, 0 AS waiting, 1 AS unnamed, o.keep_until"
        f" FROM open_place o WHERE o.partner_id IN ({marks(partner_ids)}) AND o.state = 'open') x"
        " JOIN session s ON s.id = x.session_id"
        " WHERE s.state IN ('published', 'confirmed', 'running') AND s.starts_at > {}"
        " GROUP BY x.partner_id, x.session_id, s.title, s.zone, s.starts_at, s.booking_closes_at,"
        " s.cancellation_hours, s.open_place_hours ORDER BY x.partner_id, s.starts_at, x.session_id",
        *partner_ids,
        *partner_ids,
        now,
    )
