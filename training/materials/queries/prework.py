"""What is to be gone through before sessions, and who says that they did. Nobody's right to it is judged here."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.materials.rules.prework import Prework, prework_of
from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Times


class _Asked(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    material_id: UUID
    title: str
    audience: Audience
    opens: Opens
    offset_minutes: int
    meeting_number: int | None


class _Meeting(Sitting, frozen=True, kw_only=True):
    session_id: UUID


class _Done(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    material_id: UUID


_OWN = "CASE WHEN COALESCE(l.opens, '') <> '' THEN l.{0} ELSE m.{0} END AS {0}"
# How a material (m) is shown in a session that may place it otherwise (l), as Showing has it.
SHOWING_SQL = (
    "CASE WHEN COALESCE(l.audience, '') <> '' THEN l.audience ELSE m.audience END AS audience,"
    f" {_OWN.format('opens')}, {_OWN.format('offset_minutes')}, {_OWN.format('meeting_number')}"
)
_ASKED = (
    f"SELECT s.id AS session_id, m.id AS material_id, m.title, {SHOWING_SQL}"
    " FROM session s JOIN material m ON m.course_id = s.course_id OR m.session_id = s.id"
    " LEFT JOIN material_placement l ON l.session_id = s.id AND l.material_id = m.id"
    " WHERE m.withdrawn_at IS NULL AND COALESCE(l.prework, m.prework) AND NOT COALESCE(l.hidden, FALSE)"
    " AND EXISTS (SELECT 1 FROM material_version v WHERE v.material_id = m.id AND v.published_at IS NOT NULL)"
)
_IN_ORDER = "ORDER BY s.id, CASE WHEN m.course_id IS NULL THEN 1 ELSE 0 END, m.position, m.id"


async def list_prework(session_ids: Sequence[UUID]) -> dict[UUID, tuple[Prework, ...]]:
    """What learners are asked to go through before each of these sessions, in the order of its list; sessions without
    any are left out. One statement, and one more where there is any."""
    if not session_ids:
        return {}
    asked = await fetch(_Asked, f"{_ASKED} AND s.id IN ({marks(session_ids)}) {_IN_ORDER}", *session_ids)
    times = await list_times(sorted({row.session_id for row in asked}))
    found: dict[UUID, list[Prework]] = defaultdict(list)
    for row in asked:
        showing = Showing(
            audience=row.audience,
            opens=row.opens,
            offset_minutes=row.offset_minutes,
            meeting_number=row.meeting_number,
        )
        one = prework_of(row.session_id, row.material_id, row.title, showing, times.get(row.session_id, Times()))
        if one is not None:
            found[row.session_id].append(one)
    return {session_id: tuple(some) for session_id, some in found.items()}


async def list_times(session_ids: Sequence[UUID]) -> dict[UUID, Times]:
    """When these sessions are taught. One statement, or none."""
    if not session_ids:
        return {}
    rows = await fetch(
        _Meeting,
        f"SELECT session_id, number, starts_at, ends_at FROM meeting WHERE session_id IN ({marks(session_ids)})"
        " AND cancelled_at IS NULL",
        *session_ids,
    )
    sittings: dict[UUID, list[Sitting]] = defaultdict(list)
    for row in rows:
        sittings[row.session_id].append(row)
    return {session_id: Times(sittings=tuple(some)) for session_id, some in sittings.items()}


async def list_acknowledged(
    session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None = None
) -> dict[UUID, frozenset[UUID]]:
    """The materials that were acknowledged in these sessions, in whatever version, by enrollment; only by these people
    if they are given. One statement."""
    if not session_ids:
        return {}
    only = "1 = 1" if person_ids is None else f"e.person_id IN ({marks(person_ids)})"
    values: list[Any] = [*session_ids, *(person_ids or ())]
    rows = await fetch(
        _Done,
        "SELECT a.enrollment_id, a.material_id FROM acknowledgement a JOIN enrollment e ON e.id = a.enrollment_id"
        f" WHERE e.session_id IN ({marks(session_ids)}) AND {only}",
        *values,
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row.enrollment_id].add(row.material_id)
    return {enrollment_id: frozenset(done) for enrollment_id, done in found.items()}
