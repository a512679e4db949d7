"""Rosters as JSON: read, mark, close, open again, walk-ins, who changed what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works


async def ready(works: Works, clock: FrozenClock, client: httpx.AsyncClient, **values: Any) -> tuple[Day, str]:
    """A day, the client signed in as its lead trainer, and the address of the roster."""
    day = await make_day(works, clock, **values)
    await act_as(works, client, day.lead)
    return day, f"/api/v1/meetings/{day.meeting_id}/roster"


async def act_as(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    client.headers["authorization"] = f"Bearer {await bearer(works, viewer)}"


async def test_what_a_device_kept_is_taken_from_nobody_else(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, url = await ready(works, clock, client)
    body = {
        "marks": [{"enrollment_id": str(day.enrollments[0]), "status": "present", "operation": str(UUID(int=9))}],
        "made_by": str(day.lead.person_id),
    }
    # Neither who could mark, nor who could not: the device is to keep what it has, and not to believe them.
    for other in (day.manager, day.stranger):
        await act_as(works, client, other)
        refused = await client.post(f"{url}/marks", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "made-by-another")
    await act_as(works, client, day.lead)
    assert (await client.get(url)).json()["entries"][0]["mark"] is None
    saved = (await client.post(f"{url}/marks", json=body)).json()
    assert saved["marks"][0]["mark"]["marked_by"] == str(day.lead.person_id)


async def test_reading_and_marking(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, url = await ready(works, clock, client)
    a, b, c = map(str, day.enrollments)
    read = (await client.get(url)).json()
    assert (read["can_mark"], read["roster_version"], read["closed_at"]) == (True, 0, None)
    assert read["server_time"] == "2026-05-18T09:10:00Z"
    assert read["entries"][0] == {
        "enrollment_id": a,
        "name": "Northern Line 0",
        "partner_name": "Northern Line",
        "state": "enrolled",
        "mode": "in_person",
        "language": "en",
        "placed_at": "2026-05-04T09:00:00Z",
        "mark": None,
        "marked_by_name": "",
        "check_in": None,
        "undelivered": "",
        "contested_as": "",
        "answers": [],
    }
    # The device is an hour ahead; what it made three minutes ago by its clock was made three minutes ago by ours.
    ahead = clock.now + timedelta(hours=1)
    body = {
        "marks": [
            {"enrollment_id": a, "status": "present", "base_version": 0, "operation": str(UUID(int=9))},
            {
                "enrollment_id": b,
                "status": "late",
                "minutes_late": 7,
                "made_at": (ahead - timedelta(minutes=3)).isoformat(),
            },
            {"enrollment_id": c, "status": "excused"},
        ],
        "sent_at": ahead.isoformat(),
        "way": "offline",
    }
    saved = await client.post(f"{url}/marks", json=body)
    assert saved.status_code == 200
    told = saved.json()
    assert [(one["taken"], one["code"]) for one in told["marks"]] == [(True, ""), (True, ""), (False, "reason-missing")]
    assert told["roster_version"] == 1
    assert told["marks"][1]["mark"]["made_at"] == "2026-05-18T09:07:00Z"
    # Sent once more, as after an answer that was lost.
    again = (await client.post(f"{url}/marks", json=body)).json()
    assert [one["taken"] for one in again["marks"]] == [True, True, False]
    read = (await client.get(url)).json()
    assert [entry["mark"] and entry["mark"]["status"] for entry in read["entries"]] == ["present", "late", None]


async def test_filling_in_closing_and_opening(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, url = await ready(works, clock, client)
    a, b, _ = map(str, day.enrollments)
    left = await client.post(f"{url}/closing", json={})
    assert (left.status_code, left.json()["code"], left.json()["data"]["count"]) == (409, "not-all-recorded", 3)
    filled = (await client.post(f"{url}/all-present", json={"except_ids": [b]})).json()
    assert [one["mark"]["status"] for one in filled["marks"]] == ["present", "no-show", "present"]
    keyed = {"idempotency-key": "close"}
    closed = [await client.post(f"{url}/closing", json={"rest": "present"}, headers=keyed) for _ in range(2)]
    assert [answer.status_code for answer in closed] == [200, 200]
    assert closed[0].json() == closed[1].json()
    mark = {"marks": [{"enrollment_id": a, "status": "no-show"}]}
    assert (await client.post(f"{url}/marks", json=mark)).json()["marks"][0]["code"] == "reason-missing"
    opened = await client.post(f"{url}/reopening", json={"reason": "Wrong list"})
    assert (opened.status_code, opened.json()["roster_version"]) == (200, 3)
    clock.move(minutes=1)
    assert (await client.post(f"{url}/marks", json=mark)).json()["marks"][0]["taken"]
    changes = (await client.get(f"{url}/changes?limit=2")).json()
    assert [change["status"] for change in changes["items"]] == ["no-show", "present"]
    rest = (await client.get(f"{url}/changes", params={"cursor": changes["next_cursor"]})).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (2, None)


async def test_a_walk_in(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, url = await ready(works, clock, client, people=2, capacity_in_person=3, overbooking=1)
    nora = {"partner_id": str(day.scene.partner_id), "name": "Nora", "email": "nora@new.example"}
    came = await client.post(f"{url}/walk-ins", json=nora, headers={"idempotency-key": "nora"})
    assert (came.status_code, came.json()["name"], came.json()["mark"]["mark"]["way"]) == (201, "Nora", "walk-in")
    again = await client.post(f"{url}/walk-ins", json=nora, headers={"idempotency-key": "nora"})
    assert again.json() == came.json()
    there = await client.post(f"{url}/walk-ins", json=nora)
    assert (there.status_code, there.json()["code"]) == (409, "on-roster-already")
    max_ = {**nora, "name": "Max", "email": "max@new.example"}
    assert (await client.post(f"{url}/walk-ins", json=max_)).json()["code"] == "above-capacity"
    above = await client.post(f"{url}/walk-ins", json={**max_, "reason": "Came a long way"})
    assert (above.status_code, above.json()["above_capacity"]) == (201, True)


@pytest.mark.parametrize(
    "body",
    [
        {"marks": []},
        {"marks": [{"status": "present"}]},
        {"marks": [{"enrollment_id": str(UUID(int=1)), "status": "present", "minutes_late": -1}]},
        {"marks": [{"enrollment_id": str(UUID(int=1)), "status": "present"}] * 501},
        {"marks": [{"enrollment_id": str(UUID(int=1)), "status": "present"}], "way": "qr"},
        {"marks": [{"enrollment_id": str(UUID(int=1)), "status": "present"}], "sent_at": "2026-05-18T09:00:00"},
    ],
)
async def test_what_is_malformed(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    _, url = await ready(works, clock, client)
    assert (await client.post(f"{url}/marks", json=body)).status_code == 400


async def test_who_may(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, url = await ready(works, clock, client)
    mark = {"marks": [{"enrollment_id": str(day.enrollments[0]), "status": "present"}]}
    await act_as(works, client, day.shadow)
    assert (await client.get(url)).json()["can_mark"] is False
    assert (await client.post(f"{url}/marks", json=mark)).status_code == 404
    await act_as(works, client, day.scene.coordinator)
    for path in (url, f"{url}/changes"):
        assert (await client.get(path)).status_code == 404
    del client.headers["authorization"]
    assert (await client.get(url)).status_code == 401


async def test_two_hundred_marks_in_one_request(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, url = await ready(works, clock, client, people=200)
    body = {"marks": [{"enrollment_id": str(key), "status": "present"} for key in day.enrollments]}
    saved = await client.post(f"{url}/marks", json=body)
    assert sum(one["taken"] for one in saved.json()["marks"]) == 200
