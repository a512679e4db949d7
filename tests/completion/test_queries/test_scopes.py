"""Which sessions a rule concerns, and which the clock looks at."""

from datetime import timedelta

from tests.completion.judged import attend, close, reopen, taught
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.completion.queries.scopes import list_sessions_of, list_undecided, page_begun, sessions_of
from training.completion.rules.conditions import Scope

YEAR = timedelta(days=365)


async def test_sessions_of_a_rule_that_have_begun(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    about = (
        (Scope.PROGRAM, of.scene.program_id),
        (Scope.COURSE, of.scene.course_id),
        (Scope.SESSION, of.scene.session_id),
    )
    assert [await list_sessions_of(*one, clock(), 9) for one in about] == [[], [], []]
    clock.move(days=16)
    assert [await list_sessions_of(*one, clock(), 9) for one in about] == [[of.scene.session_id]] * 3
    assert await sessions_of(of.enrollments) == [of.scene.session_id]
    await execute("UPDATE session SET state = 'cancelled'")
    assert await list_sessions_of(*about[0], clock(), 9) == []


async def test_what_is_perhaps_undecided(works: Works, clock: FrozenClock) -> None:
    of, _ = await taught(works), await taught(works, tag="B")
    clock.move(days=16)
    assert await list_undecided(clock(), YEAR) == []
    await close(works, of)
    assert await list_undecided(clock(), YEAR) == []
    await execute("UPDATE enrollment SET state = 'enrolled' WHERE session_id = {}", of.scene.session_id)
    assert await list_undecided(clock(), YEAR) == [of.scene.session_id]
    await attend(works, of, of.enrollments[0], 2)
    await reopen(works, of, 0)
    await execute("UPDATE enrollment SET state = 'completed' WHERE session_id = {}", of.scene.session_id)
    assert await list_undecided(clock(), YEAR) == [of.scene.session_id]
    clock.move(days=400)
    assert await list_undecided(clock(), YEAR) == []


async def test_page_by_page(works: Works, clock: FrozenClock) -> None:
    made = sorted([(await taught(works, tag=str(n))).scene.session_id for n in range(3)])
    clock.move(days=16)
    assert await page_begun(None, clock(), YEAR, 2) == made[:2]
    assert await page_begun(made[1], clock(), YEAR, 2) == made[2:]
    assert await page_begun(made[2], clock(), YEAR, 2) == []
