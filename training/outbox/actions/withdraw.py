"""Take back what has not left: of one topic, or of many at once.

What a worker has claimed and not begun is reached as well. What it has begun may be with the server already: that is
only kept from being tried again.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import marks
from training.base.work import Work
from training.outbox.rules import MessageState, thaw

_AT_ONCE = 500
_END = (
    "UPDATE message SET state = CASE WHEN begun_at IS NULL THEN {} ELSE state END,"
    " expires_at = CASE WHEN begun_at IS NULL THEN expires_at ELSE {} END WHERE state IN ('waiting', 'claimed')"
)


async def withdraw(work: Work, topic: str) -> int:
    """Take back what waits under a topic and return how many that were. What is on its way is not stopped."""
    return await end_waiting(work, topic, MessageState.WITHDRAWN) if topic else 0


async def withdraw_some(work: Work, message_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Take back those of these messages that have not begun to leave, and return which ones. One statement, or none."""
    if not message_ids:
        return frozenset()
    ended = await work.execute(
        f"UPDATE message SET state = {{}} WHERE id IN ({marks(message_ids)}) AND state IN ('waiting', 'claimed')"
        " AND begun_at IS NULL RETURNING id",
        MessageState.WITHDRAWN.value,
        *message_ids,
    )
    return frozenset(UUID(str(row["id"])) for row in ended)


async def withdraw_all(work: Work, topics: Sequence[str]) -> frozenset[str]:
    """Take back what waits under any of these topics and return those under which something did. Few statements."""
    found: set[str] = set()
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        ended = await work.execute(
            f"{_END} AND topic IN ({marks(some)}) RETURNING topic, state",
            MessageState.WITHDRAWN.value,
            work.now,
            *some,
        )
        found.update(row["topic"] for row in ended if row["state"] == MessageState.WITHDRAWN.value)
    return frozenset(found)


async def supersede_all(work: Work, topics: Sequence[str]) -> None:
    """Take back what waits under any of these topics, because newer words replace it. Few statements for many."""
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        await work.execute(
            f"{_END} AND topic IN ({marks(some)})",
            MessageState.SUPERSEDED.value,
            work.now,
            *some,
        )


async def supersede_kind(work: Work, kind: str, topics: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The same of one kind of message only; returns what those said that nobody reads any more, by topic. Secret
    links in it are worth nothing."""
    said: dict[str, dict[str, Any]] = {}
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        ended = await work.execute(
            f"{_END} AND kind = {{}} AND topic IN ({marks(some)})"
            ' RETURNING topic, state, CAST("values" AS TEXT) AS kept',
            MessageState.SUPERSEDED.value,
            work.now,
            kind,
            *some,
        )
        for row in ended:
            if row["state"] == MessageState.SUPERSEDED.value:
                said[row["topic"]] = thaw(msgspec.json.decode(row["kept"]), "", "")
    return said


async def end_waiting(work: Work, topic: str, state: MessageState) -> int:
    """End what waits under a topic as `state` and return how many that were."""
    ended = await work.execute(f"{_END} AND topic = {{}} RETURNING state", state.value, work.now, topic)
    return sum(row["state"] == state.value for row in ended)


async def end_many(work: Work, topic: str, state: MessageState) -> int:
    """The same for a message to many: what was made under its topic, whatever topic each one's own copy has."""
    ended = await work.execute(
        f"{_END} AND (topic = {{}} OR fan_out_id IN (SELECT f.id FROM fan_out f WHERE f.topic = {{}})) RETURNING state",
        state.value,
        work.now,
        topic,
        topic,
    )
    return sum(row["state"] == state.value for row in ended)
