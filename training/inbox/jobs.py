"""What the worker does for the inbox: read the mailbox, forget what nobody needs any more."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog

from training.base.errors import Unavailable, trace_of
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import (
    Claim,
    claim_mailbox,
    forget_mails,
    leave_mailbox,
    note_failure,
    received_mail,
    take_from_mailbox,
    unreadable,
)
from training.inbox.mailbox import Account, Fetched, Unreadable, account_of, read_new

Read = Callable[[Account, str, int, int], tuple[str, list[Fetched]]]
READER = Viewer.machine("mailbox")
MOST_AT_ONCE = 50
MOST_ROUNDS = 20
"""A tick stops after so many rounds and goes on with the next one."""
FORGOTTEN_AT_ONCE = 500

log = structlog.get_logger()


def reading(imap_url: str) -> Callable[[Works], Awaitable[int]]:
    """The job that reads the mailbox of this address. Raises ValueError for one that is none."""
    account = account_of(imap_url)

    async def read(works: Works) -> int:
        """Take in what came since the last time; returns how many mails were new."""
        return await read_mailbox(works, account)

    return read


async def read_mailbox(works: Works, account: Account, read: Read = read_new) -> int:
    """Take in what is new in this mailbox; returns how many mails that were. Nothing while another worker reads it.

    A mailbox that cannot be read is noted with the reason, and tried again with the next tick.
    """
    by = uuid4().hex
    new = 0
    for _ in range(MOST_ROUNDS):
        claim = await works.run(READER, claim_mailbox, account.name, by)
        if claim is None:
            break
        try:
            validity, mails = await asyncio.to_thread(read, account, claim.validity, claim.last_uid, MOST_AT_ONCE)
        except Unreadable as error:
            log.warning("mailbox cannot be read", mailbox=account.name, error=str(error))
            await works.run(READER, note_failure, claim, str(error))
            break
        for mail in mails:
            new += await _take(works, claim, validity, mail)
        if len(mails) < MOST_AT_ONCE:
            await works.run(READER, leave_mailbox, claim, validity)
            break
    return new


async def _take(works: Works, claim: Claim, validity: str, mail: Fetched) -> bool:
    """Take one mail in; one that cannot be handled is put before a person instead, and the next one has its turn."""
    site = works.site
    try:
        received = await asyncio.to_thread(received_mail, mail.raw, "imap", site.base_url, site.secret_key, mail.size)
        return await works.run(READER, take_from_mailbox, claim, validity, mail.uid, received)
    except Unavailable:
        # The database is busy, and the mail is not to blame: the next tick reads it again.
        raise
    except Exception as error:  # noqa: BLE001 - a mail is what a stranger wrote; one must not stop all others
        log.error("mail could not be handled", uid=mail.uid, error=repr(error), trace=trace_of(error))
        return await works.run(
            READER, take_from_mailbox, claim, validity, mail.uid, unreadable(mail.raw, "imap", error)
        )


async def forget(works: Works) -> int:
    """Delete what was handled or dropped long ago; returns how much."""
    gone, last = 0, FORGOTTEN_AT_ONCE
    for _ in range(MOST_ROUNDS):
        if last < FORGOTTEN_AT_ONCE:
            break
        last = await works.run(READER, forget_mails, FORGOTTEN_AT_ONCE)
        gone += last
    return gone
