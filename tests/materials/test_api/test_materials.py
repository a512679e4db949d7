"""Materials one by one, their versions and variants, changed by programs."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, added, draft_of, learner, published
from tests.materials.test_api.test_lists import as_
from training.base.work import Works

NOTE = {"kind": "note", "form": "handout", "name": "Words", "body": "# Hello", "language": "en"}


def at(version: int) -> dict[str, str]:
    return {"if-match": f'"{version}"'}


def of(material_id: UUID, rest: str = "/") -> str:
    return f"/api/v1/materials/{material_id}{rest}"


def of_version(version_id: object, rest: str = "/") -> str:
    return f"/api/v1/material-versions/{version_id}{rest}"


async def test_a_material_is_changed_and_withdrawn(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material, headers = await published(works, day), await as_(works, day.lead)
    told = await client.get(of(material.id), headers=headers)
    assert (told.status_code, told.headers["etag"], len(told.json()["versions"])) == (200, '"1"', 1)
    change = {"title": "Changed", "opens": "before", "offset_minutes": 45, "meeting_number": 1}
    assert (await client.patch(of(material.id), headers=headers, json=change)).status_code == 428
    changed = await client.patch(of(material.id), headers=headers | at(1), json=change)
    assert (changed.status_code, changed.headers["etag"], changed.json()["offset_minutes"]) == (200, '"2"', 45)
    changed = await client.patch(of(material.id), headers=headers | at(2), json={"meeting_number": None})
    assert (changed.json()["meeting_number"], changed.json()["title"]) == (None, "Changed")
    stale = await client.patch(of(material.id), headers=headers | at(2), json={"title": "Other"})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    gone = await client.post(of(material.id, "/withdrawal"), headers=headers | at(3))
    assert (gone.status_code, gone.json()["withdrawn_at"] is not None) == (201, True)
    back = await client.delete(of(material.id, "/withdrawal"), headers=headers | at(4))
    assert (back.status_code, back.json()["withdrawn_at"], back.headers["etag"]) == (200, None, '"5"')


async def test_a_version_is_filled_and_published(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material, headers = await added(works, day), await as_(works, day.manager)
    draft = await draft_of(day, material.id)
    begun = await client.post(of(material.id, "/versions"), headers=headers)
    assert (begun.status_code, begun.json()["id"], begun.headers["etag"]) == (201, str(draft.id), '"1"')
    path = of_version(draft.id)
    filled = await client.post(of_version(draft.id, "/variants"), headers=headers | at(1), json=NOTE)
    assert (filled.status_code, filled.headers["etag"]) == (201, '"2"')
    [note] = filled.json()["variants"]
    assert (note["html"], note["form"]) == ("<h3>Hello</h3>\n", "handout")
    file = {"kind": "file", "name": "Sheet.pdf", "file_id": str(await a_file(works, day))}
    filled = await client.post(of_version(draft.id, "/variants"), headers=headers | at(2), json=file)
    assert [one["name"] for one in filled.json()["variants"]] == ["Words", "Sheet.pdf"]
    variant = f"/api/v1/material-variants/{note['id']}"
    changed = await client.put(variant, headers=headers | at(3), json={**NOTE, "body": "Bye"})
    assert (changed.headers["etag"], changed.json()["variants"][0]["html"]) == ('"4"', "<p>Bye</p>\n")
    assert (await client.get(path, headers=headers)).json() == changed.json()
    assert (await client.delete(variant, headers=headers | at(3))).status_code == 412
    assert (await client.delete(variant, headers=headers | at(4))).status_code == 204
    nothing = await client.post(of_version(draft.id, "/publication"), headers=headers, json={})
    assert nothing.status_code == 428
    done = await client.post(of_version(draft.id, "/publication"), headers=headers | at(5), json={})
    assert (done.status_code, done.headers["etag"], done.json()["published_at"] is not None) == (201, '"6"', True)
    shut = await client.post(of_version(draft.id, "/variants"), headers=headers | at(6), json=NOTE)
    assert (shut.status_code, shut.json()["code"]) == (409, "version-published")
    second = (await client.post(of(material.id, "/versions"), headers=headers)).json()
    unsaid = await client.post(of_version(second["id"], "/publication"), headers=headers | at(1), json={})
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "note-missing")
    assert (await client.delete(of_version(second["id"]), headers=headers | at(1))).status_code == 204
    assert (await client.get(of_version(second["id"]), headers=headers)).status_code == 404


async def test_captions_are_asked_for(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    headers = await as_(works, day.manager)
    draft = await draft_of(day, (await added(works, day)).id)
    film = await a_file(works, day, media_type="video/mp4", kind="video")
    body = {"kind": "file", "form": "video", "name": "Film.mp4", "file_id": str(film)}
    await client.post(of_version(draft.id, "/variants"), headers=headers | at(1), json=body)
    path = of_version(draft.id, "/publication")
    missing = await client.post(path, headers=headers | at(2), json={})
    assert (missing.status_code, missing.json()["code"]) == (409, "captions-missing")
    assert missing.json()["data"] == {"names": ["Film.mp4"]}
    waived = await client.post(path, headers=headers | at(2), json={"waive": "Nobody speaks"})
    assert (waived.status_code, waived.json()["waived"]) == (201, "Nobody speaks")


@pytest.mark.parametrize("who", ["learner", "stranger", "shadow", "nobody"])
async def test_who_does_not_edit_finds_nothing(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, who: str
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    draft = await draft_of(day, (await added(works, day)).id)
    viewers = {"learner": learner(day), "stranger": day.stranger, "shadow": day.shadow}
    headers = await as_(works, viewers[who]) if who in viewers else {}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", of(material.id), {}),
        ("PATCH", of(material.id), {"json": {"title": "Mine"}}),
        ("POST", of(material.id, "/withdrawal"), {}),
        ("DELETE", of(material.id, "/withdrawal"), {}),
        ("POST", of(material.id, "/versions"), {}),
        ("GET", of_version(draft.id), {}),
        ("POST", of_version(draft.id, "/variants"), {"json": NOTE}),
        ("POST", of_version(draft.id, "/publication"), {"json": {}}),
        ("DELETE", of_version(draft.id), {}),
        ("PUT", f"/api/v1/material-variants/{uuid4()}", {"json": NOTE}),
        ("DELETE", f"/api/v1/material-variants/{uuid4()}", {}),
    ]
    for method, path, how in calls:
        refused = await client.request(method, path, headers=headers | at(1), **how)
        assert refused.status_code == (404 if headers else 401), (method, path, refused.text)
