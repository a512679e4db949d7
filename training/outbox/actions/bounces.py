"""What follows when a message comes back, is complained about or reaches its mailbox; and when an address is repaired.

The news comes as events of the inbox, which this room does not know: it looks only at the fields named in `News`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.actions.repeat import send_all_again
from training.outbox.queries import find_trouble
from training.outbox.rules import MessageState, safe_recipient
from training.outbox.rules.addresses import TroubleKind, count_trouble
from training.outbox.rules.again import is_repeatable
from training.outbox.tables import AddressTrouble, Message

_MOST_MISSED = 500
# What lets somebody in is never sent to an address that another person gave.
_PERSONAL = ("sign-in", "invitation")


class News(Protocol):
    """What became of a message: which one, or at least to whom."""

    @property
    def message_id(self) -> UUID | None: ...
    @property
    def recipient(self) -> str: ...


class Returned(News, Protocol):
    """A message came back; `permanent`: the next one will, too."""

    @property
    def permanent(self) -> bool: ...
    @property
    def reason(self) -> str: ...


class Unwanted(News, Protocol):
    """Somebody complained about a message."""

    @property
    def reason(self) -> str: ...


class _Sent(Frozen, frozen=True, kw_only=True):
    id: UUID
    recipient: str
    state: str
    sent_at: datetime | None


async def mark_bounced(work: Work, event: Returned) -> None:
    """The message did not arrive, and its address is noted. A message that is still being sent keeps its state."""
    message = await _message_of(event)
    if message is not None and message.state in (MessageState.SENT, MessageState.BOUNCED):
        work.change(Message, message.id, state=MessageState.BOUNCED, bounced_at=work.now, error=event.reason)
    await _note(work, _address_of(event, message), TroubleKind.HARD if event.permanent else TroubleKind.SOFT, event)


async def mark_complained(work: Work, event: Unwanted) -> None:
    """The address is noted; what can be switched off is switched off by those who know people."""
    await _note(work, _address_of(event, await _message_of(event)), TroubleKind.COMPLAINT, event)


async def mark_delivered(work: Work, event: News) -> None:
    """Mail reaches this address again."""
    message = await _message_of(event)
    if message is None or message.state == MessageState.SENT:
        await clear_trouble(work, _address_of(event, message))


async def clear_trouble(work: Work, address: str) -> bool:
    """Somebody says that the address is right, or mail has arrived there. Whether anything was known against it."""
    known = await find_trouble(address)
    if known is None or not known.unreached:
        return False
    work.change(AddressTrouble, known.id, cleared_at=work.now)
    return True


async def _message_of(event: News) -> _Sent | None:
    if event.message_id is None:
        return None
    sql = f"SELECT m.id, m.recipient, m.state, m.sent_at FROM message m WHERE m.id = {{}}{for_update('m')}"
    return await fetch_one(_Sent, sql, event.message_id)


def _address_of(event: News, message: _Sent | None) -> str:
    """Whom our message was for; else whom the news names, as we would have written that address.

    A mail that was handed on comes back from another address than the one we know.
    """
    if message is not None:
        return message.recipient
    if event.message_id is not None:
        # The news is about a message that we never sent, so nothing that it says counts.
        return ""
    try:
        return safe_recipient(event.recipient.strip().lower())
    except ValueError:
        return ""


async def _note(work: Work, address: str, news: TroubleKind, event: Unwanted) -> None:
    if not address:
        return
    known = await find_trouble(address)
    counted = count_trouble(known, news, work.now)
    written = {"kind": counted.kind, "times": counted.times, "since": counted.since, "last_at": work.now}
    told = {"reason": event.reason, "message_id": event.message_id, "cleared_at": None}
    if known is None:
        work.add(AddressTrouble, id=work.new_id(), address=address, **written, **told)
    elif news is not TroubleKind.COMPLAINT or not known.unreached:
        work.change(AddressTrouble, known.id, **written, **told)
    # The next news of the same unit of work must find this.
    await work.flush()


class _Waits(Frozen, frozen=True, kw_only=True):
    id: UUID
    kind: str


async def readdress_waiting(work: Work, person_id: UUID, partner_id: UUID, old: str, new: str) -> int:
    """What waits for a partner's member at `old` goes to `new` instead; returns how many messages that were.

    As with what was missed, only what is for this partner, and never what lets somebody in. What a worker has claimed
    is taken from it unless it has begun to send it. Judges nobody's right to it.
    """
    unsent = "state IN ('waiting', 'claimed') AND begun_at IS NULL"
    rows = await fetch(
        _Waits,
        "SELECT id, kind FROM message WHERE recipient = {} AND person_id = {} AND partner_id = {}"
        f" AND {unsent} ORDER BY id LIMIT {{}}",
        old,
        person_id,
        partner_id,
        _MOST_MISSED,
    )
    moved = [row.id for row in rows if _may_be_readdressed(MessageState.FAILED, row.kind)]
    if not moved:
        return 0
    done = await work.execute(
        "UPDATE message SET recipient = {}, attempts = attempts - CASE WHEN state = 'claimed' THEN 1 ELSE 0 END,"
        f" state = 'waiting', lease_until = NULL, lease_by = '' WHERE id IN ({marks(moved)}) AND {unsent} RETURNING id",
        safe_recipient(new),
        *moved,
    )
    return len(done)


class _Missed(Frozen, frozen=True, kw_only=True):
    id: UUID
    kind: str
    state: str


async def send_missed_again(work: Work, person_id: UUID, partner_id: UUID, old: str, new: str) -> Sequence[UUID]:
    """What a partner's member missed at `old` goes out again to `new`; the ids of the new messages.

    Only what was sent for this partner, did not arrive and was not repeated; never what lets somebody in. However old,
    it goes, unless it is about a moment that is over, or newer words took its place. Whether a message is still wanted
    is judged when it leaves. Judges nobody's right to it.
    """
    rows = await fetch(
        _Missed,
        "SELECT m.id, m.kind, m.state FROM message m WHERE m.recipient = {} AND m.person_id = {} AND m.partner_id = {}"
        " AND m.state IN ('bounced', 'failed', 'expired')"
        " AND NOT EXISTS (SELECT 1 FROM message a WHERE a.again_of = m.id) ORDER BY m.created_at, m.id LIMIT {}",
        old,
        person_id,
        partner_id,
        _MOST_MISSED,
    )
    wanted = {row.id: new for row in rows if _may_be_readdressed(row.state, row.kind)}
    return list((await send_all_again(work, wanted, recipients=wanted)).values())


def _may_be_readdressed(state: str, kind: str) -> bool:
    return kind not in _PERSONAL and is_repeatable(state, kind)
