"""The mailbox of the demonstration, and its absence everywhere else."""

import base64
import email
import email.policy
import hashlib
import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from tests.conftest import FrozenClock
from training.app import create_app
from training.base.database import execute
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.outbox.actions import enqueue
from training.outbox.rules import SecretLink, derive_token
from training.settings import Settings

CLI = Viewer.machine("cli")
KEY = "a key for tests only"
LINK = SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7))


async def mail(works: Works, recipient: str = "ada@example.org", name: str = "Ada") -> UUID:
    return await works.run(
        CLI,
        enqueue,
        kind="sign-in",
        template="people/sign-in",
        recipient=recipient,
        recipient_name=name,
        values={"link": LINK, "minutes": 10},
    )


@pytest.fixture
async def real_client(works: Works) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an installation that is no demonstration."""
    base = works.site.base_url
    units = Works(clock=works.clock, site=Site(base_url=base, secret_key=KEY), reactions={})
    app = create_app(Settings(base_url=base, secret_key=KEY), works=units)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=base) as opened:
        yield opened


async def test_outside_a_demonstration_there_is_no_mailbox(real_client: httpx.AsyncClient, works: Works) -> None:
    message_id = await mail(works)
    missing = (await real_client.get("/no-such-page")).status_code
    for path in ("/mailbox", f"/mailbox/{message_id}", f"/mailbox/{message_id}/html", f"/mailbox/{message_id}/source"):
        assert (await real_client.get(path)).status_code == missing == 404
    assert "/mailbox" not in (await real_client.get("/sign-in")).text


async def test_an_empty_mailbox_says_what_to_do(client: httpx.AsyncClient) -> None:
    page = await client.get("/mailbox")
    assert page.status_code == 200
    assert "No message here" in page.text


async def test_newest_first_by_recipient_and_in_pages(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    for number in range(30):
        clock.move(seconds=1)
        await mail(works, f"p{number}@example.org")
    first = await client.get("/mailbox")
    assert "UTC</time>" in first.text
    shown = re.findall(r"p(\d+)@example", first.text)
    assert shown == [str(number) for number in range(29, 4, -1)]
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = await client.get(older[1].replace("&amp;", "&"))
    assert re.findall(r"p(\d+)@example", second.text) == ["4", "3", "2", "1", "0"]
    one = await client.get("/mailbox?to=P17@")
    assert re.findall(r"<bdi>p(\d+)@example", one.text) == ["17"]


@pytest.mark.parametrize("query", ["after=x", "after=%00", "to=%00", "to=" + "x" * 300, "nonsense=1", "to=%25&after="])
async def test_strange_questions_break_nothing(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/mailbox?{query}")).status_code in (200, 400, 422)


async def test_a_message_as_text_with_links_that_work(client: httpx.AsyncClient, works: Works) -> None:
    message_id = await mail(works, name="<script>alert(1)</script> javascript:alert(1)")
    page = await client.get(f"/mailbox/{message_id}")
    url = "http://testserver.example/sign-in/" + derive_token(KEY, "sign-in", LINK.id)
    assert f'<a href="{url}" rel="noopener">{url}</a>' in page.text
    assert "<script>alert" not in page.text
    assert 'href="javascript' not in page.text
    assert "ada@example.org" in page.text


async def test_a_message_as_html_is_in_a_sandbox(client: httpx.AsyncClient, works: Works) -> None:
    message_id = await mail(works, name="<script>alert(1)</script>")
    framed = await client.get(f"/mailbox/{message_id}/html")
    policy = framed.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<script" not in framed.text
    assert '<base target="_top">' in framed.text
    (style,) = re.findall(r"<style>(.*?)</style>", framed.text, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}';" in policy
    assert " style=" not in framed.text


async def test_a_message_as_it_travels(client: httpx.AsyncClient, works: Works) -> None:
    message_id = await mail(works, name="Zoë </pre><script>alert(1)</script>")
    page = await client.get(f"/mailbox/{message_id}")
    for line in ("To: ", "Auto-Submitted: auto-generated", "Content-Type: multipart/alternative", "quoted-printable"):
        assert line in page.text
    assert "</pre><script>" not in page.text
    source = await client.get(f"/mailbox/{message_id}/source")
    assert source.headers["content-type"].startswith("text/plain")
    parsed = email.message_from_bytes(source.content, policy=email.policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert parsed["Message-ID"] == f"<{message_id}@testserver.example>"
    text = parsed.get_body(("plain",))
    assert text is not None
    assert derive_token(KEY, "sign-in", LINK.id) in text.get_content()


async def test_back_and_next(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    ids = []
    for _ in range(3):
        ids.append(await mail(works))
        clock.move(seconds=1)
    first, middle, last = [(await client.get(f"/mailbox/{message_id}")).text for message_id in ids]
    assert f'rel="prev" href="/mailbox/{ids[2]}"' in middle
    assert f'rel="next" href="/mailbox/{ids[0]}"' in middle
    assert 'rel="next"' not in first
    assert 'rel="prev"' not in last


async def test_missing_messages(client: httpx.AsyncClient) -> None:
    for path in (
        f"/mailbox/{UUID(int=1)}",
        f"/mailbox/{UUID(int=1)}/html",
        f"/mailbox/{UUID(int=1)}/source",
        "/mailbox/x",
    ):
        assert (await client.get(path)).status_code == 404


async def test_a_calendar_is_shown_beside_the_words(client: httpx.AsyncClient, works: Works) -> None:
    async def write(work: Work) -> UUID:
        return await enqueue(
            work,
            kind="sign-in",
            template="people/sign-in",
            recipient="ada@example.org",
            values={"link": SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7)), "minutes": 10},
            calendar="BEGIN:VCALENDAR\r\nSUMMARY:<b>Safe</b>\r\nEND:VCALENDAR\r\n",
            calendar_method="CANCEL",
        )

    text = (await client.get(f"/mailbox/{await works.run(Viewer.machine('test'), write)}")).text
    assert "takes one entry out of the calendar" in text
    assert "SUMMARY:&lt;b&gt;Safe" in text


async def test_an_entry_that_is_still_to_come_is_announced(client: httpx.AsyncClient, works: Works) -> None:
    async def write(work: Work, kind: str) -> UUID:
        return await enqueue(
            work,
            kind=kind,
            template="people/sign-in",
            recipient="ada@example.org",
            values={"link": SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7)), "minutes": 10},
        )

    to_come = "Its calendar entry is added just before it leaves."
    message_id = await works.run(Viewer.machine("test"), write, "booking-enrolled")
    assert to_come in (await client.get(f"/mailbox/{message_id}")).text
    await execute("UPDATE message SET state = 'withdrawn' WHERE id = {}", message_id)
    assert to_come not in (await client.get(f"/mailbox/{message_id}")).text
    other_id = await works.run(Viewer.machine("test"), write, "booking-waitlisted")
    assert to_come not in (await client.get(f"/mailbox/{other_id}")).text
