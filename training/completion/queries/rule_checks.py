"""For which sessions the clock has yet to carry out a rule that changed."""

from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.structs import Frozen


class RuleCheck(Frozen, frozen=True, kw_only=True):
    """A session, and what was asked for it."""

    id: UUID
    asked: UUID


async def page_rule_checks(after: UUID | None, limit: int) -> list[UUID]:
    """Some of the sessions, in the order of their ids, those after `after`."""
    later = " WHERE c.id > {}" if after else ""
    sql = f"SELECT c.id, c.asked FROM rule_check c{later} ORDER BY c.id LIMIT {{}}"
    return [row.id for row in await fetch(RuleCheck, sql, *([after] if after else []), limit)]


async def find_rule_check(session_id: UUID) -> RuleCheck | None:
    """What is asked for a session; None for nothing."""
    return await fetch_one(RuleCheck, "SELECT c.id, c.asked FROM rule_check c WHERE c.id = {}", session_id)
