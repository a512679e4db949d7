"""Plans are added, changed, switched off and removed, for a program, a course or a session.

What is planned by then follows with the next tick; what is due is judged by the plans of its own moment.
"""

from typing import Any
from uuid import UUID

from training.base.errors import NotFound, Stale
from training.base.structs import as_data
from training.base.work import Work
from training.reminders import tables
from training.reminders.events import (
    ReminderPlanAdded,
    ReminderPlanEdited,
    ReminderPlanRemoved,
    ReminderPlanSwitched,
)
from training.reminders.queries.facts import PlanRow
from training.reminders.queries.plans import (
    PlanScope,
    find_own_plan,
    get_scope,
    list_plans,
    lock_plan,
    went_out_otherwise,
)
from training.reminders.rules.plans import Plan, PlanKeyTaken, PlanValues, Scope, checked_plan

_SPENT = "People here got a reminder with this short name at another time already. Choose a new short name."


async def add_plan(work: Work, scope: Scope, scope_id: UUID, values: PlanValues) -> Plan:
    """Add a plan to a program, a course or a session; there it replaces a wider or built-in one of the same key.

    Raises NotFound, Invalid with a sentence per field, PlanKeyTaken.
    """
    place = await get_scope(work.actor, scope, scope_id)
    checked_plan(values)
    if await find_own_plan(place, values.key) is not None:
        raise PlanKeyTaken(fields={"key": "There is a reminder with this short name here already."})
    await _check_unspent(place, values.key, values.offset_minutes)
    plan = _written(work, place, values)
    event = ReminderPlanAdded(scope_id=scope_id, scope=scope.value, plan_id=_id(plan), key=plan.key, said=plan.sentence)
    work.emit(event, after=as_data(values))
    return plan


async def edit_plan(work: Work, plan_id: UUID, values: PlanValues, *, expected_version: int | None = None) -> Plan:
    """Change a plan; its key stays what it is. Raises NotFound, Stale, Invalid, PlanKeyTaken.

    One that was sent stays before what it is about, or after it: who got it would never get the other.
    """
    row, scope, scope_id = await _held(work, plan_id, expected_version)
    checked_plan(values)
    before = row.plan
    if before.before is not (values.offset_minutes < 0):
        await _check_unspent(await get_scope(work.actor, scope, scope_id), row.key, values.offset_minutes)
    columns = {**as_data(values), "key": row.key}
    changed = tuple(name for name, value in columns.items() if getattr(before, name) != value)
    if not changed:
        return before
    written = {name: columns[name] for name in changed}
    work.change(tables.ReminderPlan, plan_id, **written, version=row.version + 1)
    plan = _plan(plan_id, scope, columns, row.version + 1)
    about: dict[str, Any] = {
        "scope_id": scope_id,
        "scope": scope.value,
        "plan_id": plan_id,
        "key": row.key,
        "said": plan.sentence,
    }
    work.emit(
        ReminderPlanEdited(**about, changed=changed),
        before={name: getattr(before, name) for name in changed},
        after=written,
    )
    return plan


async def switch_plan(work: Work, scope: Scope, scope_id: UUID, key: str, *, active: bool) -> Plan:
    """Switch the reminder of this key off or on for a program, a course or a session, wherever it comes from.

    Raises NotFound when no plan of that key is in force there.
    """
    place = await get_scope(work.actor, scope, scope_id)
    in_force = next((plan for plan in await list_plans(work.actor, scope, scope_id) if plan.key == key), None)
    if in_force is None:
        raise NotFound
    if in_force.active is active:
        return in_force
    own = await find_own_plan(place, key)
    if own is None:
        columns = {name: getattr(in_force, name) for name in PlanValues.__struct_fields__}
        plan = _written(work, place, PlanValues(**{**columns, "active": active}), in_force.template)
    else:
        work.change(tables.ReminderPlan, own.id, active=active, version=own.version + 1)
        plan = _plan(own.id, scope, {**_columns(own), "active": active}, own.version + 1)
    about: dict[str, Any] = {
        "scope_id": scope_id,
        "scope": scope.value,
        "plan_id": _id(plan),
        "key": key,
        "said": plan.sentence,
    }
    event = ReminderPlanSwitched(**about, active=active)
    work.emit(event, before={"active": not active}, after={"active": active})
    return plan


async def remove_plan(work: Work, plan_id: UUID, *, expected_version: int | None = None) -> None:
    """Take a plan away, so that the wider one of its key holds again, if there is one. Raises NotFound, Stale."""
    row, scope, scope_id = await _held(work, plan_id, expected_version)
    await work.execute("DELETE FROM reminder_plan WHERE id = {}", plan_id)
    about: dict[str, Any] = {"scope_id": scope_id, "scope": scope.value, "plan_id": plan_id, "key": row.key}
    event = ReminderPlanRemoved(**about, said=row.plan.sentence)
    work.emit(event, before=_columns(row))


async def _held(work: Work, plan_id: UUID, expected_version: int | None) -> tuple[PlanRow, Scope, UUID]:
    """The plan, locked, that the actor may change and has seen as it is, and what it belongs to."""
    await work.flush()
    row = await lock_plan(work.actor, plan_id)
    if expected_version is not None and expected_version != row.version:
        raise Stale(version=row.version, current={"version": row.version})
    return row, row.plan.scope, row.scope_id


async def _check_unspent(place: PlanScope, key: str, offset_minutes: int) -> None:
    if await went_out_otherwise(place, key, before=offset_minutes < 0):
        raise PlanKeyTaken(fields={"key": _SPENT})


def _written(work: Work, place: PlanScope, values: PlanValues, template: str = "") -> Plan:
    plan_id = work.new_id()
    column = {Scope.PROGRAM: "program_id", Scope.COURSE: "course_id", Scope.SESSION: "session_id"}[place.scope]
    columns = {**as_data(values), "template": template}
    owned = {column: place.id, "created_at": work.now, "created_by": work.actor.person_id}
    work.add(tables.ReminderPlan, id=plan_id, **columns, **owned, version=1)
    return _plan(plan_id, place.scope, columns, 1)


def _plan(plan_id: UUID, scope: Scope, columns: dict[str, Any], version: int) -> Plan:
    return Plan(**columns, id=plan_id, scope=scope, version=version)


def _columns(row: PlanRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*PlanValues.__struct_fields__, "template")}


def _id(plan: Plan) -> UUID:
    if plan.id is None:
        raise NotFound
    return plan.id
