"""Who asked to hear of changes, and what they may see of what changed. The gate's own rules judge it, for many at once.

Nobody's right to ask is judged here: it is the worker who asks.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import EMAIL_SQL, NAME_SQL
from training.materials.queries.prework import SHOWING_SQL, list_times
from training.materials.queries.standing import ATTENDED_SQL
from training.materials.rules.showing import Audience, Opens, Showing, Standing, Times, judge
from training.materials.rules.telling import Change, NewVersion, changes_of, is_due
from training.outbox.rules.kinds import Sort

_FOLLOWERS = (
    "SELECT e.id AS enrollment_id, e.session_id, e.person_id, e.partner_id, e.link_generation,"
    f" {NAME_SQL} AS name, {EMAIL_SQL} AS email, p.zone AS person_zone, p.locale, {ATTENDED_SQL} AS attended,"
    " w.created_at AS since, s.title, s.zone, s.starts_at, s.ends_at FROM material_follow w"
    " JOIN enrollment e ON e.id = w.enrollment_id JOIN session s ON s.id = e.session_id"
    " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
    " LEFT JOIN overall a ON a.id = e.id WHERE s.state NOT IN ('draft', 'cancelled')"
    f" AND e.{ON_ROSTER_SQL} AND p.disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM mail_choice h"
    f" WHERE h.person_id = p.id AND h.sort = '{Sort.MATERIALS.value}')"
)


class _Untold(Frozen, frozen=True, kw_only=True):
    course_id: UUID
    first_at: datetime
    last_at: datetime


class _Shown(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    material_id: UUID
    title: str
    audience: Audience
    opens: Opens
    offset_minutes: int
    meeting_number: int | None

    @property
    def showing(self) -> Showing:
        """To whom and when, in this session."""
        return Showing(
            audience=self.audience,
            opens=self.opens,
            offset_minutes=self.offset_minutes,
            meeting_number=self.meeting_number,
        )


class Follower(Frozen, frozen=True, kw_only=True):
    """Somebody who asked to hear of changes in a session, since when, and whether they were there."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None
    link_generation: int
    name: str
    email: str
    person_zone: str
    locale: str
    attended: bool
    since: datetime
    title: str
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None


class Told(Frozen, frozen=True, kw_only=True):
    """Somebody who hears of changes, and of which."""

    follower: Follower
    changes: tuple[Change, ...]


class Waiting(Frozen, frozen=True, kw_only=True):
    """A message that is about to leave at an instant: as whose place, and of which materials it tells."""

    message_id: UUID
    enrollment_id: UUID
    material_ids: tuple[UUID, ...]
    at: datetime


async def list_untold(now: datetime) -> list[UUID]:
    """The courses of which something newer was published, in them or in one of their sessions, that is to be told now;
    the longest waiting first. What is withdrawn waits until it is back. One statement."""
    rows = await fetch(
        _Untold,
        "SELECT COALESCE(m.course_id, s.course_id) AS course_id, min(v.published_at) AS first_at,"
        " max(v.published_at) AS last_at FROM material_version v JOIN material m ON m.id = v.material_id"
        " LEFT JOIN session s ON s.id = m.session_id WHERE v.told_at IS NULL AND v.published_at IS NOT NULL"
        " AND m.withdrawn_at IS NULL"
        " GROUP BY COALESCE(m.course_id, s.course_id) ORDER BY 2, 1",
    )
    return [row.course_id for row in rows if is_due(row.first_at, row.last_at, now)]


async def list_told(course_id: UUID, told_at: datetime, now: datetime, after: str, limit: int) -> list[Told]:
    """Who hears of what was told of a course at an instant, in the order of their enrollments from behind `after` on:
    those who asked for it before, whose place counts, and only of what they may see now.

    One statement, and three more for each so many followers.
    """
    new: dict[UUID, list[NewVersion]] = defaultdict(list)
    for version in await _list_new(course_id, told_at):
        new[version.material_id].append(version)
    found: list[Told] = []
    while new and len(found) < limit:
        followers = await _list_followers(course_id, after, limit)
        seen = await _list_seen(followers, sorted(new))
        for one in followers:
            changes = [
                change
                for row in seen(one, now)
                for change in changes_of(row.material_id, row.title, new[row.material_id], one.since, one.ends_at)
            ]
            if changes:
                found.append(Told(follower=one, changes=tuple(changes)))
        if len(followers) < limit:
            break
        after = str(followers[-1].enrollment_id)
    return found[:limit]


async def list_unseen(asked: Sequence[Waiting]) -> list[Waiting]:
    """Those of which nothing is left: their people do not want to hear of it any more, gave their place back, or may
    see none of it at that instant. Three statements, however many."""
    keys = sorted({one.enrollment_id for one in asked})
    followers = await fetch(Follower, f"{_FOLLOWERS} AND w.id IN ({marks(keys)})", *keys) if keys else []
    seen = await _list_seen(followers, sorted({each for one in asked for each in one.material_ids}))
    known = {one.enrollment_id: one for one in followers}
    return [
        one
        for one in asked
        if one.enrollment_id not in known
        or not {row.material_id for row in seen(known[one.enrollment_id], one.at)} & set(one.material_ids)
    ]


async def _list_seen(
    followers: Sequence[Follower], material_ids: Sequence[UUID]
) -> Callable[[Follower, datetime], list[_Shown]]:
    """Which of these materials each of these followers sees at an instant, in the order of the list."""
    session_ids = sorted({one.session_id for one in followers})
    shown: dict[UUID, list[_Shown]] = defaultdict(list)
    for row in await _list_shown(session_ids, material_ids):
        shown[row.session_id].append(row)
    times = await list_times(session_ids)

    def seen(one: Follower, at: datetime) -> list[_Shown]:
        standing, taught = Standing(enrolled=True, attended=one.attended), times.get(one.session_id, Times())
        return [row for row in shown[one.session_id] if judge(row.showing, standing, taught, at).visible]

    return seen


async def _list_new(course_id: UUID, told_at: datetime) -> list[NewVersion]:
    return await fetch(
        NewVersion,
        "SELECT v.material_id, v.number, v.note, v.published_at FROM material_version v"
        " JOIN material m ON m.id = v.material_id LEFT JOIN session s ON s.id = m.session_id"
        # The first one is told at once, to nobody; by chance that may have been in the same moment.
        " WHERE v.told_at = {} AND v.published_at < {} AND COALESCE(m.course_id, s.course_id) = {} ORDER BY v.number",
        told_at,
        told_at,
        course_id,
    )


async def _list_followers(course_id: UUID, after: str, limit: int) -> list[Follower]:
    behind = UUID(after) if after else UUID(int=0)
    sql = f"{_FOLLOWERS} AND s.course_id = {{}} AND w.id > {{}} ORDER BY w.id LIMIT {{}}"
    return await fetch(Follower, sql, course_id, behind, limit)


async def _list_shown(session_ids: Sequence[UUID], material_ids: Sequence[UUID]) -> list[_Shown]:
    """These materials in those of these sessions that have them."""
    if not session_ids or not material_ids:
        return []
    return await fetch(
        _Shown,
        f"SELECT s.id AS session_id, m.id AS material_id, m.title, {SHOWING_SQL} FROM session s"
        " JOIN material m ON m.course_id = s.course_id OR m.session_id = s.id"
        " LEFT JOIN material_placement l ON l.session_id = s.id AND l.material_id = m.id"
        " WHERE m.withdrawn_at IS NULL AND NOT COALESCE(l.hidden, FALSE)"
        f" AND s.id IN ({marks(session_ids)}) AND m.id IN ({marks(material_ids)})"
        " ORDER BY CASE WHEN m.course_id IS NULL THEN 1 ELSE 0 END, m.position, m.id",
        *session_ids,
        *material_ids,
    )
