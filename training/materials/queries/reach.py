"""How many people a showing reaches, now and once it opens: what an editor is told before they decide.

Whoever sees it is judged by the same rule as when they open it (`rules/reaching.py`): signed in, or by the link to
their place, in any session that shows it. Two statements, however many people there are. Those who manage the program
see everything and are not counted; nor is whoever has nothing but an access code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL
from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen
from training.booking.queries import ACTIVE_SQL
from training.booking.rules.guests import PLACE_LINK_KEPT
from training.materials.queries.editing import Scope
from training.materials.queries.standing import ATTENDED_SQL, PLACE_SQL
from training.materials.rules.materials import PlacementDetails
from training.materials.rules.reaching import PARTICIPATES, STEP, TEACHES, Outcomes, Place, outcomes
from training.materials.rules.showing import (
    Audience,
    Opens,
    Showing,
    Sitting,
    Standing,
    Times,
    Why,
    judge,
    opens_at,
    times_of,
)
from training.schedule.rules.sessions import Audience as SessionAudience
from training.schedule.rules.sessions import State

_FLAGS: LiteralString = "sees, will, teaches, enrolled, partner, absent, there"
_MAX: LiteralString = ", ".join(f"MAX(r.{name}) AS {name}" for name in _FLAGS.split(", "))
_ABSENT_SQL: LiteralString = "COALESCE(NULLIF(a.corrected, ''), a.status, '') IN ('excused', 'no-show')"
# A session (s) that is held, or was before its rest was cancelled.
_HELD: LiteralString = (
    "s.state <> 'draft' AND (s.state <> 'cancelled' OR EXISTS (SELECT 1 FROM meeting m WHERE m.session_id = s.id"
    f" AND {HELD_SQL}))"
)
# A link to a place opens what it opens whatever became of the place, as long as it is good.
_LINK: LiteralString = "(s.ends_at IS NULL OR s.ends_at > {})"
# Whoever had a place, or waited for one, sees a cancelled session all the same (`schedule/rules/visibility.py`).
_STAYED: LiteralString = (
    "(s.state = 'cancelled' AND EXISTS (SELECT 1 FROM occupancy o WHERE o.session_id = s.id"
    " AND o.subject_id = e.person_id AND o.kind IN ('learner', 'waiting')))"
)
_OF_PARTNER: LiteralString = (
    "EXISTS (SELECT 1 FROM participation n WHERE n.program_id = s.program_id AND n.ended_at IS NULL"
    " AND n.partner_id = e.partner_id)"
)
_MEMBER: LiteralString = "g.role IN ('coordinator', 'member')"
# The same of the account of whoever is there as `x`.
_OF_ACCOUNT: LiteralString = (
    f"EXISTS (SELECT 1 FROM role_grant g JOIN participation n ON n.partner_id = g.scope_id WHERE {_MEMBER}"
    " AND g.person_id = x.person_id AND n.program_id = s.program_id AND n.ended_at IS NULL)"
)
# How somebody stands to the session of their place, in the numbers of `rules/reaching.py`.
_STANDS: LiteralString = (
    f"CASE WHEN {PLACE_SQL} AND {ATTENDED_SQL} THEN 3 WHEN {PLACE_SQL} AND {_ABSENT_SQL} THEN 5 WHEN {PLACE_SQL} THEN 1"
    f" ELSE CASE WHEN {_LINK} AND {ATTENDED_SQL} THEN 2 ELSE 0 END + CASE WHEN e.{ACTIVE_SQL}"
    f" AND (({_LINK} AND {_OF_PARTNER}) OR {_OF_ACCOUNT.replace('x.person_id', 'e.person_id')}) THEN 8 ELSE 0 END END"
)


class Reach(Frozen, frozen=True, kw_only=True):
    """Whom a showing reaches. `people` see it once it has opened, `now` of them see it at the moment; `trainers` are
    among both, `enrolled` those of the people who have a place and do not teach, `partners` who does neither and
    belongs to one; it is recorded that `absent` of the enrolled were not there. `anybody`: it is open to whoever asks,
    and those are only the people we know of. `from_at` (UTC) is from when: None for always, for what has no date, and
    for a course, whose sessions differ. `why` is what somebody would be told now who was enrolled and there.

    `sessions`: how many published ones there are. Of those of a course, `hidden` leave it out, `differing` say
    something else of it, and `lacking` do not have the meeting that it depends on, so that nobody sees it there.
    `cancelled`: the session was, before any of its meetings was held."""

    showing: Showing
    people: int
    now: int
    trainers: int
    enrolled: int
    partners: int = 0
    anybody: bool = False
    from_at: datetime | None = None
    why: Why
    zone: str
    sessions: int
    absent: int = 0
    lacking: int = 0
    hidden: int = 0
    differing: int = 0
    cancelled: bool = False


class Known(Frozen, frozen=True, kw_only=True):
    """What there is to know of a material before it is counted. `published_at` (UTC): its first version was."""

    id: UUID
    withdrawn_at: datetime | None = None
    published_at: datetime | None = None


class _Row(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    state: State
    audience: SessionAudience
    number: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    own_audience: Audience | None
    own_opens: Opens | None
    own_offset_minutes: int
    own_meeting_number: int | None
    hidden: bool


class _Group(Frozen, frozen=True, kw_only=True):
    """So many people of whom the same is true. `sees`: now; `will`: once it has opened. `enrolled` is whoever is so in
    a session that shows it to them."""

    sees: bool
    will: bool
    teaches: bool
    enrolled: bool
    partner: bool
    absent: bool
    there: bool
    people: int


# What somebody would be told who is everything that one can be without preparing it.
_LEARNER = Standing(enrolled=True, attended=True, partner=True)


async def count_reached(
    scope: Scope, showing: Showing, now: datetime, *, material_id: UUID | None = None, hidden: bool = False
) -> Reach:
    """How many see what is shown so in a session, or else in the sessions of a course and on its page. The scope was
    judged before.

    With `material_id`, a material of the course, its sessions count as they use it: left out, or shown otherwise. A
    session is asked about what is shown so there, and `hidden` if it is left out.
    """
    rows = await _rows(scope, material_id)
    places = _places(scope, showing, rows, hidden=hidden)
    found = outcomes(places, showing if scope.session_id is None else None, now)
    groups = await _groups(scope, found, now)
    here = places[0].times if scope.session_id else Times()
    return Reach(
        showing=showing,
        people=sum(group.people for group in groups if group.will),
        now=sum(group.people for group in groups if group.sees),
        trainers=sum(group.people for group in groups if group.will and group.teaches),
        enrolled=sum(group.people for group in groups if group.enrolled and not group.teaches),
        partners=sum(g.people for g in groups if g.will and g.partner and not (g.enrolled or g.teaches)),
        absent=sum(group.people for group in groups if group.absent and not (group.there or group.teaches)),
        anybody=found.anybody,
        from_at=opens_at(showing, here),
        why=judge(showing, _LEARNER, here, now).why,
        zone=scope.zone,
        sessions=sum(place.times.held for place in places),
        lacking=sum(place.lacks and not place.hidden for place in places) if scope.session_id is None else 0,
        hidden=sum(place.hidden for place in places),
        differing=sum(place.differs and not place.hidden for place in places),
        cancelled=scope.session_id is not None and not here.held and rows[0].state is State.CANCELLED,
    )


async def find_known(scope: Scope, material_id: UUID) -> Known | None:
    """A material of this session or course; None for any other. The scope was judged before."""
    of: LiteralString = "m.session_id = {}" if scope.session_id else "m.course_id = {}"
    return await fetch_one(
        Known,
        "SELECT m.id, m.withdrawn_at, (SELECT MIN(v.published_at) FROM material_version v WHERE v.material_id = m.id)"
        f" AS published_at FROM material m WHERE m.id = {{}} AND {of}",
        material_id,
        scope.session_id or scope.course_id,
    )


def _places(scope: Scope, showing: Showing, rows: Sequence[_Row], *, hidden: bool) -> list[Place]:
    """The session, or those of the course that are held, each with what it shows."""
    sessions: dict[UUID, list[_Row]] = {}
    for row in rows:
        sessions.setdefault(row.session_id, []).append(row)
    places = []
    for session_id, some in sessions.items():
        one, times = some[0], _times(some)
        shown = _said(one).showing(showing)
        if times.held or scope.session_id is not None:
            places.append(
                Place(
                    session_id=session_id,
                    audience=one.audience,
                    times=times,
                    showing=shown,
                    hidden=hidden or one.hidden,
                    differs=shown != showing,
                )
            )
    return places


def _said(row: _Row) -> PlacementDetails:
    return PlacementDetails(
        audience=row.own_audience,
        opens=row.own_opens,
        offset_minutes=row.own_offset_minutes,
        meeting_number=row.own_meeting_number,
    )


def _times(rows: Sequence[_Row]) -> Times:
    return times_of(
        rows[0].state,
        [
            Sitting(number=row.number, starts_at=row.starts_at, ends_at=row.ends_at)
            for row in rows
            if row.number is not None and row.starts_at is not None and row.ends_at is not None
        ],
    )


async def _rows(scope: Scope, material_id: UUID | None) -> list[_Row]:
    of: LiteralString = "s.id = {}" if scope.session_id else "s.course_id = {}"
    return await fetch(
        _Row,
        "SELECT s.id AS session_id, s.state, s.audience, m.number, m.starts_at, m.ends_at,"
        " NULLIF(p.audience, '') AS own_audience, NULLIF(p.opens, '') AS own_opens,"
        " COALESCE(p.offset_minutes, 0) AS own_offset_minutes, p.meeting_number AS own_meeting_number,"
        " COALESCE(p.hidden, FALSE) AS hidden FROM session s"
        f" LEFT JOIN meeting m ON m.session_id = s.id AND {HELD_SQL}"
        f" LEFT JOIN material_placement p ON p.session_id = s.id AND p.material_id = {{}} WHERE {of}"
        " ORDER BY s.id, m.number",
        None if scope.session_id else material_id,
        scope.session_id or scope.course_id,
    )


async def _groups(scope: Scope, found: Outcomes, now: datetime) -> list[_Group]:
    """Everybody who could be meant, by what is true of them. Who was removed or disabled is not."""
    one: LiteralString = "s.id = {}"
    held: LiteralString = f"s.course_id = {{}} AND {_HELD}"
    of, any_of = (one, one) if scope.session_id else (held, "s.course_id = {}")
    key = scope.session_id or scope.course_id
    kind, kinds = _kind(found)
    good = now - PLACE_LINK_KEPT
    return await fetch(
        _Group,
        f"SELECT {_FLAGS}, COUNT(*) AS people FROM (SELECT r.person_id, {_MAX} FROM ("
        "SELECT q.person_id, q.teaches, q.partner, q.absent, q.there,"
        f" CASE WHEN q.cell IN ({marks(found.now)}) THEN 1 ELSE 0 END AS sees,"
        f" CASE WHEN q.cell IN ({marks(found.later)}) THEN 1 ELSE 0 END AS will,"
        f" CASE WHEN q.cell IN ({marks(found.later)}) THEN q.roster ELSE 0 END AS enrolled FROM ("
        # Who teaches any session of a course prepares it, held or not.
        f"SELECT t.person_id, {TEACHES} AS cell, 1 AS teaches, 0 AS roster, 0 AS partner, 0 AS absent, 0 AS there"
        f" FROM trainer_assignment t JOIN session s ON s.id = t.session_id WHERE {any_of}"
        f" UNION ALL SELECT e.person_id, {kind} + {_STANDS}, 0, CASE WHEN {PLACE_SQL} THEN 1 ELSE 0 END,"
        f" CASE WHEN e.{ACTIVE_SQL} AND {_OF_PARTNER} THEN 1 ELSE 0 END,"
        f" CASE WHEN {PLACE_SQL} AND {_ABSENT_SQL} THEN 1 ELSE 0 END,"
        f" CASE WHEN {PLACE_SQL} AND {ATTENDED_SQL} THEN 1 ELSE 0 END"
        " FROM enrollment e JOIN session s ON s.id = e.session_id LEFT JOIN overall a ON a.id = e.id"
        f" WHERE {of} AND (e.{ACTIVE_SQL} OR {_STAYED} OR {_LINK})"
        f" UNION ALL SELECT g.person_id, {PARTICIPATES}, 0, 0, 1, 0, 0 FROM role_grant g JOIN participation n"
        f" ON n.partner_id = g.scope_id AND n.ended_at IS NULL WHERE {_MEMBER} AND n.program_id = {{}}"
        f" UNION ALL SELECT x.person_id, {kind} + CASE WHEN {_OF_ACCOUNT} THEN 8 ELSE 0 END, 0, 0, 0, 0, 0"
        " FROM role_grant x JOIN session_partner i ON i.partner_id = x.scope_id JOIN session s ON s.id = i.session_id"
        f" WHERE x.role IN ('coordinator', 'member') AND {of}"
        ") q) r JOIN person p ON p.id = r.person_id AND p.disabled_at IS NULL GROUP BY r.person_id) w"
        f" GROUP BY {_FLAGS}",
        *found.now,
        *found.later,
        *found.later,
        key,
        *kinds,
        good,
        good,
        key,
        good,
        scope.program_id,
        *kinds,
        key,
    )


def _kind(found: Outcomes) -> tuple[str, list[UUID]]:
    """The number of the kind of a session `s`, in steps, and the values in it. The kind that most sessions are is told
    by being no other."""
    rest = list(enumerate(found.kinds[1:], 2))
    whens = " ".join(f"WHEN s.id IN ({marks(ids)}) THEN {number * STEP}" for number, ids in rest)
    return f"CASE {whens} ELSE {STEP} END" if rest else f"{STEP}", [key for _, ids in rest for key in ids]
