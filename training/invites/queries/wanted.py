"""Whether mails about calendar entries are still wanted, asked when they are about to leave."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.outbox.queries import StoredMessage

_NEWER = "Newer words about this calendar entry replace it."


class _Carried(Frozen, frozen=True, kw_only=True):
    message_id: UUID
    state: str


async def find_unwanted(asked: Sequence[StoredMessage]) -> dict[UUID, str]:
    """For each of these mails about one entry that is not to leave any more, why. One statement.

    A mail is wanted while it is the last word about its entry. One without a calendar was asked for once more by
    somebody, and gets today's words when it leaves.
    """
    ids = [message.id for message in asked if message.calendar]
    if not ids:
        return {}
    sql = f"SELECT message_id, state FROM invite WHERE message_id IN ({marks(ids)})"
    last = {row.message_id: row.state for row in await fetch(_Carried, sql, *ids)}
    why: dict[UUID, str] = {}
    for message in asked:
        if not message.calendar:
            continue
        state = "withdrawn" if message.kind == "invite-withdrawn" else "issued"
        if last.get(message.id) != state:
            why[message.id] = _NEWER
    return why
