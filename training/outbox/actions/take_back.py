"""Take back one message that waits: nobody gets it."""

from uuid import UUID

from training.base.database import fetch_one
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.events import MessageTakenBack
from training.outbox.rules import MessageState
from training.outbox.rules.again import MessageChanged


class _Found(Frozen, frozen=True, kw_only=True):
    kind: str
    state: str


async def take_back(work: Work, message_id: UUID) -> None:
    """End a message that waits as withdrawn; what a mail server said of earlier attempts is no news of it any more.
    Judges nobody's right to it.

    Raises NotFound, and MessageChanged with its present `state` unless it waits: what the worker has begun to send is
    not stopped any more.
    """
    ended = await work.execute(
        "UPDATE message SET state = {}, error = '', answer = '' WHERE id = {} AND state IN ('waiting', 'claimed')"
        " AND begun_at IS NULL AND recipient <> '' RETURNING id",
        MessageState.WITHDRAWN.value,
        message_id,
    )
    found = await fetch_one(_Found, "SELECT kind, state FROM message WHERE id = {} AND recipient <> ''", message_id)
    if found is None:
        raise NotFound
    if not ended:
        raise MessageChanged(state=found.state)
    work.emit(MessageTakenBack(message_id=message_id, kind=found.kind))
