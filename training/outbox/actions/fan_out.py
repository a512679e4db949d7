"""A message to many: one row in the transaction of its cause, from which the worker makes the messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.actions.enqueue import NewMessage, enqueue, enqueue_decoy
from training.outbox.actions.withdraw import end_many
from training.outbox.queries import StoredFanOut, find_waiting_fan_out
from training.outbox.rules import MessageState, freeze, safe_recipient, thaw
from training.outbox.rules.recipients import BATCH, MOST_AT_ONCE, Audience, Recipient
from training.outbox.rules.values import Kept
from training.outbox.tables import FanOut


class NewFanOut(TypedDict, total=False):
    """What `enqueue_many` is told, beside the recipients.

    `audience` is the name under which the worker finds who knows the recipients, `args` says which ones (texts,
    numbers, instants). `values` are frozen now and the same for everybody. The rest is as of one message.
    """

    kind: Required[str]
    template: Required[str]
    audience: Required[str]
    args: Mapping[str, Any]
    values: Mapping[str, Any]
    topic: str
    program_id: UUID | None
    expires_at: datetime | None


class Made(Frozen, frozen=True, kw_only=True):
    """How many messages were made of a fan-out in one step, and whether there may be more to make.

    `unusable` people have an address that no message can have: they are left out, so that they hold up nobody else.
    """

    count: int
    more: bool
    unusable: int = 0


async def enqueue_many(work: Work, first: Sequence[Recipient], **many: Unpack[NewFanOut]) -> UUID | None:
    """Write a message to many in the transaction of its cause: at most 50 messages at once, or one row for more.

    `first` are the recipients, or at least the first 51 of them, in the order of their audience. Returns the id of
    the row from which the worker makes the messages; None where they are written already.
    """
    if len(first) > MOST_AT_ONCE:
        fan_out_id = work.new_id()
        work.add(
            FanOut,
            id=fan_out_id,
            kind=many["kind"],
            template=many["template"],
            audience=many["audience"],
            args=freeze(many.get("args", {})),
            program_id=many.get("program_id"),
            topic=many.get("topic", ""),
            values=freeze(many.get("values", {})),
            not_before=work.now,
            expires_at=many.get("expires_at"),
            cause_id=work.id,
            created_at=work.now,
        )
        return fan_out_id
    common: NewMessage = {
        "kind": many["kind"],
        "template": many["template"],
        "recipient": "",
        "topic": many.get("topic", ""),
        "values": many.get("values", {}),
        "program_id": many.get("program_id"),
        "expires_at": many.get("expires_at"),
    }
    for recipient in first:
        message = _addressed(common, recipient)
        if recipient.email:
            await enqueue(work, **message)
        else:
            enqueue_decoy(work, **message)
    return None


async def make_some(work: Work, fan_out_id: UUID, audiences: Mapping[str, Audience]) -> Made:
    """Make the next at most 200 messages of a fan-out, as one step that happens wholly or not at all.

    The cursor moves only from where it was read, so that of two workers one makes the messages. Raises KeyError for
    an audience that nobody knows.
    """
    row = await find_waiting_fan_out(fan_out_id)
    if row is None:
        return Made(count=0, more=False)
    if row.expires_at is not None and row.expires_at <= work.now:
        await _move(work, row, row.cursor, 0, state="stopped")
        return Made(count=0, more=False)
    args = thaw(row.args, "", "") | {"now": work.now}
    some = await audiences[row.audience](args, row.cursor, BATCH)
    named = [recipient for recipient in some if recipient.email]
    written = [recipient for recipient in named if _usable(recipient.email)]
    more = len(some) >= BATCH
    cursor = some[-1].cursor if some else row.cursor
    if not await _move(work, row, cursor, len(written), state="waiting" if more else "done"):
        # Another worker was faster, or somebody stopped it: whoever asks again sees which.
        return Made(count=0, more=more)
    common: NewMessage = {
        "kind": row.kind,
        "template": row.template,
        "recipient": "",
        "topic": row.topic,
        "values": {name: Kept(data=value) for name, value in row.values.items()},
        "program_id": row.program_id,
        "expires_at": row.expires_at,
        "fan_out_id": row.id,
        "cause_id": row.cause_id,
    }
    for recipient in written:
        await enqueue(work, **_addressed(common, recipient))
    return Made(count=len(written), more=more, unusable=len(named) - len(written))


async def stop_many(work: Work, topic: str, state: MessageState = MessageState.WITHDRAWN) -> int:
    """Make no more messages of what goes out under a topic, and take back those that wait; returns how many waited."""
    await work.execute(
        "UPDATE fan_out SET state = 'stopped', finished_at = {} WHERE topic = {} AND state = 'waiting'", work.now, topic
    )
    return await end_many(work, topic, state)


async def _move(work: Work, row: StoredFanOut, cursor: str, made: int, *, state: str) -> bool:
    """Take the cursor from where it was read to `cursor`; False when it is not there any more."""
    moved = await work.execute(
        "UPDATE fan_out SET cursor = {}, made = made + {}, state = {}, finished_at = {}"
        " WHERE id = {} AND cursor = {} AND state = 'waiting' RETURNING id",
        cursor,
        made,
        state,
        None if state == "waiting" else work.now,
        row.id,
        row.cursor,
    )
    return bool(moved)


def _usable(address: str) -> bool:
    try:
        return bool(safe_recipient(address))
    except ValueError:
        return False


def _addressed(common: NewMessage, to: Recipient) -> NewMessage:
    """One recipient's message: what is common to all, with their own values before it."""
    return {
        **common,
        "recipient": to.email,
        "recipient_name": to.name,
        "person_id": to.person_id,
        "subject_id": to.subject_id,
        "partner_id": to.partner_id,
        "not_before": to.not_before,
        "topic": to.topic or common.get("topic", ""),
        "values": {**common.get("values", {}), **to.values},
    }
