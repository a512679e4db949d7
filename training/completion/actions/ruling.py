"""What it takes to complete a session is said for a program, a course or one session, or taken back."""

from collections.abc import Mapping
from uuid import UUID

from training.base.errors import Stale
from training.base.structs import as_data
from training.base.work import Work
from training.completion.events import CompletionRuleSet
from training.completion.queries.conditions import (
    COLUMN,
    RulePlace,
    find_rule_for_update,
    get_rule_place,
    rule_in_force,
)
from training.completion.rules.conditions import NoRuleHere, Rule, RuleValues, Scope, checked
from training.completion.tables import CompletionRule
from training.schedule.queries import lock_session


async def set_rule(
    work: Work, scope: Scope, scope_id: UUID, values: RuleValues, *, expected_version: int | None = None
) -> Rule:
    """Say what it takes, in place of whatever holds there now. Version 0 stands for none of its own.

    What enrollments are follows, with their certificates: at once, for a wide scope within the hour.
    Raises NotFound, Invalid, Stale.
    """
    place, before = await _held(work, scope, scope_id, expected_version)
    checked(values)
    columns = as_data(values)
    if before is not None and all(getattr(before, name) == value for name, value in columns.items()):
        return before
    if before is None or before.id is None:
        rule_id, version = work.new_id(), 1
        owner = {COLUMN[scope]: place.id, "created_at": work.now, "created_by": work.actor.person_id}
        work.add(CompletionRule, id=rule_id, **columns, **owner, version=version)
    else:
        rule_id, version = before.id, before.version + 1
        work.change(CompletionRule, rule_id, **columns, version=version)
    event = CompletionRuleSet(scope_id=scope_id, scope=scope.value, rule_id=rule_id)
    work.emit(event, before=_columns(before), after=columns)
    return Rule(**columns, scope=scope, id=rule_id, version=version)


async def remove_rule(work: Work, scope: Scope, scope_id: UUID, *, expected_version: int | None = None) -> Rule:
    """Take back what was said there, so that the wider rule holds again; returns that.

    Raises NotFound, NoRuleHere, Stale.
    """
    place, before = await _held(work, scope, scope_id, expected_version)
    if before is None or before.id is None:
        raise NoRuleHere
    await work.execute("DELETE FROM completion_rule WHERE id = {}", before.id)
    event = CompletionRuleSet(scope_id=scope_id, scope=scope.value, rule_id=None)
    work.emit(event, before=_columns(before))
    return await rule_in_force(place)


async def _held(
    work: Work, scope: Scope, scope_id: UUID, expected_version: int | None
) -> tuple[RulePlace, Rule | None]:
    """The place, its session locked if it is one, and its own rule, locked, which the actor has seen as it is."""
    await work.flush()
    place = await get_rule_place(work.actor, scope, scope_id)
    if place.session_id:
        await lock_session(place.session_id)
    before = await find_rule_for_update(place)
    version = before.version if before else 0
    if expected_version is not None and expected_version != version:
        raise Stale(version=version, current={"version": version})
    return place, before


def _columns(rule: Rule | None) -> Mapping[str, object] | None:
    return {name: getattr(rule, name) for name in RuleValues.__struct_fields__} if rule else None
