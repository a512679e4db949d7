"""Plans as they are kept, for those who run a program."""

from uuid import UUID

from training.base.database import fetch, fetch_one, for_update
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer, as_data
from training.people.rules import Permission, require
from training.reminders.queries.facts import PLAN_COLUMNS, PlanRow
from training.reminders.rules.plans import Plan, Scope, plans_in_force


class PlanScope(Frozen, frozen=True, kw_only=True):
    """What plans belong to, with everything further out."""

    scope: Scope
    id: UUID
    program_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Place(Frozen, frozen=True, kw_only=True):
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None


_PLACES = {
    Scope.PROGRAM: "SELECT p.id AS program_id, NULL AS course_id, NULL AS session_id FROM program p WHERE p.id = {}",
    Scope.COURSE: "SELECT c.program_id, c.id AS course_id, NULL AS session_id FROM course c WHERE c.id = {}",
    Scope.SESSION: "SELECT s.program_id, s.course_id, s.id AS session_id FROM session s WHERE s.id = {}",
}
NEEDED = {
    Scope.PROGRAM: Permission.PROGRAM_MANAGE,
    Scope.COURSE: Permission.COURSE_MANAGE,
    Scope.SESSION: Permission.SESSION_MANAGE,
}


async def get_scope(viewer: Viewer, scope: Scope, scope_id: UUID) -> PlanScope:
    """A program, a course or a session whose plans the viewer may change. Raises NotFound for a foreign one alike."""
    if scope not in _PLACES:
        raise NotFound
    place = await fetch_one(_Place, _PLACES[scope], scope_id)
    if place is None:
        raise NotFound
    require(viewer, NEEDED[scope], place.program_id)
    return PlanScope(
        scope=scope, id=scope_id, program_id=place.program_id, course_id=place.course_id, session_id=place.session_id
    )


class PlanPlace(Frozen, frozen=True, kw_only=True):
    """What plans belong to, as pages call it. `session_id` and so on lead to the wider ones."""

    scope: Scope
    id: UUID
    title: str
    program_id: UUID
    program_name: str
    course_id: UUID | None = None
    course_title: str = ""


class _Named(Frozen, frozen=True, kw_only=True):
    title: str
    program_id: UUID
    program_name: str
    course_id: UUID | None
    course_title: str


_NAMED = {
    Scope.PROGRAM: "SELECT p.name AS title, p.id AS program_id, p.name AS program_name, NULL AS course_id,"
    " '' AS course_title FROM program p WHERE p.id = {}",
    Scope.COURSE: "SELECT c.title, c.program_id, p.name AS program_name, c.id AS course_id, c.title AS course_title"
    " FROM course c JOIN program p ON p.id = c.program_id WHERE c.id = {}",
    Scope.SESSION: "SELECT s.title, s.program_id, p.name AS program_name, s.course_id, c.title AS course_title"
    " FROM session s JOIN program p ON p.id = s.program_id JOIN course c ON c.id = s.course_id WHERE s.id = {}",
}


async def get_place(viewer: Viewer, scope: Scope, scope_id: UUID) -> PlanPlace:
    """What a page about plans is headed by. Raises NotFound for what the viewer may not change."""
    await get_scope(viewer, scope, scope_id)
    found = await fetch_one(_Named, _NAMED[scope], scope_id)
    if found is None:
        raise NotFound
    return PlanPlace(scope=scope, id=scope_id, **as_data(found))


async def list_plans(viewer: Viewer, scope: Scope, scope_id: UUID) -> tuple[Plan, ...]:
    """The plans in force for a program, a course or a session, switched-off ones and built-in ones included; each says
    from where it is. Raises NotFound."""
    place = await get_scope(viewer, scope, scope_id)
    wider = [key for key in (place.program_id, place.course_id, place.session_id) if key is not None]
    conditions = ("r.program_id = {}", "r.course_id = {}", "r.session_id = {}")[: len(wider)]
    sql = f"SELECT {PLAN_COLUMNS} FROM reminder_plan r WHERE {' OR '.join(conditions)} ORDER BY r.id"
    return plans_in_force(row.plan for row in await fetch(PlanRow, sql, *wider))


class OwnedPlan(PlanRow, frozen=True, kw_only=True):
    """A plan with the program in which it holds."""

    owner_id: UUID

    @property
    def scope_id(self) -> UUID:
        """The program, course or session that it belongs to."""
        return self.session_id or self.course_id or self.owner_id


# One statement with the program, so that a foreign plan costs what an unknown one does.
_OWNED = (
    f"SELECT {PLAN_COLUMNS}, COALESCE(r.program_id, c.program_id, s.program_id) AS owner_id FROM reminder_plan r"
    " LEFT JOIN course c ON c.id = r.course_id LEFT JOIN session s ON s.id = r.session_id WHERE r.id = {}"
)


async def get_plan(viewer: Viewer, plan_id: UUID) -> Plan:
    """A plan that the viewer may change. Raises NotFound."""
    return _theirs(viewer, await fetch_one(OwnedPlan, _OWNED, plan_id)).plan


async def lock_plan(viewer: Viewer, plan_id: UUID) -> OwnedPlan:
    """The row of a plan that the viewer may change, locked until the unit of work ends. Raises NotFound."""
    return _theirs(viewer, await fetch_one(OwnedPlan, f"{_OWNED}{for_update('r')}", plan_id))


def _theirs(viewer: Viewer, found: OwnedPlan | None) -> OwnedPlan:
    if found is None:
        raise NotFound
    require(viewer, NEEDED[found.plan.scope], found.owner_id)
    return found


async def get_scope_of(viewer: Viewer, plan_id: UUID) -> PlanPlace:
    """What a plan belongs to. Raises NotFound."""
    row = _theirs(viewer, await fetch_one(OwnedPlan, _OWNED, plan_id))
    return await get_place(viewer, row.plan.scope, row.scope_id)


async def find_own_plan(place: PlanScope, key: str) -> PlanRow | None:
    """The plan of this key that belongs to exactly this program, course or session; None without one."""
    column = {Scope.PROGRAM: "r.program_id", Scope.COURSE: "r.course_id", Scope.SESSION: "r.session_id"}[place.scope]
    sql = f"SELECT {PLAN_COLUMNS} FROM reminder_plan r WHERE {column} = {{}} AND r.key = {{}}"
    return await fetch_one(PlanRow, sql, place.id, key)


_SENT = (
    "SELECT r.id FROM reminder r JOIN session s ON s.id = r.session_id WHERE r.plan_key = {} AND r.state = 'sent'"
    " AND (r.due_at >= r.anchor_at) = {}"
)
_SENT_OF = {
    Scope.PROGRAM: f"{_SENT} AND s.program_id = {{}} LIMIT 1",
    Scope.COURSE: f"{_SENT} AND s.course_id = {{}} LIMIT 1",
    Scope.SESSION: f"{_SENT} AND s.id = {{}} LIMIT 1",
}


async def went_out_otherwise(place: PlanScope, key: str, *, before: bool) -> bool:
    """Whether reminders of this key went out here on the other side: after what they are about, where this one comes
    `before`, or the other way round. Whoever got one of them is never sent another of that key about the same."""
    found = await fetch(_Key, _SENT_OF[place.scope], key, before, place.id)
    return bool(found)
