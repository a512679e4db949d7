"""What the worker calls."""

from tests.conftest import FrozenClock
from tests.schedule.made import NEXT_WEEK, WEEK_AFTER, T, a_course, a_program, a_session
from training.base.work import Works
from training.schedule.jobs import advance
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import State


async def test_sessions_start_and_end_by_the_clock(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    draft = await a_session(works, course.id)
    first = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER, publish=True)
    second = await a_session(works, course.id, WEEK_AFTER, publish=True)

    async def states() -> list[State]:
        return [(await lock_session(key)).state for key in (draft, first, second)]

    assert await advance(works) == 0
    clock.now = T("2026-05-12T00:00Z")
    assert await advance(works) == 1
    assert await states() == [State.DRAFT, State.RUNNING, State.PUBLISHED]
    clock.now = T("2026-06-01T00:00Z")
    assert await advance(works) == 3
    assert await states() == [State.DRAFT, State.CLOSED, State.CLOSED]
    assert await advance(works) == 0
