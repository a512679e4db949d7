"""Whose a code is, which meetings take check-ins now, who is in, and which check-ins somebody has to look at."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL, ROSTERED_SQL
from training.attendance.rules.check_in import WORD_AFTER, Sitting, already, takes_code
from training.attendance.rules.rosters import ON_ROSTER_SQL, OPENS_BEFORE, RosterMeeting
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries import NAME_SQL
from training.booking.rules import State
from training.booking.rules.check_in import SELF_BEFORE
from training.people.rules import Permission, may

_PERSON = "FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
# They have a place; or had one until the session (s) was cancelled, after a part of it was held.
_ON_ROSTER = (
    f"CASE WHEN e.{ON_ROSTER_SQL} OR ({ROSTERED_SQL} AND EXISTS (SELECT 1 FROM meeting m"
    f" WHERE m.session_id = s.id AND {HELD_SQL})) THEN TRUE ELSE FALSE END AS on_roster"
)
_NOT_SHADOW = "t.session_id = s.id AND t.person_id = {} AND t.role <> 'shadow'"
_STANDS = "k.status, k.way AS mark_way, k.made_at AS marked_at"
_ATTENDED = "('present', 'late', 'left early', 'partial')"
# A check-in (i) that somebody has to look at, of a person (e) who is on the roster and how they stand (k): `settled` in
# rules/check_in.py says the same.
_SETTLED = (
    f"(k.status IN {_ATTENDED} OR (k.status IN ('excused', 'no-show')"
    " AND k.way NOT IN ('all', 'qr', 'code', 'word', 'import')))"
)
_MARK_OF_CHECK_IN = "LEFT JOIN mark k ON k.enrollment_id = i.enrollment_id AND k.meeting_id = i.meeting_id"
_WAITS = f"i.doubtful <> '' AND i.decided_at IS NULL AND {ROSTERED_SQL} AND (k.id IS NULL OR NOT {_SETTLED})"
# The meetings (n) of a session (s) that have a roster.
_HELD = f"s.state <> 'draft' AND EXISTS (SELECT 1 FROM meeting m WHERE m.id = n.id AND {HELD_SQL})"


class CodeHolder(Frozen, frozen=True, kw_only=True):
    """Whose a code is. The name is the one that their partner uses."""

    enrollment_id: UUID
    person_id: UUID
    person_zone: str
    name: str
    state: State
    on_roster: bool
    mode: str
    link_generation: int
    session_id: UUID
    session_title: str
    session_state: str
    program_id: UUID
    zone: str
    ends_at: datetime | None


class MeetingNow(Frozen, frozen=True, kw_only=True):
    """A meeting of a session, for whoever looks when it is. `filled_in`: they were recorded with all others, so that a
    code says more."""

    id: UUID
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    status: Status | None
    filled_in: bool = False

    @property
    def came(self) -> bool:
        """Whether checking in again changes nothing."""
        return already(self.status) and not self.filled_in


class CodePerson(Frozen, frozen=True, kw_only=True):
    """One person on a roster with what their code is made of; `status` as they stand in this meeting."""

    enrollment_id: UUID
    person_id: UUID
    name: str
    link_generation: int
    status: Status | None
    mark_way: Way | None
    minutes_late: int
    marked_at: datetime | None


class OpenMeeting(Sitting, frozen=True, kw_only=True):
    """A meeting in which somebody may check in themselves now, with the enrollment by which they take part."""

    meeting_id: UUID
    session_id: UUID
    enrollment_id: UUID
    mode: str
    name: str
    session_title: str
    meeting_title: str
    zone: str
    word: str
    code_generation: int
    status: Status | None
    mark_way: Way | None
    minutes_late: int
    marked_at: datetime | None


class SelfCheckIn(Frozen, frozen=True, kw_only=True):
    """How self check-in stands in a meeting: off before anybody switched it on."""

    on: bool = False
    word: str = ""
    code_generation: int = 1


class CheckedIn(Frozen, frozen=True, kw_only=True):
    """A check-in as it was written down, and how the person stands now in this meeting."""

    id: UUID
    enrollment_id: UUID
    name: str
    way: Way
    at: datetime
    doubtful: str
    device: str
    decided_at: datetime | None
    on_roster: bool
    status: Status | None
    mark_way: Way | None
    mark_version: int


class Counted(Frozen, frozen=True, kw_only=True):
    """How many of a roster are expected (all but the excused), how many of them are in, how many check-ins somebody
    has to look at; and how many have a place in the room."""

    expected: int
    in_room: int
    arrived: int
    doubtful: int


async def find_code_holder(enrollment_id: UUID) -> CodeHolder | None:
    """Whose a code is; judges nobody's right to know it."""
    return await fetch_one(
        CodeHolder,
        f"SELECT e.id AS enrollment_id, e.person_id, p.zone AS person_zone, {NAME_SQL} AS name, e.state, {_ON_ROSTER},"
        " e.mode, e.link_generation, e.session_id, s.title AS session_title, s.state AS session_state, s.program_id,"
        f" s.zone, s.ends_at {_PERSON} JOIN session s ON s.id = e.session_id WHERE e.id = {{}}",
        enrollment_id,
    )


async def list_meetings_now(holder: CodeHolder) -> list[MeetingNow]:
    """The meetings of the session that have a roster, by start, with how the holder stands in each."""
    return await fetch(
        MeetingNow,
        "SELECT n.id, n.number, n.title, n.starts_at, n.ends_at, n.zone, k.status,"
        " CASE WHEN k.way = 'all' AND x.closed_at IS NULL THEN TRUE ELSE FALSE END AS filled_in,"
        " CASE WHEN r.name IS NULL THEN COALESCE(v.name, '') ELSE r.name || ' · ' || COALESCE(v.name, '') END AS place"
        " FROM meeting n JOIN session s ON s.id = n.session_id LEFT JOIN room r ON r.id = n.room_id"
        " LEFT JOIN venue v ON v.id = r.venue_id LEFT JOIN roster x ON x.id = n.id"
        " LEFT JOIN mark k ON k.meeting_id = n.id AND k.enrollment_id = {}"
        f" WHERE n.session_id = {{}} AND {_HELD} ORDER BY n.starts_at, n.id",
        holder.enrollment_id,
        holder.session_id,
    )


class _Marks(Frozen, frozen=True, kw_only=True):
    teaches: bool


async def marks_session(viewer: Viewer, holder: CodeHolder) -> bool:
    """Whether the viewer marks the rosters of the holder's session: lead, co-trainer, assistant, or a manager."""
    if may(viewer, Permission.ATTENDANCE_MARK, holder.program_id):
        return True
    if viewer.person_id is None:
        return False
    found = await fetch_one(
        _Marks,
        f"SELECT CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t WHERE {_NOT_SHADOW}) THEN TRUE ELSE FALSE END"
        " AS teaches FROM session s WHERE s.id = {}",
        viewer.person_id,
        holder.session_id,
    )
    return found is not None and found.teaches


def meant_now(meetings: Sequence[MeetingNow], now: datetime) -> list[MeetingNow]:
    """The meetings that somebody at the door may mean, from an hour before each to a day after it; the likeliest first.

    `meetings` are in the order of their starts. Whatever runs comes first, of two the one that began last; then what
    begins within the hour; then what is over, the last first.
    """
    around = [one for one in meetings if one.starts_at - OPENS_BEFORE <= now <= one.ends_at + WORD_AFTER]
    running = [one for one in around if one.starts_at <= now <= one.ends_at]
    begins = [one for one in around if now < one.starts_at]
    over = sorted((one for one in around if one.ends_at < now), key=lambda one: one.ends_at)
    return [*reversed(running), *begins, *reversed(over)]


async def list_code_people(meeting: RosterMeeting) -> list[CodePerson]:
    """Everybody on the roster of a meeting, by name, with what their codes are made of. One statement."""
    return await fetch(
        CodePerson,
        f"SELECT e.id AS enrollment_id, e.person_id, {NAME_SQL} AS name, e.link_generation,"
        f" COALESCE(k.minutes_late, 0) AS minutes_late, {_STANDS} {_PERSON}"
        " LEFT JOIN mark k ON k.enrollment_id = e.id AND k.meeting_id = {}"
        f" WHERE e.session_id = {{}} AND {ROSTERED_SQL} ORDER BY 3, e.id",
        meeting.meeting_id,
        meeting.session_id,
    )


async def list_open_for(person_id: UUID, now: datetime, enrollment_id: UUID | None = None) -> list[OpenMeeting]:
    """The meetings in which somebody may check in themselves now, by start; by one enrollment only, if it is given."""
    only = " AND e.id = {}" if enrollment_id else ""
    return await fetch(
        OpenMeeting,
        "SELECT n.id AS meeting_id, n.session_id, e.id AS enrollment_id, n.starts_at, n.ends_at, n.zone,"
        f" {NAME_SQL} AS name, s.title AS session_title, n.title AS meeting_title, x.word, x.code_generation,"
        f" e.mode, COALESCE(k.minutes_late, 0) AS minutes_late, {_STANDS}"
        f" {_PERSON} JOIN session s ON s.id = e.session_id JOIN meeting n ON n.session_id = s.id"
        " JOIN roster x ON x.id = n.id LEFT JOIN mark k ON k.meeting_id = n.id AND k.enrollment_id = e.id"
        f" WHERE e.person_id = {{}} AND {ROSTERED_SQL} AND {_HELD} AND x.self_check_in = {{}}"
        f" AND x.closed_at IS NULL AND n.starts_at <= {{}} AND n.ends_at >= {{}}{only} ORDER BY n.starts_at, n.id",
        person_id,
        True,
        now + SELF_BEFORE,
        now - WORD_AFTER,
        *([enrollment_id] if enrollment_id else []),
    )


async def list_coming_in(person_id: UUID, now: datetime) -> set[UUID]:
    """The enrollments by which somebody can check in themselves now by the code on the screen and has not yet."""
    meetings = await list_open_for(person_id, now)
    return {one.enrollment_id for one in meetings if takes_code(one, now) and not already(one.status)}


async def get_self_check_in(meeting_id: UUID) -> SelfCheckIn:
    """How self check-in stands in a meeting."""
    sql = 'SELECT x.self_check_in AS "on", x.word, x.code_generation FROM roster x WHERE x.id = {}'
    return await fetch_one(SelfCheckIn, sql, meeting_id) or SelfCheckIn()


async def count_in(meeting: RosterMeeting) -> Counted:
    """How many are in. One statement."""
    at = meeting.meeting_id
    found = await fetch_one(
        Counted,
        "SELECT COALESCE(SUM(CASE WHEN k.status = 'excused' THEN 0 ELSE 1 END), 0) AS expected,"
        " COALESCE(SUM(CASE WHEN e.mode = 'online' THEN 0 ELSE 1 END), 0) AS in_room,"
        f" COALESCE(SUM(CASE WHEN k.status IN {_ATTENDED} THEN 1 ELSE 0 END), 0) AS arrived,"
        f" (SELECT COUNT(*) FROM check_in i JOIN enrollment e ON e.id = i.enrollment_id {_MARK_OF_CHECK_IN}"
        f" WHERE i.meeting_id = {{}} AND {_WAITS}) AS doubtful"
        " FROM enrollment e LEFT JOIN mark k ON k.enrollment_id = e.id AND k.meeting_id = {}"
        f" WHERE e.session_id = {{}} AND {ROSTERED_SQL}",
        at,
        at,
        meeting.session_id,
    )
    return found or Counted(expected=0, in_room=0, arrived=0, doubtful=0)


_CHECK_IN = (
    f"SELECT i.id, i.enrollment_id, {NAME_SQL} AS name, i.way, i.at, i.doubtful, i.device, i.decided_at,"
    f" CASE WHEN {ROSTERED_SQL} THEN TRUE ELSE FALSE END AS on_roster, k.status, k.way AS mark_way,"
    f" COALESCE(k.version, 0) AS mark_version {_PERSON}"
    f" JOIN check_in i ON i.enrollment_id = e.id {_MARK_OF_CHECK_IN} WHERE i.meeting_id = {{}}"
)


async def list_doubtful(meeting_id: UUID) -> list[CheckedIn]:
    """The check-ins that somebody who teaches has to look at, in the order in which they came: of people who are on the
    roster, and whom nobody recorded meanwhile."""
    return await fetch(CheckedIn, f"{_CHECK_IN} AND {_WAITS} ORDER BY i.at, i.id", meeting_id)


async def find_check_in(meeting_id: UUID, check_in_id: UUID) -> CheckedIn | None:
    """One check-in of a meeting."""
    return await fetch_one(CheckedIn, f"{_CHECK_IN} AND i.id = {{}}", meeting_id, check_in_id)


async def list_of_device(meeting_id: UUID, device: str, enrollment_id: UUID) -> list[CheckedIn]:
    """The check-ins of one person in a meeting, and everybody's by one device, in the order in which they came."""
    sql = f"{_CHECK_IN} AND (i.enrollment_id = {{}} OR (i.device = {{}} AND i.device <> '')) ORDER BY i.at, i.id"
    return await fetch(CheckedIn, sql, meeting_id, enrollment_id, device)


class _Tries(Frozen, frozen=True, kw_only=True):
    id: str
    count: int


async def list_tries(keys: Sequence[str], since: datetime) -> dict[str, int]:
    """How often was tried under each of these keys since an instant."""
    if not keys:
        return {}
    sql = f"SELECT a.id, a.count FROM attempt a WHERE a.id IN ({marks(keys)}) AND a.window_start > {{}}"
    return {row.id: row.count for row in await fetch(_Tries, sql, *keys, since)}
