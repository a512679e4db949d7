"""Enrolling from a file, as JSON."""

import httpx

from tests.booking.asked import one
from tests.booking.made import Scene
from tests.booking.test_pages.made import enter, opened
from training.base.work import Works

API = "/api/v1"


def body(scene: Scene) -> dict[str, str]:
    rows = (f"northern-line-0@example.org,{scene.session_id}", f"no address,{scene.session_id}")
    return {"text": "\n".join(("email,session", *rows))}


async def test_a_file_is_tried_enrolled_and_told_again(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    address = f"{API}/partners/{scene.partner_id}/enrollment-files"
    tried = await client.post(f"{address}?dry_run=true", json=body(scene))
    assert (tried.status_code, tried.json()["dry_run"], tried.json()["enrolled"]) == (200, True, 1)
    assert [row["outcome"] for row in tried.json()["rows"]] == ["enrolled", "refused"]
    assert await one("SELECT count(*) AS n FROM enrollment") == 0
    key = {"idempotency-key": "file-1"}
    done = await client.post(address, json=body(scene), headers=key)
    assert done.json() == {**tried.json(), "dry_run": False}
    assert (await client.post(address, json=body(scene), headers=key)).json() == done.json()
    again = await client.post(address, json=body(scene))
    assert (again.json()["enrolled"], again.json()["unchanged"], again.json()["refused"]) == (0, 1, 1)
    assert await one("SELECT count(*) AS n FROM enrollment") == 1


async def test_what_is_no_file_is_refused(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    address = f"{API}/partners/{scene.partner_id}/enrollment-files"
    for text, code in (
        ("", "file-empty"),
        ("a,b", "enrollment-file-columns"),
        ("é" * 150_000, "enrollment-file-too-large"),
    ):
        refused = await client.post(address, json={"text": text})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await client.post(address, json={"text": "x" * 200_001})).status_code in (400, 422)
    assert (await client.post(address, content=b"a,b", headers={"content-type": "text/csv"})).status_code == 415
    await enter(works, client, scene.other_coordinator)
    assert (await client.post(address, json={"text": ""})).status_code == 404
