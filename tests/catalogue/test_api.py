"""The catalogue as JSON: each route once well, and each refusal."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.catalogue.made import LISTENING, MISSING, MONTH, STAFF, enter
from training.base.work import Works
from training.catalogue import actions
from training.catalogue.rules import Program

API = "/api/v1"


async def make_program(works: Works) -> Program:
    return await works.run(STAFF, actions.create_program, MONTH)


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_a_program_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "staff")
    body = {"name": "Month", "starts_on": "2026-05-01", "ends_on": "2026-05-31", "zone": "Europe/Berlin"}
    made = await client.post(f"{API}/programs", json=body, headers={"idempotency-key": "k1"})
    assert (made.status_code, made.headers["etag"], made.json()["slug"]) == (201, '"1"', "month")
    again = await client.post(f"{API}/programs", json=body, headers={"idempotency-key": "k1"})
    assert again.json() == made.json()
    address = f"{API}/programs/{made.json()['id']}"
    read = await client.get(address)
    assert (read.json(), read.headers["etag"]) == (made.json(), '"1"')
    assert (await client.get(address, headers={"if-none-match": '"1"'})).status_code == 304
    changed = await client.patch(address, json={"summary": "New", "ends_on": None}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert changed.json() == {**made.json(), "summary": "New", "ends_on": None, "version": 2}
    assert (await client.get(f"{API}/programs")).json() == {"items": [changed.json()], "next_cursor": None}


async def test_a_list_goes_on_behind_its_cursor(works: Works, client: httpx.AsyncClient) -> None:
    made = [await make_program(works) for _ in range(3)]
    first = (await client.get(f"{API}/programs?limit=2")).json()
    second = (await client.get(f"{API}/programs?limit=2&cursor={first['next_cursor']}")).json()
    assert {item["id"] for item in (*first["items"], *second["items"])} == {str(program.id) for program in made}
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", ["cursor=nonsense", "limit=0", "limit=201", "limit=many"])
async def test_a_list_cannot_be_read_from_anywhere(works: Works, client: httpx.AsyncClient, query: str) -> None:
    await make_program(works)
    assert refusal(await client.get(f"{API}/programs?{query}")) in ((400, "invalid"), (422, "invalid"))


async def test_moments_are_added_changed_and_removed(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter(works, client, "program_manager", program.id)
    address = f"{API}/programs/{program.id}/moments"
    made = await client.post(address, json={"name": "World Day", "starts_on": "2026-10-10"})
    assert (made.status_code, made.json()["ends_on"]) == (201, "2026-10-10")
    one = f"{API}/moments/{made.json()['id']}"
    assert refusal(await client.patch(one, json={"ends_on": "2026-10-12"})) == (428, "version-needed")
    changed = await client.patch(one, json={"ends_on": "2026-10-12"}, headers={"if-match": made.headers["etag"]})
    assert (await client.get(address)).json() == {"items": [changed.json()], "next_cursor": None}
    assert changed.json()["ends_on"] == "2026-10-12"
    assert refusal(await client.delete(one, headers={"if-match": '"1"'})) == (412, "changed-meanwhile")
    assert (await client.delete(one, headers={"if-match": '"2"'})).status_code == 204
    assert (await client.get(address)).json()["items"] == []
    assert refusal(await client.delete(one, headers={"if-match": '"2"'})) == (404, "not-found")


async def test_a_course_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter(works, client, "program_manager", program.id)
    address = f"{API}/programs/{program.id}/courses"
    body = {"title": "Listening", "mode": "hybrid", "capacity_in_person": 5, "capacity_online": 9, "language": "es-mx"}
    made = await client.post(address, json={**body, "joining_details": "Ring twice"})
    assert (made.status_code, made.json()["language_name"]) == (201, "Spanish (Mexico)")
    one = f"{API}/courses/{made.json()['id']}"
    changed = await client.patch(one, json={"mode": "online", "capacity_in_person": 0}, headers={"if-match": '"1"'})
    wanted = {**made.json(), "mode": "online", "capacity_in_person": 0, "version": 2}
    assert (changed.status_code, changed.json()) == (200, wanted)
    assert (await client.get(address)).json()["items"] == [wanted]
    client.cookies.clear()
    assert (await client.get(one)).json() == {**wanted, "joining_details": ""}


async def test_a_venue_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "program_manager", MISSING)
    body = {"name": "Library", "zone": "Europe/Berlin", "country": "de", "latitude": 52.5200066, "longitude": 13.4}
    made = await client.post(f"{API}/venues", json=body)
    assert (made.status_code, made.json()["latitude"], made.json()["country"]) == (201, 52.52, "DE")
    one = f"{API}/venues/{made.json()['id']}"
    headers = {"if-match": '"1"'}
    changed = await client.patch(one, json={"latitude": None, "longitude": None}, headers=headers)
    assert changed.json() == {**made.json(), "latitude": None, "longitude": None, "version": 2}
    assert (await client.get(one)).json() == changed.json()
    assert (await client.get(f"{API}/venues")).json()["items"] == [changed.json()]


async def test_what_cannot_be_used_is_named_by_field(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter(works, client, "staff")
    body = {"title": "Listening", "mode": "online", "capacity_in_person": 4, "language": "qq"}
    response = await client.post(f"{API}/programs/{program.id}/courses", json=body)
    assert refusal(response) == (422, "invalid")
    assert {problem["field"] for problem in response.json()["errors"]} == {
        "capacity_in_person",
        "capacity_online",
        "language",
    }


BAD: list[dict[str, Any]] = [
    {},
    {"name": ""},
    {"name": "x" * 201},
    {"name": "A", "zone": "Mars/Olympus"},
    {"name": "A", "starts_on": "tomorrow"},
    {"name": "A", "slug": "Not a slug"},
    {"name": "A", "unknown": 1},
    {"name": "A\u0000"},
    {"name": 5},
]


@pytest.mark.parametrize("body", BAD)
async def test_a_bad_body_changes_nothing(works: Works, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    await enter(works, client, "staff")
    assert (await client.post(f"{API}/programs", json=body)).status_code in (400, 422)
    assert (await client.get(f"{API}/programs")).json()["items"] == []


async def test_a_slug_that_is_taken_is_a_conflict(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter(works, client, "staff")
    response = await client.post(f"{API}/programs", json={"name": "Other", "slug": program.slug})
    assert refusal(response) == (409, "slug-taken")


async def test_there_is_an_end_to_moments(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter(works, client, "staff")
    address, body = f"{API}/programs/{program.id}/moments", {"name": "Day", "starts_on": "2026-10-10"}
    answers = {(await client.post(address, json=body)).status_code for _ in range(100)}
    assert answers == {201}
    assert refusal(await client.post(address, json=body)) == (409, "too-many-moments")


async def test_versions_are_asked_for_and_checked(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    course = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "staff")
    for address, body in (
        (f"{API}/programs/{program.id}", {"name": "New"}),
        (f"{API}/courses/{course.id}", {"title": "New"}),
    ):
        assert refusal(await client.patch(address, json=body)) == (428, "version-needed")
        stale = await client.patch(address, json=body, headers={"if-match": '"7"'})
        assert refusal(stale) == (412, "changed-meanwhile")
        assert stale.json()["data"]["current"]["version"] == 1


async def test_who_may_not_is_told_the_same_for_foreign_and_missing(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    course = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "program_manager", UUID(int=9))
    headers = {"if-match": '"1"'}
    bodies = []
    for program_id, course_id in ((program.id, course.id), (MISSING, MISSING)):
        bodies += [
            await client.patch(f"{API}/programs/{program_id}", json={"name": "X"}, headers=headers),
            await client.post(f"{API}/programs/{program_id}/courses", json={"title": "X", "capacity_in_person": 1}),
            await client.post(f"{API}/programs/{program_id}/moments", json={"name": "X", "starts_on": "2026-01-01"}),
            await client.patch(f"{API}/courses/{course_id}", json={"title": "X"}, headers=headers),
        ]
    assert {response.text for response in bodies} == {bodies[0].text}
    assert refusal(bodies[0]) == (404, "not-found")


async def test_visitors_read_and_do_not_write(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    for path in ("", f"/{program.id}", f"/{program.id}/moments", f"/{program.id}/courses"):
        assert (await client.get(f"{API}/programs{path}")).status_code == 200
    assert refusal(await client.post(f"{API}/programs", json={"name": "X"})) == (401, "sign-in-required")
    assert refusal(await client.get(f"{API}/venues")) == (401, "sign-in-required")
    await enter(works, client)
    assert refusal(await client.get(f"{API}/venues")) == (404, "not-found")
    assert refusal(await client.post(f"{API}/programs", json={"name": "X"})) == (404, "not-found")
    assert refusal(await client.get(f"{API}/programs/{MISSING}/courses")) == (404, "not-found")


async def test_what_comes_before_a_course_is_said_read_and_taken_back(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    first = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    second = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "program_manager", program.id)
    address = f"{API}/courses/{second.id}/prerequisites"
    body = {"required_course_id": str(first.id)}
    made = await client.post(address, json=body, headers={"idempotency-key": "k1"})
    assert (made.status_code, made.json()["title"]) == (201, "Listening first")
    assert (await client.post(address, json=body)).json() == made.json()
    circle = await client.post(f"{API}/courses/{first.id}/prerequisites", json={"required_course_id": str(second.id)})
    assert refusal(circle) == (409, "course-circle")
    assert (await client.get(address)).json() == {"items": [made.json()], "next_cursor": None}
    assert (await client.delete(f"{address}/{first.id}")).status_code == 204
    assert refusal(await client.delete(f"{address}/{first.id}")) == (404, "not-found")
    client.cookies.clear()
    assert (await client.get(address)).json()["items"] == []
    assert refusal(await client.post(address, json=body)) == (401, "sign-in-required")
    assert refusal(await client.get(f"{API}/courses/{MISSING}/prerequisites")) == (404, "not-found")
