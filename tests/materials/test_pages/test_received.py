"""The files of a form: with it, or uploaded before."""

import httpx
import pytest

from tests.materials.test_pages.test_bulk import editing, fields, look, several
from tests.materials.uploading import API, TEXT, begin, rows, send
from training.base.work import Works
from training.materials.rules.limits import MOST_FORM_BYTES

pytestmark = pytest.mark.usefixtures("storage")


async def test_an_upload_for_elsewhere_or_of_nobody_is_not_taken(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT), course_id=None, session_id=str(scene.session_id))).json()
    await send(client, begun, TEXT)
    assert (await client.post(path, data={"upload": begun["id"]})).status_code == 404
    assert (await client.post(path, data={"upload": "no-id"})).status_code == 404
    assert (await client.post(path, data={"upload": str(scene.course_id)})).status_code == 404


async def test_one_that_is_not_finished_yet_is_finished_now(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    missing = await client.post(path, data={"upload": begun["id"]})
    assert (missing.status_code, "Not all of this file has arrived" in missing.text) == (422, True)
    await send(client, begun, TEXT)
    assert fields((await look(client, path, data={"upload": begun["id"]})).text)["path"] == ["a.txt"]


async def test_too_many_files_and_too_many_bytes(
    works: Works, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = await editing(works, client)
    monkeypatch.setattr("training.materials.pages.received.MOST_FILES", 1)
    told = await client.post(path, files=several(("a.txt", TEXT), ("b.txt", TEXT)))
    assert (told.status_code, "At most 1 files" in told.text) == (422, True)
    large = await client.post(path, content=b"x", headers={"content-length": str(MOST_FORM_BYTES + 1)})
    assert large.status_code in (413, 422)
    assert await rows() == []


async def test_a_visitor_is_asked_to_sign_in_before_anything_is_read(client: httpx.AsyncClient, works: Works) -> None:
    scene, path = await editing(works, client)
    client.cookies.clear()
    told = await client.post(path, files=several(("a.txt", TEXT)))
    assert (told.status_code, told.headers["location"]) == (303, "/sign-in")
    assert (await client.get(f"{API}/{scene.course_id}")).status_code == 401
