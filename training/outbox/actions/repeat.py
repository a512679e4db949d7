"""Send again what did not arrive: the same template, values and topic, as a message of its own."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from training.base.errors import NotFound
from training.base.work import Work
from training.outbox.events import MessageSentAgain
from training.outbox.queries import Repeatable, list_repeatable, list_repetitions, obstacle_to
from training.outbox.rules import MessageState, message_id_of, safe_recipient
from training.outbox.rules.again import repeated_until
from training.outbox.tables import Message

_COPIED = (
    *("kind", "template", "template_version", "recipient_name", "person_id", "subject_id", "program_id", "partner_id"),
    "topic",
)

NOBODY_MOVED: Mapping[UUID, str] = MappingProxyType({})


async def send_again(work: Work, message_id: UUID, *, recipient: str = "") -> UUID:
    """Write a message once more, to `recipient` when its address was repaired, and return the id of the new one.

    It carries a Message-ID of its own; the old one stays as it is and says that it was repeated. Judges nobody's right
    to it. Raises NotFound, MessageChanged unless it failed, bounced or expired, MessageSentAlready for one that was
    repeated before, MessageReplaced for one after which a newer one says how things stand, MessageLinkOver and
    MessageOver for one that is worth nothing any more, MessageUnreached when mail to its own address comes back.
    """
    found = await list_repeatable([message_id], lock=True)
    if not found:
        raise NotFound
    # Asked after the lock, so that whoever waited for it sees what the other did.
    repeated = await list_repetitions([message_id])
    obstacle = obstacle_to(found[0], work.now, repeated.get(message_id), moved=bool(recipient))
    if obstacle is not None:
        raise obstacle
    return _repeat(work, found[0], recipient)


async def send_all_again(
    work: Work, message_ids: Collection[UUID], *, recipients: Mapping[UUID, str] = NOBODY_MOVED
) -> dict[UUID, UUID]:
    """The same for many, in few statements: the id of the new message by that of the old one. `recipients`: where
    those of them go whose address was repaired.

    Left out is whatever `send_again` refuses, and what is not there.
    """
    found = await list_repeatable(sorted(message_ids), lock=True)
    repeated = await list_repetitions([row.id for row in found])
    wanted = [
        row
        for row in found
        if obstacle_to(row, work.now, repeated.get(row.id), moved=bool(recipients.get(row.id))) is None
    ]
    return {row.id: _repeat(work, row, recipients.get(row.id, "")) for row in wanted}


def _repeat(work: Work, row: Repeatable, recipient: str) -> UUID:
    new_id = work.new_id()
    copied: dict[str, Any] = {name: getattr(row, name) for name in _COPIED}
    work.add(
        Message,
        **copied,
        id=new_id,
        recipient=safe_recipient(recipient or row.recipient),
        values=msgspec.json.decode(row.kept),
        state=MessageState.WAITING,
        not_before=work.now,
        expires_at=repeated_until(row.created_at, row.expires_at, work.now),
        again_of=row.id,
        message_id=message_id_of(new_id, work.site.base_url),
        cause_id=work.id,
        created_at=work.now,
    )
    work.emit(MessageSentAgain(message_id=row.id, again_id=new_id, kind=row.kind, state=row.state))
    return new_id
