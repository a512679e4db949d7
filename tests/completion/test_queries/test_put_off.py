"""Which certificates wait, and which no longer."""

from datetime import timedelta

from tests.completion.certified import completed
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.completion.actions.certificates import issue
from training.completion.queries.put_off import list_put_off, list_sessions_put_off


async def test_those_whose_time_has_come(works: Works, clock: FrozenClock) -> None:
    made = await completed(works, 3)
    first, second, _ = await works.run(made.scene.manager, issue, made.enrollments)
    assert await list_sessions_put_off(clock()) == []
    soon = clock() + timedelta(minutes=10)
    await execute("UPDATE certificate SET again_at = {} WHERE id = {}", soon, first)
    await execute("UPDATE certificate SET again_at = {} WHERE id = {}", soon + timedelta(seconds=1), second)
    assert await list_sessions_put_off(clock()) == []
    assert await list_sessions_put_off(soon) == [made.scene.session_id]
    assert [one.id for one in await list_put_off(made.scene.session_id, soon)] == [first]
    assert await list_put_off(first, soon) == []
