"""What is asked, by the API."""

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.work import Works


async def signed_in(works: Works, client: httpx.AsyncClient) -> Scene:
    scene = await make_scene(works)
    client.headers["authorization"] = f"Bearer {await bearer(works, scene.manager)}"
    return scene


async def test_a_survey_from_the_built_in_one_to_ones_own(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    path = f"/api/v1/programs/{scene.program_id}/survey"
    first = await client.get(path)
    assert (first.headers["etag"], first.json()["id"], len(first.json()["questions"])) == ('"0"', None, 5)
    assert (await client.patch(path, json={"minimum": 3})).status_code == 428
    changed = await client.patch(path, json={"minimum": 3}, headers={"if-match": '"0"'})
    assert (changed.status_code, changed.json()["minimum"], changed.json()["version"]) == (200, 3, 1)
    assert (await client.patch(path, json={"minimum": 4}, headers={"if-match": '"0"'})).status_code == 412
    assert (await client.patch(path, json={"minimum": 2}, headers={"if-match": '"1"'})).status_code == 400
    added = await client.post(f"{path}/questions", json={"label": "Warm?", "kind": "yes_no"})
    assert (added.status_code, added.json()["kind"]) == (201, "yes_no")
    one = f"/api/v1/survey-questions/{added.json()['id']}"
    edited = await client.patch(one, json={"label": "Cold?", "kind": "yes_no"})
    assert edited.json()["id"] != added.json()["id"]
    assert (await client.delete(one)).status_code == 410
    retired = await client.delete(f"/api/v1/survey-questions/{edited.json()['id']}")
    assert (retired.status_code, bool(retired.json()["retired_at"])) == (200, True)
    assert len((await client.get(path)).json()["questions"]) == 5


async def test_a_course_asks_what_its_program_asks_until_it_has_its_own(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await signed_in(works, client)
    path = f"/api/v1/courses/{scene.course_id}/survey"
    assert (await client.get(path)).json()["course_id"] == str(scene.course_id)
    assert (await client.post(f"{path}/questions", json={"label": "Warm?"})).status_code == 404
    own = await client.patch(path, json={}, headers={"if-match": '"0"'})
    assert (own.status_code, len(own.json()["questions"])) == (200, 5)
    assert (await client.post(f"{path}/questions", json={"label": "Warm?"})).status_code == 201


async def test_it_is_for_those_who_manage_the_program(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    paths = (f"/api/v1/programs/{scene.program_id}/survey", f"/api/v1/courses/{scene.course_id}/survey")
    for path in paths:
        assert (await client.get(path)).status_code == 401
    client.headers["authorization"] = f"Bearer {await bearer(works, scene.coordinator)}"
    for path in paths:
        assert (await client.get(path)).status_code == 404
        assert (await client.post(f"{path}/questions", json={"label": "x"})).status_code == 404
