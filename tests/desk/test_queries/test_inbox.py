"""What staff are told of mail that came in, and that nobody else is."""

import pytest

from tests.desk.made import OPERATOR, a_viewer, staff
from tests.inbox.mails import sample
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works
from training.desk.queries.inbox import InboxTrouble, find_inbox_trouble, is_anybodys, list_recipients, page_doubtful
from training.inbox.actions import claim_mailbox, note_failure, received_mail, take_in
from training.outbox.actions import enqueue


async def test_whose_an_address_is(works: Works) -> None:
    viewer = await staff(works)
    (row,) = await execute("SELECT email FROM person WHERE id = {}", viewer.person_id)
    assert await is_anybodys(str(row["email"]).upper())
    assert not await is_anybodys("nobody@nowhere.example")


async def test_doubtful_mail_and_failing_mailboxes(works: Works) -> None:
    me, other = await staff(works), await a_viewer(works, "Max", "program_manager")
    received = received_mail(sample("person"), "imap", works.site.base_url, works.site.secret_key)
    await works.run(OPERATOR, take_in, received)
    claim = await works.run(OPERATOR, claim_mailbox, "reader@mail.example/INBOX", "me")
    assert claim is not None
    assert (await find_inbox_trouble(me)).failing == ()
    await works.run(OPERATOR, note_failure, claim, "refused")
    told = await find_inbox_trouble(me)
    assert (told.doubtful, [box.error for box in told.failing]) == (1, ["refused"])
    assert await find_inbox_trouble(other) == InboxTrouble()
    assert len((await page_doubtful(me, "")).items) == 1
    with pytest.raises(NotFound):
        await page_doubtful(other, "")


async def test_whom_messages_went_to(works: Works) -> None:
    message_id = await works.run(
        OPERATOR, enqueue, kind="booking-enrolled", template="people/sign-in", recipient="ada@example.org"
    )
    assert await list_recipients([message_id]) == {message_id: "ada@example.org"}
    assert await list_recipients([]) == {}
