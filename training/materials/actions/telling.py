"""Whoever asked for it hears that materials of their session changed: one mail for everything of a session."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from training.base.work import Work
from training.materials.mails import changed_recipient
from training.materials.queries.telling import list_told
from training.materials.rules.telling import KIND
from training.outbox.actions.fan_out import enqueue_many
from training.outbox.rules.recipients import MOST_AT_ONCE, Recipient


async def tell_course(work: Work, course_id: UUID) -> int:
    """Tell of everything newer that was published in a course and its sessions; returns of how many versions. What is
    withdrawn meanwhile is told once it is back, if anybody wants to hear of it then.

    Versions are told of once and for all: of two workers the second finds nothing, and one that is killed leaves them
    untold, because its unit of work wrote neither that they were told nor any message.
    """
    rows = await work.execute(
        "UPDATE material_version SET told_at = {} WHERE told_at IS NULL AND published_at IS NOT NULL"
        " AND material_id IN (SELECT m.id FROM material m LEFT JOIN session s ON s.id = m.session_id"
        " WHERE m.withdrawn_at IS NULL AND COALESCE(m.course_id, s.course_id) = {}) RETURNING id",
        work.now,
        course_id,
    )
    if rows:
        args = {"course_id": str(course_id), "at": work.now}
        first = await told_next(args | {"now": work.now}, "", MOST_AT_ONCE + 1)
        await enqueue_many(work, first, kind=KIND, template="materials/changed", audience=KIND, args=args)
    return len(rows)


async def told_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """The next of those who hear of what was told of a course then, and may see it now."""
    told = await list_told(UUID(args["course_id"]), args["at"], args["now"], after, limit)
    return [changed_recipient(one, args["now"]) for one in told]
