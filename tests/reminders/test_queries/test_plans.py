"""Plans in force, seen from a program, a course and a session."""

from uuid import UUID

import pytest

from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.work import Works
from training.reminders.actions.plans import add_plan
from training.reminders.queries.plans import find_own_plan, get_scope, list_plans, lock_plan
from training.reminders.rules.plans import BUILT_IN, PlanValues, Scope


async def test_from_where_each_is(works: Works) -> None:
    scene = await make_scene(works)
    wider = PlanValues(key="mine", offset_minutes=-60)
    await works.run(scene.manager, add_plan, Scope.PROGRAM, scene.program_id, wider)
    narrower = PlanValues(key="mine", offset_minutes=-30)
    plan = await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, narrower)
    seen = {}
    for scope, key in (
        (Scope.PROGRAM, scene.program_id),
        (Scope.COURSE, scene.course_id),
        (Scope.SESSION, scene.session_id),
    ):
        plans = {each.key: each for each in await list_plans(scene.manager, scope, key)}
        assert len(plans) == len(BUILT_IN) + 1
        seen[scope] = plans["mine"].scope, plans["mine"].offset_minutes
    assert seen == {
        Scope.PROGRAM: (Scope.PROGRAM, -60),
        Scope.COURSE: (Scope.PROGRAM, -60),
        Scope.SESSION: (Scope.SESSION, -30),
    }
    place = await get_scope(scene.manager, Scope.COURSE, scene.course_id)
    assert await find_own_plan(place, "mine") is None
    assert plan.id is not None
    assert (await lock_plan(scene.manager, plan.id)).plan == plan


async def test_what_is_not_there(works: Works) -> None:
    scene = await make_scene(works)
    for scope in Scope:
        with pytest.raises(NotFound):
            await get_scope(scene.manager, scope, UUID(int=404))
    with pytest.raises(NotFound):
        await lock_plan(scene.manager, UUID(int=404))
