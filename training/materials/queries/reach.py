"""How many people a showing reaches, now and once it opens: what an editor is told before they decide.

Whoever sees it is judged by the same rule as when they open it. Two statements, however many people there are. Those
who manage the program see everything and are not counted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import ACTIVE_SQL
from training.materials.queries.editing import Scope
from training.materials.queries.standing import ATTENDED_SQL
from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Standing, Times, Why, judge, opens_at
from training.schedule.rules.sessions import Audience as SessionAudience
from training.schedule.rules.sessions import State

_FLAGS: LiteralString = "teaches, enrolled, attended, absent, waits, partner, invited, open"
_ABSENT_SQL: LiteralString = "COALESCE(NULLIF(a.corrected, ''), a.status, '') IN ('excused', 'no-show')"
_MAX: LiteralString = ", ".join(f"MAX(q.{name}) AS {name}" for name in _FLAGS.split(", "))


class Reach(Frozen, frozen=True, kw_only=True):
    """Whom a showing reaches. `people` see it once it has opened, `now` of them see it at the moment; `trainers` are
    among both, `enrolled` those of the people who have a place and do not teach; it is recorded that `absent` of these
    were not there. `anybody`: it is open to whoever asks, and those are only the people we know of. `from_at` (UTC) is
    from when: None for always, for what has no date, and for a course, whose sessions differ. `why` is what somebody
    would be told now who was enrolled and there. `sessions`: how many published ones there are; `lacking` of those of a
    course do not have the meeting that it depends on, so that nobody sees it there. `cancelled`: the session was."""

    showing: Showing
    people: int
    now: int
    trainers: int
    enrolled: int
    anybody: bool = False
    from_at: datetime | None = None
    why: Why
    zone: str
    sessions: int
    absent: int = 0
    lacking: int = 0
    cancelled: bool = False


class _Row(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    state: State
    audience: SessionAudience
    number: int | None
    starts_at: datetime | None
    ends_at: datetime | None


class _Group(Frozen, frozen=True, kw_only=True):
    """So many people of whom the same is true. `open`: in one of the sessions in which it is open now."""

    teaches: bool
    enrolled: bool
    attended: bool
    absent: bool
    waits: bool
    partner: bool
    invited: bool
    open: bool
    people: int

    @property
    def standing(self) -> Standing:
        return Standing(teaches=self.teaches, enrolled=self.enrolled, attended=self.attended, partner=self.partner)


# What somebody would be told who is everything that one can be without preparing it.
_LEARNER = Standing(enrolled=True, attended=True, partner=True)


async def count_reached(scope: Scope, showing: Showing, now: datetime) -> Reach:
    """How many see what is shown so in a session, or else in the sessions of a course. The scope was judged before."""
    rows = await _rows(scope)
    times = {row.session_id: _times([r for r in rows if r.session_id == row.session_id]) for row in rows}
    here = times.get(scope.session_id, Times(held=False)) if scope.session_id else Times()
    opened = [key for key, when in times.items() if judge(showing, _LEARNER, when, now).visible]
    always = judge(showing, _LEARNER, here, now).visible
    held = sum(when.held for when in times.values())
    lacking = _lacking(showing, times) if scope.session_id is None else []
    nowhere = bool(lacking) and len(lacking) == held
    groups = await _groups(scope, opened, lacking)
    reached = [group for group in groups if group.teaches or (_sees(scope, group, rows) and not nowhere)]
    public = not scope.session_id or rows[0].audience is SessionAudience.PUBLIC
    return Reach(
        showing=showing,
        people=sum(group.people for group in reached if _will(showing, group.standing)),
        now=sum(group.people for group in reached if _does(showing, group, bool(opened), always=always)),
        trainers=sum(group.people for group in reached if group.teaches),
        enrolled=sum(g.people for g in reached if g.enrolled and not g.teaches and _will(showing, g.standing)),
        absent=sum(g.people for g in reached if g.absent and not g.attended and not g.teaches),
        anybody=public
        and not nowhere
        and showing.audience is Audience.EVERYONE
        and showing.opens is not Opens.ATTENDED,
        from_at=opens_at(showing, here),
        why=judge(showing, _LEARNER, here, now).why,
        zone=scope.zone,
        sessions=held,
        lacking=len(lacking),
        cancelled=scope.session_id is not None and any(row.state is State.CANCELLED for row in rows),
    )


def _lacking(showing: Showing, times: Mapping[UUID, Times]) -> list[UUID]:
    """The published sessions without the meeting on which it depends when it can be seen."""
    if showing.opens is Opens.ALWAYS or showing.meeting_number is None:
        return []
    return [key for key, when in times.items() if when.held and opens_at(showing, when) is None]


def _sees(scope: Scope, group: _Group, rows: Sequence[_Row]) -> bool:
    """Whether they see the session at all (as `schedule.rules.visibility` has it); courses are public."""
    if scope.session_id is None or group.teaches or group.waits or group.enrolled or group.invited:
        return True
    through = {SessionAudience.PUBLIC: True, SessionAudience.PARTICIPATING: group.partner}
    return through.get(rows[0].audience, False)


def _will(showing: Showing, standing: Standing) -> bool:
    """Whether they see it once it has opened. Who will have been there is not known before: whoever has a place may."""
    if showing.opens is Opens.ATTENDED and not standing.prepares:
        return standing.enrolled and standing.belongs(showing.audience)
    return standing.belongs(showing.audience)


def _does(showing: Showing, group: _Group, anywhere: bool, *, always: bool) -> bool:
    """Whether they see it now: who has a place, in a session where it is open; who has none, in any that is."""
    if group.teaches:
        return True
    standing = group.standing
    if showing.opens is Opens.ATTENDED:
        return group.open and standing.attended and standing.belongs(showing.audience)
    if showing.audience is Audience.ENROLLED:
        return standing.enrolled and (group.open or always)
    return standing.belongs(showing.audience) and (always or anywhere)


def _times(rows: Sequence[_Row]) -> Times:
    return Times(
        held=bool(rows) and rows[0].state not in (State.DRAFT, State.CANCELLED),
        sittings=tuple(
            Sitting(number=row.number, starts_at=row.starts_at, ends_at=row.ends_at)
            for row in rows
            if row.number is not None and row.starts_at is not None and row.ends_at is not None
        ),
    )


async def _rows(scope: Scope) -> list[_Row]:
    of: LiteralString = "s.id = {}" if scope.session_id else "s.course_id = {}"
    return await fetch(
        _Row,
        "SELECT s.id AS session_id, s.state, s.audience, m.number, m.starts_at, m.ends_at FROM session s"
        f" LEFT JOIN meeting m ON m.session_id = s.id AND m.cancelled_at IS NULL WHERE {of} ORDER BY s.id, m.number",
        scope.session_id or scope.course_id,
    )


async def _groups(scope: Scope, opened: Sequence[UUID], lacking: Sequence[UUID]) -> list[_Group]:
    """Everybody who could be meant, by what is true of them. Who was removed or disabled is not, nor a
    place in a session that is `lacking`."""
    of: LiteralString = (
        "= {}"
        if scope.session_id
        else "IN (SELECT id FROM session WHERE course_id = {} AND state NOT IN ('draft', 'cancelled'))"
    )
    key = scope.session_id or scope.course_id
    # Whether it is open only matters in which session somebody has their place, so it is said of places.
    attended: LiteralString = f"CASE WHEN e.{ON_ROSTER_SQL} AND {ATTENDED_SQL} THEN 1 ELSE 0 END"
    absent: LiteralString = f"CASE WHEN e.{ON_ROSTER_SQL} AND {_ABSENT_SQL} THEN 1 ELSE 0 END"
    without: LiteralString = f" AND e.session_id NOT IN ({marks(lacking)})" if lacking else ""
    role: LiteralString = "g.role IN ('coordinator', 'member')"
    return await fetch(
        _Group,
        f"SELECT {_FLAGS}, COUNT(*) AS people FROM (SELECT q.person_id, {_MAX} FROM ("
        "SELECT t.person_id, 1 AS teaches, 0 AS enrolled, 0 AS attended, 0 AS absent, 0 AS waits, 0 AS partner,"
        f" 0 AS invited, 0 AS open FROM trainer_assignment t WHERE t.session_id {of}"
        f" UNION ALL SELECT e.person_id, 0, CASE WHEN e.{ON_ROSTER_SQL} THEN 1 ELSE 0 END, {attended}, {absent}, 1, 0,"
        f" 0, CASE WHEN e.{ON_ROSTER_SQL} AND e.session_id IN ({marks(opened)}) THEN 1 ELSE 0 END"
        f" FROM enrollment e LEFT JOIN overall a ON a.id = e.id WHERE e.session_id {of} AND e.{ACTIVE_SQL}{without}"
        " UNION ALL SELECT g.person_id, 0, 0, 0, 0, 0, 1, 0, 0 FROM role_grant g JOIN participation n"
        f" ON n.partner_id = g.scope_id AND n.ended_at IS NULL WHERE {role} AND n.program_id = {{}}"
        " UNION ALL SELECT g.person_id, 0, 0, 0, 0, 0, 0, 1, 0 FROM role_grant g JOIN session_partner i"
        f" ON i.partner_id = g.scope_id WHERE {role} AND i.session_id {of}"
        ") q JOIN person p ON p.id = q.person_id AND p.disabled_at IS NULL GROUP BY q.person_id) w"
        f" GROUP BY {_FLAGS}",
        key,
        *opened,
        key,
        *lacking,
        scope.program_id,
        key,
    )
