"""Claim what is due, begin, record what became of it: each a short transaction, and no mail is sent inside one.

A claimed message belongs to one worker until its lease ends. Between `begin` and `record` it may be on its way; a
worker that is killed there leaves it to be taken over, and it is sent once more with the same Message-ID.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import EmbeddedEngine, bound_engine, execute, fetch, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.queries import StoredMessage
from training.outbox.rules import MessageState, freeze
from training.outbox.rules.delivery import LEASE, Ended
from training.outbox.tables import Message

# A lease that ends later than any can was made by a clock that was wrong.
_IMPOSSIBLE = 2 * LEASE


class Due(StoredMessage, frozen=True, kw_only=True):
    """A claimed message with what its worker needs to know."""

    subject_id: UUID | None
    expires_at: datetime | None
    first_tried_at: datetime | None
    urgent: bool


class GoesAlong(Frozen, frozen=True, kw_only=True):
    """A calendar object that travels with a message, and its method."""

    calendar: str
    method: str


class _Address(Frozen, frozen=True, kw_only=True):
    address: str


_COLUMNS = ", ".join('"values" AS kept' if name == "kept" else name for name in Due.__struct_fields__)
_LEFT = "state = 'claimed' AND (lease_until <= {} OR lease_until > {})"
_URGENT = "state = 'waiting' AND urgent AND not_before <= {}"
_OTHER = "state = 'waiting' AND NOT urgent AND not_before <= {}"


async def anything_due(now: datetime) -> bool:
    """Whether a claim would find anything. Only reads, so that an idle worker disturbs nobody."""
    found = await execute(
        "SELECT id FROM (SELECT id FROM message WHERE state = 'waiting' AND not_before <= {} LIMIT 1) AS waiting"
        f" UNION ALL SELECT id FROM (SELECT id FROM message WHERE {_LEFT} LIMIT 1) AS remaining",
        now,
        now,
        now + _IMPOSSIBLE,
    )
    return bool(found)


async def claim(work: Work, by: str, most: int) -> list[Due]:
    """Take at most `most` messages that are due of each sort: left behind by others, urgent, all others; in this order.

    One statement, and each row has one winner. It costs the same however many messages were sent before.
    """
    lock = "" if isinstance(bound_engine(), EmbeddedEngine) else " FOR UPDATE SKIP LOCKED"
    rows = await work.execute(
        f"WITH remaining AS (SELECT id FROM message WHERE {_LEFT} ORDER BY lease_until, id LIMIT {{}}{lock}),"
        f" hurried AS (SELECT id FROM message WHERE {_URGENT} ORDER BY not_before, id LIMIT {{}}{lock}),"
        f" other AS (SELECT id FROM message WHERE {_OTHER} ORDER BY not_before, id LIMIT {{}}{lock})"
        " UPDATE message SET state = 'claimed', lease_until = {}, lease_by = {}, attempts = attempts + 1,"
        " begun_at = NULL WHERE id IN (SELECT id FROM remaining UNION ALL SELECT id FROM hurried"
        f" UNION ALL SELECT id FROM other) RETURNING {_COLUMNS}",
        work.now,
        work.now + _IMPOSSIBLE,
        most,
        work.now,
        most,
        work.now,
        most,
        work.now + LEASE,
        by,
    )
    due = msgspec.convert(rows, type=list[Due], strict=False)
    return sorted(due, key=lambda one: (not one.urgent, one.not_before, one.id))


async def begin(work: Work, by: str, ended: Sequence[Ended], message_id: UUID | None) -> bool:
    """Record what became of those before, and say that the sending of this one begins. In one transaction.

    False when it is not ours to send any more: withdrawn, superseded, or its lease is over.
    """
    if len(ended) == 1 and ended[0].state is MessageState.SENT and message_id is not None:
        return await _sent_and_begun(work, by, ended[0], message_id)
    await record(work, by, ended)
    if message_id is None:
        return False
    begun = await work.execute(
        "UPDATE message SET begun_at = {}, first_tried_at = COALESCE(first_tried_at, {}), lease_until = {}"
        " WHERE id = {} AND lease_by = {} AND state = 'claimed' AND lease_until > {} RETURNING id",
        work.now,
        work.now,
        work.now + LEASE,
        message_id,
        by,
        work.now,
    )
    return bool(begun)


async def _sent_and_begun(work: Work, by: str, sent: Ended, message_id: UUID) -> bool:
    """The common case in one statement: one was sent, the next begins."""
    changed = await work.execute(
        "UPDATE message SET state = CASE WHEN id = {} THEN 'sent' ELSE state END,"
        " answer = CASE WHEN id = {} THEN {} ELSE answer END, error = CASE WHEN id = {} THEN '' ELSE error END,"
        " sent_at = CASE WHEN id = {} THEN {} ELSE sent_at END, lease_by = CASE WHEN id = {} THEN '' ELSE lease_by END,"
        " lease_until = CASE WHEN id = {} THEN {} ELSE lease_until END,"
        " begun_at = CASE WHEN id = {} THEN {} ELSE begun_at END,"
        " first_tried_at = COALESCE(first_tried_at, {})"
        " WHERE id IN ({}, {}) AND lease_by = {} AND state = 'claimed' AND (id = {} OR lease_until > {}) RETURNING id",
        sent.id,
        *(sent.id, sent.answer, sent.id),
        *(sent.id, work.now, sent.id),
        *(message_id, work.now + LEASE),
        *(message_id, work.now),
        work.now,
        *(sent.id, message_id, by, sent.id, work.now),
    )
    return str(message_id) in {str(row["id"]) for row in changed}


async def record(work: Work, by: str, ended: Sequence[Ended]) -> None:
    """Write what became of claimed messages; nothing about one that somebody else has taken over."""
    for one in ended:
        waits = one.state is MessageState.WAITING
        later = ", not_before = {}, begun_at = NULL" if waits else ""
        untried = "" if one.was_tried else ", attempts = attempts - 1"
        sent = ", sent_at = {}" if one.state is MessageState.SENT else ""
        await work.execute(
            "UPDATE message SET state = {}, answer = {}, error = {}, lease_until = NULL, lease_by = ''"
            f"{later}{sent}{untried} WHERE id = {{}} AND lease_by = {{}} AND state = 'claimed'",
            one.state.value,
            one.answer,
            one.error,
            *([one.not_before or work.now] if waits else []),
            *([work.now] if sent else []),
            one.id,
            by,
        )


async def look_at(message_ids: Sequence[UUID]) -> list[Due]:
    """These messages as a worker would see them, without claiming them."""
    return await fetch(Due, f"SELECT {_COLUMNS} FROM message WHERE id IN ({marks(message_ids)})", *message_ids)


def take_along(work: Work, message_id: UUID, along: GoesAlong) -> None:
    """Write into a message what calendar goes along with it: with all other writes of its work, at the end."""
    work.change(Message, message_id, calendar=along.calendar, calendar_method=along.method)


def bring_up_to_date(work: Work, due: Due, values: Mapping[str, Any]) -> str | None:
    """Write into a message these values instead of those of the same names: with all other writes of its work, at the
    end. Returns what it keeps then, None where it says all of that already. Raises ValueError for what it cannot keep.
    """
    kept = due.values | freeze(values)
    if kept == due.values:
        return None
    work.change(Message, due.id, values=kept)
    return msgspec.json.encode(kept).decode()


async def renew(work: Work, by: str) -> int:
    """Keep what is claimed by a worker for another while; returns how many that are."""
    kept = await work.execute(
        "UPDATE message SET lease_until = {} WHERE state = 'claimed' AND lease_by = {} RETURNING id",
        work.now + LEASE,
        by,
    )
    return len(kept)


async def give_back(work: Work, by: str, why: str = "", *, begun: bool = False) -> int:
    """Let others have what a worker has claimed and not sent; no attempt is counted. Returns how many that were.

    `why` is what stood in the way. With `begun`, also what was begun and certainly did not leave.
    """
    kept = "" if begun else " AND begun_at IS NULL"
    said = ", error = {}" if why else ""
    given = await work.execute(
        "UPDATE message SET state = 'waiting', lease_until = NULL, lease_by = '', begun_at = NULL,"
        f" attempts = attempts - 1{said} WHERE state = 'claimed' AND lease_by = {{}}{kept} RETURNING id",
        *([why] if why else []),
        by,
    )
    return len(given)


async def dead_addresses(addresses: Collection[str]) -> frozenset[str]:
    """Which of these addresses do not work: mail to them came back for good, and nobody has said since that they do."""
    asked = sorted(set(addresses))
    rows = await fetch(
        _Address,
        "SELECT address FROM address_trouble WHERE kind = 'hard' AND cleared_at IS NULL"
        f" AND address IN ({marks(asked)})",
        *asked,
    )
    return frozenset(row.address for row in rows)
