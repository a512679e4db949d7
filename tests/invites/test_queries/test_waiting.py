"""What is about to be told anyway, and what is to be looked at."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.invites.actions.checking import ask_check
from training.invites.queries.waiting import (
    goes_to_many,
    list_due_checks,
    list_to_sweep,
    list_told_anyway,
    list_unaccompanied,
)
from training.outbox.tables import FanOut


async def test_a_message_that_waits_tells_it(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    ids = [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]
    assert await list_told_anyway(ids) == frozenset(ids)
    assert await list_told_anyway([]) == frozenset()
    first, second = await list_unaccompanied(clock.now, None)
    assert await list_unaccompanied(clock.now, first) == [second]
    await execute("UPDATE message SET state = 'withdrawn'")
    assert await list_told_anyway(ids) == frozenset()


async def test_a_message_to_many_tells_it(works: Works) -> None:
    scene = await make_scene(works)

    async def add(work: Work) -> None:
        topic = f"session:{scene.session_id}"
        work.add(
            FanOut,
            id=work.new_id(),
            kind="booking-moved",
            template="booking/moved",
            topic=topic,
            not_before=work.now,
            created_at=work.now,
        )

    assert not await goes_to_many(scene.session_id)
    await works.run(scene.manager, add)
    assert await goes_to_many(scene.session_id)


async def test_checks_are_due_after_a_minute_and_sweeps_see_what_is_to_come(works: Works, clock: FrozenClock) -> None:
    scene, draft = await make_scene(works), await make_scene(works, tag=" b", state="draft")
    await works.run(scene.manager, ask_check, [scene.session_id])
    assert await list_due_checks(clock.now) == []
    clock.move(minutes=1)
    assert [check.id for check in await list_due_checks(clock.now)] == [scene.session_id]
    assert await list_to_sweep(clock.now, None) == [scene.session_id]
    assert await list_to_sweep(clock.now, scene.session_id) == []
    assert draft.session_id not in await list_to_sweep(clock.now, None)
    clock.move(days=30)
    assert await list_to_sweep(clock.now, None) == []
