"""Lists of participants by the API."""

import httpx

from tests.attendance.made import Day, make_day
from tests.attendance.test_actions.test_online import LIST
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.base.work import Works


async def online(works: Works, clock: FrozenClock) -> tuple[Day, str, dict[str, str]]:
    """An online meeting, the address of its lists, and the headers of its trainer."""
    day = await make_day(works, clock, people=4, mode="online", capacity_online=4, capacity_in_person=0)
    headers = {"authorization": f"Bearer {await bearer(works, day.lead)}"}
    return day, f"/api/v1/meetings/{day.meeting_id}/online-lists", headers


async def test_a_list_is_handed_in_looked_at_and_applied(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, base, headers = await online(works, clock)
    made = await client.post(base, json={"text": LIST, "file_name": "list.csv"}, headers=headers)
    assert made.status_code == 201, made.text
    found = made.json()
    assert (found["platform"], found["threshold_minutes"], found["version"]) == ("other", 60, 1)
    lines = {one["name"]: one for one in found["lines"]}
    assert lines["Lea"]["teaches"] is True
    assert lines["Somebody"]["enrollment_id"] == str(day.enrollments[1])
    assert (lines["Somebody"]["why"], lines["Somebody"]["minutes"]) == ("The same address", 100)
    assert lines["Somebody"]["joined_at"] == "2026-05-18T09:20:00Z"
    assert lines["iPhone"]["enrollment_id"] is None
    assert {one["enrollment_id"] for one in lines["Nordern Lime 2"]["close"]} == {str(key) for key in day.enrollments}
    following = {one["enrollment_id"]: one["status"] for one in found["following"]}
    assert [following[str(key)] for key in day.enrollments] == ["present", "late", None, None]
    read = await client.get(f"{base}/{found['id']}", headers=headers)
    assert (read.headers["etag"], read.json()) == ('"1"', found)
    wish = {
        "choices": [{"line": lines["Nordern Lime 2"]["line"], "enrollment_id": str(day.enrollments[2])}],
        "absent": True,
    }
    unnamed = await client.post(f"{base}/{found['id']}/application", json=wish, headers=headers)
    assert unnamed.status_code == 428
    named = {**headers, "if-match": '"1"'}
    done = await client.post(f"{base}/{found['id']}/application", json=wish, headers=named)
    assert done.status_code == 200, done.text
    assert done.json()["unmatched"] == 1
    assert [one["mark"]["status"] for one in done.json()["saved"]["marks"]] == ["present", "late", "partial", "no-show"]
    again = await client.post(f"{base}/{found['id']}/application", json=wish, headers=named)
    assert (again.status_code, again.json()["code"]) == (409, "online-list-applied")


async def test_what_is_refused(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, base, headers = await online(works, clock)
    refused = await client.post(base, json={"text": "Name,Shoe size\nAna,38"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "online-list-columns")
    made = (await client.post(base, json={"text": LIST}, headers=headers)).json()
    stale = await client.post(f"{base}/{made['id']}/application", json={}, headers={**headers, "if-match": '"7"'})
    assert stale.status_code == 412
    long = {**headers, "if-match": '"1"'}
    refused = await client.post(f"{base}/{made['id']}/application", json={"threshold_minutes": 121}, headers=long)
    assert (refused.status_code, refused.json()["code"]) == (422, "threshold-too-long")
    other = {"authorization": f"Bearer {await bearer(works, day.scene.coordinator)}"}
    assert (await client.get(f"{base}/{made['id']}", headers=other)).status_code == 404
    assert (await client.post(base, json={"text": LIST}, headers=other)).status_code == 404
