"""Which sessions a rule concerns, and which the clock looks at."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.completion.queries.conditions import COLUMN
from training.completion.rules.conditions import Scope

# More sessions than these are left to the clock: each is locked, and whoever books waits for it.
MOST_AT_ONCE = 50


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def sessions_of(enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """The sessions of these enrollments."""
    sql = f"SELECT DISTINCT e.session_id AS id FROM enrollment e WHERE e.id IN ({marks(enrollment_ids)})"
    return [row.id for row in await fetch(_Key, sql, *enrollment_ids)]


def of_scope(scope: Scope) -> LiteralString:
    """The sessions s of a program or course (or the session itself) that have begun, as SQL that takes its id and
    the time."""
    column = "id" if scope is Scope.SESSION else COLUMN[scope]
    return f"FROM session s WHERE s.{column} = {{}} AND s.starts_at <= {{}} AND s.state NOT IN ('draft', 'cancelled')"


async def list_sessions_of(scope: Scope, scope_id: UUID, now: datetime, limit: int) -> list[UUID]:
    """The sessions of a program or course (or the session itself) that have begun, the newest first."""
    of = of_scope(scope)
    sql = f"SELECT s.id {of} ORDER BY s.starts_at DESC, s.id LIMIT {{}}"
    return [row.id for row in await fetch(_Key, sql, scope_id, now, limit)]


_BEGUN = (
    "SELECT s.id FROM session s WHERE s.ends_at > {} AND s.starts_at <= {} AND s.state NOT IN ('draft', 'cancelled')"
)
_SOMEBODY = "EXISTS (SELECT 1 FROM enrollment e WHERE e.session_id = s.id AND e.state IN"
_OPEN = (
    "EXISTS (SELECT 1 FROM meeting m LEFT JOIN roster x ON x.id = m.id WHERE m.session_id = s.id"
    " AND m.cancelled_at IS NULL AND (x.closed_at IS NULL OR m.ends_at > {}))"
)


async def list_undecided(now: datetime, since: timedelta) -> list[UUID]:
    """The sessions, ended within `since`, in which somebody should perhaps be something else: no roster is open and
    somebody is neither completed nor not, or somebody is although one is open."""
    sql = (
        f"{_BEGUN} AND (({_SOMEBODY} ('enrolled')) AND NOT {_OPEN})"
        f" OR ({_SOMEBODY} ('completed', 'not completed')) AND {_OPEN})) ORDER BY s.id"
    )
    return [row.id for row in await fetch(_Key, sql, now - since, now, now, now)]


async def page_begun(after: UUID | None, now: datetime, since: timedelta, limit: int) -> list[UUID]:
    """The sessions that have begun and ended within `since`, in the order of their ids, those after `after`."""
    sql = f"{_BEGUN}{' AND s.id > {}' if after else ''} ORDER BY s.id LIMIT {{}}"
    values = [now - since, now, *([after] if after else []), limit]
    return [row.id for row in await fetch(_Key, sql, *values)]
