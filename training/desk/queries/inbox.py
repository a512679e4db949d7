"""Mail that came in and that somebody must look at, for staff."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.paging import Page
from training.base.structs import Frozen, Viewer
from training.inbox.queries import Mailbox, StoredMail, count_review, list_mailboxes, page_review
from training.people.rules import Permission, may, require


class InboxTrouble(Frozen, frozen=True, kw_only=True):
    """What the board says about mail that comes in: how much is doubtful, and which mailboxes cannot be read."""

    doubtful: int = 0
    failing: tuple[Mailbox, ...] = ()


async def find_inbox_trouble(viewer: Viewer) -> InboxTrouble:
    """For staff, in two statements; nothing for anybody else."""
    if not may(viewer, Permission.PLATFORM_RUN):
        return InboxTrouble()
    failing = tuple(box for box in await list_mailboxes() if box.failing_since)
    return InboxTrouble(doubtful=await count_review(), failing=failing)


async def page_doubtful(viewer: Viewer, cursor: str, limit: int = 50) -> Page[StoredMail]:
    """What waits for somebody, the newest first. Raises NotFound unless the viewer is staff."""
    require(viewer, Permission.PLATFORM_RUN)
    return await page_review(cursor, limit)


class _Sent(Frozen, frozen=True, kw_only=True):
    id: UUID
    recipient: str


async def list_recipients(message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Whom these messages of ours went to, as far as there are such messages. One statement."""
    rows = await fetch(_Sent, f"SELECT id, recipient FROM message WHERE id IN ({marks(message_ids)})", *message_ids)
    return {row.id: row.recipient for row in rows}


class AskedOf(Frozen, frozen=True, kw_only=True):
    """Whom an invite asked, and about what: the one to whose own address a calendar answered."""

    id: UUID
    name: str
    address: str
    role: str
    session_id: UUID
    title: str
    starts_at: datetime
    zone: str


async def list_asked(invite_ids: Sequence[UUID]) -> dict[UUID, AskedOf]:
    """Whom these invites asked, as far as there are such invites. One statement; none without an invite."""
    if not invite_ids:
        return {}
    rows = await fetch(
        AskedOf,
        "SELECT i.id, i.name, i.address, i.role, i.session_id, s.title, m.starts_at, m.zone FROM invite i"
        " JOIN session s ON s.id = i.session_id JOIN meeting m ON m.id = i.meeting_id"
        f" WHERE i.id IN ({marks(invite_ids)})",
        *invite_ids,
    )
    return {row.id: row for row in rows}


class _Whose(Frozen, frozen=True, kw_only=True):
    id: UUID


async def is_anybodys(address: str) -> bool:
    """Whether somebody signs in with this address, or is written to there for an organization. One statement."""
    folded = address.lower()
    found = await fetch_one(
        _Whose,
        "SELECT q.id FROM person q WHERE q.email = {} UNION SELECT n.id FROM membership n WHERE n.contact_email = {}"
        " LIMIT 1",
        folded,
        folded,
    )
    return found is not None
