"""Who reads a mailbox, and how far they are. One reader at a time, however many workers run."""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import fetch_one
from training.base.structs import Frozen
from training.base.work import Work
from training.inbox.actions.taking import Received, take_in
from training.inbox.queries import find_mailbox
from training.inbox.tables import MailboxMark

LEASE = timedelta(minutes=3)
"""A reader that was killed is followed by another after so long."""
_MOST_ERROR = 500


class Claim(Frozen, frozen=True, kw_only=True):
    """The right to read a mailbox until the lease ends, and where to go on."""

    id: UUID
    by: str
    validity: str
    last_uid: int


class _Mark(Frozen, frozen=True, kw_only=True):
    id: UUID
    lease_until: datetime | None


async def claim_mailbox(work: Work, name: str, by: str) -> Claim | None:
    """Begin to read a mailbox; None while somebody else does."""
    known = await find_mailbox(name)
    if known is None:
        mark_id = work.new_id()
        work.add(MailboxMark, id=mark_id, name=name, lease_until=work.now + LEASE, lease_by=by)
        return Claim(id=mark_id, by=by, validity="", last_uid=0)
    won = await work.execute(
        "UPDATE mailbox_mark SET lease_until = {}, lease_by = {} WHERE id = {}"
        " AND (lease_until IS NULL OR lease_until < {} OR lease_by = {}) RETURNING id",
        work.now + LEASE,
        by,
        known.id,
        work.now,
        by,
    )
    if not won:
        return None
    # Read again under the lease: another reader may have gone on between the first look and the claim.
    mark = await find_mailbox(name) or known
    return Claim(id=mark.id, by=by, validity=mark.validity, last_uid=int(mark.last_uid))


async def take_from_mailbox(work: Work, claim: Claim, validity: str, uid: int, received: Received) -> bool:
    """Take one mail in and note that the mailbox is read up to it; whether it was new.

    The lease goes on with every mail. A reader that lost it meanwhile takes in what it has (the key of the mail sees to
    it that this happens once) and moves no mark.
    """
    taken = await take_in(work, received)
    await work.execute(
        "UPDATE mailbox_mark SET validity = {}, last_uid = {}, lease_until = {} WHERE id = {} AND lease_by = {}",
        validity,
        str(uid),
        work.now + LEASE,
        claim.id,
        claim.by,
    )
    return taken.new


async def leave_mailbox(work: Work, claim: Claim, validity: str) -> None:
    """The mailbox was read to its end, or as far as was wanted for now."""
    held = await _held(claim)
    if held:
        work.change(
            MailboxMark,
            claim.id,
            validity=validity,
            read_at=work.now,
            failing_since=None,
            error="",
            lease_until=None,
            lease_by="",
        )


async def note_failure(work: Work, claim: Claim, error: str) -> None:
    """The mailbox cannot be read, and since when."""
    if await _held(claim):
        await work.execute(
            "UPDATE mailbox_mark SET error = {}, failing_since = COALESCE(failing_since, {}), lease_until = NULL,"
            " lease_by = '' WHERE id = {}",
            error[:_MOST_ERROR],
            work.now,
            claim.id,
        )


async def _held(claim: Claim) -> bool:
    mark = await fetch_one(
        _Mark, "SELECT id, lease_until FROM mailbox_mark WHERE id = {} AND lease_by = {}", claim.id, claim.by
    )
    return mark is not None
