"""Choices about mail as people make them: on the page, by the API, and by the link in a message."""

from uuid import UUID

import httpx
import pytest

from tests.booking.test_pages.made import words
from tests.people.conftest import SignedIn
from training.base.work import Works
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_token
from training.people.queries import get_mail_choices

TYPED = {"quiet_from": "22:00", "quiet_until": "07:30", "locale": "en-US", "wanted": ["reminders", "digests"]}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def inside(client: httpx.AsyncClient, signed_in: SignedIn, ada: UUID) -> httpx.AsyncClient:
    token, viewer = await signed_in()
    assert viewer.person_id == ada
    client.cookies.set("sign_in", token)
    return client


@pytest.fixture
def path(works: Works, ada: UUID) -> str:
    return f"/unsubscribe/{unsubscribe_token(works.site.secret_key, ada, Sort.REMINDERS)}"


async def test_the_page_shows_and_keeps_the_choices(inside: httpx.AsyncClient, ada: UUID) -> None:
    assert 'href="/account/mail"' in (await inside.get("/account")).text
    shown = (await inside.get("/account/mail")).text
    assert shown.count(" checked") == 4
    assert 'value="21:00"' in shown
    assert "London time" in shown
    saved = await inside.post("/account/mail", data=TYPED)
    assert (saved.status_code, saved.headers["location"]) == (303, "/account/mail")
    kept = await get_mail_choices(ada)
    assert (kept.quiet_from, kept.quiet_until, kept.locale) == ("22:00", "07:30", "en-US")
    assert kept.off == {"announcements", "materials"}
    assert (await inside.get("/account/mail")).text.count(" checked") == 2


@pytest.mark.parametrize("typed", [{"quiet_from": "25:00"}, {"quiet_until": "later"}, {"locale": "xx"}, {"locale": ""}])
async def test_what_cannot_be_used_is_explained_and_kept_in_the_form(
    inside: httpx.AsyncClient, typed: dict[str, str], ada: UUID
) -> None:
    refused = await inside.post("/account/mail", data={**TYPED, **typed})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert refused.text.count(" checked") == 2
    assert (await get_mail_choices(ada)).quiet_from == "21:00"


async def test_the_same_by_the_api(inside: httpx.AsyncClient) -> None:
    usual = {"quiet_from": "21:00", "quiet_until": "08:00", "locale": "en", "zone": "Europe/London"}
    wants = {"reminders": True, "digests": True, "announcements": True, "materials": True}
    assert (await inside.get("/api/v1/me/mail")).json() == usual | wants
    changed = await inside.patch("/api/v1/me/mail", json={"digests": False, "quiet_from": "20:00"})
    assert changed.json() == usual | wants | {"digests": False, "quiet_from": "20:00"}
    again = await inside.patch("/api/v1/me/mail", json={"announcements": False})
    assert again.json() == changed.json() | {"announcements": False}
    refused = await inside.patch("/api/v1/me/mail", json={"locale": "xx"})
    assert refused.status_code == 422
    assert "locale" in refused.text


async def test_the_page_needs_a_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/account/mail")).headers["location"] == "/sign-in?next=/account/mail"
    assert (await client.get("/api/v1/me/mail")).status_code == 401


async def test_opening_the_link_stops_nothing(client: httpx.AsyncClient, path: str, ada: UUID) -> None:
    shown = await client.get(path)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "strict-origin")
    assert f'action="{path}"' in shown.text
    # Its tokens are random: three letters stand in one of them now and then.
    assert "ada@" not in shown.text.lower()
    assert "Ada" not in words(shown.text)
    assert (await get_mail_choices(ada)).off == frozenset()


async def test_the_button_stops_them_and_another_gets_them_back(
    client: httpx.AsyncClient, path: str, ada: UUID
) -> None:
    stopped = await client.post(path)
    assert stopped.status_code == 200
    assert f'action="{path}/undo"' in stopped.text
    assert (await get_mail_choices(ada)).off == {"reminders"}
    assert "Get them again" in (await client.get(path)).text
    back = await client.post(f"{path}/undo")
    assert f'action="{path}"' in back.text
    assert (await get_mail_choices(ada)).off == frozenset()


async def test_one_click_of_a_mail_program(client: httpx.AsyncClient, path: str, ada: UUID) -> None:
    """RFC 8058: a POST without cookies, as a form of either encoding, answered without a redirect."""
    for form in ({"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
        answer = await client.post(path, **form)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert (await get_mail_choices(ada)).off == {"reminders"}
        await client.post(f"{path}/undo")


@pytest.mark.parametrize("token", ["x", "A" * 64, "%00", "%F0", "A" * 5000])
async def test_links_that_we_did_not_make(client: httpx.AsyncClient, token: str) -> None:
    for answer in (await client.get(f"/unsubscribe/{token}"), await client.post(f"/unsubscribe/{token}")):
        assert answer.status_code == 404


async def test_another_sites_page_cannot_press_the_button(client: httpx.AsyncClient, path: str, ada: UUID) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert (await client.post(path, headers=headers)).status_code == 403
    assert (await get_mail_choices(ada)).off == frozenset()
