"""Lists of sessions and calendar pages: one statement each, however many sessions there are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, reach
from training.schedule.rules.sessions import Listed, Mode, MonthMeeting, State, folded
from training.schedule.rules.values import At, check_instants
from training.schedule.rules.visibility import visibility

MOST_WORDS = 8
MOST_ON_A_PAGE_OF_A_CALENDAR = 1000

_OF_SESSION = tuple(n for n in Listed.__struct_fields__ if n not in {
    "program_name", "course_title", "meeting_count", "venue_name", "next_starts_at",
})  # fmt: skip
_VENUE = (
    "(SELECT v.name FROM meeting m JOIN room r ON r.id = m.room_id JOIN venue v ON v.id = r.venue_id"
    " WHERE m.session_id = s.id ORDER BY m.number LIMIT 1)"
)


class SessionFilter(Frozen, frozen=True, kw_only=True):
    """Which sessions a list shows. Everything left out filters nothing, except time: without `past`, sessions that are
    over are left out, and without `undated`, those that have no meeting yet."""

    program_id: UUID | None = None
    course_id: UUID | None = None
    mode: Mode | None = None
    language: str = ""
    venue_id: UUID | None = None
    trainer_id: UUID | None = None
    free_only: bool = False
    search: str = ""
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    states: tuple[State, ...] = ()
    past: bool = False
    undated: bool = False
    managed: bool = False


async def list_sessions(
    viewer: Viewer,
    chosen: SessionFilter,
    *,
    now: datetime,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Listed]:
    """A page of the sessions that `viewer` may see, by start and id; those without a meeting come last."""
    conditions, values = _conditions(viewer, chosen)
    if not chosen.past:
        conditions.append("(s.ends_at > {} OR s.starts_at IS NULL)" if chosen.undated else "s.ends_at > {}")
        values.append(now)
    elif not chosen.undated:
        conditions.append("s.starts_at IS NOT NULL")
    if cursor:
        text, more = _after(*decode_cursor(cursor, tuple[At | None, UUID]), undated=chosen.undated)
        conditions.append(text)
        values += more
    order = "s.starts_at NULLS LAST, s.id" if chosen.undated else "s.starts_at, s.id"
    rows = await fetch(
        Listed,
        f"SELECT {', '.join(f's.{name}' for name in _OF_SESSION)}, p.name AS program_name, c.title AS course_title,"
        f" {_VENUE} AS venue_name, (SELECT COUNT(*) FROM meeting m WHERE m.session_id = s.id) AS meeting_count,"
        " (SELECT MIN(m.starts_at) FROM meeting m WHERE m.session_id = s.id AND m.cancelled_at IS NULL"
        " AND m.ends_at > {}) AS next_starts_at"
        " FROM session s JOIN program p ON p.id = s.program_id JOIN course c ON c.id = s.course_id"
        f" WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {{}}",
        now,
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "starts_at", "id")


async def list_month(
    viewer: Viewer, chosen: SessionFilter, *, starts_from: datetime, starts_before: datetime
) -> list[MonthMeeting]:
    """The meetings that touch a span of time, of sessions that `viewer` may see, by start. At most 1000."""
    conditions, values = _conditions(viewer, chosen)
    conditions.append("m.starts_at < {} AND m.ends_at > {} AND m.cancelled_at IS NULL")
    return await fetch(
        MonthMeeting,
        "SELECT m.id AS meeting_id, m.session_id, m.number, s.title, m.starts_at, m.ends_at, m.zone, s.mode, s.state,"
        " s.capacity_in_person, s.capacity_online, s.taken_in_person, s.taken_online, v.name AS venue_name,"
        " (SELECT COUNT(*) FROM meeting n WHERE n.session_id = s.id) AS meeting_count"
        " FROM meeting m JOIN session s ON s.id = m.session_id LEFT JOIN room r ON r.id = m.room_id"
        f" LEFT JOIN venue v ON v.id = r.venue_id WHERE {' AND '.join(conditions)}"
        " ORDER BY m.starts_at, m.id LIMIT {}",
        *values,
        starts_before,
        starts_from,
        MOST_ON_A_PAGE_OF_A_CALENDAR,
    )


def _conditions(viewer: Viewer, chosen: SessionFilter) -> tuple[list[str], list[Any]]:
    """Everything but the time of "over" and the place in the list, as conditions and their values."""
    check_instants(starts_from=chosen.starts_from, starts_before=chosen.starts_before)
    condition, values = visibility(viewer, "s")
    conditions = [condition]
    plain = {
        "s.program_id = {}": chosen.program_id,
        "s.course_id = {}": chosen.course_id,
        "s.mode = {}": chosen.mode.value if chosen.mode else None,
        "s.language = {}": chosen.language if chosen.language.isprintable() and chosen.language else None,
        "s.starts_at >= {}": chosen.starts_from,
        "s.starts_at < {}": chosen.starts_before,
        "s.id IN (SELECT session_id FROM trainer_assignment WHERE person_id = {})": chosen.trainer_id,
        "s.id IN (SELECT m.session_id FROM meeting m JOIN room r ON r.id = m.room_id WHERE r.venue_id = {})": (
            chosen.venue_id
        ),
    }
    for text, value in plain.items():
        if value is not None:
            conditions.append(text)
            values.append(value)
    if chosen.free_only:
        conditions.append(
            "s.state IN ('published', 'confirmed')"
            " AND (s.taken_in_person < s.capacity_in_person OR s.taken_online < s.capacity_online)"
        )
    if chosen.states:
        conditions.append(f"s.state IN ({marks(chosen.states)})")
        values += [state.value for state in chosen.states]
    for word in folded(chosen.search).split()[:MOST_WORDS]:
        conditions.append("s.search LIKE {} ESCAPE '!'")
        values.append(f"%{_literally(word)}%")
    if chosen.managed:
        conditions.append(_managed(viewer, values))
    return conditions, values


def _managed(viewer: Viewer, values: list[Any]) -> str:
    """Only what the viewer may change: a page for managers must not show what they could merely book."""
    granted = reach(viewer, Permission.SESSION_MANAGE)
    if granted.everywhere:
        return "1 = 1"
    values += sorted(granted.scope_ids)
    return f"s.program_id IN ({marks(sorted(granted.scope_ids))})"


def _after(starts_at: datetime | None, session_id: UUID, *, undated: bool) -> tuple[str, list[Any]]:
    check_instants(cursor=starts_at)
    if starts_at is None:
        return "s.starts_at IS NULL AND s.id > {}", [session_id]
    text = "(s.starts_at, s.id) > ({}, {})"
    return f"({text} OR s.starts_at IS NULL)" if undated else text, [starts_at, session_id]


def _literally(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
