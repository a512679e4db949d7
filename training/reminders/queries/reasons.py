"""Why a reminder was sent: the plan behind a message, in a sentence."""

from collections.abc import Iterable
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.reminders.rules.plans import BUILT_IN, Anchor, Audience, Plan

_BY_KEY = {plan.key: plan for plan in BUILT_IN}
_FOR = {
    Audience.ENROLLED: "for who has a place",
    Audience.UNPREPARED: "for who has not done what is to be done before",
    Audience.WAITLISTED: "for who waits",
    Audience.OPEN_PLACES: "for who booked places without a name",
    Audience.TRAINERS: "for trainers",
    Audience.COORDINATORS: "for coordinators",
}


class _Sent(Frozen, frozen=True, kw_only=True):
    message_id: UUID
    plan_key: str
    audience: Audience
    anchor: Anchor | None
    offset_minutes: int | None


async def list_reasons(message_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The plan of each message that was a reminder, as it is now, and what a weekly one is; others are left out. One
    statement, or none."""
    asked = sorted(set(message_ids))
    if not asked:
        return {}
    rows = await fetch(
        _Sent,
        "SELECT r.message_id, r.plan_key, r.audience, p.anchor, p.offset_minutes FROM reminder r"
        f" LEFT JOIN reminder_plan p ON p.id = r.plan_id WHERE r.message_id IN ({marks(asked)})"
        " UNION ALL SELECT d.message_id, '' AS plan_key, 'coordinators' AS audience, NULL AS anchor,"
        f" NULL AS offset_minutes FROM digest d WHERE d.message_id IN ({marks(asked)})",
        *asked,
        *asked,
    )
    return {row.message_id: _sentence(row) for row in rows}


def _sentence(row: _Sent) -> str:
    if not row.plan_key:
        return "The coming week of an organization, for who coordinates it, every Monday."
    plan = _BY_KEY.get(row.plan_key)
    if row.anchor is not None and row.offset_minutes is not None:
        plan = Plan(key=row.plan_key, audience=row.audience, anchor=row.anchor, offset_minutes=row.offset_minutes)
    when = f", {plan.sentence}" if plan else ""
    return f"A planned reminder {_FOR[row.audience]}{when}."
