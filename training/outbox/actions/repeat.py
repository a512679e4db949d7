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
from training.outbox.rules.again import (
    MessageReplaced,
    MessageSentAlready,
    check_repeatable,
    is_repeatable,
    repeated_until,
)
from training.outbox.tables import Message

_COPIED = (
    "kind, template, template_version, recipient, recipient_name, person_id, subject_id, program_id, partner_id, topic"
)

# What tells the same reader the same sort of thing about the same subject, later: it says how that stands now.
_NEWER = (
    "(SELECT n.id FROM message n WHERE n.topic = m.topic AND m.topic <> '' AND n.kind = m.kind"
    " AND n.created_at > m.created_at AND n.state NOT IN ('withdrawn', 'superseded')"
    " AND (n.person_id = m.person_id OR (m.person_id IS NULL AND n.recipient = m.recipient))"
    " AND (n.subject_id = m.subject_id OR (m.subject_id IS NULL AND n.subject_id IS NULL))"
    " ORDER BY n.created_at DESC, n.id DESC LIMIT 1)"
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
    newer_id: UUID | None

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class _Repetition(Frozen, frozen=True, kw_only=True):
    id: UUID
    again_of: UUID


async def send_again(work: Work, message_id: UUID, *, recipient: str = "") -> UUID:
    """Write a message once more, to `recipient` when its address was repaired, and return the id of the new one.

    It carries a Message-ID of its own; the old one stays as it is and says that it was repeated. Judges nobody's right
    to it. Raises NotFound, MessageChanged unless it failed, bounced or expired, MessageSentAlready for one that was
    repeated before, MessageReplaced for one after which a newer one of its sort came, MessageLinkOver and MessageOver
    for one that is worth nothing any more.
    """
    found = await _lock([message_id])
    if not found:
        raise NotFound
    check_repeatable(found[0].state, found[0].kind, over=found[0].is_over(work.now))
    before = await _repetitions(found)
    if before:
        raise MessageSentAlready(message_id=str(before[message_id]))
    if found[0].newer_id is not None:
        raise MessageReplaced(message_id=str(found[0].newer_id))
    return _repeat(work, found[0], recipient)


async def send_all_again(work: Work, message_ids: Collection[UUID], *, recipient: str = "") -> dict[UUID, UUID]:
    """The same for many, in few statements: the id of the new message by that of the old one.

    Left out are those that cannot be repeated, those that were repeated or replaced already, and those that are not
    there.
    """
    rows = [row for row in await _lock(sorted(message_ids)) if row.newer_id is None]
    found = [row for row in rows if is_repeatable(row.state, row.kind, over=row.is_over(work.now))]
    before = await _repetitions(found)
    return {row.id: _repeat(work, row, recipient) for row in found if row.id not in before}


async def _lock(message_ids: Sequence[UUID]) -> list[_Kept]:
    # Locked, so that two who press at once make one repetition.
    return await fetch(
        _Kept,
        f'SELECT m.id, {_COPIED}, CAST(m."values" AS TEXT) AS kept, m.state, m.created_at, m.expires_at,'
        f" {_NEWER} AS newer_id FROM message m WHERE m.id IN ({marks(message_ids)}) AND m.recipient <> ''"
        f" ORDER BY m.id{for_update('m')}",
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
