"""A session for those who run it, and its journal."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.booking.queries import NAME_SQL
from training.desk.rules.journal import UNTOLD, Entry
from training.people.rules import Permission, require
from training.schedule.queries import get_session
from training.schedule.rules.sessions import SessionView
from training.schedule.rules.values import At, check_instants


async def get_managed(viewer: Viewer, session_id: UUID) -> SessionView:
    """The session, for those who run its program. Raises NotFound for a foreign and a missing one alike."""
    session = await get_session(viewer, session_id)
    require(viewer, Permission.SESSION_MANAGE, session.program_id)
    return session


async def page_journal(
    session_id: UUID, *, cursor: str = "", since: datetime | None = None, limit: int = 50
) -> Page[Entry]:
    """The journal of a session: its bookings, places, announcements, rosters, certificates, materials, trainers'
    answers; the newest first.

    Judges nobody's right to it. With `since`, only what happened after that instant.
    """
    parts, values = ["1 = 1"], []  # type: list[str], list[object]
    if cursor:
        at, entry_id = decode_cursor(cursor, tuple[At, UUID])
        check_instants(cursor=at)
        parts.append("(j.at, j.id) < ({}, {})")
        values += [at, entry_id]
    if since is not None:
        parts.append("j.at > {}")
        values.append(since)
    rows = await fetch(
        Entry,
        "SELECT j.id, j.at, j.event, j.subject_id, j.actor_id, j.actor_name, CAST(j.data AS TEXT) AS data_json,"
        " CAST(j.before AS TEXT) AS before_json, CAST(j.after AS TEXT) AS after_json FROM journal_entry j"
        " WHERE j.subject_id IN (SELECT {} UNION ALL SELECT e.id FROM enrollment e WHERE e.session_id = {}"
        " UNION ALL SELECT b.id FROM booking b WHERE b.session_id = {}"
        " UNION ALL SELECT n.id FROM open_place n WHERE n.session_id = {}"
        " UNION ALL SELECT a.id FROM announcement a WHERE a.session_id = {}"
        " UNION ALL SELECT c.id FROM certificate c WHERE c.session_id = {}"
        " UNION ALL SELECT m.id FROM meeting m WHERE m.session_id = {}"
        " UNION ALL SELECT t.id FROM contest t WHERE t.session_id = {}"
        " UNION ALL SELECT l.id FROM online_import l WHERE l.session_id = {}"
        " UNION ALL SELECT x.id FROM material x WHERE x.session_id = {}"
        # What learners' calendars answer is summed up in an event of their enrollment.
        " UNION ALL SELECT i.id FROM invite i WHERE i.session_id = {} AND i.role = 'trainer')"
        f" AND j.event NOT IN ({marks(UNTOLD)}) AND {' AND '.join(parts)} ORDER BY j.at DESC, j.id DESC LIMIT {{}}",
        *[session_id] * 11,
        *UNTOLD,
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "at", "id")


class _Named(Frozen, frozen=True, kw_only=True):
    id: UUID
    name: str


async def list_names(session_id: UUID, person_ids: Sequence[UUID]) -> dict[str, str]:
    """Names by id, for sentences: of the enrollments of a session, its partners, and these people. One statement."""
    rows = await fetch(
        _Named,
        f"SELECT e.id, {NAME_SQL} AS name FROM enrollment e"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id WHERE e.session_id = {}"
        " UNION ALL SELECT o.id, o.name FROM partner o WHERE o.id IN"
        " (SELECT b.partner_id FROM booking b WHERE b.session_id = {})"
        " UNION ALL SELECT q.id, COALESCE(NULLIF(q.name, ''), q.email) FROM person q"
        f" WHERE q.id IN ({marks(person_ids)})",
        session_id,
        session_id,
        *person_ids,
    )
    return {str(row.id): row.name for row in rows}
