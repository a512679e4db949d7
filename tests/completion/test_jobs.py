"""What the worker does for completion: whatever no event said, and whatever one missed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import one
from tests.completion.judged import (
    Taught,
    ask,
    attend,
    certificates,
    close,
    rename,
    said_minutes,
    stands,
    taught,
    widen,
)
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Work, Works
from training.completion import jobs
from training.completion.actions import judging
from training.completion.actions.ruling import set_rule
from training.completion.jobs import decide_due, look_back
from training.completion.queries.facts import Judged
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


async def ruled(works: Works, of: Taught, rule: RuleValues) -> None:
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, rule)


async def several(works: Works, clock: FrozenClock) -> list[Taught]:
    """Three sessions of one program, each completed by somebody a day ago."""
    made = [await taught(works, tag=str(number)) for number in range(3)]
    clock.move(days=16)
    for of in made:
        await attend(works, of, of.enrollments[0], 2)
        await close(works, of)
    await execute("UPDATE session SET program_id = {}", made[0].scene.program_id)
    clock.move(days=1)
    return made


@pytest.mark.parametrize(
    ("before", "then", "minutes"),
    [
        (RuleValues(certificate=False), RuleValues(), [240, 240]),
        (RuleValues(), RuleValues(hours_minutes=100), [100, 100]),
    ],
)
async def test_a_rule_of_many_sessions_reaches_the_certificates(
    works: Works, clock: FrozenClock, before: RuleValues, then: RuleValues, minutes: list[int]
) -> None:
    of = await taught(works, 2)
    await widen(works, of, 50)
    await ruled(works, of, before)
    clock.move(days=16)
    for key in of.enrollments:
        await attend(works, of, key, 2)
    await close(works, of)
    clock.move(days=1)
    issued = await one("SELECT COUNT(*) AS n FROM certificate")
    await ruled(works, of, then)
    assert await one("SELECT COUNT(*) AS n FROM certificate") == issued
    await decide_due(works)
    assert await said_minutes() == minutes
    assert await one("SELECT COUNT(*) AS n FROM rule_check") == 0
    clock.move(hours=1)
    assert [await decide_due(works), await look_back(works)] == [0, 0]
    assert await one("SELECT COUNT(*) AS n FROM certificate") == issued + 2


async def test_a_rule_of_many_sessions_makes_no_edition_of_another_name(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, *_ = await several(works, clock)
    monkeypatch.setattr(judging, "MOST_AT_ONCE", 2)
    await rename(of.scene.program_id, "Another name")
    await ruled(works, of, RuleValues(minutes_needed=100))
    assert await one("SELECT COUNT(*) AS n FROM rule_check") == 3
    await decide_due(works)
    assert await one("SELECT COUNT(*) AS n FROM rule_check") == 0
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 3


async def test_whoever_stops_between_two_sessions_loses_nothing(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, *_ = await several(works, clock)
    monkeypatch.setattr(judging, "MOST_AT_ONCE", 2)
    await ruled(works, of, RuleValues(hours_minutes=100))
    steps = 0

    async def stop(work: Work, session_id: UUID) -> list[Judged]:
        nonlocal steps
        steps += 1
        changed = await judging.check_rule(work, session_id)
        if steps == 2:
            raise asyncio.CancelledError
        return changed

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "check_rule", stop)
        with pytest.raises(asyncio.CancelledError):
            await decide_due(works)
    assert sorted(await said_minutes()) == [100, 240, 240]
    assert await one("SELECT COUNT(*) AS n FROM rule_check") == 2
    await asyncio.gather(decide_due(works), decide_due(works))
    assert await said_minutes() == [100, 100, 100]
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 6


async def test_one_that_fails_holds_up_no_other_and_is_tried_again(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, *_ = await several(works, clock)
    monkeypatch.setattr(judging, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "SESSIONS_AT_ONCE", 2)
    await ruled(works, of, RuleValues(hours_minutes=100))

    async def fail(work: Work, session_id: UUID) -> list[Judged]:
        if session_id == of.scene.session_id:
            raise ValueError
        return await judging.check_rule(work, session_id)

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "check_rule", fail)
        await decide_due(works)
    assert sorted(await said_minutes()) == [100, 100, 240]
    await decide_due(works)
    assert await said_minutes() == [100, 100, 100]


async def test_a_rule_that_changes_meanwhile_is_carried_out_too(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, *_ = await several(works, clock)
    monkeypatch.setattr(judging, "MOST_AT_ONCE", 2)
    await ruled(works, of, RuleValues(hours_minutes=100))
    (row, *_) = await execute("SELECT asked FROM rule_check")
    await ruled(works, of, RuleValues(hours_minutes=50))
    # A worker that read the first one does not take the second one away.
    assert await one("SELECT COUNT(*) AS n FROM rule_check WHERE asked = {}", UUID(str(row["asked"]))) == 0
    await decide_due(works)
    assert await said_minutes() == [50, 50, 50]
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 6
