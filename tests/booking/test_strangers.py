"""Nobody finds out address by address who takes part where: refused newcomers and wrong codes count, however asked."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.booking.asked import bearer, order
from tests.booking.made import Scene, make_scene
from tests.booking.nameless import with_open
from tests.booking.test_actions.test_request import OPEN
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.naming_links import make_naming_link

STRANGER = {"email": "harbour-0@example.org", "name": "x"}


async def taken_elsewhere(works: Works, *numbers: int, **values: Any) -> Scene:
    """A session in which members of the other partner have places; the coordinator asks about them."""
    scene = await make_scene(works, capacity_in_person=100, **values)
    await works.run(scene.other_coordinator, book_places, order(scene, *(numbers or (0,)), other=True))
    return scene


async def me(works: Works, scene: Scene) -> dict[str, str]:
    return {"authorization": f"Bearer {await bearer(works, scene.coordinator)}"}


@pytest.mark.parametrize("keyed", [False, True])
async def test_a_key_of_its_own_does_not_make_a_question_free(
    works: Works, client: httpx.AsyncClient, keyed: bool
) -> None:
    scene = await taken_elsewhere(works)
    headers, told = await me(works, scene), []
    body = {"partner_id": str(scene.partner_id), "people": [STRANGER]}
    url = f"/api/v1/sessions/{scene.session_id}/bookings"
    for number in range(22):
        more = {"idempotency-key": f"k{number}"} if keyed else {}
        told.append((await client.post(url, json=body, headers=headers | more)).json()["code"])
    assert told == ["nobody-booked"] * 20 + ["too-many-newcomers"] * 2
    if keyed:
        again = await client.post(url, json=body, headers=headers | {"idempotency-key": "k3"})
        assert again.json()["code"] == "nobody-booked", "what was told once is told again"


async def test_naming_with_keys_counts(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await with_open(works, 1, capacity_in_person=9)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await execute("DELETE FROM role_grant")
    headers = await me(works, scene) | {"if-match": '"1"'}
    url, told = f"/api/v1/open-places/{first}/name", []
    for number in range(21):
        keyed = headers | {"idempotency-key": f"k{number}"}
        told.append((await client.post(url, json={"person": STRANGER}, headers=keyed)).json()["code"])
    assert told == ["naming-refused"] * 20 + ["too-many-newcomers"]


async def test_telling_again_counts_nothing(works: Works, client: httpx.AsyncClient) -> None:
    scene = await taken_elsewhere(works)
    headers = await me(works, scene) | {"idempotency-key": "always the same"}
    body = {"partner_id": str(scene.partner_id), "people": [STRANGER]}
    url = f"/api/v1/sessions/{scene.session_id}/bookings"
    told = {(await client.post(url, json=body, headers=headers)).json()["code"] for _ in range(30)}
    assert told == {"nobody-booked"}


async def test_all_tokens_of_a_partner_count_as_one(works: Works, client: httpx.AsyncClient) -> None:
    scene = await taken_elsewhere(works)
    made = f"/api/v1/partners/{scene.partner_id}/tokens"
    url = f"/api/v1/sessions/{scene.session_id}/bookings"
    body = {"partner_id": str(scene.partner_id), "people": [STRANGER]}
    headers, told = await me(works, scene), Counter[str]()
    for number in range(3):
        wanted = {"label": f"t{number}", "scopes": ["read", "book"], "days": 3}
        token = (await client.post(made, json=wanted, headers=headers)).json()["token"]
        for _ in range(9):
            answer = await client.post(url, json=body, headers={"authorization": f"Bearer {token}"})
            told[answer.json()["code"]] += 1
    assert told == {"nobody-booked": 20, "too-many-newcomers": 7}


async def test_all_naming_links_of_a_partner_count_as_one(works: Works, client: httpx.AsyncClient) -> None:
    scene, places = await with_open(works, 3, capacity_in_person=9)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    told: Counter[int] = Counter()
    for place in places:
        made = await works.run(scene.coordinator, make_naming_link, place)
        for _ in range(9):
            answer = await client.post(made.url, data={**STRANGER, "zone": "Europe/Berlin"})
            told[answer.status_code] += 1
    assert told == {422: 20, 429: 7}


async def test_a_file_asks_no_more_than_a_page(works: Works, client: httpx.AsyncClient) -> None:
    scene = await taken_elsewhere(works, *range(30), size=30)
    headers, told = await me(works, scene), Counter[int]()
    for number in range(22):
        text = f"session,email,name\n{scene.session_id},harbour-{number}@example.org,x\n"
        url = f"/api/v1/partners/{scene.partner_id}/enrollment-files"
        told[(await client.post(url, json={"text": text}, headers=headers)).status_code] += 1
    assert told == {200: 20, 429: 2}


async def test_somebody_of_ones_own_beside_them_makes_no_question_free(works: Works, client: httpx.AsyncClient) -> None:
    scene = await taken_elsewhere(works, *range(24), size=24)
    headers, told = await me(works, scene), Counter[int]()
    for number in range(22):
        people = [
            {"membership_id": str(scene.members[number])},
            {"email": f"harbour-{number}@example.org", "name": "x"},
        ]
        body = {"partner_id": str(scene.partner_id), "people": people}
        url = f"/api/v1/sessions/{scene.session_id}/bookings"
        told[(await client.post(url, json=body, headers=headers)).status_code] += 1
    assert told == {201: 20, 429: 2}


async def test_a_burst_gets_no_more_answers(works: Works, client: httpx.AsyncClient) -> None:
    scene = await taken_elsewhere(works)
    headers = await me(works, scene)
    body = {"partner_id": str(scene.partner_id), "people": [STRANGER]}
    url = f"/api/v1/sessions/{scene.session_id}/bookings"
    answers = await asyncio.gather(*(client.post(url, json=body, headers=headers) for _ in range(40)))
    assert Counter(answer.json()["code"] for answer in answers) == {"nobody-booked": 20, "too-many-newcomers": 20}


@pytest.mark.parametrize("audience", ["invited", "participating"])
async def test_wrong_codes_count_with_keys_and_where_the_session_is_seen(
    works: Works, client: httpx.AsyncClient, audience: str
) -> None:
    values = {**OPEN, "audience": audience, "access_code": "KX7M-RT4P"}
    scene = await make_scene(works, capacity_in_person=9, **values)
    headers, url = await me(works, scene), f"/api/v1/sessions/{scene.session_id}/requests"
    told: Counter[int] = Counter()
    for number in range(33):
        wrong = {"access_code": f"WRON-{number:04}"}
        keyed = headers | {"idempotency-key": f"k{number}"}
        told[(await client.post(url, json=wrong, headers=keyed)).status_code] += 1
    assert told[429] == 3, told
