"""What the worker does: asks many in batches, and asks again those who have not answered."""

from tests.conftest import FrozenClock
from tests.surveys.made import a_session_that_is_over, answer, asked, close, count, record
from training.base.database import execute
from training.base.work import Works
from training.outbox.jobs.fan_out import make_messages
from training.surveys.jobs import AUDIENCES, ask_forgotten, asked_again_next, asked_next, chase
from training.worker import AUDIENCES as ALL
from training.worker import TICKS, WANTED


async def test_a_crowd_is_asked_by_the_worker(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, places=60, present=60)
    assert await count("SELECT count(*) AS n FROM message WHERE kind = 'survey-asked'") == 0
    assert await count("SELECT count(*) AS n FROM fan_out WHERE audience = 'survey-asked'") == 1
    await answer(works, over, 3)
    await make_messages(works, audiences=AUDIENCES)
    assert await count("SELECT count(*) AS n FROM message WHERE kind = 'survey-asked'") == 59
    clock.move(days=4)
    assert await chase(works) == 59
    await answer(works, over, 4)
    await make_messages(works, audiences=AUDIENCES)
    assert await count("SELECT count(*) AS n FROM message WHERE kind = 'survey-reminder'") == 58


async def test_nobody_is_asked_before_the_end(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=6, days_ago=-0.02)
    rows = await count("SELECT count(*) AS n FROM message WHERE not_before > {}", clock.now)
    assert rows == 6
    args = {"session_id": str(over.session_id), "at": clock.now, "not_before": clock.now}
    assert [one.not_before for one in await asked_next(args, "", 2)] == [clock.now, clock.now]
    assert await asked_again_next(args, "", 2) == []


async def test_in_the_last_hours_nobody_is_asked_again(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=6)
    clock.move(days=13, hours=20)
    assert await chase(works) == 0
    await record(works, over, {over.enrollments[7]: "present"})
    assert await chase(works) == 0


async def test_who_was_missed_when_two_closed_the_rosters_at_once_is_asked(works: Works, clock: FrozenClock) -> None:
    """Each of two transactions sees the other's roster open: as if nothing had told of the closing."""
    over = await a_session_that_is_over(works)
    await record(works, over, dict.fromkeys(over.enrollments, "present"))
    assert await ask_forgotten(works) == 0, "the roster is open"
    await close(works, over, told=False)
    assert await ask_forgotten(works) == len(over.enrollments)
    assert await ask_forgotten(works) == 0
    clock.move(days=4)
    await execute("DELETE FROM survey_request WHERE id = {}", over.enrollments[0])
    assert await ask_forgotten(works) == 0, "long ago"


async def test_too_few_are_looked_at_again_and_not_asked(works: Works) -> None:
    await asked(works, present=3)
    assert await ask_forgotten(works) == 0


def test_the_worker_knows_them() -> None:
    assert AUDIENCES.items() <= ALL.items()
    assert "survey" in WANTED
    assert any(tick.job is chase for tick in TICKS)
