"""One session, or some by their ids; locking them; and what a new one starts from."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.catalogue.rules import INHERITED, Inheritable
from training.people.rules import Permission, reach
from training.schedule.rules.sessions import Session, SessionView
from training.schedule.rules.visibility import visibility

_RENAMED = {
    "own_json": "CAST(s.own_fields AS TEXT) AS own_json",
    "notes_json": "CAST(s.import_notes AS TEXT) AS notes_json",
}
COLUMNS = ", ".join(_RENAMED.get(name, f"s.{name}") for name in Session.__struct_fields__)


class Template(Inheritable, frozen=True, kw_only=True):
    """A course as the template of a session, with the zone of its program."""

    id: UUID
    program_id: UUID
    program_zone: str


class Touched(Frozen, frozen=True, kw_only=True):
    """How many people and partners a step of a session concerns."""

    learners: int
    waiting: int
    trainers: int
    partners: int


class ChoosableCourse(Frozen, frozen=True, kw_only=True):
    """A course of which sessions can be made, with its program's name."""

    id: UUID
    title: str
    program_id: UUID
    program_name: str


class Audienced(Frozen, frozen=True, kw_only=True):
    """A partner invited to a session."""

    id: UUID
    name: str


async def find_session(viewer: Viewer, session_id: UUID, code: str = "") -> SessionView | None:
    """The session if `viewer` may see it (an access code helps), otherwise None. One statement."""
    condition, values = visibility(viewer, "s", code)
    if viewer.person_id is None:
        learns, trains, mine = "1 = 0", "1 = 0", []
    else:
        learns = (
            "EXISTS (SELECT 1 FROM occupancy o WHERE o.session_id = s.id AND o.kind = 'learner' AND o.subject_id = {})"
        )
        trains = "EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {})"
        mine = [viewer.person_id, viewer.person_id]
    return await fetch_one(
        SessionView,
        f"SELECT {COLUMNS}, c.title AS course_title, p.name AS program_name,"
        f" {learns} AS viewer_learns, {trains} AS viewer_trains,"
        " (SELECT COUNT(*) FROM meeting n WHERE n.session_id = s.id"
        " AND (n.cancelled_at IS NULL OR s.state = 'cancelled')) AS meeting_count"
        " FROM session s JOIN course c ON c.id = s.course_id JOIN program p ON p.id = s.program_id"
        f" WHERE s.id = {{}} AND {condition}",
        *mine,
        session_id,
        *values,
    )


async def get_session(viewer: Viewer, session_id: UUID, code: str = "") -> SessionView:
    """The session if `viewer` may see it. Raises NotFound for a missing and a foreign one alike."""
    found = await find_session(viewer, session_id, code)
    if found is None:
        raise NotFound
    return found


async def lock_session(session_id: UUID) -> Session:
    """The session's row, locked until the unit of work ends. Judges nobody's right to it. Raises NotFound."""
    sql = f"SELECT {COLUMNS} FROM session s WHERE s.id = {{}}{for_update('s')}"
    found = await fetch_one(Session, sql, session_id)
    if found is None:
        raise NotFound
    return found


async def lock_sessions(session_ids: Sequence[UUID]) -> list[Session]:
    """The rows of these sessions, locked in order of id, so that two who lock several never wait for each other."""
    sql = f"SELECT {COLUMNS} FROM session s WHERE s.id IN ({marks(session_ids)}) ORDER BY s.id{for_update('s')}"
    return await fetch(Session, sql, *session_ids)


async def list_following(course_id: UUID, now: datetime) -> list[Session]:
    """The sessions that still follow their course: not started, not over. Locked in order of id."""
    return await fetch(
        Session,
        f"SELECT {COLUMNS} FROM session s WHERE s.course_id = {{}} AND s.state IN ('draft', 'published', 'confirmed')"
        f" AND (s.starts_at IS NULL OR s.starts_at > {{}}) ORDER BY s.id{for_update('s')}",
        course_id,
        now,
    )


async def get_template(course_id: UUID) -> Template:
    """What a session of this course inherits. Judges nobody's right to it. Raises NotFound."""
    return await _template(course_id, "")


async def lock_template(course_id: UUID) -> Template:
    """The same, with the course's row locked: a session that is being made must not miss a change of its course."""
    return await _template(course_id, for_update("c"))


async def _template(course_id: UUID, lock: LiteralString) -> Template:
    found = await fetch_one(
        Template,
        f"SELECT c.id, c.program_id, p.zone AS program_zone, {', '.join(f'c.{name}' for name in INHERITED)}"
        f" FROM course c JOIN program p ON p.id = c.program_id WHERE c.id = {{}}{lock}",
        course_id,
    )
    if found is None:
        raise NotFound
    return found


async def list_invited_partners(session_id: UUID) -> list[Audienced]:
    """The partners invited to a session, by name."""
    return await fetch(
        Audienced,
        "SELECT p.id, p.name FROM session_partner sp JOIN partner p ON p.id = sp.partner_id"
        " WHERE sp.session_id = {} ORDER BY p.folded_name, p.id",
        session_id,
    )


async def list_partners_to_invite(program_id: UUID, session_id: UUID | None) -> list[Audienced]:
    """The partners that take part in a program, and those invited to the session already, by name; at most 500."""
    invited, more = "", []
    if session_id is not None:
        invited, more = " OR p.id IN (SELECT partner_id FROM session_partner WHERE session_id = {})", [session_id]
    return await fetch(
        Audienced,
        "SELECT p.id, p.name FROM partner p WHERE p.id IN (SELECT partner_id FROM participation"
        f" WHERE program_id = {{}} AND ended_at IS NULL){invited} ORDER BY p.folded_name, p.id LIMIT 500",
        program_id,
        *more,
    )


async def list_managed_courses(viewer: Viewer) -> list[ChoosableCourse]:
    """The courses that the viewer may plan sessions of, by program and title; at most 500."""
    granted = reach(viewer, Permission.SESSION_MANAGE)
    scopes = sorted(granted.scope_ids)
    within = "1 = 1" if granted.everywhere else f"c.program_id IN ({marks(scopes)})"
    return await fetch(
        ChoosableCourse,
        "SELECT c.id, c.title, c.program_id, p.name AS program_name FROM course c JOIN program p ON p.id = c.program_id"
        f" WHERE {within} ORDER BY p.name, p.id, c.title, c.id LIMIT 500",
        *([] if granted.everywhere else scopes),
    )


async def count_touched(session_id: UUID) -> Touched:
    """How many people and partners would hear of a step. `partners` counts those that can see the session once
    it is published: participating or invited ones, none for a public session."""
    found = await fetch_one(
        Touched,
        "SELECT s.waiting,"
        " (SELECT COUNT(DISTINCT o.subject_id) FROM occupancy o"
        "  WHERE o.session_id = s.id AND o.kind = 'learner') AS learners,"
        " (SELECT COUNT(DISTINCT t.person_id) FROM trainer_assignment t WHERE t.session_id = s.id) AS trainers,"
        " CASE s.audience WHEN 'participating' THEN (SELECT COUNT(*) FROM participation pa"
        "  WHERE pa.program_id = s.program_id AND pa.ended_at IS NULL)"
        " WHEN 'invited' THEN (SELECT COUNT(*) FROM session_partner sp WHERE sp.session_id = s.id)"
        " ELSE 0 END AS partners FROM session s WHERE s.id = {}",
        session_id,
    )
    if found is None:
        raise NotFound
    return found
