"""Taking part, answering offers and taking back, as programs ask for it."""

from typing import Any

import httpx

from tests.booking.asked import bearer, booked_one, counters
from tests.booking.made import Scene, make_scene
from tests.booking.test_actions.test_offers import offered
from tests.booking.test_actions.test_request import OPEN
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.queries import get_enrollment

VISITOR = {"email": "nia@mail.example", "name": "Nia", "zone": "Europe/Dublin"}


def path(scene: Scene) -> str:
    return f"/api/v1/sessions/{scene.session_id}/requests"


async def signed(works: Works, viewer: Viewer) -> dict[str, str]:
    return {"authorization": f"Bearer {await bearer(works, viewer)}"}


async def test_a_visitor_is_told_until_when_and_nothing_else(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    answers = []
    for email in (VISITOR["email"], "northern-line-0@example.org"):
        asked = await client.post(path(scene), json={**VISITOR, "email": email})
        assert asked.status_code == 201
        answers.append(asked.json() | {"kept": None})
    assert answers[0] == answers[1]
    assert answers[0]["keeps_until"] == "2026-05-04T10:00:00Z"
    assert (answers[0]["state"], answers[0]["enrollment_id"]) == ("requested", None)


async def test_who_asked_within_the_hour_is_told_what_everybody_is(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, **OPEN, capacity_in_person=1)
    assert (await client.post(path(scene), json=VISITOR)).json()["kept"]
    answers = [
        (await client.post(path(scene), json={**VISITOR, "email": email})).json()
        for email in ("random@mail.example", VISITOR["email"])
    ]
    assert answers[0] == answers[1]
    assert not answers[0]["kept"]


async def test_what_cannot_be_used(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    bodies: list[dict[str, Any]] = [{}, {"email": "x"}, {**VISITOR, "zone": "Mars"}, {**VISITOR, "name": ""}]
    for body in bodies:
        assert (await client.post(path(scene), json=body)).status_code in (400, 422)
    for number in range(5):
        await client.post(path(scene), json={**VISITOR, "email": f"n{number}@mail.example"})
    for _ in range(3):
        assert (await client.post(path(scene), json={**VISITOR, "access_code": "ABCD-9999"})).status_code == 201
    off = await make_scene(works, tag=" Two", audience="public")
    refused = await client.post(path(off), json=VISITOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "self-enrollment-off")


async def test_somebody_signed_in_takes_part_once(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    headers = await signed(works, Viewer(person_id=scene.people[0])) | {"idempotency-key": "one"}
    body = {"partner_id": str(scene.partner_id)}
    first, again = [await client.post(path(scene), json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    assert (first.json()["state"], first.json()["mode"]) == ("enrolled", "in_person")
    assert first.headers["etag"] == '"1"'
    assert await counters(scene) == (1, 0, 0)
    twice = await client.post(path(scene), json=body, headers=headers | {"idempotency-key": "two"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already-takes-part")


async def test_an_offer_is_taken_in_the_state_in_which_it_was_seen(client: httpx.AsyncClient, works: Works) -> None:
    scene, enrollment_id, _ = await offered(works)
    headers = await signed(works, Viewer(person_id=scene.people[1]))
    address = f"/api/v1/enrollments/{enrollment_id}/take-offer"
    statuses = [(await client.post(address, headers=headers)).status_code]
    for version in ('"1"', '"2"', '"3"'):
        statuses.append((await client.post(address, headers=headers | {"if-match": version})).status_code)
    assert statuses == [428, 412, 200, 409]


async def test_a_cancellation_is_taken_back(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment_id)
    address = f"/api/v1/enrollments/{enrollment_id}/undo"
    version = (await get_enrollment(scene.coordinator, enrollment_id)).version
    foreign = await signed(works, scene.other_coordinator)
    assert (await client.post(address, headers=foreign | {"if-match": f'"{version}"'})).status_code == 404
    headers = await signed(works, scene.coordinator)
    done = await client.post(address, headers=headers | {"if-match": f'"{version}"'})
    assert (done.status_code, done.json()["state"], done.headers["etag"]) == (200, "enrolled", f'"{version + 1}"')


async def test_a_booking_is_taken_back(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    booking_id = (await get_enrollment(scene.coordinator, enrollment_id)).booking_id
    address = f"/api/v1/bookings/{booking_id}/undo"
    assert (await client.post(address)).status_code == 401
    assert (await client.post(address, headers=await signed(works, scene.other_coordinator))).status_code == 404
    headers = await signed(works, scene.coordinator)
    done = await client.post(address, headers=headers)
    assert (done.status_code, done.json()["enrollments"]) == (200, 1)
    assert (await client.post(address, headers=headers)).json()["code"] == "nothing-to-undo"
