"""Verbs of messages: enqueue one in the transaction of its cause, withdraw those of a topic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.work import Work
from training.outbox.rules import MessageState, freeze, header_line, message_id_of, safe_recipient
from training.outbox.tables import Message


async def enqueue(
    work: Work,
    *,
    kind: str,
    template: str,
    recipient: str,
    recipient_name: str = "",
    person_id: UUID | None = None,
    topic: str = "",
    values: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    supersede: bool = False,
) -> UUID:
    """Write a message to `recipient` (a folded address) that is sent after the commit, not before `not_before`.

    `template` is "<room>/<key>": its words are `<room>/mails/<key>.subject`, `.txt` and `.html`. `values` are frozen
    now (text, numbers, instants, SecretLink, lists and dicts of them). With `supersede`, waiting messages of the same
    topic are replaced by this one; that costs a statement, so ask for it only where an older one may exist.
    Raises ValueError for a recipient or value that no message can have.
    """
    if supersede and topic:
        await _end_waiting(work, topic, MessageState.SUPERSEDED)
    message_id = work.new_id()
    work.add(
        Message,
        id=message_id,
        kind=kind,
        template=template,
        recipient=safe_recipient(recipient),
        recipient_name=header_line(recipient_name),
        person_id=person_id,
        topic=topic,
        values=freeze(values or {}),
        state=MessageState.WAITING,
        not_before=not_before or work.now,
        message_id=message_id_of(message_id, work.site.base_url),
        cause_id=work.id,
        created_at=work.now,
    )
    return message_id


async def withdraw(work: Work, topic: str) -> int:
    """Take back what still waits under a topic and return how many that were. What is being sent is not stopped."""
    return await _end_waiting(work, topic, MessageState.WITHDRAWN) if topic else 0


async def _end_waiting(work: Work, topic: str, state: MessageState) -> int:
    ended = await work.execute(
        "UPDATE message SET state = {} WHERE topic = {} AND state = {} RETURNING id",
        state.value,
        topic,
        MessageState.WAITING.value,
    )
    return len(ended)
