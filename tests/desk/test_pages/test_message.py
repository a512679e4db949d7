"""One message as a page of the desk: why it was written, what became of it, and what can be done."""

import re
from datetime import timedelta
from uuid import UUID

import httpx

from tests.conftest import SITE, FrozenClock
from tests.desk.made import MISSING, OPERATOR, a_viewer, foreign_manager, sign_in, staff
from tests.desk.posted import LIST, bouncing, end, ids_of
from training.base.database import execute
from training.base.work import Works
from training.booking.rules.guests import place_token
from training.outbox.actions import enqueue
from training.outbox.rules import SecretLink, derive_token

SECRET = re.compile(r"[A-Za-z0-9_-]{50,}")


async def test_one_message_with_its_why_and_its_words(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id = await bouncing(works, client)
    answer = await client.get(f"{LIST}/{message_id}")
    assert answer.status_code == 200
    for words in (
        "There is no such mailbox.",
        "When it is put right, what they missed is sent again.",
        "booked for 4 people of",
        "no such user",
        "What it says",
        "/places/...",
        "Send it again",
    ):
        assert words in answer.text, words
    assert "First tried" not in answer.text, "it left at once"
    await execute("UPDATE message SET first_tried_at = created_at, attempts = 3 WHERE id = {}", message_id)
    assert "First tried" in (await client.get(f"{LIST}/{message_id}")).text
    html = await client.get(f"{LIST}/{message_id}/html")
    assert html.headers["content-security-policy"].startswith("default-src 'none'")
    (row,) = await execute("SELECT subject_id FROM message WHERE id = {}", message_id)
    token = place_token(SITE.secret_key, UUID(str(row["subject_id"])), 1)
    exported = await client.get(f"{LIST}/export/csv")
    told = await client.get(f"/manage/sessions/{scene.session_id}/roster/{row['subject_id']}/messages")
    for text in (answer.text, html.text, exported.text, told.text, (await client.get(LIST)).text):
        assert token not in text


async def test_no_secret_of_any_kind_is_shown(client: httpx.AsyncClient, works: Works) -> None:
    """Also not one that slipped into an error or an answer of the mail server."""
    await sign_in(client, works, await staff(works))
    link = SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7))
    token = derive_token(SITE.secret_key, "sign-in", link.id)
    message_id = await works.run(
        OPERATOR,
        enqueue,
        kind="sign-in",
        template="people/sign-in",
        recipient="ada@example.org",
        values={"link": link, "minutes": 10},
    )
    await end(message_id, "failed", f"refused: {SITE.base_url}/sign-in/{token}")
    await execute("UPDATE message SET answer = {} WHERE id = {}", f"see https://x.example/?t={token}", message_id)
    for path in (
        LIST,
        f"{LIST}/{message_id}",
        f"{LIST}/{message_id}/html",
        f"{LIST}/export/csv",
        f"{LIST}/export/xlsx",
    ):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert token not in answer.text
        assert token.encode() not in answer.content
    page = await client.get(f"{LIST}/{message_id}")
    assert "Send it again" not in page.text, "its link is over"
    assert (await client.post(f"{LIST}/{message_id}/send-again")).status_code == 409


async def test_a_message_whose_words_cannot_be_made_is_shown(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id = await bouncing(works, client)
    await execute("UPDATE message SET template = 'nowhere/nothing' WHERE id = {}", message_id)
    assert (await client.get(LIST)).status_code == 200
    page = await client.get(f"{LIST}/{message_id}")
    assert "The words of this message cannot be made." in page.text


async def test_sending_again_and_what_stands_in_the_way(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id = await bouncing(works, client)
    sent = await client.post(f"{LIST}/{message_id}/send-again")
    assert sent.status_code == 303
    again = await client.get(sent.headers["location"])
    assert "This is the new message." in again.text
    assert f'href="{LIST}/{message_id}"' in again.text
    assert "sent it again, because it had not arrived." in (await client.get(f"{LIST}/{message_id}")).text
    twice = await client.post(f"{LIST}/{message_id}/send-again")
    assert twice.status_code == 409
    assert "This message was sent again already." in twice.text
    assert "Send 1 again" not in (await client.get(LIST)).text


async def test_what_could_only_fail_again_is_not_offered(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id = await bouncing(works, client)
    await end(message_id, "failed", "This address does not work.")
    (row,) = await execute("SELECT recipient FROM message WHERE id = {}", message_id)
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " VALUES ({}, {}, 'hard', 'gone', 1, {}, {})",
        UUID(int=5),
        row["recipient"],
        works.clock(),
        works.clock(),
    )
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert "Sending it again would fail the same way." in shown
    assert "A coordinator of" in shown
    assert f'action="{LIST}/{message_id}/send-again"' not in shown
    told = (await client.get(f"/api/v1/messages/{message_id}")).json()["message"]
    assert "come back before" in told["trouble"]
    assert "when it is repaired" in told["what_to_do"]
    await execute(
        "UPDATE message SET kind = 'reminder-upcoming', expires_at = {} WHERE id = {}", works.clock(), message_id
    )
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert "What this message is about is over" in shown
    assert "A coordinator of" in shown, "the address is to be repaired all the same"
    await execute("UPDATE message SET kind = 'booking-enrolled', expires_at = NULL WHERE id = {}", message_id)
    await sign_in(client, works, await staff(works))
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert f'href="/partners/{scene.partner_id}/members/' in shown
    await execute("UPDATE address_trouble SET cleared_at = since")
    assert f'action="{LIST}/{message_id}/send-again"' in (await client.get(f"{LIST}/{message_id}")).text


async def test_after_a_repair_nobody_is_told_to_repair_and_it_goes_to_the_new_address(
    client: httpx.AsyncClient, works: Works
) -> None:
    _, message_id = await bouncing(works, client)
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " SELECT id, recipient, 'hard', 'gone', 1, created_at, created_at FROM message WHERE id = {}",
        message_id,
    )
    assert "1 message is left out" in (await client.get(LIST)).text
    await execute(
        "UPDATE membership SET contact_email = 'right@example.org'"
        " WHERE person_id = (SELECT person_id FROM message WHERE id = {})",
        message_id,
    )
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert "Their address was repaired since. Sent again, it goes to the new one." in shown
    assert ("right@example.org" in shown, "can repair it" in shown) == (True, False)
    listed = (await client.get(LIST)).text
    assert ("Send 1 again" in listed, "left out" in listed) == (True, False)
    await execute("UPDATE message SET kind = 'reminder-upcoming', expires_at = created_at WHERE id = {}", message_id)
    over = (await client.get(f"{LIST}/{message_id}")).text
    assert ("is over" in over, "can repair it" in over) == (True, False)
    await execute("UPDATE message SET kind = 'booking-enrolled', expires_at = NULL WHERE id = {}", message_id)
    await client.post(f"{LIST}/send-again")
    (again,) = await execute("SELECT recipient FROM message WHERE again_of = {}", message_id)
    assert again["recipient"] == "right@example.org"
    await execute("DELETE FROM message WHERE again_of = {}", message_id)
    answer = await client.post(f"{LIST}/{message_id}/send-again")
    assert "right@example.org" in (await client.get(answer.headers["location"])).text
    await execute("DELETE FROM message WHERE again_of = {}", message_id)
    await execute("UPDATE message SET kind = 'invitation' WHERE id = {}", message_id)
    assert "right@example.org" not in (await client.get(f"{LIST}/{message_id}")).text, "it would let somebody in"


async def test_what_is_over_or_replaced_says_so_instead_of_a_button(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, message_id = await bouncing(works, client)
    button = f'action="{LIST}/{message_id}/send-again"'
    newer = await works.run(
        OPERATOR,
        enqueue,
        kind="booking-moved",
        template="people/sign-in",
        recipient="ada@example.org",
        program_id=scene.program_id,
    )
    await execute(
        "UPDATE message SET created_at = {}, topic = o.topic, person_id = o.person_id, subject_id = o.subject_id"
        " FROM (SELECT topic, person_id, subject_id FROM message WHERE id = {}) AS o WHERE id = {}",
        clock.now + timedelta(seconds=1),
        message_id,
        newer,
    )
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert "A newer message says how things stand now." in shown
    assert f'href="{LIST}/{newer}">Open the newer message' in shown
    assert button not in shown
    assert "Send 1 again" not in (await client.get(LIST)).text
    await execute("UPDATE message SET kind = 'reminder-upcoming', expires_at = {}, state = 'expired'", clock.now)
    shown = (await client.get(f"{LIST}/{message_id}")).text
    assert "What this message is about is over, so it is not sent again." in shown
    assert button not in shown
    told = (await client.get(f"/api/v1/messages/{message_id}")).json()["message"]
    assert told["what_to_do"] == "What it is about is over, so it is not sent again."


async def test_taking_back_and_what_stands_in_the_way(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id = await bouncing(works, client)
    waiting = (await ids_of("booking-waitlisted"))[0]
    assert (await client.post(f"{LIST}/{waiting}/take-back")).status_code == 303
    assert "Taken back" in (await client.get(f"{LIST}/{waiting}")).text
    late = await client.post(f"{LIST}/{message_id}/take-back")
    assert late.status_code == 409
    assert "stands differently now" in late.text


async def test_a_foreign_manager_finds_nothing(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id = await bouncing(works, client)
    (row,) = await execute("SELECT subject_id FROM message WHERE id = {}", message_id)
    told = f"/manage/sessions/{scene.session_id}/roster/{row['subject_id']}/messages"
    assert (await client.get(told)).status_code == 200
    await sign_in(client, works, await foreign_manager(works))
    assert "No message yet" in (await client.get(LIST)).text
    assert "No message matches" in (await client.get(f"{LIST}?program={scene.program_id}")).text
    for path in (f"{LIST}/{message_id}", f"{LIST}/{message_id}/html", f"{LIST}/{MISSING}", told):
        assert (await client.get(path)).status_code == 404
    for verb in ("send-again", "take-back"):
        assert (await client.post(f"{LIST}/{message_id}/{verb}")).status_code == 404
    await client.post(f"{LIST}/send-again", data={"program": str(scene.program_id)})
    assert not await execute("SELECT id FROM message WHERE again_of IS NOT NULL")


async def test_nobody_else_gets_in(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id = await bouncing(works, client)
    assert scene.coordinator.person_id is not None
    for viewer in (scene.coordinator, await a_viewer(works, "Lea")):
        await sign_in(client, works, viewer)
        for path in (LIST, f"{LIST}/{message_id}", f"{LIST}/export/csv"):
            assert (await client.get(path)).status_code == 404
