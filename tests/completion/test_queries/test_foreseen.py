"""What another rule would do to certificates."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.completion.judged import Taught, attend, certificates, close, said_minutes, taught
from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.structs import as_data
from training.base.work import Work, Works
from training.completion.actions.certificates import revoke
from training.completion.actions.ruling import remove_rule, set_rule
from training.completion.queries import progress
from training.completion.queries.facts import judge_enrollments, list_session_facts
from training.completion.queries.foreseen import Paper, foresee_papers
from training.completion.queries.progress import foresee_rule
from training.completion.rules.conditions import Rule, RuleValues, Scope


async def over(works: Works, clock: FrozenClock, people: int = 2) -> Taught:
    of = await taught(works, people)
    clock.move(days=16)
    for key in of.enrollments:
        await attend(works, of, key, 2)
    await close(works, of)
    clock.move(days=1)
    return of


async def papers(of: Taught, clock: FrozenClock, rule: Rule | None) -> dict[UUID, Paper]:
    sessions = await list_session_facts([of.scene.session_id], clock(), {of.scene.program_id: rule})
    return await foresee_papers(await judge_enrollments(sessions, clock()), clock())


@dataclass
class _Case:
    kept: RuleValues | None
    tried: RuleValues | None
    then: Paper | None


HOURS, MONTHS, NONE = RuleValues(hours_minutes=100), RuleValues(valid_months=3), RuleValues(certificate=False)


@pytest.mark.parametrize(
    "case",
    [
        _Case(None, HOURS, Paper.EDITION),
        _Case(None, RuleValues(hours_minutes=240), None),
        _Case(None, MONTHS, Paper.EDITION),
        _Case(None, RuleValues(meetings_needed=1), None),
        _Case(None, NONE, None),
        _Case(HOURS, None, Paper.EDITION),
        _Case(HOURS, RuleValues(hours_minutes=100, minutes_needed=60), None),
        _Case(NONE, None, Paper.ISSUED),
        _Case(NONE, HOURS, Paper.ISSUED),
    ],
)
async def test_what_is_foreseen_comes_true(works: Works, clock: FrozenClock, case: _Case) -> None:
    of = await taught(works)
    about = (Scope.PROGRAM, of.scene.program_id)
    if case.kept:
        await works.run(of.scene.manager, set_rule, *about, case.kept)
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    clock.move(days=1)
    foreseen = await papers(of, clock, Rule(**as_data(case.tried), scope=Scope.PROGRAM) if case.tried else None)
    assert foreseen == ({of.enrollments[0]: case.then} if case.then else {})
    (before,) = await execute("SELECT count(*) AS n FROM certificate")
    if case.tried:
        await works.run(of.scene.manager, set_rule, *about, case.tried)
    else:
        await works.run(of.scene.manager, remove_rule, *about)
    (after,) = await execute("SELECT count(*) AS n FROM certificate")
    assert int(after["n"]) - int(before["n"]) == len(foreseen)


async def test_minutes_set_by_hand_count_and_names_make_no_edition(works: Works, clock: FrozenClock) -> None:
    of = await over(works, clock)
    ada, ben = of.enrollments
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, HOURS)
    clock.move(days=1)
    await attend(works, of, ada, 2, corrected="present", corrected_minutes=100, corrected_reason="Left")
    await execute("UPDATE program SET name = 'Another'")
    assert await papers(of, clock, None) == {ben: Paper.EDITION}
    await works.run(of.scene.manager, remove_rule, Scope.PROGRAM, of.scene.program_id)
    assert sorted(await said_minutes()) == [100, 240]


async def test_what_was_revoked_comes_back_unless_it_was_by_hand(works: Works, clock: FrozenClock) -> None:
    of = await over(works, clock)
    ada, ben = of.enrollments
    stricter = RuleValues(minutes_needed=240)
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, stricter)

    async def by_hand(work: Work) -> None:
        await revoke(work, [ada], "She sent somebody else.", by_hand=True)

    await works.run(of.scene.manager, by_hand)
    for key in of.enrollments:
        await attend(works, of, key, 2, 200)
    assert await certificates() == []
    clock.move(days=1)
    assert await papers(of, clock, None) == {ben: Paper.ISSUED}
    await works.run(of.scene.manager, remove_rule, Scope.PROGRAM, of.scene.program_id)
    assert [one.enrollment_id for one in await certificates()] == [ben]


async def test_more_people_than_are_looked_at_are_said(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await over(works, clock, 3)
    about = (of.scene.manager, Scope.PROGRAM, of.scene.program_id)
    with watch_statements() as seen:
        found = await foresee_rule(*about, Rule(scope=Scope.PROGRAM, hours_minutes=100), clock())
    assert len(seen) <= 11
    assert (found.concerns, found.enrollments, found.editions, found.uncounted) == (3, 0, 3, False)
    monkeypatch.setattr(progress, "MOST_PAPERS", 2)
    found = await foresee_rule(*about, Rule(scope=Scope.PROGRAM, hours_minutes=100), clock())
    assert (found.concerns, found.editions, found.uncounted) == (2, 2, True)
