"""The schedule's JSON: every route once, who may, which version, and what is refused how."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_person,
    a_program,
    a_room,
    a_session,
    enter,
)
from training.base.database import watch_statements
from training.base.work import Works
from training.catalogue.rules import Audience
from training.schedule.actions import assign_trainer
from training.schedule.queries import get_room, list_meetings
from training.schedule.rules.values import Assignment, MeetingValues

API = "/api/v1"
MEETING = {"local_start": "2026-05-11T10:00:00", "local_end": "2026-05-11T12:00:00"}
LATER = {"local_start": "2026-05-18T10:00:00", "local_end": "2026-05-18T12:00:00"}


def at(version: int) -> dict[str, str]:
    """The header of somebody who looked at this version."""
    return {"if-match": f'"{version}"'}


async def as_manager(works: Works, client: httpx.AsyncClient) -> tuple[UUID, UUID]:
    """A program with a course, and the client signed in as its manager."""
    program = await a_program(works)
    course = await a_course(works, program)
    await enter(works, client, "program_manager", program)
    return program, course.id


async def done(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must have this status, after checking that its ETag is its version."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert answer.headers["etag"] == f'"{body["version"]}"'
    return body


async def refused(answer: httpx.Response, status: int, code: str) -> Any:
    """The problem of an answer that must be this one."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


async def test_a_session_from_draft_to_cancelled(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    made = await done(await client.post(f"{API}/sessions", json={"course_id": str(course), "meetings": [MEETING]}), 201)
    path = f"{API}/sessions/{made['id']}"
    assert (made["state"], made["starts_at"], made["meetings"][0]["zone"]) == (
        "draft",
        "2026-05-11T08:00:00Z",
        "Europe/Berlin",
    )
    assert made["managed"]["warnings"] == [
        "The meeting has no room yet: it is shown as to be announced.",
        "The meeting has no trainer yet.",
    ]
    edited = await done(await client.patch(path, json={"title": "Evening", "capacity_in_person": 9}, headers=at(1)))
    assert edited["managed"]["differs_from_course"] == ["title", "capacity_in_person"]
    back = await done(await client.patch(path, json={"inherit": ["title"]}, headers=at(2)))
    assert (back["title"], back["managed"]["own_fields"]) == ("Listening first", ["capacity_in_person"])
    published = await done(await client.post(f"{path}/publish", headers=at(3)))
    assert (published["state"], published["bookable"]) == (
        "published",
        {"now": True, "code": None, "reason": None, "at": None, "zone": None},
    )
    meeting = {"meeting_id": made["meetings"][0]["id"], **LATER}
    moved = await done(await client.post(f"{path}/move", json={"meetings": [meeting]}, headers=at(4)))
    assert [(m["starts_at"], m["sequence"]) for m in moved["meetings"]] == [("2026-05-18T08:00:00Z", 1)]
    confirmed = await done(await client.post(f"{path}/confirm", headers=at(5)))
    assert confirmed["state"] == "confirmed"
    cancelled = await done(await client.post(f"{path}/cancel", json={"reason": "Ill."}, headers=at(6)))
    assert (cancelled["state"], cancelled["cancel_reason"], cancelled["bookable"]["code"]) == (
        "cancelled",
        "Ill.",
        "cancelled",
    )
    assert await done(await client.get(path)) == cancelled
    await refused(await client.post(f"{path}/publish", headers=at(7)), 409, "wrong-state")


async def test_meetings_and_trainers(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    made = await done(await client.post(f"{API}/sessions", json={"course_id": str(course)}), 201)
    path = f"{API}/sessions/{made['id']}"
    one = await done(await client.post(f"{path}/meetings", json=LATER, headers=at(1)), 201)
    two = await done(await client.post(f"{path}/meetings", json={**MEETING, "title": "First"}, headers=at(2)), 201)
    assert [(m["number"], m["title"]) for m in two["meetings"]] == [(1, "First"), (2, "")]
    late = f"{API}/meetings/{one['meetings'][0]['id']}"
    changed = await done(await client.patch(late, json={"title": "Second"}, headers=at(3)))
    assert [m["title"] for m in changed["meetings"]] == ["First", "Second"]
    tara = await a_person(works, "Tara")
    await refused(
        await client.post(f"{path}/trainers", json={"person_id": str(tara)}, headers=at(4)), 422, "trainer-unknown-here"
    )
    elsewhere = await a_session(
        works, course, MeetingValues(local_start=T("2026-06-08T10:00"), local_end=T("2026-06-08T12:00"))
    )
    await works.run(STAFF, assign_trainer, elsewhere, Assignment(person_id=tara))
    taught = await done(await client.post(f"{path}/trainers", json={"person_id": str(tara)}, headers=at(4)), 201)
    assert [(t["name"], t["role"]) for t in taught["trainers"]] == [("Tara", "lead")] * 2
    assert (await client.get(f"{path}/trainers")).json()["items"] == taught["trainers"]
    left = await done(await client.delete(f"{path}/trainers/{tara}", headers=at(5)))
    assert left["trainers"] == []
    rest = await done(await client.delete(late, headers=at(6)))
    assert (await client.get(f"{path}/meetings")).json()["items"] == rest["meetings"]
    await refused(await client.delete(late, headers=at(7)), 404, "not-found")


async def test_rooms(works: Works, client: httpx.AsyncClient) -> None:
    await as_manager(works, client)
    room = await get_room(await a_room(works))
    path = f"{API}/venues/{room.venue_id}/rooms"
    attic = await done(await client.post(path, json={"name": "Attic", "places": 12}), 201)
    assert [item["name"] for item in (await client.get(path)).json()["items"]] == ["Attic", "Blue room"]
    assert len((await client.get(f"{API}/rooms")).json()["items"]) == 2
    edited = await done(await client.patch(f"{API}/rooms/{attic['id']}", json={"name": "Loft"}, headers=at(1)))
    assert await done(await client.get(f"{API}/rooms/{attic['id']}")) == edited
    unchanged = await client.get(f"{API}/rooms/{attic['id']}", headers={"if-none-match": '"2"'})
    assert unchanged.status_code == 304
    await refused(await client.post(path, json={"name": "Loft"}), 422, "room-name-taken")
    await refused(await client.get(f"{API}/rooms/{MISSING}"), 404, "not-found")


async def test_versions_are_asked_for(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    key = await a_session(works, course)
    (meeting,) = await list_meetings([key])
    path = f"{API}/sessions/{key}"
    changes = [
        ("PATCH", path, {"title": "New"}),
        ("POST", f"{path}/publish", None),
        ("POST", f"{path}/confirm", None),
        ("POST", f"{path}/cancel", {"reason": "Why not"}),
        ("POST", f"{path}/move", {"meetings": [{"meeting_id": str(meeting.id)}]}),
        ("POST", f"{path}/meetings", LATER),
        ("POST", f"{path}/trainers", {"person_id": str(MISSING)}),
        ("DELETE", f"{path}/trainers/{MISSING}", None),
        ("PATCH", f"{API}/meetings/{meeting.id}", {"title": "New"}),
        ("DELETE", f"{API}/meetings/{meeting.id}", None),
    ]
    for method, address, body in changes:
        await refused(await client.request(method, address, json=body), 428, "version-needed")
        stale = await refused(await client.request(method, address, json=body, headers=at(9)), 412, "changed-meanwhile")
        assert stale["data"] == {"version": 1}


async def test_strangers_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id)
    (meeting,) = await list_meetings([key])
    path = f"{API}/sessions/{key}"
    await refused(await client.get(path), 404, "not-found")
    await refused(await client.post(f"{path}/publish", headers=at(1)), 401, "sign-in-required")
    await enter(works, client, "program_manager", await a_program(works, "Other"))
    for method, address, body in (
        ("GET", path, None),
        ("GET", f"{path}/meetings", None),
        ("PATCH", path, {"title": "Mine"}),
        ("POST", f"{path}/publish", None),
        ("POST", f"{path}/cancel", {"reason": "Mine"}),
        ("PATCH", f"{API}/meetings/{meeting.id}", {"title": "Mine"}),
        ("DELETE", f"{API}/meetings/{meeting.id}", None),
    ):
        foreign = await refused(await client.request(method, address, json=body, headers=at(1)), 404, "not-found")
        unknown = address.replace(str(key), str(MISSING)).replace(str(meeting.id), str(MISSING))
        missing = await refused(await client.request(method, unknown, json=body, headers=at(1)), 404, "not-found")
        assert foreign == missing


async def test_what_is_only_for_some_is_left_out(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    key = await a_session(
        works,
        course,
        publish=True,
        audience=Audience.INVITED,
        access_code="new",
        joining_details="Ring twice",
    )
    (meeting,) = await list_meetings([key])
    link = {"link": "https://meet.example/1"}
    seen = await done(await client.patch(f"{API}/meetings/{meeting.id}", json=link, headers=at(2)))
    assert (seen["joining_details"], seen["meetings"][0]["link"]) == ("Ring twice", "https://meet.example/1")
    client.cookies.clear()
    code = seen["managed"]["access_code"]
    shown = await done(await client.get(f"{API}/sessions/{key}", params={"code": code}))
    assert (shown["joining_details"], shown["meetings"][0]["link"], shown["managed"]) == ("", None, None)
    for wrong in ("", "AAAA-AAAA", "\x00"):
        await refused(await client.get(f"{API}/sessions/{key}", params={"code": wrong}), 404, "not-found")


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"local_start": "2026-03-29T02:30:00"}, 422, "time-does-not-exist", "local_start"),
        (
            {"local_start": "2026-10-25T02:30:00", "local_end": "2026-10-25T09:00:00"},
            422,
            "time-is-ambiguous",
            "local_start",
        ),
        ({"zone": "Mars/Base"}, 422, "unknown-zone", "zone"),
        ({"local_end": "2026-05-11T09:00:00"}, 422, "invalid", "local_end"),
        ({"room_id": str(MISSING)}, 422, "no-such-room", "room_id"),
        ({"local_start": "2026-05-11T10:00:00Z"}, 400, "invalid", None),
        ({"local_start": "0001-01-01T00:00:00"}, 422, "time-out-of-range", "local_start"),
        ({"link": "javascript:alert(1)"}, 400, "invalid", None),
        ({"surprise": 1}, 400, "invalid", None),
    ],
)
async def test_meetings_that_cannot_be(
    works: Works, client: httpx.AsyncClient, changes: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    _, course = await as_manager(works, client)
    key = await a_session(works, course)
    answer = await client.post(f"{API}/sessions/{key}/meetings", json={**MEETING, **changes}, headers=at(1))
    problem = await refused(answer, status, code)
    if field is not None:
        assert [error["field"] for error in problem["errors"]] == [field]


async def test_a_refused_time_says_what_would_do(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    path = f"{API}/sessions/{await a_session(works, course)}/meetings"
    gap = await client.post(path, json={**MEETING, "local_start": "2026-03-29T02:30:00"}, headers=at(1))
    assert gap.json()["data"]["next_valid"] == "2026-03-29T03:00:00"
    twice = {"local_start": "2026-10-25T02:30:00", "local_end": "2026-10-25T09:00:00"}
    asked = (await client.post(path, json=twice, headers=at(1))).json()["data"]
    assert [asked[which]["at"] for which in ("first", "second")] == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
    answered = await client.post(path, json={**twice, "start_fold": 1}, headers=at(1))
    assert [m["starts_at"] for m in answered.json()["meetings"]][1] == "2026-10-25T01:30:00Z"


async def test_clashes_are_told_and_can_be_accepted(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    wanted = {**MEETING, "room_id": str(await a_room(works))}
    body = {"course_id": str(course), "meetings": [wanted]}
    assert (await client.post(f"{API}/sessions", json=body)).status_code == 201
    problem = await refused(await client.post(f"{API}/sessions", json=body), 409, "clashes-found")
    assert [clash["subject_name"] for clash in problem["data"]["clashes"]] == ["Blue room"]
    assert (await client.post(f"{API}/sessions", json={**body, "accept_warnings": True})).status_code == 201


async def test_a_repeated_request_makes_one_session(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    body = {"course_id": str(course), "meetings": [MEETING]}
    headers = {"idempotency-key": "once"}
    answers = [await client.post(f"{API}/sessions", json=body, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await client.get(f"{API}/sessions")).json()["items"]) == 1
    key = answers[0].json()["id"]
    for _ in range(2):
        published = await client.post(f"{API}/sessions/{key}/publish", headers={**at(1), "idempotency-key": "twice"})
        assert (published.status_code, published.json()["state"]) == (200, "published")


async def test_lists_are_filtered_and_paged(works: Works, client: httpx.AsyncClient) -> None:
    program, course = await as_manager(works, client)
    keys = [str(await a_session(works, course, values, publish=True)) for values in (NEXT_WEEK, WEEK_AFTER)]
    undated = (await client.post(f"{API}/sessions", json={"course_id": str(course)})).json()["id"]

    async def listed(**asked: Any) -> list[str]:
        answer = await client.get(f"{API}/sessions", params=asked)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await listed() == [*keys, undated]
    assert await listed(program_id=str(program), course_id=str(course), state="published", free="true") == keys
    assert await listed(q="LISTENING", mode="in_person", language="en") == [*keys, undated]
    assert await listed(starts_from="2026-05-18T08:00:00Z") == keys[1:]
    assert await listed(starts_before="2026-05-18T08:00:00Z", past="true") == keys[:1]
    assert await listed(q="\x00'; --") == []
    first = (await client.get(f"{API}/sessions", params={"limit": 2})).json()
    assert await listed(limit=2, cursor=first["next_cursor"]) == [undated]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"cursor": "AAAA"}, 422),
        ({"limit": "0"}, 400),
        ({"limit": "9999"}, 400),
        ({"starts_from": "2026-05-18T08:00:00"}, 422),
        ({"starts_from": "0001-01-01T00:00:00+14:00"}, 422),
        ({"mode": "telepathy"}, 400),
        ({"program_id": "1"}, 400),
    ],
)
async def test_lists_refuse_what_cannot_be(client: httpx.AsyncClient, asked: dict[str, str], status: int) -> None:
    assert (await client.get(f"{API}/sessions", params=asked)).status_code == status


async def test_a_list_takes_at_most_three_statements(works: Works, client: httpx.AsyncClient) -> None:
    _, course = await as_manager(works, client)
    for number in range(12):
        await a_session(works, course, publish=number % 2 == 0)
    counts = []
    for limit in (1, 12):
        with watch_statements() as seen:
            assert len((await client.get(f"{API}/sessions", params={"limit": limit})).json()["items"]) == limit
        counts.append(len(seen))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 3
