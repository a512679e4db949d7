"""Send again what did not arrive: the same template, values and topic, as a message of its own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.events import MessageSentAgain
from training.outbox.rules import MessageState, message_id_of, safe_recipient
from training.outbox.rules.again import MessageSentAlready, check_repeatable, is_repeatable, repeated_until
from training.outbox.tables import Message

_COPIED = (
    "kind, template, template_version, recipient, recipient_name, person_id, subject_id, program_id, partner_id, topic"
)


class _Kept(Frozen, frozen=True, kw_only=True):
    id: UUID
    kind: str
    template: str
    template_version: int
    recipient: str
    recipient_name: str
    person_id: UUID | None
    subject_id: UUID | None
    program_id: UUID | None
    partner_id: UUID | None
    topic: str
    kept: str
    state: str
    created_at: datetime
    expires_at: datetime | None


class _Repetition(Frozen, frozen=True, kw_only=True):
    id: UUID
    again_of: UUID


async def send_again(work: Work, message_id: UUID, *, recipient: str = "") -> UUID:
    """Write a message once more, to `recipient` when its address was repaired, and return the id of the new one.

    It carries a Message-ID of its own; the old one stays as it is and says that it was repeated. Judges nobody's right
    to it. Raises NotFound, MessageChanged unless it failed, bounced or expired, MessageSentAlready for one that was
    repeated before, MessageLinkOver for one that is worth nothing any more.
    """
    found = await _lock([message_id])
    if not found:
        raise NotFound
    check_repeatable(found[0].state, found[0].kind)
    before = await _repetitions(found)
    if before:
        raise MessageSentAlready(message_id=str(before[message_id]))
    return _repeat(work, found[0], recipient)


async def send_all_again(work: Work, message_ids: Collection[UUID], *, recipient: str = "") -> dict[UUID, UUID]:
    """The same for many, in few statements: the id of the new message by that of the old one.

    Left out are those that cannot be repeated, those that were repeated already, and those that are not there.
    """
    found = [row for row in await _lock(sorted(message_ids)) if is_repeatable(row.state, row.kind)]
    before = await _repetitions(found)
    return {row.id: _repeat(work, row, recipient) for row in found if row.id not in before}


async def _lock(message_ids: Sequence[UUID]) -> list[_Kept]:
    # Locked, so that two who press at once make one repetition.
    return await fetch(
        _Kept,
        f'SELECT m.id, {_COPIED}, CAST(m."values" AS TEXT) AS kept, m.state, m.created_at, m.expires_at FROM message m'
        f" WHERE m.id IN ({marks(message_ids)}) AND m.recipient <> '' ORDER BY m.id{for_update('m')}",
        *message_ids,
    )


async def _repetitions(rows: Sequence[_Kept]) -> dict[UUID, UUID]:
    """Which of these have a repetition, and its id."""
    ids = [row.id for row in rows]
    found = await fetch(_Repetition, f"SELECT id, again_of FROM message WHERE again_of IN ({marks(ids)})", *ids)
    return {row.again_of: row.id for row in found}


def _repeat(work: Work, row: _Kept, recipient: str) -> UUID:
    new_id = work.new_id()
    copied: dict[str, Any] = {name: getattr(row, name) for name in _COPIED.split(", ")}
    work.add(
        Message,
        **copied | {"recipient": safe_recipient(recipient or row.recipient)},
        id=new_id,
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
