"""What the board says of what is over: two statements, however much there is."""

from typing import Any
from uuid import UUID

from training.attendance.queries.marks import EXPECTED_SQL
from training.base.database import fetch, marks
from training.base.structs import Viewer
from training.booking.queries import NAME_SQL
from training.desk.rules.overdue import Contested, LeftOpen
from training.people.rules import Permission, reach

MOST = 500
_PLACED = "e.state IN ('enrolled', 'completed', 'not completed')"


class _OpenRow(LeftOpen, frozen=True, kw_only=True):
    trainer: str | None


async def list_left_open(viewer: Viewer, program_id: UUID | None) -> list[LeftOpen]:
    """The rosters that were escalated and are open still, of the programs that the viewer runs, by start."""
    condition, values = _within(viewer, program_id)
    rows = await fetch(
        _OpenRow,
        "SELECT m.id AS meeting_id, s.id AS session_id, s.program_id, g.name AS program_name, s.title, m.number,"
        " m.starts_at, (SELECT count(*) FROM meeting t WHERE t.session_id = s.id AND t.cancelled_at IS NULL)"
        f" AS meeting_count, (SELECT count(*) FROM enrollment e WHERE e.session_id = s.id AND {_PLACED}"
        f" AND {EXPECTED_SQL}) AS people,"
        " (SELECT count(*) FROM mark k JOIN enrollment e ON e.id = k.enrollment_id WHERE k.meeting_id = m.id"
        f" AND k.status <> 'not recorded' AND {_PLACED}) AS recorded,"
        " COALESCE(NULLIF(p.name, ''), p.email) AS trainer FROM roster r JOIN meeting m ON m.id = r.meeting_id"
        " JOIN session s ON s.id = m.session_id JOIN program g ON g.id = s.program_id"
        " LEFT JOIN trainer_assignment a ON a.meeting_id = m.id AND a.role IN ('lead', 'co', 'assistant')"
        " LEFT JOIN person p ON p.id = a.person_id"
        " WHERE r.escalated_at IS NOT NULL AND r.closed_at IS NULL AND m.cancelled_at IS NULL"
        f" AND s.state <> 'cancelled' AND {condition} ORDER BY m.starts_at, m.id, trainer LIMIT {{}}",
        *values,
        MOST,
    )
    return _with_trainers(rows)


def _with_trainers(rows: list[_OpenRow]) -> list[LeftOpen]:
    names: dict[UUID, list[str]] = {}
    first: dict[UUID, _OpenRow] = {}
    for row in rows:
        first.setdefault(row.meeting_id, row)
        names.setdefault(row.meeting_id, []).extend([row.trainer] if row.trainer else [])
    plain = [name for name in LeftOpen.__struct_fields__ if name != "trainers"]
    return [
        LeftOpen(**{name: getattr(row, name) for name in plain}, trainers=tuple(names[key]))
        for key, row in first.items()
    ]


async def list_contested(viewer: Viewer, program_id: UUID | None) -> list[Contested]:
    """The contested marks that nobody has answered, of the programs that the viewer runs, by session and time."""
    condition, values = _within(viewer, program_id)
    return await fetch(
        Contested,
        "SELECT c.id AS contest_id, c.meeting_id, s.id AS session_id, s.program_id, g.name AS program_name, s.title,"
        f" t.starts_at, {NAME_SQL} AS name, c.claims FROM contest c JOIN session s ON s.id = c.session_id"
        " JOIN program g ON g.id = s.program_id JOIN meeting t ON t.id = c.meeting_id"
        " JOIN enrollment e ON e.id = c.enrollment_id JOIN person p ON p.id = e.person_id"
        " LEFT JOIN membership m ON m.id = e.membership_id"
        f" WHERE c.state = 'open' AND t.cancelled_at IS NULL AND {condition}"
        " ORDER BY s.starts_at, s.id, c.made_at, c.id LIMIT {}",
        *values,
        MOST,
    )


def _within(viewer: Viewer, program_id: UUID | None) -> tuple[str, list[Any]]:
    granted = reach(viewer, Permission.ATTENDANCE_MARK)
    if program_id is not None:
        return ("s.program_id = {}", [program_id]) if granted.covers(program_id) else ("1 = 0", [])
    if granted.everywhere:
        return "1 = 1", []
    ids = sorted(granted.scope_ids)
    return f"s.program_id IN ({marks(ids)})", list(ids)
