"""What the worker does for places, as it asks: each thing once, and one failure at a time."""

from tests.booking.nameless import Tally, tally, with_open
from tests.conftest import FrozenClock
from training.base.work import Works
from training.booking.jobs import ask_for_names, expire


async def test_nothing_is_due_at_first(works: Works) -> None:
    await with_open(works, 2)
    assert (await expire(works), await ask_for_names(works)) == (0, 0)


async def test_what_is_due_is_done_once(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 2)
    clock.move(days=11)
    assert [await ask_for_names(works) for _ in range(3)] == [2, 0, 0]
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)
