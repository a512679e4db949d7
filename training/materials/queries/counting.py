"""How much of the materials of sessions somebody sees, for the pages that lead to them.

A fixed number of statements however many sessions there are: one where there is nothing, five at most. What is counted
is judged as everywhere (`rules/showing.py`); that the viewer sees the sessions themselves is judged by the caller.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL
from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.materials.queries.prework import list_acknowledged
from training.materials.queries.standing import ATTENDED_SQL, PLACE_SQL, get_taught_session
from training.materials.rules.prework import is_ahead
from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Standing, Times, Why, judge, times_of
from training.people.rules import Permission, Role, may
from training.schedule.rules.sessions import State

# A session says when as a whole, or not at all.
# What the session says of a material, where it says when it is shown.
_OWN = ", ".join(
    f"CASE WHEN COALESCE(p.opens, '') <> '' THEN p.{name} ELSE m.{name} END AS {name}"
    for name in ("opens", "offset_minutes", "meeting_number")
)


class Counted(Frozen, frozen=True, kw_only=True):
    """What can be opened now; what of it is still to be gone through before the session; what comes later."""

    open: int = 0
    left: int = 0
    later: int = 0


class _Row(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    material_id: UUID
    audience: Audience
    opens: Opens
    offset_minutes: int
    meeting_number: int | None
    prework: bool

    @property
    def showing(self) -> Showing:
        """Who sees it when, in this session."""
        return Showing(
            audience=self.audience,
            opens=self.opens,
            offset_minutes=self.offset_minutes,
            meeting_number=self.meeting_number,
        )


class _Stands(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    program_id: UUID
    state: State
    teaches: bool
    partner: bool
    enrollment_id: UUID | None
    attended: bool


class _Meeting(Sitting, frozen=True, kw_only=True):
    session_id: UUID


class _Public(Frozen, frozen=True, kw_only=True):
    course_id: UUID
    count: int


async def count_materials(viewer: Viewer, session_ids: Iterable[UUID], now: datetime) -> dict[UUID, Counted]:
    """What somebody sees of these sessions at `now`; sessions of which they see nothing are left out."""
    rows = await _list_rows(tuple(dict.fromkeys(session_ids)))
    found = tuple(dict.fromkeys(row.session_id for row in rows))
    if not found:
        return {}
    standings = {one.session_id: one for one in await _list_standings(viewer, found)}
    times = await _list_times(found)
    done = await list_acknowledged(found, [viewer.person_id]) if viewer.person_id else {}
    counted = {}
    for session_id in found:
        stands = standings[session_id]
        said = done.get(stands.enrollment_id, frozenset()) if stands.enrollment_id else frozenset()
        held = times_of(stands.state, times.get(session_id, ()))
        own = [row for row in rows if row.session_id == session_id]
        counted[session_id] = _count(own, _standing(viewer, stands), held, said, now)
    return {session_id: one for session_id, one in counted.items() if one.open or one.later}


async def count_of_place(guest: Viewer, session_id: UUID, enrollment_id: UUID, now: datetime) -> Counted | None:
    """What whoever came by the link to this place, which the caller has judged, sees of its session at `now`: nothing
    counts but that place. None for nothing. One statement where there is nothing, five else."""
    rows = await _list_rows([session_id])
    if not rows:
        return None
    taught = await get_taught_session(guest, session_id, enrollment_id=enrollment_id)
    done = (await list_acknowledged([session_id], [guest.person_id])) if guest.person_id else {}
    counted = _count(rows, taught.standing, taught.times, done.get(enrollment_id, frozenset()), now)
    return counted if counted.open or counted.later else None


async def count_public(course_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many materials these courses give to everybody at all times. One statement, none without courses."""
    if not course_ids:
        return {}
    rows = await fetch(
        _Public,
        "SELECT m.course_id, count(*) AS count FROM material m"
        f" WHERE m.course_id IN ({marks(course_ids)}) AND m.withdrawn_at IS NULL AND m.audience = 'everyone'"
        " AND m.opens = 'always' AND EXISTS (SELECT 1 FROM material_version v WHERE v.material_id = m.id"
        " AND v.published_at IS NOT NULL) GROUP BY m.course_id",
        *course_ids,
    )
    return {row.course_id: row.count for row in rows}


def _count(rows: Sequence[_Row], standing: Standing, times: Times, done: frozenset[UUID], now: datetime) -> Counted:
    judged = [(row, judge(row.showing, standing, times, now)) for row in rows]
    seen = [row for row, one in judged if one.visible]
    asked = [row for row in seen if standing.enrolled and row.prework and is_ahead(row.showing, times, now)]
    return Counted(
        open=len(seen),
        left=sum(row.material_id not in done for row in asked),
        later=sum(one.why is Why.LATER for _, one in judged),
    )


def _standing(viewer: Viewer, stands: _Stands) -> Standing:
    return Standing(
        manages=may(viewer, Permission.MATERIAL_MANAGE, stands.program_id),
        teaches=stands.teaches,
        enrolled=stands.enrollment_id is not None,
        attended=stands.attended,
        partner=stands.partner,
    )


async def _list_rows(session_ids: Sequence[UUID]) -> list[_Row]:
    if not session_ids:
        return []
    return await fetch(
        _Row,
        "SELECT s.id AS session_id, m.id AS material_id, COALESCE(NULLIF(p.audience, ''), m.audience) AS audience,"
        f" {_OWN},"
        " COALESCE(p.prework, m.prework) AS prework"
        " FROM session s JOIN material m ON m.course_id = s.course_id OR m.session_id = s.id"
        " LEFT JOIN material_placement p ON p.session_id = s.id AND p.material_id = m.id"
        f" WHERE s.id IN ({marks(session_ids)}) AND m.withdrawn_at IS NULL AND NOT COALESCE(p.hidden, FALSE)"
        " AND EXISTS (SELECT 1 FROM material_version v WHERE v.material_id = m.id AND v.published_at IS NOT NULL)",
        *session_ids,
    )


async def _list_standings(viewer: Viewer, session_ids: Sequence[UUID]) -> list[_Stands]:
    partners = sorted(viewer.scopes(Role.COORDINATOR, Role.MEMBER))
    return await fetch(
        _Stands,
        "SELECT s.id AS session_id, s.program_id, s.state, EXISTS (SELECT 1 FROM trainer_assignment t"
        " WHERE t.session_id = s.id AND t.person_id = {}) AS teaches,"
        " EXISTS (SELECT 1 FROM participation g WHERE g.program_id = s.program_id AND g.ended_at IS NULL"
        f" AND g.partner_id IN ({marks(partners)})) AS partner, e.id AS enrollment_id, {ATTENDED_SQL} AS attended"
        f" FROM session s LEFT JOIN enrollment e ON e.session_id = s.id AND e.person_id = {{}} AND {PLACE_SQL}"
        f" LEFT JOIN overall a ON a.id = e.id WHERE s.id IN ({marks(session_ids)}) ORDER BY s.id, e.id",
        viewer.person_id,
        *partners,
        viewer.person_id,
        *session_ids,
    )


async def _list_times(session_ids: Sequence[UUID]) -> dict[UUID, list[Sitting]]:
    rows = await fetch(
        _Meeting,
        "SELECT m.session_id, m.number, m.starts_at, m.ends_at FROM meeting m JOIN session s ON s.id = m.session_id"
        f" WHERE m.session_id IN ({marks(session_ids)}) AND {HELD_SQL}",
        *session_ids,
    )
    found: dict[UUID, list[Sitting]] = {}
    for row in rows:
        found.setdefault(row.session_id, []).append(row)
    return found
