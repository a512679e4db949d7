"""One's own marks, and marks that learners contested: for themselves, and for those who decide."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.queries.access import get_roster_session
from training.attendance.queries.marks import ROSTERED_SQL
from training.attendance.queries.overall import OverallRow, find_overall
from training.attendance.rules.absences import recorded_words
from training.attendance.rules.contests import OwnMark, Recorded, can_contest, contest_until, link_until
from training.attendance.rules.rosters import MARKED_FOR, minutes_between
from training.attendance.rules.statuses import Status
from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries import EMAIL_SQL, NAME_SQL
from training.people.rules import Permission, may


class ContestView(Frozen, frozen=True, kw_only=True):
    """A contested mark. `status` is how the roster has the person now, with the minutes late, left early and there
    (`minutes_there`); `claims` how it was in their words, with `minutes`."""

    id: UUID
    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    ends_at: datetime
    session_ends_at: datetime | None
    zone: str
    place: str
    name: str
    email: str
    person_zone: str
    person_locale: str
    link_generation: int
    status: Status
    minutes_late: int
    minutes_early: int
    minutes_there: int | None
    mark_version: int
    claims: Status
    minutes: int | None
    words: str
    state: str
    made_at: datetime
    answer: str
    decided_at: datetime | None
    decided_by_name: str | None
    version: int

    @property
    def recorded(self) -> str:
        """How the roster has the person now, in words, with the minutes."""
        return recorded_words(self.status, self.minutes_late, self.minutes_early, self.minutes_there)

    @property
    def stands(self) -> Recorded:
        """The same, as what is granted starts from it."""
        late, early = self.minutes_late, self.minutes_early
        return Recorded(status=self.status, late=late, early=early, minutes=self.minutes_there)

    @property
    def whole(self) -> int:
        """How many minutes the meeting has."""
        return minutes_between(self.starts_at, self.ends_at)


class _Judged(ContestView, frozen=True, kw_only=True):
    teaches: bool


_VIEW: LiteralString = (
    "SELECT c.id, c.meeting_id, c.session_id, s.program_id, c.enrollment_id, c.person_id, e.partner_id,"
    " o.name AS partner_name, s.title, t.number, (SELECT count(*) FROM meeting n WHERE n.session_id = s.id"
    " AND n.cancelled_at IS NULL) AS meeting_count, t.starts_at, t.ends_at,"
    " s.ends_at AS session_ends_at, t.zone, COALESCE(v.name, '') AS place,"
    f" {NAME_SQL} AS name, {EMAIL_SQL} AS email, p.zone AS person_zone, p.locale AS person_locale, e.link_generation,"
    " COALESCE(k.status, 'not recorded') AS status, COALESCE(k.minutes_late, 0) AS minutes_late,"
    " COALESCE(k.minutes_early, 0) AS minutes_early, k.minutes AS minutes_there,"
    " COALESCE(k.version, 0) AS mark_version, c.claims,"
    " c.minutes, c.words, c.state, c.made_at, c.answer, c.decided_at,"
    " COALESCE(NULLIF(d.name, ''), d.email) AS decided_by_name, c.version"
    " FROM contest c JOIN enrollment e ON e.id = c.enrollment_id JOIN session s ON s.id = c.session_id"
    " JOIN meeting t ON t.id = c.meeting_id JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id LEFT JOIN partner o ON o.id = e.partner_id"
    " LEFT JOIN room x ON x.id = t.room_id LEFT JOIN venue v ON v.id = x.venue_id"
    " LEFT JOIN mark k ON k.meeting_id = c.meeting_id AND k.enrollment_id = c.enrollment_id"
    " LEFT JOIN person d ON d.id = c.decided_by"
)


async def get_contest(viewer: Viewer, contest_id: UUID) -> ContestView:
    """A contested mark, for those who may open the roster of its meeting. Raises NotFound, by the same one statement,
    for everybody else and for what does not exist."""
    found = await fetch_one(
        _Judged,
        f"SELECT v.*, CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment a WHERE a.session_id = v.session_id"
        f" AND a.person_id = {{}}) THEN TRUE ELSE FALSE END AS teaches FROM ({_VIEW} WHERE c.id = {{}}) v",
        viewer.person_id,
        contest_id,
    )
    if found is None or not (found.teaches or may(viewer, Permission.ATTENDANCE_MARK, found.program_id)):
        raise NotFound
    return ContestView(**{name: getattr(found, name) for name in ContestView.__struct_fields__})


async def find_contest(contest_id: UUID) -> ContestView | None:
    """The same, judging nobody's right to it."""
    return await fetch_one(ContestView, f"{_VIEW} WHERE c.id = {{}}", contest_id)


async def list_contests(viewer: Viewer, session_id: UUID) -> list[ContestView]:
    """The contested marks of a session for those who may see its attendance, open ones first. Raises NotFound."""
    await get_roster_session(viewer, session_id)
    return await fetch(
        ContestView,
        f"{_VIEW} WHERE c.session_id = {{}}"
        " ORDER BY CASE WHEN c.state = 'open' THEN 0 ELSE 1 END, c.made_at, c.id LIMIT 500",
        session_id,
    )


async def list_to_answer(viewer: Viewer, now: datetime) -> list[ContestView]:
    """What learners contest in the sessions that the viewer teaches, nobody has answered and those who teach may answer
    now, the oldest first; at most 100. Nothing for who only observes. One statement."""
    if viewer.person_id is None:
        return []
    return await fetch(
        ContestView,
        f"{_VIEW} WHERE c.state = 'open' AND t.cancelled_at IS NULL AND t.ends_at >= {{}}"
        " AND c.session_id IN (SELECT a.session_id FROM trainer_assignment a"
        " WHERE a.person_id = {} AND a.role <> 'shadow') ORDER BY c.made_at, c.id LIMIT 100",
        now - MARKED_FOR,
        viewer.person_id,
    )


async def list_open_in(meeting_ids: Sequence[UUID]) -> list[ContestView]:
    """What is contested in these meetings and nobody has answered. Judges nobody's right to it. No statement for
    none."""
    if not meeting_ids:
        return []
    return await fetch(
        ContestView,
        f"{_VIEW} WHERE c.state = 'open' AND c.meeting_id IN ({marks(meeting_ids)}) ORDER BY c.made_at, c.id",
        *meeting_ids,
    )


class OwnMeeting(Frozen, frozen=True, kw_only=True):
    """A meeting as its learner sees how they were recorded. Nothing is told of a mark before the roster is closed.

    `state` and the fields behind it are those of what they contested last, None where they did not. `on_roster` is
    false for who gave the place back: nobody marks them any more.
    """

    meeting_id: UUID
    on_roster: bool = True
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    closed_at: datetime | None
    status: Status
    minutes_late: int
    minutes_early: int
    minutes: int | None
    reason: str
    marked_at: datetime | None = None
    contest_id: UUID | None = None
    claims: Status | None = None
    claimed_minutes: int | None = None
    words: str | None = None
    state: str | None = None
    answer: str | None = None
    decided_at: datetime | None = None

    @property
    def mark(self) -> OwnMark:
        """What decides whether it can be contested."""
        return OwnMark(
            status=self.status,
            late=self.minutes_late,
            early=self.minutes_early,
            minutes=self.minutes,
            ends_at=self.ends_at,
            whole=minutes_between(self.starts_at, self.ends_at),
            closed_at=self.closed_at,
            contested=self.state == "open",
        )

    def says(self, claims: str) -> bool:
        """Whether it is recorded so already, whatever the minutes."""
        return self.mark.says(Status(claims))

    @property
    def contest_until(self) -> datetime | None:
        """Until when it can be contested; None while the roster is open."""
        return contest_until(self.mark)

    @property
    def link_until(self) -> datetime | None:
        """Until when at least the link to the place opens the page that tells of it; None where that is not longer."""
        return link_until(self.mark, self.marked_at, self.decided_at if self.state in ("granted", "refused") else None)

    def can_contest(self, now: datetime) -> bool:
        """Whether it can be contested now."""
        return self.on_roster and can_contest(self.mark, now)


async def find_told_overall(enrollment_id: UUID, meetings: Sequence[OwnMeeting], now: datetime) -> OverallRow | None:
    """What counts for the whole session, as its learner may know it: the sum would tell of marks that are not told of
    yet, so None before anything has begun, and while a roster of what has begun is open."""
    begun = [one for one in meetings if one.starts_at <= now]
    told = bool(begun) and all(one.closed_at is not None for one in begun)
    return await find_overall(enrollment_id) if told else None


# No MAX of ids: older versions of PostgreSQL know none.
_LAST: LiteralString = (
    "SELECT d.id FROM contest d WHERE d.meeting_id = t.id AND d.enrollment_id = {}"
    " ORDER BY CASE d.state WHEN 'open' THEN 0 WHEN 'withdrawn' THEN 2 ELSE 1 END, d.made_at DESC, d.id DESC LIMIT 1"
)


async def list_own_meetings(enrollment_id: UUID, session_id: UUID) -> list[OwnMeeting]:
    """The meetings of a session that were not cancelled, with one person's marks. Judges nobody's right to them."""
    return await fetch(
        OwnMeeting,
        "SELECT t.id AS meeting_id, t.number, t.title, t.starts_at, t.ends_at, t.zone, r.closed_at, CASE WHEN EXISTS"
        f" (SELECT 1 FROM enrollment e WHERE e.id = {{}} AND {ROSTERED_SQL}) THEN TRUE ELSE FALSE END AS on_roster,"
        " COALESCE(k.status, 'not recorded') AS status, COALESCE(k.minutes_late, 0) AS minutes_late,"
        " COALESCE(k.minutes_early, 0) AS minutes_early, k.minutes, COALESCE(k.reason, '') AS reason, k.marked_at,"
        " c.id AS contest_id, c.claims, c.minutes AS claimed_minutes, c.words, c.state, c.answer, c.decided_at"
        " FROM meeting t LEFT JOIN roster r ON r.id = t.id"
        " LEFT JOIN mark k ON k.meeting_id = t.id AND k.enrollment_id = {} AND r.closed_at IS NOT NULL"
        " LEFT JOIN contest c"
        f" ON c.enrollment_id = {{}} AND c.meeting_id = t.id AND c.id = ({_LAST})"
        " WHERE t.session_id = {} AND t.cancelled_at IS NULL ORDER BY t.number, t.starts_at, t.id",
        enrollment_id,
        enrollment_id,
        enrollment_id,
        enrollment_id,
        session_id,
    )
