"""People held while they are judged, so that two units of work cannot give one person two places at the same time.

Everybody takes these locks in one order: people by id, each with the membership, then sessions by id. Switching an
account off and ending a membership wait for them, and so see what was given meanwhile. On SQLite a unit of work is
alone anyway.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from training.base.database import execute, for_change, for_share, marks
from training.schedule.queries import list_meetings
from training.schedule.rules.sessions import Meeting


def _holding(partner_id: UUID, membership_ids: Sequence[UUID]) -> tuple[str, list[Any]] | None:
    lock = for_change("p")
    if not lock or not membership_ids:
        return None
    sql = (
        "SELECT p.id FROM person p JOIN membership m ON m.person_id = p.id"
        f" WHERE m.partner_id = {{}} AND m.id IN ({marks(membership_ids)}) ORDER BY p.id{lock}{for_share('m')}"
    )
    return sql, [partner_id, *membership_ids]


async def list_meetings_holding(session_id: UUID, partner_id: UUID, membership_ids: Sequence[UUID]) -> list[Meeting]:
    """The meetings of a session, and from now on these members of a partner are held: in one round trip, because this
    is the hottest way. What stands against them must be read after this."""
    return await list_meetings([session_id], first=_holding(partner_id, membership_ids))


async def hold_members(partner_id: UUID, membership_ids: Sequence[UUID]) -> None:
    """Hold these members of a partner. What stands against them must be read after this, and sessions locked."""
    if held := _holding(partner_id, membership_ids):
        await execute(held[0], *held[1])


async def hold_person(person_id: UUID) -> bool:
    """Hold somebody who acts for themselves; whether their account is on."""
    rows = await execute(f"SELECT p.disabled_at FROM person p WHERE p.id = {{}}{for_change('p')}", person_id)
    return bool(rows) and rows[0]["disabled_at"] is None


async def hold_enrolled(person_id: UUID, partner_id: UUID | None, membership_id: UUID | None) -> None:
    """Hold the person of an enrollment, with the membership by which they came, if they did."""
    if partner_id is not None and membership_id is not None:
        await hold_members(partner_id, [membership_id])
    else:
        await hold_person(person_id)
