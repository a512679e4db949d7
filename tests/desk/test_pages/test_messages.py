"""Messages as a list of the desk: filters, numbers, files, and many sent again at once."""

import csv
import io
import re
from datetime import timedelta

import httpx
import pytest
from msgspec.structs import replace

from tests.conftest import SITE, FrozenClock
from tests.desk.made import MISSING, full_scene, sign_in, staff
from tests.desk.posted import LIST, bouncing, end, ids_of, many
from training.app import create_app
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.settings import Settings

SECRET = re.compile(r"[A-Za-z0-9_-]{50,}")


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


async def test_as_many_statements_for_ten_as_for_ten_thousand(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    paths = (LIST, f"{LIST}?state=undelivered", "/manage")
    counts = []
    for number in (10, 10_000):
        await many(works, scene, number)
        # What engines do by themselves a minute after many rows came: they count them, to plan for that many.
        await execute("ANALYZE")
        seen_of = []
        for path in paths:
            with watch_statements() as seen:
                answer = await client.get(path)
            assert answer.status_code == 200
            seen_of.append(len(seen))
        counts.append(seen_of)
    assert counts[0] == counts[1]
    assert "10,000+" in (await client.get(LIST)).text


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
