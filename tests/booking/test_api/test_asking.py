"""Questions and terms as JSON: each verb once well, and its refusals."""

from typing import Any

import httpx
import pytest

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.structs import Viewer
from training.base.work import Works

API = "/api/v1"
YES_NO = {"kind": "yes_no", "label": "Do you eat?", "readers": ["trainer"]}


async def asked_by(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    client.headers["authorization"] = f"Bearer {await bearer(works, viewer)}"


@pytest.fixture
async def scene(works: Works, client: httpx.AsyncClient) -> Scene:
    """A scene, its manager asking."""
    made = await make_scene(works)
    await asked_by(works, client, made.manager)
    return made


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("place", ["courses", "sessions"])
async def test_a_list_from_empty_to_ordered(client: httpx.AsyncClient, scene: Scene, place: str) -> None:
    key = scene.course_id if place == "courses" else scene.session_id
    address = f"{API}/{place}/{key}/questions"
    assert (await client.get(address)).json() == {"items": []}
    first = await client.post(address, json=YES_NO, headers={"idempotency-key": "k"})
    again = await client.post(address, json=YES_NO, headers={"idempotency-key": "k"})
    assert (first.status_code, first.headers["etag"], again.json()) == (201, '"1"', first.json())
    one = first.json()["id"]
    condition = {"asks_if": one, "asks_if_value": "yes", "readers": ["trainer"]}
    second = (await client.post(address, json={"kind": "line", "label": "What?", **condition})).json()["id"]
    third = (await client.post(address, json={"kind": "line", "label": "Else?"})).json()["id"]
    ordered = await client.post(f"{address}/order", json={"question_ids": [third, one, second]})
    assert [item["id"] for item in ordered.json()["items"]] == [third, one, second]
    assert (await client.get(address)).json() == ordered.json()
    assert told(await client.post(f"{address}/order", json={"question_ids": [one]})) == (409, "question-list-changed")
    wrong = await client.post(f"{address}/order", json={"question_ids": [second, one, third]})
    assert told(wrong) == (422, "invalid")


async def test_a_question_is_changed_and_retired(client: httpx.AsyncClient, scene: Scene) -> None:
    made = await client.post(f"{API}/courses/{scene.course_id}/questions", json=YES_NO)
    address = f"{API}/questions/{made.json()['id']}"
    assert (await client.get(address)).json() == made.json()
    assert told(await client.patch(address, json={"label": "B"})) == (428, "version-needed")
    changed = await client.patch(address, json={"label": "B", "still_counts": True}, headers={"if-match": '"1"'})
    assert changed.json() == {**made.json(), "label": "B", "version": 2}
    assert told(await client.patch(address, json={"label": "C"}, headers={"if-match": '"1"'})) == (
        412,
        "changed-meanwhile",
    )
    again = await client.patch(address, json={"kind": "choice", "options": ["a", "b"]}, headers={"if-match": '"2"'})
    assert (again.json()["wording"], again.json()["options"]) == (2, ["a", "b"])
    assert told(await client.post(f"{address}/retire")) == (428, "version-needed")
    retired = await client.post(f"{address}/retire", headers={"if-match": '"3"'})
    assert (retired.status_code, retired.json()["retired_at"] is not None) == (200, True)
    assert told(await client.post(f"{address}/retire", headers={"if-match": '"4"'})) == (410, "question-retired")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "poem", "label": "x"},
        {"kind": "line", "label": ""},
        {"kind": "line", "label": "x" * 301},
        {"kind": "line", "label": "a\nb"},
        {"kind": "choice", "label": "x", "options": ["one"]},
        {"kind": "choice", "label": "x", "options": [str(n) for n in range(21)]},
        {"kind": "line", "label": "x", "readers": ["everybody"]},
        {"kind": "line", "label": "x", "asks_if_value": "yes"},
        {"kind": "line", "label": "x", "more": 1},
    ],
)
async def test_what_cannot_be_asked(client: httpx.AsyncClient, scene: Scene, body: dict[str, Any]) -> None:
    refused = await client.post(f"{API}/courses/{scene.course_id}/questions", json=body)
    assert told(refused) in ((400, "invalid"), (422, "invalid"))


@pytest.mark.parametrize("place", ["programs", "courses", "sessions"])
async def test_terms_from_added_to_retired(client: httpx.AsyncClient, scene: Scene, place: str) -> None:
    key = {"programs": scene.program_id, "courses": scene.course_id, "sessions": scene.session_id}[place]
    address = f"{API}/{place}/{key}/terms"
    made = await client.post(address, json={"title": "Rules", "body": "Be kind."})
    assert (made.status_code, made.json()["current"]) == (201, 1)
    assert (await client.get(address)).json() == {"items": [made.json()]}
    one = f"{API}/terms/{made.json()['id']}"
    edited = await client.patch(one, json={"required": False}, headers={"if-match": '"1"'})
    assert (edited.json()["required"], edited.headers["etag"]) == (False, '"2"')
    same = await client.post(f"{one}/versions", json={"body": "Be kind. "}, headers={"if-match": '"2"'})
    assert (same.status_code, same.json()) == (201, edited.json())
    newer = await client.post(f"{one}/versions", json={"body": "Be very kind."}, headers={"if-match": '"2"'})
    assert (newer.json()["current"], newer.json()["version"]) == (2, 3)
    assert told(await client.post(f"{one}/versions", json={"body": "x"})) == (428, "version-needed")
    versions = (await client.get(f"{one}/versions")).json()["items"]
    assert [(each["number"], each["body"]) for each in versions] == [(2, "Be very kind."), (1, "Be kind.")]
    assert (await client.get(one)).json() == newer.json()
    assert (await client.post(f"{one}/retire", headers={"if-match": '"3"'})).status_code == 200
    assert (await client.get(address)).json() == {"items": []}
    assert told(await client.patch(one, json={"title": "x"}, headers={"if-match": '"4"'})) == (410, "terms-retired")


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient, scene: Scene) -> None:
    question = (await client.post(f"{API}/courses/{scene.course_id}/questions", json=YES_NO)).json()["id"]
    body = {"title": "Rules", "body": "Be kind."}
    terms = (await client.post(f"{API}/programs/{scene.program_id}/terms", json=body)).json()["id"]
    other = await make_scene(works, tag=" B")
    for viewer in (other.manager, scene.coordinator):
        await asked_by(works, client, viewer)
        for path in (
            f"courses/{scene.course_id}/questions",
            f"sessions/{scene.session_id}/questions",
            f"questions/{question}",
            f"programs/{scene.program_id}/terms",
            f"courses/{scene.course_id}/terms",
            f"sessions/{scene.session_id}/terms",
            f"terms/{terms}",
            f"terms/{terms}/versions",
        ):
            assert told(await client.get(f"{API}/{path}")) == (404, "not-found")
        for path in (f"questions/{question}/retire", f"terms/{terms}/retire"):
            refused = await client.post(f"{API}/{path}", headers={"if-match": '"1"'})
            assert told(refused) == (404, "not-found")
