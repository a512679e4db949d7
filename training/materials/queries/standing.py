"""What somebody is to a session or a course, and when it is taught: the facts by which materials are judged.

Three statements for a session, one for a course, whoever asks.
"""

from typing import LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL, ROSTERED_SQL
from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries import ACTIVE_SQL
from training.materials.rules.showing import Sitting, Standing, Times, times_of
from training.people.rules import Permission, Role, may
from training.schedule.queries.sessions import find_session
from training.schedule.rules.sessions import Audience, SessionView

ATTENDED_SQL = (
    "CASE WHEN COALESCE(NULLIF(a.corrected, ''), a.status, '') IN ('present', 'partial') THEN TRUE ELSE FALSE END"
)
_ABSENT_SQL = (
    "CASE WHEN COALESCE(NULLIF(a.corrected, ''), a.status, '') IN ('excused', 'no-show')"
    " THEN COALESCE(NULLIF(a.corrected, ''), a.status) ELSE '' END"
)
# Whoever gave a place back, or waits for one, has none: it does not count here. Who had one until the session was
# cancelled keeps what its meetings gave.
PLACE_SQL: LiteralString = ROSTERED_SQL
# Until when newer versions took the place of what a session (s) gave: its end, or when its rest was cancelled.
ENDS_SQL: LiteralString = (
    "CASE WHEN s.state = 'cancelled' THEN CASE WHEN EXISTS (SELECT 1 FROM meeting m WHERE m.session_id = s.id"
    f" AND {HELD_SQL}) THEN s.cancelled_at ELSE s.ends_at END ELSE s.ends_at END"
)


class Taught(Frozen, frozen=True, kw_only=True):
    """A session, or a course without one, with what the viewer is to it. `edits`: may change what belongs to it alone.

    `enrollment_id` is the place that counts for acknowledging and following; `public`: anybody can see it."""

    program_id: UUID
    course_id: UUID
    session_id: UUID | None
    title: str
    standing: Standing
    times: Times
    session: SessionView | None = None
    enrollment_id: UUID | None = None
    edits: bool = False
    public: bool = False


class _Facts(Frozen, frozen=True, kw_only=True):
    teaches: bool = False
    leads: bool = False
    partner: bool = False
    enrollment_id: UUID | None = None
    attended: bool = False
    absent: str = ""


class _Course(Frozen, frozen=True, kw_only=True):
    id: UUID
    program_id: UUID
    title: str
    teaches: bool
    partner: bool


async def get_taught_session(
    viewer: Viewer, session_id: UUID, *, enrollment_id: UUID | None = None, code: str = ""
) -> Taught:
    """The session as the viewer stands to it; an access code helps as everywhere. Raises NotFound.

    With `enrollment_id` the viewer counts as whoever has this place, and as nothing else: the caller has judged the
    link that they came by, and it has to be a place in this session.
    """
    if enrollment_id is None:
        session = await find_session(viewer, session_id, code)
        facts = await _facts(viewer, session_id)
    else:
        session = await find_session(Viewer.machine("place"), session_id)
        facts = await _facts_of_place(session_id, enrollment_id)
    if session is None or facts is None:
        raise NotFound
    manages = enrollment_id is None and may(viewer, Permission.MATERIAL_MANAGE, session.program_id)
    sittings = await fetch(
        Sitting,
        "SELECT m.number, m.starts_at, m.ends_at FROM meeting m JOIN session s ON s.id = m.session_id"
        f" WHERE m.session_id = {{}} AND {HELD_SQL} ORDER BY m.starts_at, m.id",
        session_id,
    )
    return Taught(
        program_id=session.program_id,
        course_id=session.course_id,
        session_id=session.id,
        title=session.title,
        standing=Standing(
            manages=manages,
            teaches=facts.teaches,
            enrolled=facts.enrollment_id is not None,
            attended=facts.attended,
            absent=facts.absent,
            partner=facts.partner,
        ),
        times=times_of(session.state, sittings, session.cancelled_at),
        session=session,
        enrollment_id=facts.enrollment_id,
        edits=manages or facts.leads,
        public=session.audience is Audience.PUBLIC,
    )


async def get_taught_course(viewer: Viewer, course_id: UUID) -> Taught:
    """A course as the viewer stands to it; whoever teaches any of its sessions teaches it. Courses are public, and who
    is enrolled in a session sees its materials there. Raises NotFound."""
    partners = sorted(viewer.scopes(Role.COORDINATOR, Role.MEMBER))
    found = await fetch_one(
        _Course,
        "SELECT c.id, c.program_id, c.title, EXISTS (SELECT 1 FROM trainer_assignment t JOIN session s"
        " ON s.id = t.session_id WHERE s.course_id = c.id AND t.person_id = {}) AS teaches,"
        " EXISTS (SELECT 1 FROM participation g WHERE g.program_id = c.program_id AND g.ended_at IS NULL"
        f" AND g.partner_id IN ({marks(partners)})) AS partner FROM course c WHERE c.id = {{}}",
        viewer.person_id,
        *partners,
        course_id,
    )
    if found is None:
        raise NotFound
    manages = may(viewer, Permission.MATERIAL_MANAGE, found.program_id)
    return Taught(
        program_id=found.program_id,
        course_id=found.id,
        session_id=None,
        title=found.title,
        standing=Standing(manages=manages, teaches=found.teaches, partner=found.partner),
        times=Times(),
        edits=manages,
        public=True,
    )


async def _facts(viewer: Viewer, session_id: UUID) -> _Facts | None:
    partners = sorted(viewer.scopes(Role.COORDINATOR, Role.MEMBER))
    return await fetch_one(
        _Facts,
        "SELECT EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {}) AS teaches,"
        " EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {}"
        " AND t.role IN ('lead', 'co')) AS leads,"
        " EXISTS (SELECT 1 FROM participation g WHERE g.program_id = s.program_id AND g.ended_at IS NULL"
        f" AND g.partner_id IN ({marks(partners)})) AS partner, e.id AS enrollment_id, {ATTENDED_SQL} AS attended,"
        f" {_ABSENT_SQL} AS absent"
        f" FROM session s LEFT JOIN enrollment e ON e.session_id = s.id AND e.person_id = {{}} AND {PLACE_SQL}"
        " LEFT JOIN overall a ON a.id = e.id WHERE s.id = {} ORDER BY e.id LIMIT 1",
        viewer.person_id,
        viewer.person_id,
        *partners,
        viewer.person_id,
        session_id,
    )


async def _facts_of_place(session_id: UUID, enrollment_id: UUID) -> _Facts | None:
    return await fetch_one(
        _Facts,
        f"SELECT CASE WHEN {PLACE_SQL} THEN e.id END AS enrollment_id, {ATTENDED_SQL} AS attended,"
        f" {_ABSENT_SQL} AS absent,"
        f" EXISTS (SELECT 1 FROM participation g WHERE g.program_id = s.program_id AND g.partner_id = e.partner_id"
        f" AND g.ended_at IS NULL AND e.{ACTIVE_SQL}) AS partner"
        " FROM enrollment e JOIN session s ON s.id = e.session_id LEFT JOIN overall a ON a.id = e.id"
        " WHERE e.id = {} AND e.session_id = {}",
        enrollment_id,
        session_id,
    )
