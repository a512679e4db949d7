"""Signing in by mail, on pages: what a person does, and what somebody hostile tries."""

import asyncio
import re
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI, MailedToken, SignedIn
from training.base.database import execute
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import list_messages
from training.people.actions import disable_person, ensure_person
from training.people.queries import get_person, list_sign_ins

FIREFOX = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}


async def mailed_path(works: Works) -> str:
    """The address in the one message there is, as a path."""
    text = render_message((await list_messages()).items[0], works.site).text
    found = re.search(r"http\S+/sign-in/\S+", text)
    assert found is not None
    return urlsplit(found[0]).path


async def test_from_the_form_to_the_page_one_wanted(client: httpx.AsyncClient, works: Works, ada: UUID) -> None:
    form = await client.get("/sign-in?next=/account")
    assert form.status_code == 200
    assert '<input type="hidden" name="next" value="/account">' in form.text
    assert 'href="/mailbox"' in form.text, "a demonstration says where the link is"
    assert "The one that our mails to you come to" in form.text, (
        "who took part on their own was neither invited nor booked"
    )
    asked = await client.post("/sign-in", data={"email": " ADA@Example.org", "next": "/account"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/sent")
    path = await mailed_path(works)
    for _ in range(3):
        shown = await client.get(path)
        assert shown.status_code == 200
        assert ADA in shown.text
        assert shown.headers["referrer-policy"] == "strict-origin"
        assert shown.headers["cache-control"] == "no-store"
        assert "set-cookie" not in shown.headers
    used = await client.post(path, headers=FIREFOX)
    assert (used.status_code, used.headers["location"]) == (303, "/account")
    account = await client.get("/account")
    assert account.status_code == 200
    assert "Firefox on Windows" in account.text
    assert "Ada Lovelace" in account.text
    assert [record.label for record in await list_sign_ins(ada, works.clock())] == ["Firefox on Windows"]


@pytest.mark.usefixtures("ada")
async def test_a_long_way_back_is_kept_by_the_browser_that_asked(client: httpx.AsyncClient, works: Works) -> None:
    page = "/materials/courses/0199/bulk/look"
    whole = f"{page}?files={'f_-' * 1000}&x=%2F%25&y=a+b"
    form = await client.get("/sign-in", params={"next": whole})
    assert f'name="next" value="{whole.replace("&", "&amp;")}"' in form.text
    await client.post("/sign-in", data={"email": ADA, "next": whole})
    path = await mailed_path(works)
    used = await client.post(path, headers=FIREFOX)
    assert used.headers["location"] == whole
    assert "onward" not in client.cookies


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(("size", "forgets"), [(3_000, True), (5_000, False)])
async def test_without_it_the_link_leads_to_the_page_itself(
    client: httpx.AsyncClient, works: Works, size: int, *, forgets: bool
) -> None:
    await client.post("/sign-in", data={"email": ADA, "next": "/account?files=" + "f" * size})
    assert ("onward" in client.cookies) is forgets, "browsers keep no cookie that is larger"
    if forgets:
        client.cookies.clear()
    used = await client.post(await mailed_path(works), headers=FIREFOX)
    assert used.headers["location"] == "/account"


@pytest.mark.usefixtures("ada")
async def test_a_known_and_an_unknown_address_get_the_same_answer(client: httpx.AsyncClient) -> None:
    answers = []
    for email in (ADA, "nobody@example.org"):
        asked = await client.post("/sign-in", data={"email": email, "next": "/"})
        landed = await client.get(asked.headers["location"])
        answers.append((asked.status_code, dict(asked.headers), asked.text, landed.status_code, landed.text))
    assert answers[0] == answers[1]
    assert len((await list_messages()).items) == 1


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@example.org\r\nBcc: eve@example.org", "<ada@example.org>", "a\x00@x.org", "x" * 300, '"><script>'],
)
async def test_a_hostile_address_is_explained_and_shown_as_text(client: httpx.AsyncClient, email: str) -> None:
    asked = await client.post("/sign-in", data={"email": email, "next": "/sessions"})
    assert asked.status_code == 422
    assert 'aria-invalid="true"' in asked.text
    assert "<script>" not in asked.text.replace("<script type", "")
    assert 'value="/sessions"' in asked.text
    assert await execute("SELECT id FROM message") == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "/sign-in"]
)
@pytest.mark.usefixtures("ada")
async def test_no_way_to_another_site(client: httpx.AsyncClient, works: Works, path: str) -> None:
    form = await client.get("/sign-in", params={"next": path})
    assert 'name="next" value="/"' in form.text
    await client.post("/sign-in", data={"email": ADA, "next": path})
    used = await client.post(await mailed_path(works))
    assert used.headers["location"] == "/"
    again = await client.get("/sign-in", params={"next": path})
    assert (again.status_code, again.headers["location"]) == (303, "/")


@pytest.mark.usefixtures("ada")
async def test_twenty_presses_sign_in_once(client: httpx.AsyncClient, mailed_token: MailedToken) -> None:
    path = f"/sign-in/{await mailed_token()}"
    answers = await asyncio.gather(*(client.post(path) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [410] * 19
    assert len(await execute("SELECT id FROM sign_in")) == 1


@pytest.mark.usefixtures("ada")
async def test_a_second_press_of_somebody_who_is_in_leads_on(
    client: httpx.AsyncClient, mailed_token: MailedToken
) -> None:
    path = f"/sign-in/{await mailed_token()}"
    assert (await client.post(path)).status_code == 303
    again = await client.post(path)
    assert (again.status_code, again.headers["location"]) == (303, "/")
    client.cookies.clear()
    assert (await client.post(path)).status_code == 410


@pytest.mark.usefixtures("ada")
async def test_old_unknown_and_used_links_say_what_to_do(
    client: httpx.AsyncClient, clock: FrozenClock, mailed_token: MailedToken
) -> None:
    token = await mailed_token()
    clock.move(minutes=10)
    for answer in (await client.get(f"/sign-in/{token}"), await client.post(f"/sign-in/{token}")):
        assert answer.status_code == 410
        assert "link-expired" in answer.text
        assert 'href="/sign-in"' in answer.text
    for guess in ("AAAA", "A" * 64, "%00", "%2e%2e"):
        for answer in (await client.get(f"/sign-in/{guess}"), await client.post(f"/sign-in/{guess}")):
            assert answer.status_code == 404
    broken = (await client.get("/sign-in/AAAA")).text
    assert "This link was not copied whole" in broken
    assert "typing error" not in broken
    assert "Perhaps you have to sign in first" not in broken


@pytest.mark.usefixtures("ada")
async def test_too_many_links_are_a_page_that_says_when(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        await client.post("/sign-in", data={"email": ADA, "next": "/"})
    refused = await client.post("/sign-in", data={"email": ADA, "next": "/"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")


@pytest.mark.usefixtures("ada")
async def test_a_forged_forwarding_header_does_not_dodge_the_limit(client: httpx.AsyncClient) -> None:
    statuses = []
    for number in range(21):
        headers = {"x-forwarded-for": f"198.51.100.{number}", "forwarded": f"for=198.51.100.{number}"}
        asked = await client.post("/sign-in", data={"email": f"p{number}@example.org", "next": "/"}, headers=headers)
        statuses.append(asked.status_code)
    assert statuses == [303] * 20 + [429]


@pytest.mark.usefixtures("ada")
async def test_another_sites_page_can_neither_ask_nor_sign_in(
    client: httpx.AsyncClient, mailed_token: MailedToken
) -> None:
    token = await mailed_token()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert (await client.post(f"/sign-in/{token}", headers=headers)).status_code == 403
        assert (await client.post("/sign-in", data={"email": ADA}, headers=headers)).status_code == 403
    assert (await client.post(f"/sign-in/{token}")).status_code == 303


@pytest.mark.usefixtures("ada")
async def test_signing_out_ends_it_on_the_server_too(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    client.cookies.set("sign_in", token)
    assert (await client.get("/account")).status_code == 200
    left = await client.post("/sign-out")
    assert left.status_code == 303
    assert "sign_in=" in left.headers["set-cookie"]
    assert "Max-Age=0" in left.headers["set-cookie"]
    client.cookies.clear()
    client.cookies.set("sign_in", token)
    assert (await client.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_the_account_needs_a_sign_in(client: httpx.AsyncClient) -> None:
    asked = await client.get("/account")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/account")
    assert (await client.post("/account", data={"zone": "UTC"})).status_code == 303
    assert (await client.post("/account/sign-ins/end-others")).status_code == 303


async def test_changing_name_and_zone(client: httpx.AsyncClient, ada: UUID, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    client.cookies.set("sign_in", token)
    saved = await client.post("/account", data={"name": "Countess <b>", "zone": "Asia/Tokyo"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/account")
    person = await get_person(ada)
    assert (person.name, person.zone) == ("Countess <b>", "Asia/Tokyo")
    shown = await client.get("/account")
    assert "Countess &lt;b&gt;" in shown.text
    assert "<b>Countess" not in shown.text
    refused = await client.post("/account", data={"name": "Ada", "zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert "Please choose a time zone from the list" in refused.text
    assert (await client.post("/account", data={"name": "x" * 300, "zone": "UTC"})).status_code == 422
    assert (await get_person(ada)).name == "Countess <b>"
    await client.post("/account", data={"name": "Ada", "zone": "Berlin"})
    told = (await client.get("/account")).text
    assert ('value="Europe/Berlin"' in told, 'Berlin time <span class="nowrap">(UTC+' in told) == (True, True)


@pytest.mark.usefixtures("ada")
async def test_ending_sign_ins_from_the_account_page(
    client: httpx.AsyncClient, works: Works, ada: UUID, signed_in: SignedIn
) -> None:
    other_token, other = await signed_in(user_agent="curl/8")
    token, _ = await signed_in(user_agent="wget/1")
    client.cookies.set("sign_in", token)
    assert "Program curl" in (await client.get("/account")).text
    assert (await client.post(f"/account/sign-ins/{other.sign_in_id}/end")).status_code == 303
    assert (await client.post(f"/account/sign-ins/{other.sign_in_id}/end")).status_code == 404
    await signed_in(user_agent="curl/8")
    assert (await client.post("/account/sign-ins/end-others")).status_code == 303
    assert [record.label for record in await list_sign_ins(ada, works.clock())] == ["Program wget"]
    client.cookies.set("sign_in", other_token)


async def test_a_foreign_sign_in_and_a_missing_one_answer_alike(
    client: httpx.AsyncClient, works: Works, signed_in: SignedIn, ada: UUID
) -> None:
    await works.run(CLI, ensure_person, "eve@example.org")
    _, foreign = await signed_in()
    token, _ = await signed_in("eve@example.org")
    client.cookies.set("sign_in", token)
    answers = [
        await client.post(f"/account/sign-ins/{sign_in_id}/end")
        for sign_in_id in (foreign.sign_in_id, UUID(int=3), ada)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"sign-ins/[0-9a-f-]+", "", answer.text) for answer in answers}) == 1


async def test_a_disabled_person_is_out_with_the_next_request(
    client: httpx.AsyncClient, works: Works, ada: UUID, signed_in: SignedIn
) -> None:
    token, _ = await signed_in()
    client.cookies.set("sign_in", token)
    assert (await client.get("/account")).status_code == 200
    await works.run(CLI, disable_person, ada)
    assert (await client.get("/account")).status_code == 303
