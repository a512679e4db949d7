"""Facts of many sessions at once, in a fixed number of statements."""

from tests.booking.made import make_scene
from tests.reminders.made import enrolled_scene
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.reminders.actions.healing import heal
from training.reminders.actions.plans import add_plan, switch_plan
from training.reminders.jobs import KEEPER
from training.reminders.queries.facts import list_facts, list_rows
from training.reminders.rules.plans import PlanValues, Scope


async def test_sessions_with_all_that_is_judged(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, meetings=3)
    other = await make_scene(works, tag="-other")
    await execute("UPDATE meeting SET cancelled_at = changed_at WHERE number = 3")
    await works.run(KEEPER, heal, [scene.session_id], ahead=None)
    await works.run(other.manager, switch_plan, Scope.COURSE, other.course_id, "day-before", active=False)
    await works.run(
        scene.manager, add_plan, Scope.SESSION, scene.session_id, PlanValues(key="mine", offset_minutes=-60)
    )
    found = {facts.session.id: facts for facts in await list_facts([scene.session_id, other.session_id])}
    first, second = found[scene.session_id], found[other.session_id]
    assert [sitting.number for sitting in first.session.sittings] == [1, 2]
    assert len(first.readers) == 2
    assert len(first.rows) == 2 * 5
    assert {plan.key for plan in first.plans} - {plan.key for plan in second.plans} == {"mine"}
    assert [plan.active for plan in second.plans if plan.key == "day-before"] == [False]
    assert (second.readers, second.rows) == ((), ())
    (only,) = await list_facts([scene.session_id], [scene.people[1]])
    assert {reader.person_id for reader in only.readers} == {scene.people[1]}
    assert {row.person_id for row in only.rows} == {scene.people[1]}
    assert await list_rows([scene.session_id], []) == []


async def test_the_number_of_statements_is_fixed(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    others = [(await make_scene(works, tag=f"-{number}")).session_id for number in range(3)]
    counted = []
    for session_ids in ([scene.session_id], [scene.session_id, *others]):
        with watch_statements() as seen:
            await list_facts(session_ids)
        counted.append(len(seen))
    assert counted == [9, 9]
    assert await list_facts([]) == []
