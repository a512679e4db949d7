"""A mail is taken in once, with its consequences; what a person need not see is not kept."""

import asyncio

from tests.inbox.mails import ABOUT, KEY, sample
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import Received, received_mail, take_in, unreadable

CLI = Viewer.machine("cli")


def received(works: Works, name: str) -> Received:
    return received_mail(sample(name), "imap", works.site.base_url, KEY)


async def events() -> list[str]:
    return [str(row["event"]) for row in await execute("SELECT event FROM journal_entry ORDER BY id")]


async def test_a_bounce_is_told_once_however_many_hand_it_over(works: Works) -> None:
    one = received(works, "postfix")
    done = await asyncio.gather(*(works.run(CLI, take_in, one) for _ in range(4)))
    assert sorted(taken.new for taken in done) == [False, False, False, True]
    assert len({taken.id for taken in done}) == 1
    assert (await events()).count("BounceReceived") == 1
    (row,) = await execute("SELECT kind, state, message_id, recipient, excerpt FROM incoming_mail")
    assert (row["kind"], row["state"], str(row["message_id"])) == ("bounce", "handled", str(ABOUT))
    assert (row["recipient"], row["excerpt"]) == ("ada@lighthouse.example", "")


async def test_a_doubtful_mail_has_no_consequences_and_can_be_read(works: Works) -> None:
    await works.run(CLI, take_in, received(works, "spoofed"))
    assert await events() == []
    (row,) = await execute("SELECT state, excerpt FROM incoming_mail")
    assert row["state"] == "review"
    assert str(row["excerpt"]).startswith("This is the mail system")


async def test_complaints_are_told_and_automatic_answers_are_not(works: Works) -> None:
    for name in ("complaint", "away", "late"):
        await works.run(CLI, take_in, received(works, name))
    assert [name for name in await events() if name.endswith("Received")] == ["ComplaintReceived"]


async def test_what_could_not_be_handled_is_there_to_be_seen(works: Works) -> None:
    await works.run(CLI, take_in, unreadable(b"\0\xff", "imap", ValueError("with\0 a secret")))
    (row,) = await execute("SELECT state, reason, size FROM incoming_mail")
    assert (row["state"], row["reason"], row["size"]) == ("review", "It could not be handled: ValueError.", 2)
