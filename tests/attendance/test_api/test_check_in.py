"""Check-in as JSON."""

from typing import Any
from uuid import UUID

import httpx

from tests.attendance.made import make_day
from tests.attendance.test_actions.test_check_in import learner, opened, shown, stands, token, words
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works


async def headers(works: Works, viewer: Viewer) -> dict[str, str]:
    return {"authorization": f"Bearer {await bearer(works, viewer)}"}


def kept(body: dict[str, Any], *names: str) -> list[Any]:
    return [body[name] for name in names]


async def test_scan(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    path, lead = f"/api/v1/meetings/{day.meeting_id}/check-ins", await headers(works, day.lead)
    first = await client.post(path, json={"code": token(works, day.enrollments[0])}, headers=lead)
    assert first.status_code == 200
    assert kept(first.json(), "name", "status", "already", "way") == ["Northern Line 0", "present", False, "qr"]
    again = await client.post(path, json={"code": words(works, day.enrollments[0])}, headers=lead)
    assert again.json()["already"] is True
    wrong = await client.post(path, json={"code": "KX7-M4T"}, headers=lead)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "check-in-code-unknown")
    for viewer in (day.shadow, day.stranger, day.scene.coordinator):
        refused = await client.post(
            path, json={"code": token(works, day.enrollments[1])}, headers=await headers(works, viewer)
        )
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


async def test_self_check_in(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    path, lead = f"/api/v1/meetings/{day.meeting_id}/self-check-in", await headers(works, day.lead)
    assert (await client.get(path, headers=lead)).json()["code"] == ""
    switched = (await client.post(path, json={"on": True}, headers=lead)).json()
    assert kept(switched, "on", "code", "expected", "arrived") == [True, shown(works, day, clock), 3, 0]
    assert switched["address"] == works.site.url(f"/here/{switched['code']}")
    mine = await headers(works, await learner(day.enrollments[0]))
    wrong = await client.post("/api/v1/check-in", json={"code": "000000", "device": "d"}, headers=mine)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "check-in-code-wrong")
    done = await client.post("/api/v1/check-in", json={"code": switched["code"], "device": "d"}, headers=mine)
    assert kept(done.json(), "status", "way", "doubtful") == ["present", "code", ""]
    assert (await client.get(path, headers=lead)).json()["arrived"] == 1
    assert (await client.get(path, headers=mine)).status_code == 404


async def test_doubtful_ones_are_listed_and_decided(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    for key in day.enrollments:
        asked = {"code": word, "device": "one"}
        await client.post("/api/v1/check-in", json=asked, headers=await headers(works, await learner(key)))
    root, lead = f"/api/v1/meetings/{day.meeting_id}/check-ins", await headers(works, day.lead)
    one, two = (await client.get(f"{root}/doubtful", headers=lead)).json()
    yes = await client.post(f"{root}/{one['id']}/decision", json={"confirm": True}, headers=lead)
    assert yes.json() == {"name": one["name"], "confirmed": True}
    await client.post(f"{root}/{two['id']}/decision", json={"confirm": False}, headers=lead)
    again = await client.post(f"{root}/{two['id']}/decision", json={"confirm": True}, headers=lead)
    assert (again.status_code, again.json()["code"]) == (409, "check-in-decided")
    assert (await client.get(f"{root}/doubtful", headers=lead)).json() == []
    decided = [await stands(UUID(each["enrollment_id"])) for each in (one, two)]
    assert decided == [[("present", 0, "roster")], []]


async def test_ones_own_code(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    mine = await headers(works, await learner(day.enrollments[0]))
    found = await client.get(f"/api/v1/enrollments/{day.enrollments[0]}/check-in-code", headers=mine)
    assert found.json() == {
        "address": works.site.url(f"/check-in/{token(works, day.enrollments[0])}"),
        "words": words(works, day.enrollments[0]),
    }
    other = await client.get(f"/api/v1/enrollments/{day.enrollments[1]}/check-in-code", headers=mine)
    assert other.status_code == 404
