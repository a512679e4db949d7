"""Reads of mail that came in, and of the mailboxes that are read."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update
from training.base.errors import NotFound
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen
from training.inbox.rules import MailState

_COLUMNS = (
    "i.id, i.source, i.received_at, i.sender, i.recipient, i.subject, i.kind, i.state, i.reason, i.message_id,"
    " i.invite_id, i.size, i.excerpt"
)


class StoredMail(Frozen, frozen=True, kw_only=True):
    """A mail that came in, as it is kept. Its texts are a stranger's; `invite_id` is not: the address of that invite,
    to which it was sent, cannot be made up."""

    id: UUID
    source: str
    received_at: datetime
    sender: str
    recipient: str
    subject: str
    kind: str
    state: str
    reason: str
    message_id: UUID | None
    invite_id: UUID | None
    size: int
    excerpt: str


class Mailbox(Frozen, frozen=True, kw_only=True):
    """How far a mailbox has been read, and since when it cannot be."""

    id: UUID
    name: str
    validity: str
    last_uid: str
    read_at: datetime | None
    failing_since: datetime | None
    error: str


async def lock_mail(mail_id: UUID) -> StoredMail:
    """A mail, held until the unit of work ends. Raises NotFound. The caller judges who may."""
    found = await fetch_one(
        StoredMail, f"SELECT {_COLUMNS} FROM incoming_mail i WHERE i.id = {{}}{for_update('i')}", mail_id
    )
    if found is None:
        raise NotFound
    return found


async def page_review(cursor: str = "", limit: int = 50) -> Page[StoredMail]:
    """What waits for somebody to look at it, the newest first. Judges nobody's right to it."""
    later, values = "", []  # type: str, list[object]
    if cursor:
        at, mail_id = decode_cursor(cursor, tuple[datetime, UUID])
        later, values = " AND (i.received_at < {} OR (i.received_at = {} AND i.id < {}))", [at, at, mail_id]
    rows = await fetch(
        StoredMail,
        f"SELECT {_COLUMNS} FROM incoming_mail i WHERE i.state = {{}}{later}"
        " ORDER BY i.received_at DESC, i.id DESC LIMIT {}",
        MailState.REVIEW.value,
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "received_at", "id")


class _Count(Frozen, frozen=True, kw_only=True):
    number: int


async def count_review() -> int:
    """How many mails wait for somebody to look at them."""
    counted = await fetch_one(
        _Count, "SELECT COUNT(*) AS number FROM incoming_mail WHERE state = {}", MailState.REVIEW.value
    )
    return counted.number if counted else 0


async def list_mailboxes() -> list[Mailbox]:
    """The mailboxes that are read, by name."""
    return await fetch(
        Mailbox,
        "SELECT id, name, validity, last_uid, read_at, failing_since, error FROM mailbox_mark ORDER BY name",
    )


async def find_mailbox(name: str) -> Mailbox | None:
    """The mark of one mailbox."""
    return await fetch_one(
        Mailbox,
        "SELECT id, name, validity, last_uid, read_at, failing_since, error FROM mailbox_mark WHERE name = {}",
        name,
    )


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def find_by_key(source_key: str) -> UUID | None:
    """The mail with this key, when it was taken in before."""
    found = await fetch_one(_Id, "SELECT id FROM incoming_mail WHERE source_key = {}", source_key)
    return found.id if found else None
