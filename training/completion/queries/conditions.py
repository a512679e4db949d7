"""Rules as they are kept, which of them holds, and for whom they may be changed."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer, as_data
from training.completion.rules.conditions import Rule, RuleValues, Scope, nearest
from training.people.rules import Permission, require

RULE_COLUMNS = ", ".join(f"r.{name}" for name in ("id", *RuleValues.__struct_fields__, "version"))


class RulePlace(Frozen, frozen=True, kw_only=True):
    """What a rule belongs to, as pages call it, with everything further out."""

    scope: Scope
    id: UUID
    title: str
    program_id: UUID
    program_name: str
    course_id: UUID | None = None
    course_title: str = ""
    session_id: UUID | None = None


class _Place(Frozen, frozen=True, kw_only=True):
    title: str
    program_id: UUID
    program_name: str
    course_id: UUID | None
    course_title: str
    session_id: UUID | None


_PLACES: Mapping[Scope, LiteralString] = {
    Scope.PROGRAM: "SELECT p.name AS title, p.id AS program_id, p.name AS program_name, NULL AS course_id,"
    " '' AS course_title, NULL AS session_id FROM program p WHERE p.id = {}",
    Scope.COURSE: "SELECT c.title, c.program_id, p.name AS program_name, c.id AS course_id, c.title AS course_title,"
    " NULL AS session_id FROM course c JOIN program p ON p.id = c.program_id WHERE c.id = {}",
    Scope.SESSION: "SELECT s.title, s.program_id, p.name AS program_name, s.course_id, c.title AS course_title,"
    " s.id AS session_id FROM session s JOIN program p ON p.id = s.program_id JOIN course c ON c.id = s.course_id"
    " WHERE s.id = {}",
}
COLUMN: Mapping[Scope, LiteralString] = {
    Scope.PROGRAM: "program_id",
    Scope.COURSE: "course_id",
    Scope.SESSION: "session_id",
}


async def get_rule_place(viewer: Viewer, scope: Scope, scope_id: UUID) -> RulePlace:
    """A program, course or session whose rule the viewer may change. Raises NotFound for a foreign one alike."""
    if scope not in _PLACES:
        raise NotFound
    found = await fetch_one(_Place, _PLACES[scope], scope_id)
    if found is None:
        raise NotFound
    require(viewer, Permission.CERTIFICATE_MANAGE, found.program_id)
    return RulePlace(scope=scope, id=scope_id, **as_data(found))


class RuleRow(Frozen, frozen=True, kw_only=True):
    """A rule as it is kept."""

    id: UUID
    program_id: UUID | None
    course_id: UUID | None
    session_id: UUID | None
    meetings_needed: int | None
    minutes_needed: int | None
    survey_needed: bool
    valid_months: int | None
    hours_minutes: int | None
    certificate: bool
    version: int

    @property
    def scope_id(self) -> UUID | None:
        """The program, course or session it belongs to."""
        return self.session_id or self.course_id or self.program_id

    @property
    def rule(self) -> Rule:
        """The same as a value."""
        scope = Scope.SESSION if self.session_id else Scope.COURSE if self.course_id else Scope.PROGRAM
        values: dict[str, Any] = {name: getattr(self, name) for name in RuleValues.__struct_fields__}
        return Rule(**values, scope=scope, id=self.id, version=self.version)


_ROWS = f"SELECT {RULE_COLUMNS}, r.program_id, r.course_id, r.session_id FROM completion_rule r WHERE"


async def list_rules(place: RulePlace) -> list[Rule]:
    """The rules of a place and of everything further out."""
    conditions, values = ["r.program_id = {}"], [place.program_id]
    if place.course_id:
        conditions, values = [*conditions, "r.course_id = {}"], [*values, place.course_id]
    if place.session_id:
        conditions, values = [*conditions, "r.session_id = {}"], [*values, place.session_id]
    return [row.rule for row in await fetch(RuleRow, f"{_ROWS} {' OR '.join(conditions)}", *values)]


async def rule_in_force(place: RulePlace) -> Rule:
    """The rule that holds there."""
    return nearest(await list_rules(place))


async def find_rule_for_update(place: RulePlace) -> Rule | None:
    """The rule that belongs to exactly this program, course or session, locked; None without one."""
    row = await fetch_one(RuleRow, f"{_ROWS} r.{COLUMN[place.scope]} = {{}}{for_update('r')}", place.id)
    return row.rule if row else None


async def rules_of(keys: Sequence[UUID]) -> dict[UUID, Rule]:
    """The rules of these programs, courses and sessions, by whichever they belong to. One statement."""
    given = marks(keys)
    sql = f"{_ROWS} r.program_id IN ({given}) OR r.course_id IN ({given}) OR r.session_id IN ({given})"
    rows = await fetch(RuleRow, sql, *keys, *keys, *keys)
    return {row.scope_id: row.rule for row in rows if row.scope_id}
