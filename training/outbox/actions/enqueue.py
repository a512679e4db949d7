"""Write a message in the transaction of its cause; write a decoy that costs the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack
from uuid import UUID

from training.base.work import Work
from training.outbox.actions.withdraw import end_waiting
from training.outbox.rules import MessageState, freeze, header_line, message_id_of, safe_recipient
from training.outbox.rules.delivery import is_urgent
from training.outbox.tables import Message


class NewMessage(TypedDict, total=False):
    """What `enqueue` is told about a message.

    `template` is "<room>/<key>": its words are `<room>/mails/<key>.subject`, `.txt` and `.html`. `recipient` is a
    folded address. `values` are frozen now: text, numbers, instants, SecretLink, lists and dicts of them. The message
    is sent after the commit, not before the instant `not_before` and not after `expires_at`. `subject_id` is what
    it is about; program and partner are those whose managers and coordinators may see that it was sent. `calendar` is
    one calendar object that goes along, and `calendar_method` what it asks.
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
    cause_id: UUID | None
    calendar: str
    calendar_method: str


async def enqueue(work: Work, *, supersede: bool = False, **message: Unpack[NewMessage]) -> UUID:
    """Write a message in the transaction of its cause and return its id. It costs no statement of its own.

    With `supersede`, waiting messages of the same topic are replaced by this one; that does cost a statement, so ask
    for it only where an older one may exist. Raises ValueError for a recipient or value that no message can have.
    """
    topic = message.get("topic", "")
    if supersede and topic:
        await end_waiting(work, topic, MessageState.SUPERSEDED)
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
        calendar=message.get("calendar", ""),
        calendar_method=message.get("calendar_method", ""),
        state=state,
        urgent=is_urgent(message["kind"]),
        not_before=message.get("not_before") or work.now,
        expires_at=message.get("expires_at"),
        fan_out_id=message.get("fan_out_id"),
        again_of=message.get("again_of"),
        message_id=message_id_of(message_id, work.site.base_url),
        cause_id=message.get("cause_id") or work.id,
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
