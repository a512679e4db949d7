"""Taking back what waits under a topic."""

from typing import Any

import pytest

from tests.conftest import FrozenClock
from tests.outbox.test_actions.made import CLI, send, states
from training.base.database import execute
from training.base.work import Work, Works
from training.outbox.actions import enqueue, supersede_all, supersede_kind, withdraw
from training.outbox.actions.delivery import begin, claim, record
from training.outbox.actions.withdraw import withdraw_some
from training.outbox.rules import MessageState
from training.outbox.rules.delivery import Ended


@pytest.mark.parametrize(("begun", "taken", "left"), [(False, 2, "withdrawn"), (True, 1, "claimed")])
async def test_withdrawing_reaches_what_has_not_begun(
    works: Works, clock: FrozenClock, begun: bool, taken: int, left: str
) -> None:
    claimed = await works.run(CLI, send, "session:1")
    [due] = await works.run(CLI, claim, "me", 10)
    assert due.id == claimed
    if begun:
        assert await works.run(CLI, begin, "me", (), claimed)
    await works.run(CLI, send, "session:1")
    await works.run(CLI, send)
    clock.move(seconds=1)
    assert await works.run(CLI, withdraw, "session:1") == taken
    assert await works.run(CLI, withdraw, "session:1") == 0
    assert await works.run(CLI, withdraw, "") == 0
    assert await states() == sorted(["waiting", "withdrawn", left])
    assert await works.run(CLI, begin, "me", (), claimed) is begun
    if begun:
        # It is not tried again if it does not get through.
        passing = Ended(id=claimed, state=MessageState.WAITING, error="later", not_before=clock.now)
        await works.run(CLI, record, "me", [passing])
        [found] = [due for due in await works.run(CLI, claim, "me", 10) if due.id == claimed]
        assert found.expires_at == clock.now


async def test_withdrawing_sees_what_the_same_work_enqueued(works: Works) -> None:
    async def both(work: Work) -> int:
        await send(work, "session:1")
        return await withdraw(work, "session:1")

    assert await works.run(CLI, both) == 1
    assert await states() == ["withdrawn"]


async def test_many_topics_are_superseded_at_once(works: Works) -> None:
    for number in range(3):
        await works.run(CLI, send, f"session:{number}")
    await works.run(CLI, supersede_all, ["session:0", "session:2"])
    assert await states() == ["superseded", "superseded", "waiting"]


async def test_one_kind_is_superseded_and_says_what_it_would_have_said(works: Works) -> None:
    async def told(work: Work, kind: str, topic: str, values: dict[str, Any]) -> None:
        await enqueue(work, kind=kind, template="outbox/test", recipient="ann@example.org", topic=topic, values=values)

    for number in range(2):
        await works.run(CLI, told, "booking-moved", f"enrollment:{number}", {"at": FrozenClock().now, "n": number})
    await works.run(CLI, told, "booking-enrolled", "enrollment:0", {})
    found = await works.run(CLI, supersede_kind, "booking-moved", ["enrollment:0", "enrollment:2"])
    assert found == {"enrollment:0": {"at": FrozenClock().now, "n": 0}}
    assert await states() == ["superseded", "waiting", "waiting"]
    assert await works.run(CLI, supersede_kind, "booking-moved", []) == {}


async def test_one_kind_that_has_begun_to_leave_says_nothing(works: Works) -> None:
    begun = await works.run(CLI, send, "session:1")
    await works.run(CLI, claim, "me", 10)
    assert await works.run(CLI, begin, "me", (), begun)
    [row] = await execute("SELECT kind FROM message")
    assert await works.run(CLI, supersede_kind, str(row["kind"]), ["session:1"]) == {}


async def test_some_by_their_ids(works: Works) -> None:
    first, second, begun = [await works.run(CLI, send, f"session:{number}") for number in range(3)]
    await works.run(CLI, claim, "me", 10)
    assert await works.run(CLI, begin, "me", (), begun)
    assert await works.run(CLI, withdraw_some, [first, begun]) == {first}
    assert await works.run(CLI, withdraw_some, [first]) == frozenset()
    assert await works.run(CLI, withdraw_some, []) == frozenset()
    assert await states() == ["claimed", "claimed", "withdrawn"]
    assert second is not None
