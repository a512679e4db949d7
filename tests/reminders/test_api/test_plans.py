"""Plans of reminders and what they come to, as JSON."""

from typing import Any

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works

PLANS = "/api/v1/reminder-plans"


async def asking(works: Works) -> tuple[Scene, dict[str, Any]]:
    scene = await enrolled_scene(works, 0)
    return scene, {"authorization": f"Bearer {await bearer(works, scene.manager)}"}


async def test_plans_are_listed_added_changed_switched_and_removed(works: Works, client: httpx.AsyncClient) -> None:
    scene, me = await asking(works)
    about = {"session_id": str(scene.session_id)}
    listed = (await client.get(PLANS, params={"session": str(scene.session_id)}, headers=me)).json()["items"]
    assert {plan["scope"] for plan in listed} == {"built_in"}
    wanted = {**about, "key": "three-days", "offset_minutes": -3 * 1440, "words": "Bring a pen."}
    added = await client.post(PLANS, json=wanted, headers=me)
    assert (added.status_code, added.json()["scope"], added.json()["version"]) == (201, "session", 1)
    one = f"{PLANS}/{added.json()['id']}"
    assert (await client.get(one, headers=me)).headers["etag"] == '"1"'
    assert (await client.patch(one, json={"offset_minutes": -60}, headers=me)).status_code == 428
    changed = await client.patch(one, json={"offset_minutes": -60}, headers={**me, "if-match": '"1"'})
    assert (changed.json()["offset_minutes"], changed.json()["words"]) == (-60, "Bring a pen.")
    off = await client.post(f"{PLANS}/switch", json={**about, "key": "week-before", "active": False}, headers=me)
    assert (off.status_code, off.json()["active"], off.json()["scope"]) == (200, False, "session")
    assert (await client.delete(one, headers={**me, "if-match": '"1"'})).status_code == 412
    assert (await client.delete(one, headers={**me, "if-match": '"2"'})).status_code == 204
    assert (await client.get(one, headers=me)).status_code == 404


async def test_what_it_is_about_is_one_thing(works: Works, client: httpx.AsyncClient) -> None:
    scene, me = await asking(works)
    both = {"session": str(scene.session_id), "program": str(scene.program_id)}
    assert (await client.get(PLANS, headers=me)).status_code == 422
    assert (await client.get(PLANS, params=both, headers=me)).status_code == 422
    refused = await client.post(PLANS, json={"key": "Not A Key", "offset_minutes": -60}, headers=me)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")


async def test_who_gets_what_when_and_why(works: Works, client: httpx.AsyncClient) -> None:
    scene, me = await asking(works)
    (person_id,) = [str(row["person_id"]) for row in await execute("SELECT person_id FROM enrollment")]
    session = f"/api/v1/sessions/{scene.session_id}/reminders"
    lines = (await client.get(session, headers=me)).json()["items"]
    assert [(line["key"], line["state"]) for line in lines] == [
        ("week-before", "planned"),
        ("day-before", "planned"),
        ("hour-before", "planned"),
    ]
    stopped = await client.post(f"{session}/stop", json={"person_id": person_id}, headers=me)
    assert stopped.json() == {"reminders": 3}
    after = (await client.get(session, params={"person": person_id}, headers=me)).json()["items"]
    assert {(line["state"], line["reason"]) for line in after} == {("stopped", "Somebody stopped it.")}
    resumed = await client.post(f"{session}/resume", json={"person_id": person_id, "key": "day-before"}, headers=me)
    assert resumed.json() == {"reminders": 1}
    nobody = (await client.get(session, params={"person": str(scene.program_id)}, headers=me)).json()
    assert nobody == {"items": []}


async def test_ones_own(works: Works, client: httpx.AsyncClient) -> None:
    scene, me = await asking(works)
    (person_id,) = [row["person_id"] for row in await execute("SELECT person_id FROM enrollment")]
    learner = {"authorization": f"Bearer {await bearer(works, Viewer(person_id=person_id))}"}
    lines = (await client.get("/api/v1/me/reminders", headers=learner)).json()["items"]
    assert [line["key"] for line in lines] == ["week-before", "day-before", "hour-before"]
    assert {line["session_id"] for line in lines} == {str(scene.session_id)}
    assert (await client.get("/api/v1/me/reminders", headers=me)).json() == {"items": []}
    assert (await client.get("/api/v1/me/reminders")).status_code == 401


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    scene, me = await asking(works)
    wanted = {"session_id": str(scene.session_id), "key": "three-days", "offset_minutes": -3 * 1440}
    plan_id = (await client.post(PLANS, json=wanted, headers=me)).json()["id"]
    (person_id,) = [str(row["person_id"]) for row in await execute("SELECT person_id FROM enrollment")]
    other = await make_scene(works, tag=" Two")
    foreign = {"authorization": f"Bearer {await bearer(works, other.manager)}", "if-match": '"1"'}
    asked = [
        client.get(PLANS, params={"session": str(scene.session_id)}, headers=foreign),
        client.post(PLANS, json={**wanted, "key": "x"}, headers=foreign),
        client.get(f"{PLANS}/{plan_id}", headers=foreign),
        client.patch(f"{PLANS}/{plan_id}", json={"active": False}, headers=foreign),
        client.delete(f"{PLANS}/{plan_id}", headers=foreign),
        client.get(f"/api/v1/sessions/{scene.session_id}/reminders", headers=foreign),
        client.post(
            f"/api/v1/sessions/{scene.session_id}/reminders/stop", json={"person_id": person_id}, headers=foreign
        ),
    ]
    assert [(await answer).status_code for answer in asked] == [404] * len(asked)
