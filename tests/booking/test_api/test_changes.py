"""Changes through the API."""

import httpx

from tests.booking.asked import bearer, booked_one, order
from tests.booking.test_actions.test_move import two_dates
from tests.booking.test_api.test_bookings import opened, party
from training.base.work import Works
from training.booking.actions import book_places

VERSION = {"if-match": '"1"'}


async def test_somebody_else_instead(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works)
    enrollment = await booked_one(works, scene)
    replace = f"/api/v1/enrollments/{enrollment}/replace"
    body = {"person": {"email": "nia@example.org", "name": "Nia"}}
    assert (await client.post(replace, json=body, headers=cora)).status_code == 428
    once = cora | VERSION | {"idempotency-key": "a"}
    done = [await client.post(replace, json=body, headers=once) for _ in range(2)]
    assert [answer.status_code for answer in done] == [200, 200]
    assert done[0].json() == done[1].json()
    assert (done[0].json()["name"], done[0].json()["mode"]) == ("Nia", "in_person")
    stale = await client.post(replace, json=body, headers=cora | VERSION)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")


async def test_another_date_and_another_mode(works: Works, client: httpx.AsyncClient) -> None:
    first, second = await two_dates(works)
    from_here = await booked_one(works, first)
    headers = {"authorization": f"Bearer {await bearer(works, first.coordinator)}"} | VERSION
    mode = await client.post(f"/api/v1/enrollments/{from_here}/mode", json={"accepts": ["online"]}, headers=headers)
    assert (mode.status_code, mode.json()["code"]) == (409, "one-mode-only")
    moved = await client.post(
        f"/api/v1/enrollments/{from_here}/move", json={"session_id": str(second.session_id)}, headers=headers
    )
    assert moved.status_code == 200
    assert moved.json()["new_session_id"] == str(second.session_id)


async def test_a_party_splits(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works, capacity_in_person=3)
    bookings = f"/api/v1/sessions/{scene.session_id}/bookings"
    await client.post(bookings, json=party(scene, 0, 1), headers=cora)
    waiting = await client.post(bookings, json=party(scene, 2, 3, 4, together=True), headers=cora)
    split = await client.post(f"/api/v1/bookings/{waiting.json()['id']}/party", json={"together": False}, headers=cora)
    assert split.status_code == 200
    assert (split.json()["waiting"], len(split.json()["promoted"])) == (3, 1)


async def test_a_refused_stranger_is_counted(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    told = []
    for email in [*["harbour-0@example.org"] * 20, "harbour-0@example.org", "stranger@example.net"]:
        body = {"person": {"email": email, "name": "x"}}
        answer = await client.post(f"/api/v1/enrollments/{enrollment}/replace", json=body, headers=cora | VERSION)
        told.append((answer.status_code, answer.json()["code"]))
    assert told == [(409, "cannot-be-booked")] * 20 + [(429, "too-many-newcomers")] * 2
