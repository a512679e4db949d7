"""Who may open the roster of a meeting: the one gate of every page and every call about it."""

from typing import Any, LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL, ROSTERED_SQL
from training.attendance.rules.rosters import NoRoster, RosterMeeting
from training.base.database import fetch_one
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, may

_MARKS = (
    "EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {} AND t.role <> 'shadow')"
)
_READS = "EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {})"
_TOLD = (
    "s.id AS session_id, s.program_id, s.course_id, s.title AS session_title, s.state AS session_state,"
    " p.name AS program_name, s.mode"
)
_COUNT = "(SELECT COUNT(*) FROM meeting n WHERE n.session_id = s.id AND n.cancelled_at IS NULL) AS meeting_count"


class _Row(RosterMeeting, frozen=True, kw_only=True):
    teaches: bool
    gone: bool


class RosterSession(Frozen, frozen=True, kw_only=True):
    """A session as whoever may see the attendance of the whole of it knows it."""

    session_id: UUID
    program_id: UUID
    course_id: UUID
    session_title: str
    session_state: str
    program_name: str
    mode: str
    zone: str
    meeting_count: int
    may_mark: bool
    may_manage: bool


class RosterEnrollment(Frozen, frozen=True, kw_only=True):
    """An enrollment as whoever may see its attendance knows it. `on_roster`: it has a place."""

    enrollment_id: UUID
    session_id: UUID
    program_id: UUID
    person_id: UUID
    on_roster: bool
    may_mark: bool
    may_manage: bool = False


class _EnrollmentRow(RosterEnrollment, frozen=True, kw_only=True):
    teaches: bool


class _SessionRow(RosterSession, frozen=True, kw_only=True):
    teaches: bool


async def get_roster_meeting(viewer: Viewer, meeting_id: UUID) -> RosterMeeting:
    """The meeting, for those who teach its session or manage its program, by one statement.

    Raises NotFound for everybody else and for what does not exist, NoRoster for a cancelled meeting or a draft. What
    was over when the rest of its session was cancelled keeps its roster.
    """
    row = await _meeting(meeting_id, viewer.person_id)
    manages = row is not None and may(viewer, Permission.ATTENDANCE_MARK, row.program_id)
    if row is None or not (manages or row.teaches):
        raise NotFound
    return _opened(row, manages=manages, marks=manages or row.may_mark)


async def find_roster_meeting(meeting_id: UUID) -> RosterMeeting:
    """The same, judging nobody's right: for a learner who checks in, or a link in a message. Nobody marks with it.

    Raises NotFound and NoRoster.
    """
    row = await _meeting(meeting_id, None)
    if row is None:
        raise NotFound
    return _opened(row, manages=False, marks=False)


async def get_roster_session(viewer: Viewer, session_id: UUID) -> RosterSession:
    """A session whose attendance this viewer may see, by one statement. Raises NotFound."""
    found = await fetch_one(
        _SessionRow,
        f"SELECT {_TOLD}, s.zone, {_COUNT}, {_MARKS} AS may_mark, {_READS} AS teaches, FALSE AS may_manage"
        " FROM session s JOIN program p ON p.id = s.program_id WHERE s.id = {}",
        viewer.person_id,
        viewer.person_id,
        session_id,
    )
    manages = found is not None and may(viewer, Permission.ATTENDANCE_MARK, found.program_id)
    if found is None or not (manages or found.teaches):
        raise NotFound
    plain = {name: getattr(found, name) for name in RosterSession.__struct_fields__}
    return RosterSession(**{**plain, "may_manage": manages, "may_mark": manages or found.may_mark})


async def get_roster_enrollment(viewer: Viewer, enrollment_id: UUID) -> RosterEnrollment:
    """An enrollment, for those who see the rosters of its session, by one statement. Raises NotFound."""
    found = await fetch_one(
        _EnrollmentRow,
        "SELECT e.id AS enrollment_id, e.session_id, s.program_id, e.person_id,"
        f" CASE WHEN {ROSTERED_SQL} THEN TRUE ELSE FALSE END AS on_roster, {_MARKS} AS may_mark,"
        f" {_READS} AS teaches FROM enrollment e JOIN session s ON s.id = e.session_id WHERE e.id = {{}}",
        viewer.person_id,
        viewer.person_id,
        enrollment_id,
    )
    manages = found is not None and may(viewer, Permission.ATTENDANCE_MARK, found.program_id)
    if found is None or not (manages or found.teaches):
        raise NotFound
    return RosterEnrollment(
        enrollment_id=found.enrollment_id,
        session_id=found.session_id,
        program_id=found.program_id,
        person_id=found.person_id,
        on_roster=found.on_roster,
        may_mark=manages or found.may_mark,
        may_manage=manages,
    )


async def _meeting(meeting_id: UUID, person_id: UUID | None) -> _Row | None:
    marks: LiteralString = "FALSE" if person_id is None else _MARKS
    reads: LiteralString = "FALSE" if person_id is None else _READS
    mine: list[Any] = [] if person_id is None else [person_id, person_id]
    return await fetch_one(
        _Row,
        f"SELECT m.id AS meeting_id, {_TOLD}, m.number, m.title, m.starts_at, m.ends_at, m.zone, {_COUNT},"
        f" r.name AS room_name, v.name AS venue_name, {marks} AS may_mark, {reads} AS teaches, FALSE AS may_manage,"
        f" CASE WHEN {HELD_SQL} AND s.state <> 'draft' THEN FALSE ELSE TRUE END AS gone,"
        " x.closed_at, x.closed_by, COALESCE(x.self_check_in, FALSE) AS self_check_in,"
        " COALESCE(x.version, 0) AS version,"
        " CASE WHEN s.state = 'cancelled' THEN s.cancelled_at END AS rest_cancelled_at"
        " FROM meeting m JOIN session s ON s.id = m.session_id JOIN program p ON p.id = s.program_id"
        " LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
        " LEFT JOIN roster x ON x.id = m.id WHERE m.id = {}",
        *mine,
        meeting_id,
    )


def _opened(row: _Row, *, manages: bool, marks: bool) -> RosterMeeting:
    if row.gone:
        raise NoRoster
    plain = {name: getattr(row, name) for name in RosterMeeting.__struct_fields__}
    return RosterMeeting(**{**plain, "may_manage": manages, "may_mark": marks})
