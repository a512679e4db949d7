"""What stands around every page: the way to sign in and back, errors, the account's links."""

import httpx
import pytest

from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from training.base.structs import Viewer
from training.base.work import Works


async def test_whoever_finds_nothing_may_have_to_sign_in(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    path = f"/sessions/{scene.session_id}?code=AB-1"
    page = await client.get(path)
    assert page.status_code == 404
    assert "Perhaps you have to sign in first." in words(page.text)
    assert page.text.count(f'href="/sign-in?next=/sessions/{scene.session_id}%3Fcode%3DAB-1"') == 2
    await enter(works, client, Viewer(person_id=scene.people[0]))
    known = words((await client.get("/sessions/00000000-0000-7000-8000-000000000404")).text)
    assert "There is no such page" in known
    assert "Perhaps you have to sign in first." not in known


@pytest.mark.parametrize("path", ["/nowhere", "/sessions/00000000-0000-7000-8000-000000000404"])
async def test_an_error_says_it_once(client: httpx.AsyncClient, path: str) -> None:
    said = words((await client.get(path)).text)
    assert "Not found" not in said
    assert "There is nothing here" not in said
    assert said.count("There is no such page") == 2, "the title and the heading"


async def test_signing_in_leads_back(client: httpx.AsyncClient) -> None:
    assert 'href="/sign-in?next=/sessions%3Fview%3Dmonth"' in (await client.get("/sessions?view=month")).text
    for path in ("/", "/sign-in?next=/sessions"):
        assert 'class="button button-small" href="/sign-in">' in (await client.get(path)).text


async def test_the_account_leads_to_ones_organizations(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.coordinator)
    assert 'href="/my/memberships"' in (await client.get("/account")).text


async def test_the_demonstration_shows_what_would_be_mailed(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert ('href="/mailbox"' in page) is ("Demonstration:" in page)
