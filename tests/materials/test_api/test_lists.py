"""The materials of sessions and courses, asked for and changed by programs."""

from typing import Any

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import MACHINE, a_file, added, again, draft_of, learner, of_file, published
from training.attendance.tables import Overall
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.editing import withdraw
from training.materials.actions.versions import add_variant, publish_version
from training.materials.rules.showing import Audience, Opens

Asked = dict[str, Any]


async def as_(works: Works, viewer: Viewer) -> dict[str, str]:
    return {"authorization": f"Bearer {await bearer(works, viewer)}"}


def of(day: Day, rest: str = "") -> str:
    return f"/api/v1/sessions/{day.session_id}/materials{rest}"


async def test_what_a_learner_is_told(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Now", prework=True)
    late = await published(works, day, title="Later", opens=Opens.AFTER)
    headers = await as_(works, learner(day))
    told: Asked = (await client.get(of(day), headers=headers)).json()
    assert [(one["title"], one["visible"], one["prework"]) for one in told["items"]] == [("Now", True, True)]
    [listed] = told["items"][0]["given"]["variants"]
    assert (listed["body"], listed["html"], listed["path"]) == (None, None, "")
    assert [one["title"] for one in told["later"]] == ["Later"]
    assert told["later"][0].keys() == {"id", "title", "from_at"}
    whole: Asked = (await client.get(of(day, f"/{material.id}"), headers=headers)).json()
    [note] = whole["given"]["variants"]
    assert note["html"] == "<p>Say <strong>died by suicide</strong>.</p>\n"
    assert note == listed | {"body": "Say **died by suicide**.", "html": note["html"]}
    assert whole | {"given": None} == told["items"][0] | {"given": None}
    refused = await client.get(of(day, f"/{late.id}"), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "material-not-yet")
    versions: Asked = (await client.get(of(day, f"/{material.id}/versions"), headers=headers)).json()
    assert versions["items"] == [whole["given"]]
    for path in (of(day), of(day, f"/{material.id}"), of(day, f"/{material.id}/versions")):
        assert (await client.get(path)).status_code == 404
        assert (await client.get(path, headers=await as_(works, day.stranger))).status_code == 404


async def test_who_was_not_there_is_told_what_the_page_tells(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="For those who were there", opens=Opens.ATTENDED)
    clock.move(hours=6)
    path, headers = of(day), await as_(works, learner(day))
    unsaid = "This is for those who were there. Your attendance is not recorded, or not yet."
    about = {"id": str(material.id), "title": "For those who were there"}
    told: Asked = (await client.get(path, headers=headers)).json()
    assert (told["items"], told["later"], told["missed"]) == ([], [], [about | {"why": unsaid}])

    async def absent(work: Work) -> None:
        key = day.enrollments[0]
        ids = {"id": key, "enrollment_id": key, "session_id": day.session_id}
        work.add(Overall, **ids, status="excused", changed_at=work.now)

    await works.run(MACHINE, absent)
    told = (await client.get(path, headers=headers)).json()
    excused = "This is for those who were there, and you are recorded as excused."
    assert told["missed"] == [about | {"why": excused}]
    assert (await client.get(f"{path}/{material.id}", headers=headers)).json()["detail"] == excused
    for other in (day.manager, day.lead):
        told = (await client.get(path, headers=await as_(works, other))).json()
        assert (len(told["items"]), told["missed"]) == (1, [])


async def test_files_have_an_address(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    draft = await draft_of(day, material.id)
    variant = await works.run(day.manager, add_variant, draft.id, of_file(await a_file(works, day)))
    await works.run(day.manager, publish_version, draft.id)
    told: Asked = (await client.get(of(day), headers=await as_(works, learner(day)))).json()
    [file] = told["items"][0]["given"]["variants"]
    assert file["path"] == f"/sessions/{day.session_id}/materials/{material.id}/files/{variant.id}"
    assert "sha256" not in file


async def test_a_list_is_added_to_and_put_in_order(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    headers = await as_(works, day.lead)
    keys = []
    for title in ("A", "B"):
        made = await client.post(of(day), headers=headers, json={"title": title, "audience": "partners"})
        assert (made.status_code, made.headers["etag"], made.json()["audience"]) == (201, '"1"', "partners")
        keys.append(made.json()["id"])
    told: Asked = (await client.get(of(day), headers=headers)).json()
    assert (told["items"], told["edits"]) == ([], True)
    told = (await client.put(of(day, "/order"), headers=headers, json={"material_ids": keys[::-1]})).json()
    assert [(one["title"], one["has_draft"], one["given"]) for one in told["items"]] == [
        ("B", True, None),
        ("A", True, None),
    ]
    assert (await client.get(of(day), headers=headers, params={"editing": True})).json() == told
    wrong = await client.put(of(day, "/order"), headers=headers, json={"material_ids": keys[:1]})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "order-changed")
    strange = await as_(works, learner(day))
    assert (await client.post(of(day), headers=strange, json={"title": "C"})).status_code == 404
    bad = await client.post(of(day), headers=headers, json={"title": "C", "opens": "before"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "offset_minutes")


async def test_a_course_has_materials_too(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    headers, path = await as_(works, day.manager), f"/api/v1/courses/{day.scene.course_id}/materials"
    made = await client.post(path, headers=headers, json={"title": "A", "audience": "everyone"})
    assert made.status_code == 201
    material = await published(works, day, title="B", of_course=True, audience=Audience.EVERYONE)
    told: Asked = (await client.get(path)).json()
    assert [one["title"] for one in told["items"]] == ["B"]
    assert (await client.get(f"{path}/{material.id}")).json()["id"] == told["items"][0]["id"] == str(material.id)
    assert len((await client.get(f"{path}/{material.id}/versions")).json()["items"]) == 1
    order = {"material_ids": [str(material.id), made.json()["id"]]}
    told = (await client.put(f"{path}/order", headers=headers, json=order)).json()
    assert [one["title"] for one in told["items"]] == ["B", "A"]
    assert (await client.put(f"{path}/order", headers=await as_(works, day.lead), json=order)).status_code == 404
    copied = await client.post(
        of(day, "/copies"),
        headers=headers,
        json={"course_id": str(day.scene.course_id), "material_ids": [str(material.id)]},
    )
    assert (copied.status_code, copied.json()["items"][0]["source_id"]) == (201, str(material.id))
    neither = await client.post(of(day, "/copies"), headers=headers, json={"material_ids": []})
    assert neither.status_code == 422
    back = {"session_id": str(day.session_id), "material_ids": [copied.json()["items"][0]["id"]]}
    assert (await client.post(f"{path}/copies", headers=headers, json=back)).status_code == 201
    await works.run(day.manager, withdraw, copied.json()["items"][0]["id"])
    withdrawn = await client.post(f"{path}/copies", headers=headers, json=back)
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "withdrawn-already")


async def test_how_a_session_uses_a_material(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    await again(works, day, material.id)
    headers, path = await as_(works, day.manager), of(day, f"/{material.id}/placement")
    nothing = await client.get(path, headers=headers)
    assert (nothing.status_code, nothing.headers["etag"], nothing.json()["audience"]) == (200, '"0"', None)
    said = {"audience": "trainers", "opens": "before", "offset_minutes": 30}
    assert (await client.put(path, headers=headers, json=said)).status_code == 428
    placed = await client.put(path, headers=headers | {"if-match": '"0"'}, json=said)
    assert (placed.status_code, placed.headers["etag"], placed.json()["opens"]) == (200, '"1"', "before")
    assert (await client.get(path, headers=headers)).json() == placed.json()
    stale = await client.put(path, headers=headers | {"if-match": '"0"'}, json={"hidden": True})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    lead = await as_(works, day.lead)
    refused = await client.put(path, headers=lead | {"if-match": '"1"'}, json={"audience": "everyone"})
    assert (refused.status_code, refused.json()["code"]) == (403, "showing-is-managers")
    own = await published(works, day)
    assert (await client.get(of(day, f"/{own.id}/placement"), headers=headers)).status_code == 404
    assert (await client.get(path, headers=await as_(works, learner(day)))).status_code == 404


@pytest.mark.parametrize("whose", ["sessions", "courses"])
async def test_how_many_would_see_it(works: Works, clock: FrozenClock, client: httpx.AsyncClient, whose: str) -> None:
    day = await make_day(works, clock)
    key = day.session_id if whose == "sessions" else day.scene.course_id
    path, headers = f"/api/v1/{whose}/{key}/materials/reach", await as_(works, day.manager)
    told: Asked = (await client.get(path, headers=headers)).json()
    assert (told["people"], told["now"], told["trainers"], told["anybody"]) == (6, 6, 3, False)
    told = (await client.get(path, headers=headers, params={"audience": "trainers", "opens": "after"})).json()
    assert (told["people"], told["now"]) == (3, 3)
    assert (await client.get(path, headers=headers, params={"opens": "before"})).status_code == 422
    assert (await client.get(path, headers=await as_(works, learner(day)))).status_code == 404
    assert (await client.get(path)).status_code == 401
