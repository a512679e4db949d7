"""Who marked what when: every attempt on a roster, the ones that lost, too."""

from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.queries.marks import ROSTERED_SQL
from training.attendance.rules.refusing import STOPPED
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen
from training.booking.queries import NAME_SQL
from training.schedule.rules.values import At, check_instants


class Change(Frozen, frozen=True, kw_only=True):
    """One attempt to mark somebody. Unless `taken`, `why` says against what it lost. `marked_by_name` is empty for
    somebody who marked without being signed in, such as by a link in a message."""

    id: UUID
    enrollment_id: UUID
    name: str
    status: Status
    minutes_late: int
    minutes_early: int
    minutes: int | None
    reason: str
    way: Way
    made_at: datetime
    marked_at: datetime
    marked_by: UUID | None
    marked_by_name: str
    taken: bool
    why: str


_CHANGES = (
    f"SELECT c.id, c.enrollment_id, {NAME_SQL} AS name, c.status, c.minutes_late, c.minutes_early, c.minutes,"
    " c.reason, c.way, c.made_at, c.marked_at, c.marked_by,"
    " COALESCE(NULLIF(b.name, ''), b.email, '') AS marked_by_name, c.taken, c.why"
    " FROM mark_change c JOIN enrollment e ON e.id = c.enrollment_id JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id LEFT JOIN person b ON b.id = c.marked_by"
)
# What somebody brought who had ceased to teach is looked at for so long, or until the roster is closed after it.
LEFT_OPEN = timedelta(days=7)


async def list_brought(meeting: RosterMeeting, now: datetime) -> list[Change]:
    """What somebody who does not teach any more brought to the roster of a meeting, and nobody has looked at since:
    where something else stands, and no mark came later; of people who are on it, and not of an earlier time of the
    meeting. The oldest first. Judges nobody's right to it."""
    return await fetch(
        Change,
        f"{_CHANGES} LEFT JOIN roster r ON r.id = c.meeting_id"
        " LEFT JOIN mark k ON k.meeting_id = c.meeting_id AND k.enrollment_id = c.enrollment_id"
        f" WHERE c.meeting_id = {{}} AND c.why = {{}} AND c.marked_at > {{}} AND c.made_at >= {{}} AND {ROSTERED_SQL}"
        " AND (r.closed_at IS NULL OR r.closed_at < c.marked_at)"
        " AND (k.id IS NULL OR k.marked_at < c.marked_at)"
        " AND COALESCE(k.status, 'not recorded') <> c.status ORDER BY c.made_at, c.id",
        meeting.meeting_id,
        STOPPED,
        now - LEFT_OPEN,
        meeting.opens_at,
    )


async def page_changes(
    meeting_id: UUID, *, enrollment_id: UUID | None = None, cursor: str = "", limit: int = 100
) -> Page[Change]:
    """The attempts on the roster of a meeting (of one person), the newest first. Judges nobody's right to it."""
    parts, values = ["1 = 1"], []  # type: list[str], list[object]
    if enrollment_id is not None:
        parts.append("c.enrollment_id = {}")
        values.append(enrollment_id)
    if cursor:
        at, change_id = decode_cursor(cursor, tuple[At, UUID])
        check_instants(cursor=at)
        parts.append("(c.marked_at, c.id) < ({}, {})")
        values += [at, change_id]
    rows = await fetch(
        Change,
        f"{_CHANGES} WHERE c.meeting_id = {{}} AND {' AND '.join(parts)}"
        " ORDER BY c.marked_at DESC, c.id DESC LIMIT {}",
        meeting_id,
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "marked_at", "id")
