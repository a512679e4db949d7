"""One reader of a mailbox at a time; who lost the lease moves no mark."""

from tests.conftest import FrozenClock
from tests.inbox.mails import KEY, sample
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import claim_mailbox, leave_mailbox, note_failure, received_mail, take_from_mailbox
from training.inbox.actions.marks import LEASE
from training.inbox.queries import find_mailbox

CLI = Viewer.machine("cli")
BOX = "reader@mail.example/INBOX"


async def test_a_claim_excludes_others_until_it_is_left(works: Works) -> None:
    first = await works.run(CLI, claim_mailbox, BOX, "one")
    assert first is not None
    assert await works.run(CLI, claim_mailbox, BOX, "two") is None
    assert await works.run(CLI, claim_mailbox, BOX, "one") is not None
    await works.run(CLI, leave_mailbox, first, "7")
    second = await works.run(CLI, claim_mailbox, BOX, "two")
    assert second is not None
    assert (second.validity, second.last_uid) == ("7", 0)


async def test_a_reader_that_lost_its_lease_moves_no_mark(works: Works, clock: FrozenClock) -> None:
    slow = await works.run(CLI, claim_mailbox, BOX, "slow")
    assert slow is not None
    clock.move(seconds=LEASE.total_seconds() + 1)
    quick = await works.run(CLI, claim_mailbox, BOX, "quick")
    assert quick is not None
    received = received_mail(sample("person"), "imap", works.site.base_url, KEY)
    assert await works.run(CLI, take_from_mailbox, quick, "7", 5, received) is True
    assert await works.run(CLI, take_from_mailbox, slow, "7", 2, received) is False
    await works.run(CLI, note_failure, slow, "too late")
    await works.run(CLI, leave_mailbox, slow, "6")
    mark = await find_mailbox(BOX)
    assert mark is not None
    assert (mark.validity, mark.last_uid, mark.error) == ("7", "5", "")
