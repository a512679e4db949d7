"""Mail handed in by providers: signed, once, and unknown to everybody without the key."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.conftest import SITE, FrozenClock
from tests.inbox.mails import ABOUT, sample
from tests.invites.answering import answer, answered_works
from tests.invites.posted import post
from training.app import create_app
from training.base.database import execute
from training.base.work import Works
from training.inbox import api
from training.inbox.actions import Received, received_mail
from training.inbox.rules import signature
from training.settings import Settings

KEY = "the key of the inbox"
PATH = "/api/v1/inbox/mail"
RAW, JSON = "message/rfc822", "application/json"
BOUNCE = {"kind": "bounce", "message_id": f"{ABOUT}@testserver.example", "reason": "No such user", "permanent": True}


def app_with(works: Works, key: str) -> Any:
    settings = Settings(
        base_url=SITE.base_url, secret_key=SITE.secret_key, inbox_key=key, requests_per_minute_address=0
    )
    return create_app(settings, works=works)


@pytest.fixture(scope="module")
def keyed_app(one_works: Works) -> Any:
    """Building an application takes as long as ten tests."""
    return app_with(one_works, KEY)


@pytest_asyncio.fixture(loop_scope="session")
async def keyed(keyed_app: Any, works: Works) -> Any:  # noqa: ARG001 - asked for so that the database is bound
    transport = httpx.ASGITransport(app=keyed_app)
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as opened:
        yield opened


@pytest.fixture
def signed(clock: FrozenClock) -> Callable[..., dict[str, str]]:
    def headers(body: bytes, kind: str = RAW, key: str = KEY, minutes: int = 0) -> dict[str, str]:
        at = clock.now + timedelta(minutes=minutes)
        return {"content-type": kind, "training-signature": signature(key, at, body)}

    return headers


Signed = Callable[..., dict[str, str]]


async def taken() -> list[tuple[str, str, str]]:
    rows = await execute("SELECT kind, state, reason FROM incoming_mail ORDER BY kind")
    return [(str(row["kind"]), str(row["state"]), str(row["reason"])) for row in rows]


async def test_a_raw_mail_is_taken_in_once(keyed: httpx.AsyncClient, signed: Signed) -> None:
    body = sample("postfix")
    first = await keyed.post(PATH, content=body, headers=signed(body))
    again = await keyed.post(PATH, content=body, headers=signed(body, minutes=1))
    assert (first.status_code, first.json()["new"]) == (202, True)
    assert (again.status_code, again.json()) == (202, {"id": first.json()["id"], "new": False})
    assert [kind for kind, *_ in await taken()] == ["bounce"]


@pytest.mark.parametrize(
    ("event", "state", "kind"),
    [
        (BOUNCE, "handled", "bounce"),
        ({"kind": "complaint", "message_id": f"<{ABOUT}@testserver.example>"}, "handled", "complaint"),
        ({"kind": "delivered", "recipient": "ada@example.org"}, "handled", "delivered"),
        ({"kind": "bounce", "message_id": "<1@elsewhere.example>"}, "dropped", "bounce"),
    ],
)
async def test_what_a_provider_says(
    keyed: httpx.AsyncClient, signed: Signed, event: dict[str, Any], state: str, kind: str
) -> None:
    body = msgspec.json.encode(event)
    answers = [await keyed.post(PATH, content=body, headers=signed(body, JSON)) for _ in range(2)]
    assert [(a.status_code, a.json()["new"]) for a in answers] == [(202, True), (202, False)]
    assert [row[:2] for row in await taken()] == [(kind, state)]


async def test_two_events_are_told_apart_by_the_provider_s_id(keyed: httpx.AsyncClient, signed: Signed) -> None:
    for number in ("1", "2"):
        body = msgspec.json.encode({**BOUNCE, "id": number})
        assert (await keyed.post(PATH, content=body, headers=signed(body, JSON))).json()["new"] is True


async def test_the_same_of_an_address_later_is_another_event(
    keyed: httpx.AsyncClient, signed: Signed, clock: FrozenClock
) -> None:
    body = msgspec.json.encode({"kind": "bounce", "recipient": "ada@example.org", "reason": "452 4.2.2 Mailbox full"})
    for _ in range(5):
        headers = signed(body, JSON)
        answers = [await keyed.post(PATH, content=body, headers=headers) for _ in range(2)]
        assert [answer.json()["new"] for answer in answers] == [True, False]
        clock.move(hours=12)
    (row,) = await execute("SELECT kind, times FROM address_trouble")
    assert (row["kind"], row["times"]) == ("hard", 5)


async def test_the_same_of_a_message_later_is_not(keyed: httpx.AsyncClient, signed: Signed, clock: FrozenClock) -> None:
    body = msgspec.json.encode(BOUNCE)
    for new in (True, False):
        assert (await keyed.post(PATH, content=body, headers=signed(body, JSON))).json()["new"] is new
        clock.move(hours=12)


async def test_nobody_waits_while_a_mail_is_read(
    keyed: httpx.AsyncClient, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, read = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(*given: Any) -> Received:
        loop.call_soon_threadsafe(began.set)
        assert read.wait(10), "nothing else could be answered"
        return received_mail(*given)

    monkeypatch.setattr(api, "received_mail", slow)
    body = sample("postfix")
    handed_in = asyncio.create_task(keyed.post(PATH, content=body, headers=signed(body)))
    await began.wait()
    assert (await keyed.get("/health/live")).status_code == 200
    read.set()
    assert (await handed_in).status_code == 202


async def test_without_a_good_signature_there_is_nothing_here(keyed: httpx.AsyncClient, signed: Signed) -> None:
    body = sample("postfix")
    attempts = [
        {"content-type": RAW},
        {"content-type": RAW, "training-signature": "nonsense"},
        signed(body, key="another key of an inbox"),
        signed(body, minutes=6),
        signed(body, minutes=-6),
        signed(body + b"x"),
    ]
    for headers in attempts:
        answer = await keyed.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "signature-wrong")
    assert await taken() == []


async def test_without_a_key_every_signature_is_wrong(works: Works, signed: Signed) -> None:
    body = sample("postfix")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app_with(works, "")), base_url=SITE.base_url
    ) as client:
        answer = await client.post(PATH, content=body, headers=signed(body, key=""))
    assert (answer.status_code, answer.json()["code"]) == (404, "signature-wrong")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", JSON, 400),
        (b"{}", JSON, 400),
        (b'{"kind":"bounce"}', JSON, 422),
        (b'{"kind":"other","recipient":"a@b.example"}', JSON, 400),
        (b'{"kind":"bounce","recipient":"a@b.example","more":1}', JSON, 400),
        (b'{"kind":"bounce","recipient":"a\\u0000@b.example"}', JSON, 400),
        (b"hello", "text/plain", 415),
        (b"x" * 1_000_001, RAW, 413),
    ],
)
async def test_what_cannot_be_used(
    keyed: httpx.AsyncClient, signed: Signed, body: bytes, kind: str, status: int
) -> None:
    assert (await keyed.post(PATH, content=body, headers=signed(body, kind))).status_code == status
    assert await taken() == []


async def test_another_handler_takes_no_raw_mail(keyed: httpx.AsyncClient) -> None:
    answer = await keyed.post("/api/v1/sign-ins", content=b"{}", headers={"content-type": RAW})
    assert answer.status_code == 415


async def test_an_answer_of_a_calendar_counts_once(
    keyed: httpx.AsyncClient, signed: Signed, works: Works, clock: FrozenClock
) -> None:
    reads = answered_works(clock)
    scene = await make_scene(works)
    enrollment_id = await booked_one(reads, scene)
    (mail,) = await post(reads)
    raw = answer(mail, "TENTATIVE", clock.now, "thunderbird")
    for new in (True, False):
        taken = await keyed.post(PATH, content=raw, headers=signed(raw))
        assert (taken.status_code, taken.json()["new"]) == (202, new)
    rows = await execute("SELECT calendar_answer, version FROM enrollment WHERE id = {}", enrollment_id)
    assert [(row["calendar_answer"], row["version"]) for row in rows] == [("tentative", 2)]
