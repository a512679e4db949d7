"""What it takes is said, changed and taken back."""

from datetime import timedelta

import pytest

from tests.booking.asked import one
from tests.booking.made import make_scene
from tests.completion.judged import attend, close, rename, said_minutes, stands, taught
from tests.conftest import FrozenClock
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.completion.actions.ruling import remove_rule, set_rule
from training.completion.queries.conditions import get_rule_place, rule_in_force
from training.completion.rules.conditions import NoRuleHere, RuleValues, Scope


async def test_the_nearest_rule_holds_and_taking_it_back_brings_the_wider_one(works: Works) -> None:
    scene = await make_scene(works)
    places = {
        Scope.PROGRAM: scene.program_id,
        Scope.COURSE: scene.course_id,
        Scope.SESSION: scene.session_id,
    }
    place = await get_rule_place(scene.manager, Scope.SESSION, scene.session_id)
    assert (await rule_in_force(place)).scope is Scope.BUILT_IN
    for number, (scope, key) in enumerate(places.items(), 1):
        made = await works.run(scene.manager, set_rule, scope, key, RuleValues(meetings_needed=number))
        assert (made.scope, made.version) == (scope, 1)
        assert await rule_in_force(place) == made
    for scope, key in reversed(places.items()):
        wider = await works.run(scene.manager, remove_rule, scope, key, expected_version=1)
        assert await rule_in_force(place) == wider
    assert (await rule_in_force(place)).scope is Scope.BUILT_IN
    with pytest.raises(NoRuleHere):
        await works.run(scene.manager, remove_rule, Scope.COURSE, scene.course_id)


async def test_versions_and_what_is_no_change(works: Works) -> None:
    scene = await make_scene(works)
    first, second = RuleValues(meetings_needed=1), RuleValues(meetings_needed=2)
    about = (Scope.COURSE, scene.course_id)
    await works.run(scene.manager, set_rule, *about, first, expected_version=0)
    assert (await works.run(scene.manager, set_rule, *about, first, expected_version=1)).version == 1
    assert (await works.run(scene.manager, set_rule, *about, second, expected_version=1)).version == 2
    with pytest.raises(Stale):
        await works.run(scene.manager, set_rule, *about, first, expected_version=0)
    with pytest.raises(Stale):
        await works.run(scene.manager, remove_rule, *about, expected_version=1)
    with pytest.raises(Invalid):
        await works.run(scene.manager, set_rule, *about, RuleValues(minutes_needed=0))


async def test_only_who_manages_the_program(works: Works) -> None:
    scene, other = await make_scene(works), await make_scene(works, tag="B")
    for viewer in (scene.coordinator, other.manager):
        for scope, key in ((Scope.PROGRAM, scene.program_id), (Scope.SESSION, scene.session_id)):
            with pytest.raises(NotFound):
                await works.run(viewer, set_rule, scope, key, RuleValues())
    with pytest.raises(NotFound):
        await works.run(scene.manager, set_rule, Scope.PROGRAM, scene.session_id, RuleValues())
    with pytest.raises(NotFound):
        await works.run(scene.manager, set_rule, Scope.BUILT_IN, scene.session_id, RuleValues())


async def test_a_rule_of_another_length_moves_the_end(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    about = (Scope.PROGRAM, of.scene.program_id)
    ends = []
    for months in (6, 12):
        await works.run(of.scene.manager, set_rule, *about, RuleValues(valid_months=months))
        ends.append((await stands(of.enrollments[0])).valid_until)
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[1] - ends[0] > timedelta(days=180)
    await works.run(of.scene.manager, remove_rule, *about)
    now = await stands(of.enrollments[0])
    assert (now.state, now.valid_until) == ("completed", None)


async def test_no_certificate_is_replaced_for_another_name(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    clock.move(days=1)
    await rename(of.scene.program_id, "Another name")
    about = (Scope.COURSE, of.scene.course_id)
    await works.run(of.scene.manager, set_rule, *about, RuleValues(minutes_needed=100))
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 1
    await works.run(of.scene.manager, set_rule, *about, RuleValues(minutes_needed=100, hours_minutes=90))
    assert await said_minutes() == [90]
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 2
