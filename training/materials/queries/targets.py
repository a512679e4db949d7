"""Where somebody can copy materials to: sessions and courses whose materials they may change. Two statements."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, reach
from training.schedule.rules.sessions import folded

MOST_TARGETS = 12
_MOST_COURSES = 500
_MOST_WORDS = 6


class Target(Frozen, frozen=True, kw_only=True):
    """A session, or a course: then there is no session. `starts_at` (UTC) is None for a course and without a date."""

    course_id: UUID
    session_id: UUID | None
    title: str
    course_title: str
    program_name: str
    zone: str
    starts_at: datetime | None


async def list_targets(viewer: Viewer, search: str, now: datetime) -> list[Target]:
    """Those whose title, course or program holds every word of `search`: courses first, then sessions, the next ones
    before those that are over. One more of either than `MOST_TARGETS` tells that there are more."""
    words = folded(search).split()[:_MOST_WORDS]
    courses = [one for one in await _courses(viewer) if _holds(one, words)]
    return [*courses[: MOST_TARGETS + 1], *await _sessions(viewer, words, now)]


def _holds(one: Target, words: list[str]) -> bool:
    text = folded(one.title, one.program_name)
    return all(word in text for word in words)


async def _courses(viewer: Viewer) -> list[Target]:
    granted = reach(viewer, Permission.MATERIAL_MANAGE)
    programs = sorted(granted.scope_ids)
    within = "1 = 1" if granted.everywhere else f"c.program_id IN ({marks(programs)})"
    return await fetch(
        Target,
        "SELECT c.id AS course_id, NULL AS session_id, c.title, c.title AS course_title, p.name AS program_name,"
        f" p.zone, NULL AS starts_at FROM course c JOIN program p ON p.id = c.program_id WHERE {within}"
        " ORDER BY p.name, p.id, c.title, c.id LIMIT {}",
        *([] if granted.everywhere else programs),
        _MOST_COURSES,
    )


async def _sessions(viewer: Viewer, words: list[str], now: datetime) -> list[Target]:
    granted = reach(viewer, Permission.MATERIAL_MANAGE)
    programs = sorted(granted.scope_ids)
    leads = (
        "EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {}"
        " AND t.role IN ('lead', 'co'))"
    )
    within = "1 = 1" if granted.everywhere else f"(s.program_id IN ({marks(programs)}) OR {leads})"
    values: list[Any] = [] if granted.everywhere else [*programs, viewer.person_id]
    found = "".join(" AND s.search LIKE {} ESCAPE '!'" for _ in words)
    return await fetch(
        Target,
        "SELECT s.course_id, s.id AS session_id, s.title, c.title AS course_title, p.name AS program_name, s.zone,"
        " s.starts_at FROM session s JOIN course c ON c.id = s.course_id JOIN program p ON p.id = s.program_id"
        f" WHERE {within}{found} AND s.state <> 'cancelled'"
        " ORDER BY CASE WHEN s.ends_at IS NOT NULL AND s.ends_at <= {} THEN 1 ELSE 0 END, s.starts_at, s.id LIMIT {}",
        *values,
        *(f"%{_literally(word)}%" for word in words),
        now,
        MOST_TARGETS + 1,
    )


def _literally(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
