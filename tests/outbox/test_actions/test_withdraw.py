"""Taking back what waits under a topic."""

from tests.outbox.test_actions.made import CLI, send, states
from training.base.database import execute
from training.base.work import Work, Works
from training.outbox.actions import supersede_all, withdraw


async def test_withdrawing_takes_back_only_what_waits(works: Works) -> None:
    claimed = await works.run(CLI, send, "session:1")
    await execute("UPDATE message SET state = 'claimed', lease_until = not_before WHERE id = {}", claimed)
    await works.run(CLI, send, "session:1")
    await works.run(CLI, send)
    assert await works.run(CLI, withdraw, "session:1") == 1
    assert await works.run(CLI, withdraw, "session:1") == 0
    assert await works.run(CLI, withdraw, "") == 0
    assert await states() == ["claimed", "waiting", "withdrawn"]


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
