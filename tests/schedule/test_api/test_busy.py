"""One's own calendars as JSON."""

import httpx
import pytest

from tests.conftest import FrozenClock
from tests.schedule.busied import ADDRESS, busy
from tests.schedule.made import NEXT_WEEK, T, a_course, a_person, a_program, a_session, enter
from training.base.work import Works
from training.schedule.queries import list_meetings

API = "/api/v1/me"


async def test_adding_reading_and_removing(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client)
    added = await client.post(f"{API}/busy-sources", json={"address": ADDRESS, "label": "Work"})
    assert (added.status_code, "private" in added.text) == (201, False)
    source = added.json()
    assert (source["server"], source["label"], source["read_at"]) == ("https://calendar.example.org/…", "Work", None)
    assert (await client.get(f"{API}/busy-sources")).json() == {"items": [source]}
    again = await client.post(f"{API}/busy-sources", json={"address": ADDRESS})
    assert (again.status_code, again.json()["code"]) == (409, "calendar-known")
    assert (await client.post(f"{API}/busy-sources/{source['id']}/read")).json()["next_at"] == source["next_at"]
    assert (await client.delete(f"{API}/busy-sources/{source['id']}")).status_code == 204
    assert (await client.delete(f"{API}/busy-sources/{source['id']}")).status_code == 404
    assert (await client.get(f"{API}/busy-times")).json() == {"items": []}


@pytest.mark.parametrize("address", ["https://127.0.0.1/x", "https://localhost/x", "file:///etc/passwd", "x"])
async def test_a_hostile_address_is_refused_with_its_field(
    works: Works, client: httpx.AsyncClient, address: str
) -> None:
    await enter(works, client)
    refused = await client.post(f"{API}/busy-sources", json={"address": address})
    assert (refused.status_code, refused.json()["code"]) == (422, "calendar-address-refused")
    assert [each["field"] for each in refused.json()["errors"]] == ["address"]


async def test_reading_again_waits(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    key = await busy(works, await enter(works, client), (T("2026-05-11T08:00Z"), T("2026-05-11T09:00Z")))
    refused = await client.post(f"{API}/busy-sources/{key}/read")
    assert (refused.status_code, refused.json()["code"]) == (429, "calendar-read-just-now")
    assert refused.headers["retry-after"] == "601"
    clock.move(minutes=11)
    assert (await client.post(f"{API}/busy-sources/{key}/read")).status_code == 200
    assert (await client.get(f"{API}/busy-times")).json()["items"] == [
        {"starts_at": "2026-05-11T08:00:00Z", "ends_at": "2026-05-11T09:00:00Z"}
    ]


async def test_a_manager_is_told_busy_and_nothing_else(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id, NEXT_WEEK)
    (meeting,) = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await busy(works, tara, (T("2026-05-11T00:00Z"), T("2026-05-11T08:30Z")))
    await enter(works, client, "staff")
    path, headers = f"/api/v1/sessions/{key}/trainers", {"if-match": '"1"'}
    refused = await client.post(path, json={"person_id": str(tara)}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "clashes-found")
    assert refused.json()["data"]["clashes"] == [
        {
            "kind": "trainer",
            "subject_id": str(tara),
            "subject_name": "Tara",
            "meeting_id": str(meeting.id),
            "other_session_id": None,
            "other_meeting_id": None,
            "other_title": "",
            "starts_at": "2026-05-11T08:00:00Z",
            "ends_at": "2026-05-11T08:30:00Z",
            "own_calendar": True,
        }
    ]
    accepted = {"person_id": str(tara), "accept_warnings": True}
    assert (await client.post(path, json=accepted, headers=headers)).status_code == 201
