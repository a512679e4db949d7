"""Messages as pages of the desk: what became of them, why they were written, and what can be done."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from tests.booking.made import Scene
from tests.conftest import SITE, FrozenClock
from tests.desk.made import MISSING, OPERATOR, a_viewer, foreign_manager, full_scene, sign_in, staff
from training.app import create_app
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.rules.guests import place_token
from training.outbox.actions import enqueue
from training.outbox.rules import SecretLink, derive_token
from training.settings import Settings

LIST = "/manage/messages"
SECRET = re.compile(r"[A-Za-z0-9_-]{50,}")


async def ids_of(kind: str) -> list[UUID]:
    """The messages of a kind, the first first."""
    return [UUID(str(row["id"])) for row in await execute("SELECT id FROM message WHERE kind = {} ORDER BY id", kind)]


async def end(message_id: UUID, state: str, error: str = "") -> None:
    """Let a message end."""
    sql = "UPDATE message SET state = {}, error = {}, attempts = 1, sent_at = not_before, lease_until = not_before"
    await execute(f"{sql} WHERE id = {{}}", state, error, message_id)


async def bouncing(works: Works, client: httpx.AsyncClient) -> tuple[Scene, UUID]:
    """A scene whose first message bounced, looked at by its manager."""
    scene, _ = await full_scene(works)
    message_id = (await ids_of("booking-enrolled"))[0]
    await end(message_id, "bounced", "550 5.1.1 <x>: no such user")
    await sign_in(client, works, scene.manager)
    return scene, message_id


async def test_the_list_tells_what_became_of_each(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id = await bouncing(works, client)
    answer = await client.get(LIST)
    assert answer.status_code == 200
    for words in (
        "Did not arrive, nobody acted",
        f'href="{LIST}/{message_id}"',
        "Bounced",
        "There is no such mailbox.",
        "You have a place",
        "On the waitlist",
        "Times: Dublin time",
        'Dublin time <span class="nowrap">(UTC+1)</span>',
        "Send 1 again",
    ):
        assert words in answer.text, words
    assert not SECRET.search(re.sub(r'name="form_token" value="[^"]*"', "", answer.text))
    assert "Your sign-in link" not in answer.text, "sign-in links belong to no program"
    assert str(scene.program_id) in answer.text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 4),
        ("state=bounced", 1),
        ("state=undelivered", 1),
        ("state=waiting", 3),
        ("state=sent", 0),
        ("kind=booking-waitlisted", 1),
        ("kind=booking", 4),
        ("kind=book", 0),
        ("address=NORTHERN-LINE-0", 1),
        ("address=%25", 0),
        ("address=_", 0),
        ("day=2026-05-04", 4),
        ("day=2026-05-05", 0),
        ("since=2026-05-04", 4),
        ("since=2026-05-05", 0),
        ("program={program}", 4),
        ("program=00000000-0000-0000-0000-000000000001", 0),
        ("partner={partner}", 4),
        ("partner=00000000-0000-0000-0000-000000000001", 0),
    ],
)
async def test_filters(client: httpx.AsyncClient, works: Works, query: str, rows: int) -> None:
    scene, _ = await bouncing(works, client)
    asked = query.format(program=scene.program_id, partner=scene.partner_id)
    answer = await client.get(f"{LIST}?{asked}")
    assert answer.status_code == 200
    assert len(re.findall(r'<tr role="row"><th role="rowheader"', answer.text)) == rows
    exported = await client.get(f"{LIST}/export/csv?{asked}")
    assert len(list(csv.reader(io.StringIO(exported.text)))) == rows + 1


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "program=x",
        "day=0001-01-01",
        "day=9999-12-31",
        "day=x",
        "since=x",
        "since=0001-01-01",
        "cursor=x",
        "address=%00",
        "kind=%00",
    ],
)
async def test_strange_questions_break_nothing(client: httpx.AsyncClient, works: Works, query: str) -> None:
    await bouncing(works, client)
    for path in (LIST, f"{LIST}/export/csv"):
        assert (await client.get(f"{path}?{query}")).status_code in (200, 400, 422)


async def test_the_copies_of_one_announcement(client: httpx.AsyncClient, works: Works) -> None:
    await bouncing(works, client)
    (first, *_) = await ids_of("booking-waitlisted")
    await execute("UPDATE message SET topic = {} WHERE id = {}", f"announcement:{MISSING}", first)
    shown = (await client.get(f"{LIST}?announcement={MISSING}")).text
    assert re.findall(rf'<th role="rowheader" scope="row"><a href="{LIST}/([0-9a-f-]{{36}})"', shown) == [str(first)]
    assert "One announcement" in shown
    assert f'name="announcement" value="{MISSING}"' in shown, "another filter keeps it"
    found = (await client.get(f"/api/v1/messages?announcement_id={MISSING}")).json()["items"]
    assert [one["id"] for one in found] == [str(first)]


async def test_a_day_is_that_of_the_reader(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id = await bouncing(works, client)
    late = works.clock().replace(hour=23, minute=30)
    await execute("UPDATE message SET created_at = {} WHERE id = {}", late, message_id)
    assert str(message_id) not in (await client.get(f"{LIST}?day=2026-05-04")).text
    assert str(message_id) in (await client.get(f"{LIST}?day=2026-05-05")).text


async def test_pages_of_a_long_list(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await many(works, scene, 60)
    await sign_in(client, works, scene.manager)
    seen: list[str] = []
    address: str | None = LIST
    while address:
        answer = await client.get(address)
        seen += re.findall(rf'<th role="rowheader" scope="row"><a href="{LIST}/([0-9a-f-]{{36}})"', answer.text)
        found = re.search(r'rel="next" href="([^"]+)"', answer.text)
        address = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == len(set(seen)) == 64


async def many(works: Works, scene: Scene, number: int) -> None:
    """So many more messages of the program, all failed."""

    async def write(work: Work) -> None:
        for index in range(number):
            await enqueue(
                work,
                kind="announcement",
                template="people/sign-in",
                recipient=f"p{index}@mass.example",
                program_id=scene.program_id,
                partner_id=scene.partner_id,
                values={"link": "", "minutes": 1},
            )

    await works.run(OPERATOR, write)
    await execute("UPDATE message SET state = 'failed' WHERE kind = 'announcement'")


async def test_as_many_statements_for_ten_as_for_ten_thousand(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    paths = (LIST, f"{LIST}?state=undelivered", "/manage")
    counts = []
    for number in (10, 10_000):
        await many(works, scene, number)
        seen_of = []
        for path in paths:
            with watch_statements() as seen:
                answer = await client.get(path)
            assert answer.status_code == 200
            seen_of.append(len(seen))
        counts.append(seen_of)
    assert counts[0] == counts[1]
    assert "10,000+" in (await client.get(LIST)).text


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


async def test_many_at_once_leave_out_dead_addresses_and_say_so(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await many(works, scene, 5)
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " SELECT id, recipient, 'hard', 'gone', 1, created_at, created_at FROM message"
        " WHERE recipient IN ('p1@mass.example', 'p2@mass.example')"
    )
    await sign_in(client, works, scene.manager)
    shown = (await client.get(LIST)).text
    assert "Send 3 again" in shown
    assert "2 messages are left out, because mail to their addresses comes back" in shown
    done = await client.post(f"{LIST}/send-again")
    said = (await client.get(done.headers["location"])).text
    assert "3 messages are waiting to go out again. 2 messages are left out, because mail to" in said
    assert "again</button>" not in said
    done = await client.post(f"{LIST}/send-again")
    said = (await client.get(done.headers["location"])).text
    assert "2 messages are left out, because mail to their addresses comes back: repair the address first." in said
    (dead,) = await execute("SELECT id FROM message WHERE recipient = 'p1@mass.example'")
    refused = await client.post(f"/api/v1/messages/{dead['id']}/send-again")
    assert (refused.status_code, refused.json()["code"]) == (409, "message-unreached")


async def test_taking_back_and_what_stands_in_the_way(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id = await bouncing(works, client)
    waiting = (await ids_of("booking-waitlisted"))[0]
    assert (await client.post(f"{LIST}/{waiting}/take-back")).status_code == 303
    assert "Taken back" in (await client.get(f"{LIST}/{waiting}")).text
    late = await client.post(f"{LIST}/{message_id}/take-back")
    assert late.status_code == 409
    assert "stands differently now" in late.text


async def test_dead_letters_are_sent_again_at_once(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await many(works, scene, 30)
    await sign_in(client, works, scene.manager)
    some = {"address": "p1"}
    assert (await client.post(f"{LIST}/send-again", data=some)).status_code == 303
    (row,) = await execute("SELECT count(*) AS n FROM message WHERE again_of IS NOT NULL")
    assert row["n"] == 11, "p1 and p10 to p19"
    done = await client.post(f"{LIST}/send-again", data={"state": "failed"})
    assert "19 messages are waiting to go out again." in (await client.get(done.headers["location"])).text
    nothing = await client.post(f"{LIST}/send-again")
    assert "nothing left to send again" in (await client.get(nothing.headers["location"])).text
    assert (await client.post(f"{LIST}/send-again", data={"state": "x"})).status_code == 422


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


async def test_mail_that_does_not_go_out_is_said_aloud(works: Works, clock: FrozenClock) -> None:
    scene, _ = await full_scene(works)
    units = Works(clock=clock, site=replace(SITE, demo=False), reactions={})
    settings = Settings(base_url=SITE.base_url, secret_key=SITE.secret_key)
    transport = httpx.ASGITransport(app=create_app(settings, works=units))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as client:
        await sign_in(client, units, scene.manager)
        assert "Mail is not going out" not in (await client.get(LIST)).text
        clock.move(minutes=6)
        for path in (LIST, "/manage"):
            shown = (await client.get(path)).text
            assert "Mail is not going out" in shown
            assert "4 messages are due and have not left, the first since" in shown
            assert "No mail server is set" in shown


@pytest.mark.parametrize(
    ("error", "said"),
    [("Connection refused", "<bdi>Connection refused</bdi>"), ("", "Nobody tried to send them")],
)
async def test_a_mail_server_that_takes_nothing_is_quoted(
    works: Works, clock: FrozenClock, error: str, said: str
) -> None:
    """Also in a demonstration, as soon as it has a mail server."""
    scene, _ = await full_scene(works)
    units = Works(clock=clock, site=replace(SITE, demo=True, mails=True), reactions={})
    settings = Settings(
        base_url=SITE.base_url, secret_key=SITE.secret_key, smtp_url="smtp://mail.example.org", demo=True
    )
    await execute("UPDATE message SET error = {}", error)
    clock.move(minutes=6)
    transport = httpx.ASGITransport(app=create_app(settings, works=units))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as client:
        await sign_in(client, units, scene.manager)
        for path in (LIST, "/manage"):
            shown = (await client.get(path)).text
            assert "Mail is not going out" in shown
            assert said in shown
            assert "A mail server is set, so messages do leave." in shown
            assert "no message leaves this machine" not in shown


async def test_a_demonstration_leads_to_its_mailbox(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    await bouncing(works, client)
    clock.move(minutes=6)
    listed = await client.get(LIST)
    assert 'href="/mailbox"' in listed.text
    assert "Mail is not going out" not in listed.text + (await client.get("/manage")).text


async def test_the_board_says_what_did_not_arrive(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    _, message_id = await bouncing(works, client)
    board = await client.get("/manage")
    assert f"{LIST}?state=undelivered&amp;since=2026-04-20" in board.text
    assert "One message did not arrive" in board.text
    await client.post(f"{LIST}/{message_id}/send-again")
    assert "did not arrive" not in (await client.get("/manage")).text
    await end(message_id, "bounced")
    await execute("UPDATE message SET again_of = NULL")
    clock.move(days=timedelta(days=15).days)
    await sign_in(client, works, await staff(works))
    assert "did not arrive" not in (await client.get("/manage")).text, "old news"
