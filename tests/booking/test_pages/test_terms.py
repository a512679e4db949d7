"""Terms on the pages of those who write them."""

import httpx
import pytest

from tests.booking.made import make_scene
from tests.booking.questions_made import agree
from tests.booking.test_pages.made import enter, hidden, words
from training.base.work import Works
from training.booking.queries.questions import get_terms


@pytest.mark.parametrize("place", ["programs", "courses", "sessions"])
async def test_terms_are_added(works: Works, client: httpx.AsyncClient, place: str) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    ids = {"programs": scene.program_id, "courses": scene.course_id, "sessions": scene.session_id}
    address = f"/manage/{place}/{ids[place]}/terms"
    assert "Nothing to agree to" in words((await client.get(address)).text)
    refused = await client.post(address, data={"title": "Rules", "body": " "})
    assert refused.status_code == 422
    assert "1 to 20000 characters" in refused.text
    done = await client.post(address, data={"title": "<i>Rules</i>", "body": "Be\r\nkind.", "required": "yes"})
    assert done.status_code == 303
    shown = await client.get(done.headers["location"])
    assert "Version 1" in words(shown.text)
    assert "<i>Rules</i>" not in shown.text
    assert "must be agreed to · version 1" in words((await client.get(address)).text)


async def test_a_new_text_shows_what_changed_and_the_same_text_asks_nobody(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    terms = await agree(works, scene)
    address = f"/manage/terms/{terms.id}"
    await client.post(f"{address}/publish", data={"body": "Be kind.", "version": "1"})
    assert "same as before, so nobody is asked again" in words((await client.get(address)).text)
    await client.post(f"{address}/publish", data={"body": "Be <b>very</b> kind.", "version": "1"})
    text = (await client.get(address)).text
    assert "<ins>&lt;b&gt;very&lt;/b&gt; </ins>" in text
    assert "Version 2 is in force" in words(text)
    stale = await client.post(f"{address}/publish", data={"body": "Mine", "version": "1"})
    assert stale.status_code == 409
    assert "Somebody changed this while you were writing" in stale.text
    assert "\nMine</textarea>" in stale.text
    assert hidden(stale.text, "version") == "2"


async def test_title_and_retiring(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    terms = await agree(works, scene)
    address = f"/manage/terms/{terms.id}"
    assert (await client.post(address, data={"title": "", "version": "1"})).status_code == 422
    assert (await client.post(address, data={"title": "Other", "version": "1"})).status_code == 303
    found = await get_terms(scene.manager, terms.id)
    assert (found.title, found.required, found.current) == ("Other", False, 1)
    await client.post(f"{address}/retire", data={"version": "1"})
    assert "Somebody changed this" in words((await client.get(address)).text)
    done = await client.post(f"{address}/retire", data={"version": "2"})
    assert done.headers["location"] == f"/manage/programs/{scene.program_id}/terms"
    assert "These terms were retired" in words((await client.get(address)).text)


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, other = await make_scene(works), await make_scene(works, tag=" B")
    terms = await agree(works, scene)
    for viewer in (other.manager, scene.coordinator):
        await enter(works, client, viewer)
        for path in (f"/manage/programs/{scene.program_id}/terms", f"/manage/terms/{terms.id}"):
            assert (await client.get(path)).status_code == 404
            assert (await client.post(path, data={"title": "x", "body": "y"})).status_code == 404
        for step in ("publish", "retire"):
            assert (await client.post(f"/manage/terms/{terms.id}/{step}", data={"body": "y"})).status_code == 404
