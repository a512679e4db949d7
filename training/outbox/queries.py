"""Reads of messages: one, or a page of them, newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen

# "values" is a word of SQL itself, hence the quotes.
_COLUMNS = (
    'id, kind, template, recipient, recipient_name, person_id, topic, "values" AS kept, state, attempts, not_before, '
    "message_id, error, created_at, sent_at"
)


class StoredMessage(Frozen, frozen=True, kw_only=True):
    """A message as its row holds it. `kept` is the JSON text of its frozen values; instants are UTC."""

    id: UUID
    kind: str
    template: str
    recipient: str
    recipient_name: str
    person_id: UUID | None
    topic: str
    kept: str
    state: str
    attempts: int
    not_before: datetime
    message_id: str
    error: str
    created_at: datetime
    sent_at: datetime | None

    @property
    def values(self) -> dict[str, Any]:
        """The frozen values."""
        return msgspec.json.decode(self.kept, type=dict[str, Any])


async def get_message(message_id: UUID) -> StoredMessage:
    """One message. Raises NotFound."""
    found = await fetch_one(StoredMessage, f"SELECT {_COLUMNS} FROM message WHERE id = {{}}", message_id)
    if found is None:
        raise NotFound
    return found


async def list_messages(*, recipient: str = "", cursor: str = "", limit: int = DEFAULT_LIMIT) -> Page[StoredMessage]:
    """Messages, newest first; only those whose address contains `recipient` when it is given. Decoys are left out."""
    conditions, args = ["recipient <> ''"], []  # type: list[str], list[Any]
    if recipient:
        conditions.append("LOWER(recipient) LIKE {} ESCAPE '!'")
        args.append(f"%{_as_pattern(recipient.lower())}%")
    if cursor:
        at, last = decode_cursor(cursor, tuple[datetime, UUID])
        conditions.append("(created_at < {} OR (created_at = {} AND id < {}))")
        args += [at, at, last]
    rows = await fetch(
        StoredMessage,
        f"SELECT {_COLUMNS} FROM message WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT {{}}",
        *args,
        limit + 1,
    )
    return page_of(rows, limit, "created_at", "id")


def _as_pattern(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
