"""Attendance of whole sessions as JSON."""

import httpx

from tests.attendance.made import make_day, mark
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.attendance.actions.marking import save_marks
from training.attendance.rules.statuses import Status
from training.base.work import Works


async def test_what_counts_and_a_correction(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, people=2)
    a, b = day.enrollments
    client.headers["authorization"] = f"Bearer {await bearer(works, day.manager)}"
    url = f"/api/v1/sessions/{day.session_id}/attendance"
    assert [one["overall"] for one in (await client.get(url)).json()["items"]] == [None, None]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b, Status.NO_SHOW)])
    seen = (await client.get(url)).json()
    assert (seen["meeting_count"], [one["overall"]["status"] for one in seen["items"]]) == (1, ["present", "no-show"])
    correct = f"/api/v1/enrollments/{b}/attendance-correction"
    body = {"status": "partial", "minutes": 40, "reason": "Came to the end"}
    assert (await client.post(correct, json=body)).status_code == 428
    corrected = await client.post(correct, json=body, headers={"if-match": '"1"'})
    assert (corrected.status_code, corrected.headers["etag"]) == (200, '"2"')
    told = corrected.json()
    assert (told["status"], told["minutes"], told["computed"], told["computed_minutes"]) == (
        "partial",
        40,
        "no-show",
        0,
    )
    absent = {"status": "no-show", "reason": "A mix-up"}
    other = f"/api/v1/enrollments/{a}/attendance-correction"
    told = (await client.post(other, json=absent, headers={"if-match": '"1"'})).json()
    assert (told["status"], told["meetings"], told["minutes"], told["computed_minutes"]) == ("no-show", 0, 0, 120)
    stale = await client.post(correct, json=body, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    for wrong in ({"status": "late"}, {"reason": ""}, {"minutes": -1}):
        assert (await client.post(correct, json=body | wrong, headers={"if-match": '"2"'})).status_code == 400
    client.headers["authorization"] = f"Bearer {await bearer(works, day.scene.coordinator)}"
    assert (await client.get(url)).status_code == 404
    assert (await client.post(correct, json=body, headers={"if-match": '"2"'})).status_code == 404


async def test_minutes_are_those_of_all_meetings_together(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=13)
    clock.move(days=13)
    client.headers["authorization"] = f"Bearer {await bearer(works, day.lead)}"
    url = f"/api/v1/enrollments/{day.enrollments[0]}/attendance-correction"
    body = {"status": "present", "minutes": 1561, "reason": "Caught up"}
    refused = await client.post(url, json=body, headers={"if-match": '"0"'})
    assert (refused.status_code, refused.json()["code"]) == (422, "minutes-impossible")
    assert refused.json()["errors"] == [{"field": "minutes", "message": "From 1 to 1560 minutes."}]
    taken = await client.post(url, json=body | {"minutes": 1560}, headers={"if-match": '"0"'})
    assert (taken.status_code, taken.json()["minutes"]) == (200, 1560)


async def test_strangers_are_told_nothing_before_the_version(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    client.headers["authorization"] = f"Bearer {await bearer(works, day.stranger)}"
    url = f"/api/v1/enrollments/{day.enrollments[0]}/attendance-correction"
    body = {"status": "present", "reason": "Was there"}
    assert (await client.post(url, json=body)).status_code == 404
    client.headers["authorization"] = f"Bearer {await bearer(works, day.lead)}"
    assert (await client.post(url, json=body)).status_code == 428


async def test_too_soon_and_too_late(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    url = f"/api/v1/enrollments/{day.enrollments[0]}/attendance-correction"
    body = {"status": "present", "reason": "Was there"}
    for by, code in ({"minutes": -11}, "nothing-held"), ({"days": 31}, "correction-shut"):
        clock.move(**by)
        client.headers["authorization"] = f"Bearer {await bearer(works, day.lead)}"
        refused = await client.post(url, json=body, headers={"if-match": '"0"'})
        assert (refused.status_code, refused.json()["code"]) == (409, code)
