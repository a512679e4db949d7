"""One's own tokens on pages: made, shown once, revoked after a question."""

import asyncio
import re
from uuid import UUID

import httpx
import pytest

from tests.people.conftest import CLI, SignedIn
from training.base.database import execute
from training.base.structs import Viewer
from training.base.texts import FORM_TOKEN, form_token
from training.base.work import Works
from training.people.actions import ensure_person, make_own_token
from training.people.rules import MOST_TOKENS, TokenOrder, TokenScope

TYPED = {"label": "CRM <sync>", "scopes": ["read", "book"], "days": "30"}
ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ}))


@pytest.fixture
async def page(client: httpx.AsyncClient, signed_in: SignedIn, ada: UUID) -> httpx.AsyncClient:  # noqa: ARG001 - she is asked for so that she is there
    """A browser in which Ada is signed in."""
    token, _ = await signed_in()
    client.cookies.set("sign_in", token)
    return client


async def test_the_secret_is_shown_once(page: httpx.AsyncClient) -> None:
    empty = await page.get("/account/tokens")
    assert "Make a token" in empty.text
    assert 'value="read" id="f-scopes" checked' in empty.text
    made = await page.post("/account/tokens", data=TYPED)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    secret = re.search(r"trn_[A-Za-z0-9_-]{43}", made.text)
    assert secret is not None
    assert "CRM &lt;sync&gt;" in made.text
    opened = await page.get("/api/v1/programs", headers={"authorization": f"Bearer {secret[0]}"})
    assert opened.status_code == 200
    listed = await page.get("/account/tokens")
    assert "CRM &lt;sync&gt;" in listed.text
    assert "read, book" in listed.text
    assert "trn_" not in listed.text
    assert "/account/tokens" in (await page.get("/account")).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": " "}, "Please fill this in."),
        ({"label": "x" * 81}, "at most 80 characters"),
        ({"scopes": []}, "Please fill this in."),
        ({"scopes": ["everything"]}, "Please choose one of the list."),
        ({"days": "0"}, "at least 1"),
        ({"days": "367"}, "at most 366"),
        ({"days": "soon"}, "Please enter a number."),
    ],
)
async def test_what_cannot_be_is_said_and_what_was_typed_stays(
    page: httpx.AsyncClient, typed: dict[str, object], sentence: str
) -> None:
    refused = await page.post("/account/tokens", data={**TYPED, **typed})
    assert refused.status_code == 422
    assert sentence in refused.text
    if "label" not in typed:
        assert 'value="CRM &lt;sync&gt;"' in refused.text
    assert await execute("SELECT id FROM api_token") == []


async def test_two_presses_make_one_token_and_show_it(page: httpx.AsyncClient) -> None:
    """Who presses while the first is on its way sees it too; who comes after that is led to the list."""
    typed = {**TYPED, FORM_TOKEN: form_token()}
    answers = await asyncio.gather(*(page.post("/account/tokens", data=typed) for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {200, 303}
    shown = {found for answer in answers for found in re.findall(r"trn_[A-Za-z0-9_-]{43}", answer.text)}
    assert len(shown) == 1
    assert len(await execute("SELECT id FROM api_token")) == 1
    later = await page.post("/account/tokens", data=typed, headers={"referer": "http://x.example/account/tokens"})
    assert (later.status_code, later.headers["location"]) == (303, "/account/tokens")
    assert len(await execute("SELECT id FROM api_token")) == 1
    assert not shown & set(re.findall(r"trn_[A-Za-z0-9_-]{43}", str(await execute("SELECT body FROM kept_answer"))))


async def test_twenty_are_enough(page: httpx.AsyncClient, works: Works, ada: UUID) -> None:
    for _ in range(MOST_TOKENS):
        await works.run(Viewer(person_id=ada), make_own_token, ORDER)
    refused = await page.post("/account/tokens", data=TYPED)
    assert refused.status_code == 422
    assert "20 tokens already" in refused.text


async def test_revoked_after_a_question(page: httpx.AsyncClient, works: Works, ada: UUID) -> None:
    made = await works.run(Viewer(person_id=ada), make_own_token, ORDER)
    asked = await page.get(f"/account/tokens/{made.id}/revoke")
    assert "shut out at once" in asked.text
    done = await page.post(f"/account/tokens/{made.id}/revoke")
    assert (done.status_code, done.headers["location"]) == (303, "/account/tokens")
    listed = await page.get("/account/tokens")
    assert "Revoked" in listed.text
    assert f"{made.id}/revoke" not in listed.text
    assert (await page.get(f"/account/tokens/{made.id}/revoke")).status_code == 404
    assert (await page.get("/api/v1/programs", headers={"authorization": f"Bearer {made.token}"})).status_code == 401


async def test_a_foreign_token_and_a_missing_one_answer_alike(page: httpx.AsyncClient, works: Works) -> None:
    eve = await works.run(CLI, ensure_person, "eve@example.org")
    foreign = await works.run(Viewer(person_id=eve), make_own_token, ORDER)
    for path in ("/account/tokens/{}/revoke",):
        for method in ("GET", "POST"):
            answers = [await page.request(method, path.format(key)) for key in (foreign.id, UUID(int=404))]
            assert [answer.status_code for answer in answers] == [404, 404]
    assert [row["revoked_at"] for row in await execute("SELECT revoked_at FROM api_token")] == [None]


async def test_visitors_are_led_to_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/account/tokens")).headers["location"].startswith("/sign-in")
