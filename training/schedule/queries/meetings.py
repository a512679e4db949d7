"""Meetings, who teaches them, and what is taken when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, require
from training.schedule.rules.clashes import Taking
from training.schedule.rules.sessions import Meeting, Trainer

_MEETING = (
    "SELECT m.id, m.session_id, m.number, m.title, m.local_start, m.local_end, m.zone, m.start_fold, m.end_fold,"
    " m.starts_at, m.ends_at, m.room_id, m.link, m.sequence, m.changed_at, m.cancelled_at, r.name AS room_name,"
    " r.access_notes AS room_notes, r.venue_id, v.name AS venue_name, v.address AS venue_address,"
    " v.zone AS venue_zone"
    " FROM meeting m LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
)


class LearnerSource(Frozen, frozen=True, kw_only=True):
    """A learner of a session (`waiting`: one on its waitlist) and the enrollment behind it."""

    kind: str
    subject_id: UUID
    source_id: UUID


async def list_meetings(
    session_ids: Sequence[UUID], *, first: tuple[str, Sequence[Any]] | None = None
) -> list[Meeting]:
    """All meetings of these sessions, by session and start. Links included: hide them with `for_strangers`.

    `first`: a statement that locks rows, and its values; it is done before this one, in the same round trip.
    """
    if not session_ids:
        return []
    sql = f"{_MEETING} WHERE m.session_id IN ({marks(session_ids)})"
    order = " ORDER BY m.session_id, m.number, m.starts_at, m.id"
    if first is None:
        return await fetch(Meeting, sql + order, *session_ids)
    locking, values = first
    # Counted, because what nobody reads is not run.
    sql = f"WITH held AS MATERIALIZED ({locking}) {sql} AND (SELECT count(*) FROM held) >= 0{order}"
    return await fetch(Meeting, sql, *values, *session_ids)


async def find_meeting(meeting_id: UUID) -> Meeting | None:
    """A meeting by its id; judges nobody's right to it."""
    return await fetch_one(Meeting, f"{_MEETING} WHERE m.id = {{}}", meeting_id)


class _Owned(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    program_id: UUID


async def get_managed_session_of(viewer: Viewer, meeting_id: UUID) -> UUID:
    """The session of a meeting, for those who manage it. Raises NotFound, by the same one statement, for the meeting of
    somebody else's session and for one that does not exist: not even the time tells them apart."""
    sql = "SELECT m.session_id, s.program_id FROM meeting m JOIN session s ON s.id = m.session_id WHERE m.id = {}"
    found = await fetch_one(_Owned, sql, meeting_id)
    if found is None:
        raise NotFound
    require(viewer, Permission.SESSION_MANAGE, found.program_id)
    return found.session_id


async def list_trainers(session_ids: Sequence[UUID]) -> list[Trainer]:
    """Who teaches the meetings of these sessions: by session and meeting, leads first, then by name."""
    if not session_ids:
        return []
    return await fetch(
        Trainer,
        "SELECT t.id, t.session_id, t.meeting_id, t.person_id, p.name, p.email, t.role FROM trainer_assignment t"
        " JOIN person p ON p.id = t.person_id JOIN meeting m ON m.id = t.meeting_id"
        f" WHERE t.session_id IN ({marks(session_ids)}) ORDER BY t.session_id, m.number,"
        " CASE t.role WHEN 'lead' THEN 0 WHEN 'co' THEN 1 WHEN 'assistant' THEN 2 ELSE 3 END, p.name, t.id",
        *session_ids,
    )


async def list_taken(
    subject_ids: Sequence[UUID], starts_at: datetime, ends_at: datetime, without: Sequence[UUID]
) -> list[Taking]:
    """What trainers and rooms are taken by between two instants, leaving out the meetings `without`.

    To be judged upon, it must be read after the subjects' rows have been locked.
    """
    if not subject_ids:
        return []
    left_out = f" AND o.meeting_id NOT IN ({marks(without)})" if without else ""
    return await fetch(
        Taking,
        "SELECT o.kind, o.subject_id, '' AS subject_name, s.program_id, o.session_id, s.title AS session_title,"
        " o.meeting_id, o.starts_at, o.ends_at FROM occupancy o JOIN session s ON s.id = o.session_id"
        f" WHERE o.subject_id IN ({marks(subject_ids)}) AND o.kind IN ('room', 'trainer')"
        f" AND o.ends_at > {{}} AND o.starts_at < {{}}{left_out} ORDER BY o.starts_at, o.id",
        *subject_ids,
        starts_at,
        ends_at,
        *without,
    )


async def list_learner_sources(session_id: UUID) -> list[LearnerSource]:
    """Who takes part in a session or waits for it, each once, with the enrollment that stands behind it."""
    return await fetch(
        LearnerSource,
        "SELECT DISTINCT kind, subject_id, source_id FROM occupancy WHERE session_id = {}"
        " AND kind IN ('learner', 'waiting')",
        session_id,
    )
