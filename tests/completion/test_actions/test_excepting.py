"""Completion decided by hand: it wins until it is ended."""

import pytest

from tests.booking.made import make_scene
from tests.completion.judged import attend, certificates, close, stands, taught
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.completion.actions.excepting import end_exception, except_by_hand
from training.completion.actions.ruling import set_rule
from training.completion.rules.conditions import RuleValues, Scope
from training.completion.rules.excepting import ExceptionValues, NotExcepted, NotJudged

YES = ExceptionValues(completed=True, reason="Made up for it")
NO = ExceptionValues(completed=False, reason="Slept through it")


async def test_it_wins_over_the_rule_whatever_happens_then(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 0)
    await close(works, of)
    assert (await stands(ada)).state == "not completed"
    settled = await works.run(of.scene.manager, except_by_hand, ada, YES, expected_version=0)
    assert (settled.state, settled.version) == ("completed", 1)
    now = await stands(ada)
    assert (now.state, now.state_reason) == ("completed", "By hand: Made up for it")
    assert len(await certificates()) == 1
    await attend(works, of, ada, 0, corrected="no-show", corrected_reason="Really not")
    await works.run(of.scene.manager, set_rule, Scope.SESSION, of.scene.session_id, RuleValues(minutes_needed=240))
    assert (await stands(ada)).state == "completed"
    settled = await works.run(of.scene.manager, except_by_hand, ada, NO, expected_version=1)
    assert (settled.state, settled.version) == ("not completed", 2)
    assert not await certificates()
    settled = await works.run(of.scene.manager, end_exception, ada, expected_version=2)
    assert (settled.state, settled.version) == ("not completed", 3)
    assert (await stands(ada)).state_reason == "0 of 2 meetings, 0 of 240 minutes"
    settled = await works.run(of.scene.manager, except_by_hand, ada, YES, expected_version=3)
    assert (settled.state, settled.version) == ("completed", 4)


async def test_before_the_end_it_counts_from_the_decision(works: Works) -> None:
    of = await taught(works)
    await works.run(of.scene.manager, except_by_hand, of.enrollments[0], YES)
    now = await stands(of.enrollments[0])
    assert (now.state, now.completed_at) == ("completed", works.clock())
    await works.run(of.scene.manager, end_exception, of.enrollments[0])
    assert ((await stands(of.enrollments[0])).state, await certificates()) == ("enrolled", [])


async def test_what_is_refused(works: Works) -> None:
    of, other = await taught(works, 2), await make_scene(works, tag="B")
    ada, ben = of.enrollments
    with pytest.raises(Invalid):
        await works.run(of.scene.manager, except_by_hand, ada, ExceptionValues(completed=True))
    with pytest.raises(NotExcepted):
        await works.run(of.scene.manager, end_exception, ada)
    with pytest.raises(Stale):
        await works.run(of.scene.manager, except_by_hand, ada, YES, expected_version=1)
    for viewer in (of.scene.coordinator, other.manager):
        with pytest.raises(NotFound):
            await works.run(viewer, except_by_hand, ada, YES)
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", ben)
    with pytest.raises(NotJudged):
        await works.run(of.scene.manager, except_by_hand, ben, YES)
