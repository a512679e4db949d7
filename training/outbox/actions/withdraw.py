"""Take back what has not left: of one topic, or of many at once."""

from collections.abc import Sequence

from training.base.database import marks
from training.base.work import Work
from training.outbox.rules import MessageState

_AT_ONCE = 500


async def withdraw(work: Work, topic: str) -> int:
    """Take back what still waits under a topic and return how many that were. What is being sent is not stopped."""
    return await end_waiting(work, topic, MessageState.WITHDRAWN) if topic else 0


async def supersede_all(work: Work, topics: Sequence[str]) -> None:
    """Take back what still waits under any of these topics, because newer words replace it. Few statements for many."""
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        await work.execute(
            f"UPDATE message SET state = {{}} WHERE state = {{}} AND topic IN ({marks(some)})",
            MessageState.SUPERSEDED.value,
            MessageState.WAITING.value,
            *some,
        )


async def end_waiting(work: Work, topic: str, state: MessageState) -> int:
    """End what waits under a topic as `state` and return how many that were."""
    ended = await work.execute(
        "UPDATE message SET state = {} WHERE topic = {} AND state = {} RETURNING id",
        state.value,
        topic,
        MessageState.WAITING.value,
    )
    return len(ended)
