"""Who may change plans, and what holds afterwards."""

from uuid import UUID

import msgspec
import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.reminders.made import ask_about_waiting, enrolled_scene, keys, letters, reminders, tick
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.reminders.actions.plans import add_plan, edit_plan, remove_plan, switch_plan
from training.reminders.jobs import deliver, plan_ahead
from training.reminders.queries.plans import list_plans
from training.reminders.rules.facts import Why
from training.reminders.rules.plans import BUILT_IN, Anchor, Audience, Plan, PlanKeyTaken, PlanValues, Scope
from training.schedule.actions import edit_session
from training.schedule.rules.values import SessionValues

MINE = PlanValues(key="two-hours", offset_minutes=-120, words="Bring a pen.")


def scope_id(scene: Scene, scope: Scope) -> UUID:
    return {Scope.PROGRAM: scene.program_id, Scope.COURSE: scene.course_id, Scope.SESSION: scene.session_id}[scope]


async def held(scene: Scene, scope: Scope = Scope.SESSION) -> dict[str, Plan]:
    return {plan.key: plan for plan in await list_plans(scene.manager, scope, scope_id(scene, scope))}


@pytest.mark.parametrize("scope", [Scope.PROGRAM, Scope.COURSE, Scope.SESSION])
async def test_a_plan_of_ones_own(works: Works, scope: Scope) -> None:
    scene = await make_scene(works)
    plan = await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), MINE)
    assert (await held(scene))["two-hours"] == plan
    assert plan.scope is scope
    with pytest.raises(PlanKeyTaken):
        await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), MINE)
    changed = PlanValues(key="two-hours", offset_minutes=-180)
    assert plan.id is not None
    edited = await works.run(scene.manager, edit_plan, plan.id, changed, expected_version=1)
    assert (edited.offset_minutes, edited.words, edited.version) == (-180, "", 2)
    assert (await held(scene))["two-hours"] == edited
    with pytest.raises(Stale):
        await works.run(scene.manager, edit_plan, plan.id, MINE, expected_version=1)
    assert await works.run(scene.manager, edit_plan, plan.id, changed) == edited
    await works.run(scene.manager, remove_plan, plan.id, expected_version=2)
    assert set(await held(scene)) == {plan.key for plan in BUILT_IN}
    told = [row["event"] for row in await execute("SELECT event FROM journal_entry")]
    assert sorted(told) == ["ReminderPlanAdded", "ReminderPlanEdited", "ReminderPlanRemoved"]


async def test_switched_off_further_in_and_on_again(works: Works) -> None:
    scene = await make_scene(works)
    off = await works.run(scene.manager, switch_plan, Scope.PROGRAM, scene.program_id, "hour-before", active=False)
    assert off.scope is Scope.PROGRAM
    assert not (await held(scene))["hour-before"].active
    on = await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "hour-before", active=True)
    assert (on.scope, on.offset_minutes) == (Scope.SESSION, -60)
    assert (await held(scene))["hour-before"].active
    assert not (await held(scene, Scope.COURSE))["hour-before"].active
    again = await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "hour-before", active=False)
    assert (again.id, again.version) == (on.id, 2)
    same = await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "hour-before", active=False)
    assert same.version == 2
    with pytest.raises(NotFound):
        await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "nothing", active=False)


@pytest.mark.parametrize("scope", [Scope.PROGRAM, Scope.COURSE, Scope.SESSION])
async def test_only_who_manages_the_program(works: Works, scope: Scope) -> None:
    scene = await make_scene(works)
    other = await make_scene(works, tag="-other")
    plan = await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), MINE)
    assert plan.id is not None
    for viewer in (other.manager, scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await works.run(viewer, add_plan, scope, scope_id(scene, scope), MINE)
        with pytest.raises(NotFound):
            await works.run(viewer, switch_plan, scope, scope_id(scene, scope), "two-hours", active=False)
        with pytest.raises(NotFound):
            await works.run(viewer, edit_plan, plan.id, MINE)
        with pytest.raises(NotFound):
            await works.run(viewer, remove_plan, plan.id)
        with pytest.raises(NotFound):
            await list_plans(viewer, scope, scope_id(scene, scope))
    with pytest.raises(NotFound):
        await works.run(scene.manager, add_plan, Scope.BUILT_IN, scene.session_id, MINE)
    with pytest.raises(NotFound):
        await works.run(scene.manager, remove_plan, scene.session_id)


async def test_what_makes_no_sense_is_refused(works: Works) -> None:
    scene = await make_scene(works)
    with pytest.raises(Invalid):
        await works.run(
            scene.manager, add_plan, Scope.SESSION, scene.session_id, PlanValues(key="a", offset_minutes=-1)
        )


async def test_what_is_planned_follows_the_plan(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=12)
    await plan_ahead(works)
    await works.run(scene.manager, switch_plan, Scope.COURSE, scene.course_id, "day-before", active=False)
    clock.move(hours=12)
    assert await deliver(works) == 0, "before anything was planned anew"
    assert [row.reason for row in await reminders("dropped")] == [Why.PLAN_OFF]
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, MINE)
    clock.move(hours=22)
    assert await tick(works) == 1
    assert await keys("sent") == ["two-hours"]


async def test_a_plan_that_is_for_others_now_reminds_those(works: Works, clock: FrozenClock) -> None:
    """The one who waited moved up, and the plan is for those with a place now: the row of the waiting one serves."""
    scene = await enrolled_scene(works, 0, 1, capacity_in_person=1)
    clock.move(days=12)
    values = PlanValues(key="extra", audience=Audience.WAITLISTED, offset_minutes=-1440)
    plan = await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, values)
    await plan_ahead(works)
    assert plan.id is not None
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(capacity_in_person=2))
    await works.run(scene.manager, edit_plan, plan.id, PlanValues(key="extra", offset_minutes=-1440, words="Hello."))
    await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "day-before", active=False)
    clock.move(days=1)
    assert await tick(works) == 2
    await ask_about_waiting()
    assert [letter.state for letter in await letters()] == ["waiting", "waiting"]
    rows = await execute("SELECT audience FROM reminder WHERE plan_key = 'extra'")
    assert [row["audience"] for row in rows] == ["enrolled", "enrolled"]


@pytest.mark.parametrize("scope", [Scope.PROGRAM, Scope.COURSE, Scope.SESSION])
async def test_what_came_before_does_not_come_afterwards_under_the_same_name(
    works: Works, clock: FrozenClock, scope: Scope
) -> None:
    """Whoever got the first would never get the second."""
    scene = await enrolled_scene(works)
    before = PlanValues(key="own", anchor=Anchor.END, offset_minutes=-2 * 1440)
    thanks = PlanValues(key="own", anchor=Anchor.END, offset_minutes=1440, words="Thanks.")
    plan = await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), before)
    assert plan.id is not None
    await works.run(scene.manager, edit_plan, plan.id, thanks)
    await works.run(scene.manager, edit_plan, plan.id, before)
    clock.move(days=12, hours=2)
    await tick(works)
    assert "own" in await keys("sent")
    with pytest.raises(PlanKeyTaken):
        await works.run(scene.manager, edit_plan, plan.id, thanks)
    await works.run(scene.manager, edit_plan, plan.id, PlanValues(key="own", anchor=Anchor.END, offset_minutes=-1440))
    await works.run(scene.manager, remove_plan, plan.id)
    with pytest.raises(PlanKeyTaken):
        await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), thanks)
    await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), msgspec.structs.replace(thanks, key="new"))
    await works.run(scene.manager, add_plan, scope, scope_id(scene, scope), before)
