"""Hours of learners and trainers as far as a viewer may see them: two statements, whatever their number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks, minutes_sql
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, reach
from training.reports.rules.hours import Hours, HoursAsked, LearnerHours, Span, TrainerHours, span_of

MOST_ROWS = 5_000
MOST_CHOICES = 500
# The minutes somebody was there, as corrected; for who completed it what the nearest rule says, if it says a number.
_THERE = (
    "CASE WHEN o.corrected_minutes IS NOT NULL THEN o.corrected_minutes"
    " WHEN o.corrected IN ('excused', 'no-show', 'not recorded') THEN 0 ELSE o.minutes END"
)
_COUNTED = (
    "CASE WHEN e.state <> 'completed' THEN NULL WHEN rs.id IS NOT NULL THEN rs.hours_minutes"
    " WHEN rc.id IS NOT NULL THEN rc.hours_minutes ELSE rp.hours_minutes END"
)
_RULES = (
    " LEFT JOIN completion_rule rs ON rs.session_id = s.id LEFT JOIN completion_rule rc ON rc.course_id = s.course_id"
    " LEFT JOIN completion_rule rp ON rp.program_id = s.program_id"
)


class _LearnerRow(Frozen, frozen=True, kw_only=True):
    program_id: UUID | None
    program: str | None
    partner_id: UUID | None
    partner: str | None
    people: int
    attended: int
    completed: int
    minutes: int


async def get_hours(viewer: Viewer, asked: HoursAsked, now: datetime) -> Hours:
    """The hours within the viewer's reach: of programs that they manage everything, of partners for which they book
    what their people learned, and what they taught themselves. Raises Invalid."""
    span = span_of(asked, now)
    people, learners = await _learners(viewer, asked, span)
    return Hours(span=span, learners=learners, trainers=await _trainers(viewer, asked, span, now), people=people)


async def _learners(viewer: Viewer, asked: HoursAsked, span: Span) -> tuple[int, tuple[LearnerHours, ...]]:
    if asked.trainer is not None:
        return 0, ()
    within, values = _learners_within(viewer)
    parts = [within, "s.ends_at >= {}", "s.ends_at < {}", "e.state IN ('enrolled', 'completed', 'not completed')"]
    values += [span.starts_at, span.ends_at]
    for column, chosen in (("s.program_id", asked.program), ("e.partner_id", asked.partner)):
        if chosen is not None:
            parts.append(f"{column} = {{}}")
            values.append(chosen)
    sums = "count(DISTINCT x.person_id) AS people, count(*) AS attended, sum(x.done) AS completed, sum(x.minutes)"
    rows = await fetch(
        _LearnerRow,
        f"WITH x AS MATERIALIZED (SELECT s.program_id, e.partner_id, e.person_id,"
        " CASE WHEN e.state = 'completed' THEN 1 ELSE 0 END AS done,"
        f" COALESCE({_COUNTED}, {_THERE}) AS minutes FROM session s JOIN overall o ON o.session_id = s.id"
        f" JOIN enrollment e ON e.id = o.id{_RULES} WHERE {' AND '.join(parts)}),"
        " y AS (SELECT * FROM x WHERE minutes > 0)"
        f" SELECT x.program_id, g.name AS program, x.partner_id, p.name AS partner, {sums} AS minutes FROM y x"
        " JOIN program g ON g.id = x.program_id LEFT JOIN partner p ON p.id = x.partner_id"
        " GROUP BY x.program_id, g.name, x.partner_id, p.name"
        " UNION ALL SELECT NULL, NULL, NULL, NULL, count(DISTINCT x.person_id), 0, 0, 0 FROM y x"
        f" ORDER BY 2 NULLS FIRST, 4 NULLS LAST, 1, 3 LIMIT {MOST_ROWS + 1}",
        *values,
    )
    told = tuple(
        LearnerHours(
            program_id=row.program_id,
            program=row.program or "",
            partner_id=row.partner_id,
            partner=row.partner,
            people=row.people,
            attended=row.attended,
            completed=row.completed,
            minutes=row.minutes,
        )
        for row in rows
        if row.program_id is not None
    )
    return next((row.people for row in rows if row.program_id is None), 0), told


def _learners_within(viewer: Viewer) -> tuple[str, list[Any]]:
    programs = reach(viewer, Permission.HOURS_SEE)
    if programs.everywhere:
        return "1 = 1", []
    partners = sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    managed = sorted(programs.scope_ids)
    return f"(s.program_id IN ({marks(managed)}) OR e.partner_id IN ({marks(partners)}))", [*managed, *partners]


async def _trainers(viewer: Viewer, asked: HoursAsked, span: Span, now: datetime) -> tuple[TrainerHours, ...]:
    if asked.partner is not None:
        return ()
    within, values = _trainers_within(viewer)
    parts = [within, "m.ends_at >= {}", "m.ends_at < {}", "m.cancelled_at IS NULL", "t.role <> 'shadow'"]
    parts.append("s.state NOT IN ('draft', 'cancelled')")
    values += [span.starts_at, min(span.ends_at, now)]
    for column, chosen in (("s.program_id", asked.program), ("t.person_id", asked.trainer)):
        if chosen is not None:
            parts.append(f"{column} = {{}}")
            values.append(chosen)
    return tuple(
        await fetch(
            TrainerHours,
            "SELECT s.program_id, g.name AS program, t.person_id, COALESCE(NULLIF(p.name, ''), p.email) AS trainer,"
            f" count(*) AS meetings, sum({minutes_sql('m.starts_at', 'm.ends_at')}) AS minutes FROM meeting m"
            " JOIN trainer_assignment t ON t.meeting_id = m.id JOIN session s ON s.id = m.session_id"
            " JOIN program g ON g.id = s.program_id JOIN person p ON p.id = t.person_id"
            f" WHERE {' AND '.join(parts)} GROUP BY s.program_id, g.name, t.person_id, p.name, p.email"
            f" ORDER BY 2, 4, 1, 3 LIMIT {MOST_ROWS}",
            *values,
        )
    )


def _trainers_within(viewer: Viewer) -> tuple[str, list[Any]]:
    programs = reach(viewer, Permission.HOURS_SEE)
    if programs.everywhere:
        return "1 = 1", []
    managed = sorted(programs.scope_ids)
    if viewer.person_id is None:
        return f"s.program_id IN ({marks(managed)})", list(managed)
    return f"(s.program_id IN ({marks(managed)}) OR t.person_id = {{}})", [*managed, viewer.person_id]


class Choice(Frozen, frozen=True, kw_only=True):
    """Something that the report can be narrowed to."""

    id: UUID
    name: str


class Choices(Frozen, frozen=True, kw_only=True):
    """What the viewer may narrow it to, each by name."""

    programs: tuple[Choice, ...]
    partners: tuple[Choice, ...]
    trainers: tuple[Choice, ...]


class _ChoiceRow(Frozen, frozen=True, kw_only=True):
    kind: str
    id: UUID
    name: str


async def list_choices(viewer: Viewer) -> Choices:
    """The programs and trainers of programs that the viewer manages, the partners in them and those for which the
    viewer books. One statement."""
    programs = reach(viewer, Permission.HOURS_SEE)
    partners = sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    managed = sorted(programs.scope_ids)
    of: str = "1 = 1" if programs.everywhere else f"x.program_id IN ({marks(managed)})"
    mine = [] if programs.everywhere else managed
    own = "1 = 1" if programs.everywhere else f"g.id IN ({marks(managed)})"
    joined = "EXISTS (SELECT 1 FROM participation x WHERE x.partner_id = p.id AND"
    rows = await fetch(
        _ChoiceRow,
        f"SELECT 'program' AS kind, g.id, g.name FROM program g WHERE {own}"
        f" UNION ALL SELECT 'partner', p.id, p.name FROM partner p WHERE {joined} {of}) OR p.id IN ({marks(partners)})"
        " UNION ALL SELECT 'trainer', q.id, COALESCE(NULLIF(q.name, ''), q.email) FROM person q WHERE EXISTS"
        f" (SELECT 1 FROM trainer_assignment t JOIN session x ON x.id = t.session_id WHERE t.person_id = q.id AND {of})"
        " ORDER BY 1, 3, 2 LIMIT {}",
        *mine,
        *mine,
        *partners,
        *mine,
        4 * MOST_CHOICES,
    )
    return Choices(**{f"{kind}s": _of_kind(rows, kind) for kind in ("program", "partner", "trainer")})


def _of_kind(rows: Sequence[_ChoiceRow], kind: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=row.id, name=row.name) for row in rows if row.kind == kind)[:MOST_CHOICES]
