"""Rules, who has completed a session, decisions by hand and renewals, as JSON."""

from typing import Any

import httpx

from tests.booking.asked import bearer
from tests.completion.judged import Taught, attend, close, stands, taught
from tests.completion.test_actions.test_renewing import another, completed
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works

RULES = "/api/v1/completion-rules"


async def headers(works: Works, viewer: Viewer) -> dict[str, Any]:
    return {"authorization": f"Bearer {await bearer(works, viewer)}"}


async def over(works: Works, clock: FrozenClock) -> Taught:
    of = await taught(works, 2)
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await attend(works, of, of.enrollments[1], 1)
    await close(works, of)
    return of


async def test_rules_are_read_said_and_taken_back(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of = await over(works, clock)
    me = await headers(works, of.scene.manager)
    about = {"course_id": str(of.scene.course_id)}
    asked = f"{RULES}?session={of.scene.session_id}"
    now = (await client.get(asked, headers=me)).json()
    assert (now["scope"], now["sentence"]) == ("built_in", "Every meeting.")
    said = await client.post(RULES, json={**about, "meetings_needed": 1, "version": 0}, headers=me)
    assert (said.status_code, said.json()["scope"], said.json()["rule_version"]) == (200, "course", 1)
    assert (await client.get(asked, headers=me)).json() == said.json()
    assert (await stands(of.enrollments[1])).state == "completed"
    stale = await client.post(RULES, json={**about, "meetings_needed": 2, "version": 0}, headers=me)
    assert stale.status_code == 412
    wrong = await client.post(RULES, json={**about, "meetings_needed": 0}, headers=me)
    assert (wrong.status_code, "minutes_needed" in wrong.text) == (422, True)
    back = await client.post(f"{RULES}/removal", json={**about, "version": 1}, headers=me)
    assert (back.status_code, back.json()["scope"]) == (200, "built_in")
    assert (await client.get(RULES, headers=me)).status_code == 422


async def test_who_completed_it_and_what_was_decided_by_hand(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await over(works, clock)
    me = await headers(works, of.scene.manager)
    path = f"/api/v1/sessions/{of.scene.session_id}/completions"
    told = (await client.get(path, headers=me)).json()
    assert [(one["state"], one["progress"]) for one in told["items"]] == [
        ("completed", "2 of 2 meetings"),
        ("not completed", "1 of 2 meetings"),
    ]
    decide = f"/api/v1/enrollments/{of.enrollments[1]}/completion-exception"
    wanted = {"completed": True, "reason": "Made up for it", "version": 0}
    done = await client.post(decide, json=wanted, headers=me)
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "completed", 1)
    assert (await client.post(decide, json=wanted, headers=me)).status_code == 412
    ended = await client.post(f"{decide}/ending", json={"version": 1}, headers=me)
    assert ended.json()["state"] == "not completed"
    assert (await client.post(f"{decide}/ending", json={}, headers=me)).status_code == 409
    other = await headers(works, of.scene.coordinator)
    assert (await client.get(path, headers=other)).status_code in (403, 404)


async def test_what_ends_soon(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    next_id = await another(works, of, "B")
    clock.move(days=125)
    me = await headers(works, of.scene.coordinator)
    told = await client.get(f"/api/v1/partners/{of.scene.partner_id}/renewals", headers=me)
    (one,) = told.json()["items"]
    assert (one["enrollment_id"], one["standing"], one["sessions"]) == (str(key), "ends", [str(next_id)])
    assert (await client.get(f"/api/v1/partners/{of.scene.other_partner_id}/renewals", headers=me)).status_code == 404
