"""Who of one's own organization takes part, as JSON."""

import httpx

from tests.booking.listed import agreed, enrollment_of, listing_scene, person
from tests.booking.test_pages.made import enter
from training.base.work import Works

API = "/api/v1"


async def test_names_are_read_and_ones_own_is_given(works: Works, client: httpx.AsyncClient) -> None:
    scene = await listing_scene(works)
    await agreed(scene, scene.members[1], scene.other_members[0])
    key = await enrollment_of(scene, scene.members[0])
    await enter(works, client, person(scene, 0))
    found = await client.get(f"{API}/sessions/{scene.session_id}/attendees")
    assert found.json() == {"items": [{"name": "Northern Line 1"}], "next_cursor": None}
    address = f"{API}/enrollments/{key}/listed"
    assert (await client.post(address, json={"listed": True})).status_code == 428
    given = await client.post(address, json={"listed": True}, headers={"if-match": '"1"'})
    assert (given.status_code, given.headers["etag"], given.json()["listed"]) == (200, '"2"', True)
    late = await client.post(address, json={"listed": False}, headers={"if-match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "changed-meanwhile")


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    scene = await listing_scene(works)
    await agreed(scene, *scene.members[:3])
    key = await enrollment_of(scene, scene.members[0])
    assert (await client.get(f"{API}/sessions/{scene.session_id}/attendees")).status_code == 401
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(f"{API}/sessions/{scene.session_id}/attendees")).json()["items"] == []
    sent = await client.post(f"{API}/enrollments/{key}/listed", json={"listed": True}, headers={"if-match": '"1"'})
    assert sent.status_code == 404
