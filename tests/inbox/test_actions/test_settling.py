"""What a person decides about a doubtful mail, once."""

from uuid import UUID

import pytest

from tests.inbox.mails import KEY, sample
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import received_mail, set_aside, settle_as_bounce, take_in
from training.inbox.rules import SettledAlready

STAFF = Viewer(person_id=UUID(int=5), name="Samantha")


async def doubtful(works: Works) -> UUID:
    taken = await works.run(STAFF, take_in, received_mail(sample("person"), "imap", works.site.base_url, KEY))
    return taken.id


async def test_nothing_to_do(works: Works) -> None:
    mail_id = await doubtful(works)
    await works.run(STAFF, set_aside, mail_id)
    (row,) = await execute("SELECT state, excerpt, handled_by FROM incoming_mail")
    assert (row["state"], row["excerpt"], str(row["handled_by"])) == ("dropped", "", str(STAFF.person_id))
    with pytest.raises(SettledAlready):
        await works.run(STAFF, settle_as_bounce, mail_id, "ada@example.org", about=None)


async def test_it_is_a_bounce_of_somebody(works: Works) -> None:
    mail_id = await doubtful(works)
    await works.run(STAFF, settle_as_bounce, mail_id, "ada@example.org", about=None)
    rows = await execute("SELECT event FROM journal_entry ORDER BY id")
    assert [row["event"] for row in rows][:2] == ["MailSettled", "BounceReceived"]
    (row,) = await execute("SELECT kind, state, recipient FROM incoming_mail")
    assert (row["kind"], row["state"], row["recipient"]) == ("bounce", "handled", "ada@example.org")
    with pytest.raises(SettledAlready):
        await works.run(STAFF, set_aside, mail_id)


async def test_a_mail_that_is_not_there(works: Works) -> None:
    with pytest.raises(NotFound):
        await works.run(STAFF, set_aside, UUID(int=9))
