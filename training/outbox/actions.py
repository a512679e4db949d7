"""Verbs of messages: enqueue one in the transaction of its cause, withdraw those of a topic."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack
from uuid import UUID

from training.base.database import marks
from training.base.work import Work
from training.outbox.rules import MessageState, freeze, header_line, message_id_of, safe_recipient
from training.outbox.tables import Message

_AT_ONCE = 500


class NewMessage(TypedDict, total=False):
    """What `enqueue` is told about a message.

    `template` is "<room>/<key>": its words are `<room>/mails/<key>.subject`, `.txt` and `.html`. `recipient` is a
    folded address. `values` are frozen now: text, numbers, instants, SecretLink, lists and dicts of them. The message
    is sent after the commit, not before the instant `not_before` and not after `expires_at`. `subject_id` is what
    it is about; program and partner are those whose managers and coordinators may see that it was sent.
    """

    kind: Required[str]
    template: Required[str]
    recipient: Required[str]
    recipient_name: str
    person_id: UUID | None
    subject_id: UUID | None
    program_id: UUID | None
    partner_id: UUID | None
    topic: str
    values: Mapping[str, Any]
    not_before: datetime | None
    expires_at: datetime | None
    fan_out_id: UUID | None
    again_of: UUID | None


async def enqueue(work: Work, *, supersede: bool = False, **message: Unpack[NewMessage]) -> UUID:
    """Write a message in the transaction of its cause and return its id. It costs no statement of its own.

    With `supersede`, waiting messages of the same topic are replaced by this one; that does cost a statement, so ask
    for it only where an older one may exist. Raises ValueError for a recipient or value that no message can have.
    """
    topic = message.get("topic", "")
    if supersede and topic:
        await _end_waiting(work, topic, MessageState.SUPERSEDED)
    safe_recipient(message["recipient"])
    return _add(work, MessageState.WAITING, message)


def enqueue_decoy(work: Work, **message: Unpack[NewMessage]) -> None:
    """Write a message to nobody, withdrawn from the start: it costs what a real one costs, so that no clock can tell.

    No screen lists it, and `forget_decoys` removes it.
    """
    _add(work, MessageState.WITHDRAWN, {**message, "recipient": "", "recipient_name": ""})


def _add(work: Work, state: MessageState, message: NewMessage) -> UUID:
    message_id = work.new_id()
    work.add(
        Message,
        id=message_id,
        kind=message["kind"],
        template=message["template"],
        recipient=message["recipient"],
        recipient_name=header_line(message.get("recipient_name", "")),
        person_id=message.get("person_id"),
        subject_id=message.get("subject_id"),
        program_id=message.get("program_id"),
        partner_id=message.get("partner_id"),
        topic=message.get("topic", ""),
        values=freeze(message.get("values", {})),
        state=state,
        not_before=message.get("not_before") or work.now,
        expires_at=message.get("expires_at"),
        fan_out_id=message.get("fan_out_id"),
        again_of=message.get("again_of"),
        message_id=message_id_of(message_id, work.site.base_url),
        cause_id=work.id,
        created_at=work.now,
    )
    return message_id


async def forget_decoys(work: Work, before: datetime, most: int) -> int:
    """Delete at most `most` decoys from before an instant, and return how many that were."""
    gone = await work.execute(
        "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE recipient = '' AND state = {}"
        " AND created_at < {} ORDER BY created_at, id LIMIT {}) RETURNING id",
        MessageState.WITHDRAWN.value,
        before,
        most,
    )
    return len(gone)


async def withdraw(work: Work, topic: str) -> int:
    """Take back what still waits under a topic and return how many that were. What is being sent is not stopped."""
    return await _end_waiting(work, topic, MessageState.WITHDRAWN) if topic else 0


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


async def _end_waiting(work: Work, topic: str, state: MessageState) -> int:
    ended = await work.execute(
        "UPDATE message SET state = {} WHERE topic = {} AND state = {} RETURNING id",
        state.value,
        topic,
        MessageState.WAITING.value,
    )
    return len(ended)
