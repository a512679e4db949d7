"""Doubtful mail for staff: read without danger, put aside or understood, and nobody else's business."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, a_viewer, sign_in, staff
from tests.inbox.mails import sample
from tests.invites.answering import answer, answered_works, hand_in
from tests.invites.posted import post
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.inbox.actions import claim_mailbox, note_failure, received_mail, take_in

CLI = Viewer.machine("cli")
HOSTILE = b"<script>alert(1)</script>"


async def came(works: Works, name: str = "person", more: bytes = b"") -> UUID:
    site = works.site
    received = received_mail(sample(name) + more, "imap", site.base_url, site.secret_key)
    return (await works.run(CLI, take_in, received)).id


async def rows(sql: str) -> list[dict[str, Any]]:
    return await execute(sql)


async def test_the_list_shows_what_somebody_wrote_as_text(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    assert "Nothing to look at" in (await client.get("/manage/inbox")).text
    await came(works)
    subject = sample("spoofed").replace(b"Undelivered Mail", b"<b>Undelivered</b>")
    received = received_mail(subject, "imap", works.site.base_url, works.site.secret_key)
    await works.run(CLI, take_in, received)
    shown = (await client.get("/manage/inbox")).text
    assert "<script>alert" not in shown
    for words in (
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;b&gt;Undelivered&lt;/b&gt; Returned to Sender",
        "ada@lighthouse.example",
        "does not come from a mail system",
        "Nothing to do",
    ):
        assert words in shown


async def test_a_calendars_answer_is_put_aside_and_marks_no_address(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    await came(works, "calendar_reply")
    shown = (await client.get("/manage/inbox")).text
    assert "A calendar’s answer" in shown
    assert "own address, so anybody may have written it" in shown
    assert "Nothing to do" in shown
    assert "Mark the address" not in shown


async def test_a_doubtful_answer_names_whose_invitation_it_is_about(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    reads = answered_works(clock)
    scene = await make_scene(reads)
    await reads.run(scene.coordinator, book_places, order(scene, 0))
    (mail,) = [one for one in await post(reads) if one.calendar]
    assert (await hand_in(reads, answer(mail, "DECLINED", clock.now, sender="eve@elsewhere.example")))[0] == "review"
    await sign_in(client, works, await staff(works))
    shown = (await client.get("/manage/inbox")).text
    for words in (
        "the address of the invitation of <bdi>Northern Line 0</bdi>",
        f'<a href="/manage/sessions/{scene.session_id}"><bdi>Safe messaging</bdi></a>',
        "eve@elsewhere.example",
    ):
        assert words in shown
    assert "Mark the address" not in shown


async def test_nothing_is_to_be_done(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    mail_id = await came(works)
    done = await client.post(f"/manage/inbox/{mail_id}/nothing")
    assert (done.status_code, done.headers["location"]) == (303, "/manage/inbox")
    assert "Put aside." in (await client.get("/manage/inbox")).text
    again = await client.post(f"/manage/inbox/{mail_id}/bounce", data={"recipient": "ada@example.org"})
    assert again.status_code == 303
    assert "dealt with this mail already" in (await client.get("/manage/inbox")).text


async def test_it_is_a_bounce_of_somebody(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    mail_id = await came(works, "spoofed")
    page = (await client.get("/manage/inbox")).text
    assert 'value="ada@lighthouse.example"' in page
    wrong = await client.post(f"/manage/inbox/{mail_id}/bounce", data={"recipient": "nonsense"})
    assert (wrong.status_code, 'aria-describedby="f-recipient-error"' in wrong.text) == (422, True)
    done = await client.post(f"/manage/inbox/{mail_id}/bounce", data={"recipient": "eve@example.org"})
    assert done.status_code == 303
    assert "Nobody here has this address." in (await client.get("/manage/inbox")).text
    # The mail names a message that we never sent, so only the address that somebody typed could count.
    (row,) = await rows("SELECT state, kind, recipient FROM incoming_mail")
    assert (row["state"], row["kind"], row["recipient"]) == ("handled", "bounce", "eve@example.org")
    (trouble,) = await rows("SELECT address, kind FROM address_trouble")
    assert (trouble["address"], trouble["kind"]) == ("eve@example.org", "hard")


@pytest.mark.parametrize("who", ["nobody", "manager"])
async def test_nobody_else_finds_it(client: httpx.AsyncClient, works: Works, who: str) -> None:
    mail_id = await came(works)
    if who == "manager":
        await sign_in(client, works, await a_viewer(works, "Max", "program_manager"))
    answers = [
        await client.get("/manage/inbox"),
        await client.post(f"/manage/inbox/{mail_id}/nothing"),
        await client.post(f"/manage/inbox/{mail_id}/bounce", data={"recipient": "a@b.example"}),
    ]
    assert {answer.status_code for answer in answers} <= {303, 404, 401}
    assert [row["state"] for row in await rows("SELECT state FROM incoming_mail")] == ["review"]
    assert "/sign-in" in answers[0].headers.get("location", "/sign-in")


async def test_a_mail_that_is_not_there(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    assert (await client.post(f"/manage/inbox/{MISSING}/nothing")).status_code == 404


async def test_more_than_a_page(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await staff(works))
    for number in range(51):
        await came(works, "person", str(number).encode())
    first = (await client.get("/manage/inbox")).text
    link = first.split('href="/manage/inbox?cursor=')[1].split('"')[0]
    assert (first.count("<article"), (await client.get(f"/manage/inbox?cursor={link}")).text.count("<article")) == (
        50,
        1,
    )


async def test_the_board_tells_of_it(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    await sign_in(client, works, await staff(works))
    assert "/manage/inbox" not in (await client.get("/manage")).text
    await came(works)
    claim = await works.run(CLI, claim_mailbox, "reader@mail.example/INBOX", "me")
    assert claim is not None
    await works.run(CLI, note_failure, claim, "<b>refused</b>")
    clock.move(hours=1)
    board = (await client.get("/manage")).text
    assert "One mail came in that somebody must look at" in board
    assert "A mailbox cannot be read" in board
    assert "&lt;b&gt;refused&lt;/b&gt;" in (await client.get("/manage/inbox")).text
