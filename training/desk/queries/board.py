"""What the board is made of: four statements, however many sessions there are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.desk.rules.board import Planned, Sitting, Teaching, Twice
from training.people.rules import Permission, reach

MOST_SESSIONS = 2_000
_PLANNED = ", ".join(f"s.{name}" for name in Planned.__struct_fields__ if name not in ("program_name", "notes_json"))
# Chosen once for all statements, so that they speak of the same sessions.
_WINDOW = "s.starts_at < {} AND s.ends_at > {}"


class BoardRows(Frozen, frozen=True, kw_only=True):
    """Everything the rules of the board need."""

    sessions: tuple[Planned, ...]
    sittings: tuple[Sitting, ...]
    teaching: tuple[Teaching, ...]
    twice: tuple[Twice, ...]


async def load_board(
    viewer: Viewer, program_id: UUID | None, *, starts_before: datetime, ends_after: datetime
) -> BoardRows:
    """The sessions within a span of time that the viewer runs, in any state, with their meetings and trainers, and
    which trainers and rooms have two meetings at one time. With `program_id`, only of that program."""
    condition, values = _within(viewer, program_id)
    where, all_values = f"{_WINDOW} AND {condition}", [starts_before, ends_after, *values]
    sessions = await fetch(
        Planned,
        f"SELECT {_PLANNED}, p.name AS program_name, CAST(s.import_notes AS TEXT) AS notes_json"
        f" FROM session s JOIN program p ON p.id = s.program_id WHERE {where} ORDER BY s.starts_at, s.id LIMIT {{}}",
        *all_values,
        MOST_SESSIONS,
    )
    sittings = await fetch(
        Sitting,
        "SELECT m.id, m.session_id, m.number, m.starts_at, m.ends_at, m.zone, m.link, r.name AS room_name,"
        " v.name AS venue_name, r.places AS room_places, m.cancelled_at FROM meeting m"
        " JOIN session s ON s.id = m.session_id LEFT JOIN room r ON r.id = m.room_id"
        f" LEFT JOIN venue v ON v.id = r.venue_id WHERE {where} ORDER BY m.session_id, m.number, m.id",
        *all_values,
    )
    teaching = await fetch(
        Teaching,
        "SELECT t.meeting_id, COALESCE(NULLIF(p.name, ''), p.email) AS name, COALESCE(i.answer, '') AS answer"
        " FROM trainer_assignment t JOIN session s ON s.id = t.session_id JOIN person p ON p.id = t.person_id"
        " LEFT JOIN invite i ON i.meeting_id = t.meeting_id AND i.person_id = t.person_id AND i.role = 'trainer'"
        f" AND i.state = 'issued' WHERE {where}"
        " ORDER BY CASE t.role WHEN 'lead' THEN 0 WHEN 'co' THEN 1 WHEN 'assistant' THEN 2 ELSE 3 END, p.name, p.id",
        *all_values,
    )
    twice = await _list_twice(viewer, program_id, starts_before, ends_after)
    return BoardRows(sessions=tuple(sessions), sittings=tuple(sittings), teaching=tuple(teaching), twice=tuple(twice))


class _TwiceRow(Twice, frozen=True, kw_only=True):
    other_program_id: UUID


async def _list_twice(
    viewer: Viewer, program_id: UUID | None, starts_before: datetime, ends_after: datetime
) -> list[Twice]:
    """What is planned twice as things stand now: a clash that was accepted and then moved away is none any more."""
    condition, values = _within(viewer, program_id)
    values = [starts_before, ends_after, *values]
    rows = await fetch(
        _TwiceRow,
        "SELECT o.session_id, o.meeting_id, x.meeting_id AS other_meeting_id, o.subject_id, o.starts_at,"
        " COALESCE(r.name, NULLIF(p.name, ''), p.email, '') AS subject_name, u.title AS other_title,"
        " u.program_id AS other_program_id, 1 = 0 AS own_calendar"
        " FROM occupancy o JOIN session s ON s.id = o.session_id"
        " JOIN occupancy x ON x.subject_id = o.subject_id AND x.kind = o.kind AND x.meeting_id <> o.meeting_id"
        " AND x.starts_at < o.ends_at AND x.ends_at > o.starts_at JOIN session u ON u.id = x.session_id"
        " LEFT JOIN room r ON r.id = o.subject_id LEFT JOIN person p ON p.id = o.subject_id"
        f" WHERE {_WINDOW} AND {condition} AND o.kind IN ('room', 'trainer') AND s.state <> 'draft'"
        " AND u.state <> 'draft'"
        # Trainers who are busy by their own calendars are taken twice, too; by what is known to nobody here.
        " UNION ALL SELECT DISTINCT o.session_id, o.meeting_id, o.meeting_id, o.subject_id, o.starts_at,"
        " COALESCE(NULLIF(p.name, ''), p.email, ''), '', s.program_id, 1 = 1 FROM occupancy o"
        " JOIN session s ON s.id = o.session_id JOIN person p ON p.id = o.subject_id"
        " JOIN busy_time b ON b.person_id = o.subject_id AND b.starts_at < o.ends_at AND b.ends_at > o.starts_at"
        f" WHERE {_WINDOW} AND {condition} AND o.kind = 'trainer' AND s.state <> 'draft' ORDER BY 5, 2, 4 LIMIT 500",
        *values,
        *values,
    )
    granted = reach(viewer, Permission.SESSION_MANAGE)
    return [_for(row, granted.covers(row.other_program_id)) for row in rows]


def _for(row: _TwiceRow, tell: bool) -> Twice:
    return Twice(
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        other_meeting_id=row.other_meeting_id,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        other_title=row.other_title if tell else "",
        starts_at=row.starts_at,
        own_calendar=row.own_calendar,
    )


def _within(viewer: Viewer, program_id: UUID | None) -> tuple[str, list[Any]]:
    granted = reach(viewer, Permission.SESSION_MANAGE)
    if program_id is not None:
        return ("s.program_id = {}", [program_id]) if granted.covers(program_id) else ("1 = 0", [])
    if granted.everywhere:
        return "1 = 1", []
    ids = sorted(granted.scope_ids)
    return f"s.program_id IN ({marks(ids)})", list(ids)
