"""Which rule holds where, and for whom it may be changed."""

import pytest

from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.work import Works
from training.completion.actions.ruling import set_rule
from training.completion.queries.conditions import get_rule_place, list_rules, rule_in_force, rules_of
from training.completion.rules.conditions import RuleValues, Scope


async def test_a_place_with_everything_further_out(works: Works) -> None:
    scene = await make_scene(works)
    place = await get_rule_place(scene.manager, Scope.SESSION, scene.session_id)
    assert (place.title, place.program_name, place.course_title) == ("Safe messaging", "Program", "Course")
    for scope, key in ((Scope.PROGRAM, scene.program_id), (Scope.COURSE, scene.course_id)):
        await works.run(scene.manager, set_rule, scope, key, RuleValues(meetings_needed=1))
    assert {rule.scope for rule in await list_rules(place)} == {Scope.PROGRAM, Scope.COURSE}
    assert (await rule_in_force(place)).scope is Scope.COURSE
    program = await get_rule_place(scene.manager, Scope.PROGRAM, scene.program_id)
    assert (await rule_in_force(program)).scope is Scope.PROGRAM
    assert set(await rules_of([scene.program_id, scene.session_id])) == {scene.program_id}
    assert await rules_of([]) == {}


async def test_foreign_and_unknown_alike(works: Works) -> None:
    scene = await make_scene(works)
    for viewer, key in ((scene.coordinator, scene.course_id), (scene.manager, scene.session_id)):
        with pytest.raises(NotFound):
            await get_rule_place(viewer, Scope.COURSE, key)
