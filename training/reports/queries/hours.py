"""Hours of learners and trainers as far as a viewer may see them: two statements, whatever their number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL
from training.attendance.queries.overall import counted_sql, planned_sql
from training.base.database import fetch, marks, minutes_sql
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, reach
from training.reports.rules.hours import Hours, HoursAsked, LearnerHours, Span, TrainerHours, span_of

MOST_ROWS = 5_000
MOST_CHOICES = 500
_COUNTED: LiteralString = (
    "SELECT s.id, s.program_id, s.cancelled_at, CASE WHEN rs.id IS NOT NULL THEN rs.hours_minutes"
    " WHEN rc.id IS NOT NULL THEN rc.hours_minutes ELSE rp.hours_minutes END AS counted,"
)
_RULED: LiteralString = (
    " AS planned FROM session s"
    " LEFT JOIN completion_rule rs ON rs.session_id = s.id LEFT JOIN completion_rule rc ON rc.course_id = s.course_id"
    " LEFT JOIN completion_rule rp ON rp.program_id = s.program_id"
)
_CANCELLED: LiteralString = (
    " JOIN (SELECT m.session_id, max(m.ends_at) AS ended_at FROM session c JOIN meeting m ON m.session_id = c.id"
    " WHERE c.state = 'cancelled' AND c.published_at IS NOT NULL AND m.cancelled_at IS NULL"
    " AND m.ends_at <= c.cancelled_at GROUP BY m.session_id) h"
    " ON h.session_id = s.id WHERE h.ended_at >= {} AND h.ended_at < {}"
)
# A place (e) counts while it is there, and where only the cancelling of its session (t) ended it.
_PLACE = (
    "(e.state IN ('enrolled', 'not completed')"
    " OR (e.state = 'cancelled' AND e.was_state = 'enrolled' AND e.state_at = t.cancelled_at))"
)
# The minutes somebody was there, as corrected, and those that count: for who completed it perhaps by the rule.
_THERE: LiteralString = counted_sql("t.planned")
_MINUTES: LiteralString = f"COALESCE(CASE WHEN e.state = 'completed' THEN t.counted END, {_THERE})"


class _LearnerRow(Frozen, frozen=True, kw_only=True):
    program_id: UUID | None
    program: str | None
    partner_id: UUID | None
    partner: str | None
    people: int
    attended: int
    completed: int
    minutes: int


def _sessions_sql() -> LiteralString:
    """The sessions that ended in these months (t) and are over, with what the nearest rule counts as hours, null where
    it says nothing, and the minutes that were planned. One whose rest was cancelled ended with the last meeting that
    was held."""
    of: LiteralString = f"{_COUNTED} {planned_sql()}{_RULED}"
    return f"{of} WHERE s.state <> 'cancelled' AND s.ends_at >= {{}} AND s.ends_at < {{}} UNION ALL {of}{_CANCELLED}"


async def get_hours(viewer: Viewer, asked: HoursAsked, now: datetime) -> Hours:
    """The hours within the viewer's reach: of programs that they manage everything, of partners for which they book
    what their people learned, and what they taught themselves. Raises Invalid."""
    span = span_of(asked, now)
    people, learners = await _learners(viewer, asked, span, now)
    return Hours(span=span, learners=learners, trainers=await _trainers(viewer, asked, span, now), people=people)


async def _learners(
    viewer: Viewer, asked: HoursAsked, span: Span, now: datetime
) -> tuple[int, tuple[LearnerHours, ...]]:
    if asked.trainer is not None:
        return 0, ()
    within, values = _learners_within(viewer)
    # Whoever completed it counts as that, be it by hand and without a minute on record.
    parts = [within, f"(e.state = 'completed' OR {_PLACE} AND {_THERE} > 0)"]
    for column, chosen in (("t.program_id", asked.program), ("e.partner_id", asked.partner)):
        if chosen is not None:
            parts.append(f"{column} = {{}}")
            values.append(chosen)
    sessions = _sessions_sql()
    # First by person, so that nobody has to be told apart among all who were there.
    rows = await fetch(
        _LearnerRow,
        f"WITH t AS MATERIALIZED ({sessions}), x AS MATERIALIZED"
        " (SELECT t.program_id, e.partner_id, e.person_id,"
        f" sum(CASE WHEN {_THERE} > 0 THEN 1 ELSE 0 END) AS attended,"
        " sum(CASE WHEN e.state = 'completed' THEN 1 ELSE 0 END) AS completed,"
        f" sum({_MINUTES}) AS minutes FROM t JOIN enrollment e ON e.session_id = t.id"
        " LEFT JOIN overall o ON o.id = e.id"
        f" WHERE {' AND '.join(parts)} GROUP BY t.program_id, e.partner_id, e.person_id)"
        " SELECT x.program_id, g.name AS program, x.partner_id, p.name AS partner, count(*) AS people,"
        " CAST(sum(x.attended) AS INTEGER) AS attended, CAST(sum(x.completed) AS INTEGER) AS completed,"
        " CAST(sum(x.minutes) AS INTEGER) AS minutes FROM x JOIN program g ON g.id = x.program_id"
        " LEFT JOIN partner p ON p.id = x.partner_id GROUP BY x.program_id, g.name, x.partner_id, p.name"
        " UNION ALL SELECT NULL, NULL, NULL, NULL, count(DISTINCT x.person_id), 0, 0, 0 FROM x"
        " ORDER BY 2 NULLS FIRST, 4 NULLS LAST, 1, 3 LIMIT {}",
        *[span.starts_at, min(span.ends_at, now)] * 2,
        *values,
        MOST_ROWS + 1,
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
    return _either(
        ("t.program_id", sorted(programs.scope_ids)),
        ("e.partner_id", sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)),
    )


def _either(*wanted: tuple[str, list[UUID]]) -> tuple[str, list[Any]]:
    """One of these columns is one of these values. What nothing is asked of is left out, so that an index is used."""
    given = [(column, keys) for column, keys in wanted if keys]
    if not given:
        return "1 = 0", []
    parts = [f"{column} IN ({marks(keys)})" for column, keys in given]
    return f"({' OR '.join(parts)})", [key for _, keys in given for key in keys]


async def _trainers(viewer: Viewer, asked: HoursAsked, span: Span, now: datetime) -> tuple[TrainerHours, ...]:
    if asked.partner is not None:
        return ()
    within, values = _trainers_within(viewer)
    of = ["m.starts_at >= {}", "m.starts_at < {}", "m.ends_at <= {}", HELD_SQL]
    parts = [within, *of, "s.state <> 'draft'", "t.role <> 'shadow'"]
    values += [span.starts_at, span.ends_at, now]
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
    mine = [viewer.person_id] if viewer.person_id is not None else []
    return _either(("s.program_id", sorted(programs.scope_ids)), ("t.person_id", mine))


class Choice(Frozen, frozen=True, kw_only=True):
    """Something that the report can be narrowed to."""

    id: UUID
    name: str


class Choices(Frozen, frozen=True, kw_only=True):
    """What the viewer may narrow it to, each by name. `cut_short`: there are more than can be chosen here."""

    programs: tuple[Choice, ...]
    partners: tuple[Choice, ...]
    trainers: tuple[Choice, ...]
    cut_short: bool


class _ChoiceRow(Frozen, frozen=True, kw_only=True):
    kind: str
    id: UUID
    name: str


async def list_choices(viewer: Viewer, asked: HoursAsked) -> Choices:
    """The programs and trainers of programs that the viewer manages, the partners in them and those for which the
    viewer books: so many of each, and what is `asked` for always. One statement."""
    programs = reach(viewer, Permission.HOURS_SEE)
    partners = sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    managed = sorted(programs.scope_ids)
    of: str = "1 = 1" if programs.everywhere else f"x.program_id IN ({marks(managed)})"
    mine = [] if programs.everywhere else managed
    own = "1 = 1" if programs.everywhere else f"g.id IN ({marks(managed)})"
    joined = "EXISTS (SELECT 1 FROM participation x WHERE x.partner_id = p.id AND"
    taught = "EXISTS (SELECT 1 FROM trainer_assignment t JOIN session x ON x.id = t.session_id WHERE t.person_id = q.id"
    each = (
        f"SELECT 'program' AS kind, g.id, g.name FROM program g WHERE {own}",
        f"SELECT 'partner' AS kind, p.id, p.name FROM partner p WHERE {joined} {of}) OR p.id IN ({marks(partners)})",
        "SELECT 'trainer' AS kind, q.id, COALESCE(NULLIF(q.name, ''), q.email) AS name FROM person q"
        f" WHERE {taught} AND {of})",
    )
    first = "ORDER BY CASE WHEN y.id = {} THEN 0 ELSE 1 END, y.name, y.id LIMIT {}"
    rows = await fetch(
        _ChoiceRow,
        " UNION ALL ".join(f"SELECT * FROM (SELECT y.* FROM ({one}) y {first}) z" for one in each)
        + " ORDER BY 1, 3, 2",
        *mine,
        asked.program,
        MOST_CHOICES + 1,
        *mine,
        *partners,
        asked.partner,
        MOST_CHOICES + 1,
        *mine,
        asked.trainer,
        MOST_CHOICES + 1,
    )
    found = {kind: [one for one in rows if one.kind == kind] for kind in ("program", "partner", "trainer")}
    return Choices(
        programs=_first_of(found["program"], asked.program),
        partners=_first_of(found["partner"], asked.partner),
        trainers=_first_of(found["trainer"], asked.trainer),
        cut_short=any(len(some) > MOST_CHOICES for some in found.values()),
    )


def _first_of(rows: Sequence[_ChoiceRow], chosen: UUID | None) -> tuple[Choice, ...]:
    """As many of them as there may be, with the chosen one wherever it stands."""
    left_out = [row.id for row in rows if row.id != chosen][MOST_CHOICES - any(row.id == chosen for row in rows) :]
    return tuple(Choice(id=row.id, name=row.name) for row in rows if row.id not in left_out)
