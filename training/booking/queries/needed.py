"""What is newly asked of people who have a place already."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen

_COMING = "s.starts_at > {} AND s.state IN ('published', 'confirmed')"


class NewlyAsked(Frozen, frozen=True, kw_only=True):
    """A coming session that asks for something since `asked_at`."""

    session_id: UUID
    asked_at: datetime


async def list_newly_asked(now: datetime, since: datetime, until: datetime) -> list[NewlyAsked]:
    """Coming sessions for which something required was added, or a text published, after `since` and by `until`. Two
    statements, which look at what is new first."""
    rows = [
        *await fetch(
            NewlyAsked,
            "SELECT s.id AS session_id, q.created_at AS asked_at FROM question q JOIN session s"
            " ON (q.session_id = s.id OR q.course_id = s.course_id) WHERE q.required AND q.retired_at IS NULL"
            f" AND q.created_at > {{}} AND q.created_at <= {{}} AND {_COMING}",
            since,
            until,
            now,
        ),
        *await fetch(
            NewlyAsked,
            "SELECT s.id AS session_id, v.published_at AS asked_at FROM terms_version v JOIN terms t"
            " ON t.id = v.terms_id AND t.current = v.number JOIN session s ON s.program_id = t.program_id"
            " AND ((t.course_id IS NULL AND t.session_id IS NULL) OR t.course_id = s.course_id OR t.session_id = s.id)"
            " WHERE t.required AND t.retired_at IS NULL AND v.published_at > {} AND v.published_at <= {}"
            f" AND {_COMING}",
            since,
            until,
            now,
        ),
    ]
    newest: dict[UUID, datetime] = {}
    for row in rows:
        newest[row.session_id] = max(row.asked_at, newest.get(row.session_id, row.asked_at))
    return [NewlyAsked(session_id=key, asked_at=newest[key]) for key in sorted(newest)]


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_not_asked_since(newly: NewlyAsked) -> list[UUID]:
    """Who had a place before something was asked and was not written to about it since: their enrollments, in the
    order of their ids."""
    rows = await fetch(
        _Id,
        "SELECT e.id FROM enrollment e WHERE e.session_id = {} AND e.state = 'enrolled' AND e.state_at < {}"
        " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.subject_id = e.id AND m.kind = 'booking-still-needed'"
        " AND m.created_at >= {}) ORDER BY e.id",
        newly.session_id,
        newly.asked_at,
        newly.asked_at,
    )
    return [row.id for row in rows]
