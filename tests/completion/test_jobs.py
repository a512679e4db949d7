"""What the worker does for completion: whatever no event said, and whatever one missed."""

from datetime import timedelta

from tests.completion.judged import ask, attend, certificates, close, stands, taught
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.completion.actions.ruling import set_rule
from training.completion.jobs import decide_due, look_back
from training.completion.rules.conditions import RuleValues, Scope


async def test_a_survey_that_closed_decides(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, RuleValues(survey_needed=True))
    clock.move(days=16)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 2)
    await ask(works, of, [ada])
    await close(works, of)
    # Ben is never asked, so there is nothing to wait for.
    assert [(await stands(key)).state for key in (ada, ben)] == ["enrolled", "completed"]
    assert await decide_due(works) == 0
    clock.move(days=15)
    assert await decide_due(works) == 1
    assert [(await stands(key)).state for key in (ada, ben)] == ["not completed", "completed"]
    assert await decide_due(works) == 0
    assert [one.enrollment_id for one in await certificates()] == [ben]


async def test_what_an_event_missed_is_healed(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 2)
    await close(works, of)
    # A meeting that was moved to tomorrow: it is not over.
    tomorrow = clock() + timedelta(days=1)
    moved = "UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}"
    await execute(moved, tomorrow, tomorrow + timedelta(hours=2), of.scene.meeting_ids[1])
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", tomorrow + timedelta(hours=2), of.scene.session_id)
    assert await decide_due(works) == 1
    assert (await stands(ada)).state == "enrolled"
    clock.move(days=2)
    assert [await decide_due(works), (await stands(ada)).state] == [1, "completed"]
    # A rule that changed behind our back.
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, RuleValues(minutes_needed=240))
    await execute("UPDATE overall SET minutes = 100")
    assert [await decide_due(works), await look_back(works), await look_back(works)] == [0, 1, 0]
    assert (await stands(ada)).state == "not completed"
