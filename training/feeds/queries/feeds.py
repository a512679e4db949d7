"""Feed links: those of a person, and the one statement behind each fetch of an address."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, glance
from training.base.structs import Frozen
from training.feeds.rules.feeds import FeedKind, FeedRecord
from training.people.rules import token_hash as secret_hash

__all__ = ["secret_hash"]

# Whether the reader may read what the feed shows, by the roles that they hold at this moment.
_ALLOWED = (
    "CASE f.kind WHEN 'coordinating' THEN"
    " CASE WHEN EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = f.person_id AND (g.role = 'staff'"
    " OR (g.role = 'coordinator' AND g.scope_id = f.scope_id))) THEN 1 ELSE 0 END"
    " WHEN 'room' THEN CASE WHEN EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = f.person_id"
    " AND g.role IN ('staff', 'program_manager')) THEN 1 ELSE 0 END ELSE 1 END"
)
_RECORD = (
    "SELECT f.id, f.person_id, f.kind, f.scope_id, COALESCE(o.name, r.name, '') AS scope_name, f.label, f.names,"
    " f.alarm_minutes, f.created_at, f.renewed_at, f.fetched_at, f.fetched_by, f.ended_at,"
    f" {_ALLOWED} AS allowed FROM feed f LEFT JOIN partner o ON o.id = f.scope_id LEFT JOIN room r ON r.id = f.scope_id"
)


class Fetched(Frozen, frozen=True, kw_only=True):
    """What one fetch of a secret address finds: the feed, the reader's right, and the calendar's mark.

    `version` and `changed` together say whether anything may have changed since.
    """

    id: UUID
    person_id: UUID
    kind: FeedKind
    scope_id: UUID | None
    names: bool
    alarm_minutes: int
    created_at: datetime
    renewed_at: datetime | None
    fetched_at: datetime | None
    ended_at: datetime | None
    version: int
    scope_name: str | None
    allowed: bool
    changed: int
    changed_at: datetime


# One indexed read. Without a mark nothing could tell of a change, so such a feed is as unknown as any.
FETCH_SQL = (
    "SELECT f.id, f.person_id, f.kind, f.scope_id, f.names, f.alarm_minutes, f.created_at, f.renewed_at, f.fetched_at,"
    " f.ended_at, f.version,"
    " CASE f.kind WHEN 'coordinating' THEN (SELECT o.name FROM partner o WHERE o.id = f.scope_id)"
    " WHEN 'room' THEN (SELECT r.name FROM room r WHERE r.id = f.scope_id) END AS scope_name,"
    f" {_ALLOWED} AS allowed, k.changed, k.changed_at"
    " FROM feed f JOIN person p ON p.id = f.person_id JOIN calendar_mark k ON k.id = f.mark"
    " WHERE f.secret_hash = {} AND f.revoked_at IS NULL AND p.disabled_at IS NULL"
)


async def find_fetched(secret: str) -> dict[str, Any] | None:
    """The row behind a secret address, as the database gives it: most fetches need two values of it only."""
    rows = await glance(FETCH_SQL, secret_hash(secret))
    return rows[0] if rows else None


class PublicMark(Frozen, frozen=True, kw_only=True):
    """A public calendar: what it is called, and its mark if there is one yet."""

    name: str
    changed: int | None
    changed_at: datetime | None


_PUBLIC_MARKS = {
    "program": "SELECT x.name, k.changed, k.changed_at FROM program x LEFT JOIN calendar_mark k ON k.id = {}"
    " WHERE x.id = {}",
    "course": "SELECT x.title AS name, k.changed, k.changed_at FROM course x LEFT JOIN calendar_mark k ON k.id = {}"
    " WHERE x.id = {}",
    "public": "SELECT '' AS name, changed, changed_at FROM calendar_mark WHERE id = {}",
}


async def find_public(kind: str, scope_id: UUID | None) -> PublicMark | None:
    """A public calendar by its kind and id; None for a program or course that does not exist. One statement."""
    if scope_id is None:
        return await fetch_one(PublicMark, _PUBLIC_MARKS["public"], "public") or PublicMark(
            name="", changed=None, changed_at=None
        )
    return await fetch_one(PublicMark, _PUBLIC_MARKS[kind], f"{kind}:{scope_id}", scope_id)


async def list_own_feeds(person_id: UUID) -> list[FeedRecord]:
    """The feed links of a person that are not revoked, newest first."""
    return await fetch(
        FeedRecord,
        f"{_RECORD} WHERE f.person_id = {{}} AND f.revoked_at IS NULL ORDER BY f.created_at DESC, f.id DESC",
        person_id,
    )


async def find_feed(feed_id: UUID) -> FeedRecord | None:
    """A feed link that is not revoked, whoever it belongs to: the caller judges."""
    return await fetch_one(FeedRecord, f"{_RECORD} WHERE f.id = {{}} AND f.revoked_at IS NULL", feed_id)
