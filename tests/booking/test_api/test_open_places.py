"""Places without a name as JSON: book, look, name, link, release."""

from uuid import uuid4

import httpx

from tests.booking.asked import bearer, order
from tests.booking.made import make_scene
from tests.booking.nameless import Tally, place, tally, with_open
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places


async def test_booking_takes_them(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    client.headers["authorization"] = f"Bearer {await bearer(works, scene.coordinator)}"
    body = {
        "partner_id": str(scene.partner_id),
        "people": [{"membership_id": str(scene.members[0])}],
        "open_places": 3,
    }
    url = f"/api/v1/sessions/{scene.session_id}/bookings"
    preview = (await client.post(f"{url}/preview", json=body)).json()
    assert (preview["open_places"], preview["open_refused"]) == (2, 1)
    booked = await client.post(url, json=body)
    assert (booked.status_code, booked.json()["open_places"], booked.json()["open_refused"]) == (201, 2, 1)
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)
    only = {"partner_id": str(scene.partner_id), "open_places": 1}
    full = await client.post(url, json=only)
    await execute("UPDATE session SET capacity_in_person = 9")
    nameless = (await client.post(url, json=only)).json()["id"]
    assert (await client.get(f"/api/v1/bookings/{nameless}/enrollments")).json() == []
    assert (await client.get(f"/api/v1/bookings/{uuid4()}/enrollments")).status_code == 404
    assert (full.status_code, full.json()["code"]) == (409, "nobody-waits-nameless")
    for wrong in (-1, 201, "two", None):
        assert (await client.post(url, json={**only, "open_places": wrong})).status_code == 400
    nothing = await client.post(url, json={"partner_id": str(scene.partner_id)})
    assert nothing.json()["code"] == "nothing-to-book"


async def test_looking_naming_linking_releasing(works: Works, client: httpx.AsyncClient) -> None:
    scene, places = await with_open(works, 3)
    await execute("DELETE FROM role_grant")
    client.headers["authorization"] = f"Bearer {await bearer(works, scene.coordinator)}"
    for whose in (f"sessions/{scene.session_id}", f"partners/{scene.partner_id}"):
        listed = (await client.get(f"/api/v1/{whose}/open-places?limit=2")).json()
        assert [item["id"] for item in listed["items"]] == [str(places[0]), str(places[1])]
        rest = (await client.get(f"/api/v1/{whose}/open-places?cursor={listed['next_cursor']}")).json()
        assert [item["id"] for item in rest["items"]] == [str(places[2])]
    one, two, three = (f"/api/v1/open-places/{key}" for key in places)
    seen = await client.get(one)
    assert (seen.headers["etag"], seen.json()["name_until"]) == ('"1"', "2026-05-15T09:00:00Z")
    assert (await client.get(one, headers={"if-none-match": '"1"'})).status_code == 304
    assert not {"link_id", "link_hash"} & set(seen.json())

    person = {"person": {"membership_id": str(scene.members[0])}}
    assert (await client.post(f"{one}/name", json=person)).status_code == 428
    keyed = {"if-match": '"1"', "idempotency-key": "k"}
    named = [await client.post(f"{one}/name", json=person, headers=keyed) for _ in range(2)]
    assert [each.status_code for each in named] == [200, 200]
    assert named[0].json() == named[1].json()
    assert (named[0].json()["version"], named[0].headers["etag"]) == (2, '"2"')
    again = await client.post(f"{one}/name", json=person, headers={"if-match": '"1"'})
    assert again.status_code == 412
    over = await client.post(f"{one}/name", json=person, headers={"if-match": '"2"'})
    assert (over.status_code, over.json()["code"]) == (409, "open-place-over")
    refused = await client.post(f"{two}/name", json=person, headers={"if-match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "naming-refused")

    made = await client.post(f"{two}/link", json={"send_to": "ana@example.org"}, headers=keyed)
    assert (made.status_code, made.headers["etag"]) == (200, '"2"')
    assert (made.json()["url"], made.json()["sent_to"]) == (None, "ana@example.org")
    copied = await client.post(f"{two}/link", json={}, headers={"if-match": '"2"'})
    assert ("/naming/" in copied.json()["url"], copied.json()["sent_to"]) == (True, "")
    assert (await client.post(f"{two}/link", json={}, headers=keyed)).status_code == 412
    kept = await execute("SELECT body FROM kept_answer")
    assert not any("/naming/" in row["body"] for row in kept)

    released = await client.post(f"{three}/release", json={"reason": "Ill"}, headers={"if-match": '"1"'})
    assert (released.status_code, released.json()["promoted"]) == (200, [])
    assert (await place(scene, places[2])).state_reason == "Given back by Cora. Ill"
    assert await tally(scene) == Tally(taken=2, enrolled=1, open=1, waiting=0)


async def test_foreign_places_are_not_found(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await with_open(works, 1)
    await execute("DELETE FROM role_grant")
    client.headers["authorization"] = f"Bearer {await bearer(works, scene.other_coordinator)}"
    person = {"person": {"email": "a@example.org"}}
    for key in (first, uuid4()):
        url = f"/api/v1/open-places/{key}"
        assert (await client.get(url)).status_code == 404
        for verb, body in (("name", person), ("link", {}), ("release", {})):
            answer = await client.post(f"{url}/{verb}", json=body, headers={"if-match": '"1"'})
            assert answer.status_code == 404
    assert (await client.get(f"/api/v1/partners/{scene.partner_id}/open-places")).status_code == 404
    listed = await client.get(f"/api/v1/sessions/{scene.session_id}/open-places")
    assert listed.json()["items"] == []


async def test_a_refused_stranger_is_counted(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await with_open(works, 1, capacity_in_person=9)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await execute("DELETE FROM role_grant")
    headers = {"authorization": f"Bearer {await bearer(works, scene.coordinator)}", "if-match": '"1"'}
    url, told = f"/api/v1/open-places/{first}/name", []
    for email in [*["harbour-0@example.org"] * 20, "harbour-0@example.org", "stranger@example.net"]:
        answer = await client.post(url, json={"person": {"email": email, "name": "x"}}, headers=headers)
        told.append((answer.status_code, answer.json()["code"]))
    assert told == [(409, "naming-refused")] * 20 + [(429, "too-many-newcomers")] * 2
