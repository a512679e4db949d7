"""What is about to be told anyway, which checks are due, and which sessions are to be looked at again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.invites.rules.along import ALONG

# No meeting is longer (schedule.rules.placing).
_LONGEST = timedelta(days=7)
_AT_ONCE = 500


class DueCheck(Frozen, frozen=True, kw_only=True):
    """A session whose invites are to be compared."""

    id: UUID
    due_at: datetime


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_due_checks(now: datetime, limit: int = 100) -> list[DueCheck]:
    """Sessions whose invites are to be compared now, those due first."""
    return await fetch(
        DueCheck, "SELECT id, due_at FROM invite_check WHERE due_at <= {} ORDER BY due_at, id LIMIT {}", now, limit
    )


async def list_to_sweep(now: datetime, after: UUID | None, limit: int = 100) -> list[UUID]:
    """Sessions with meetings to come, by id, after the id `after`."""
    onward = " AND m.session_id > {}" if after else ""
    rows = await fetch(
        _Id,
        "SELECT DISTINCT m.session_id AS id FROM meeting m JOIN session s ON s.id = m.session_id"
        f" WHERE m.starts_at > {{}} AND m.ends_at > {{}} AND s.state <> 'draft'{onward}"
        " ORDER BY m.session_id LIMIT {}",
        now - _LONGEST,
        now,
        *([after] if after else []),
        limit,
    )
    return [row.id for row in rows]


async def list_told_anyway(subject_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these enrollments about which a message waits that an invite goes along with."""
    found: set[UUID] = set()
    kinds = sorted(ALONG)
    for first in range(0, len(subject_ids), _AT_ONCE):
        topics = [f"enrollment:{key}" for key in subject_ids[first : first + _AT_ONCE]]
        rows = await fetch(
            _Id,
            f"SELECT subject_id AS id FROM message WHERE topic IN ({marks(topics)}) AND subject_id IS NOT NULL"
            f" AND state IN ('waiting', 'claimed') AND calendar = '' AND kind IN ({marks(kinds)})",
            *topics,
            *kinds,
        )
        found |= {row.id for row in rows}
    return frozenset(found)


async def goes_to_many(session_id: UUID) -> bool:
    """Whether messages to everybody in a session are still to be made: invites go along with these."""
    kinds = sorted(ALONG)
    rows = await fetch(
        _Id,
        f"SELECT id FROM fan_out WHERE topic = {{}} AND state = 'waiting' AND kind IN ({marks(kinds)}) LIMIT 1",
        f"session:{session_id}",
        *kinds,
    )
    return bool(rows)


class Unaccompanied(Frozen, frozen=True, kw_only=True):
    """A message that is due and has no calendar."""

    id: UUID
    not_before: datetime


async def list_unaccompanied(now: datetime, after: Unaccompanied | None, limit: int = 60) -> list[Unaccompanied]:
    """Messages that are due and that an invite may go along with, after the one that was looked at last."""
    kinds = sorted(ALONG)
    since, last = (after.not_before, after.id) if after else (now - _LONGEST, UUID(int=0))
    return await fetch(
        Unaccompanied,
        "SELECT id, not_before FROM message WHERE state = 'waiting' AND not_before <= {} AND calendar = ''"
        f" AND recipient <> '' AND kind IN ({marks(kinds)})"
        " AND (not_before > {} OR (not_before = {} AND id > {}))"
        " ORDER BY not_before, id LIMIT {}",
        now,
        *kinds,
        since,
        since,
        last,
        limit,
    )
