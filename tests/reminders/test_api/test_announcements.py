"""Announcements over the API."""

from typing import Any

import httpx

from tests.booking.asked import bearer, order
from tests.booking.made import Scene, make_scene
from tests.reminders.announced import copies
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.jobs import send_announcements

ROOT = "/api/v1/announcements"


class Asker:
    """Somebody who asks with their sign-in."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.headers = {"authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str = "", body: Any = None, version: int | None = None) -> httpx.Response:
        more = {"if-match": f'"{version}"'} if version is not None else {}
        return await self.client.request(method, f"{ROOT}{path}", json=body, headers=self.headers | more)


async def asking(works: Works, client: httpx.AsyncClient) -> tuple[Scene, Asker]:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3))
    return scene, Asker(client, await bearer(works, scene.manager))


async def test_from_the_draft_to_the_last_copy(works: Works, client: httpx.AsyncClient) -> None:
    scene, manager = await asking(works, client)
    body = {"subject": "Rooms", "words": "Upstairs.", "session_id": str(scene.session_id)}
    drafted = await manager.ask("POST", body=body)
    assert (drafted.status_code, drafted.headers["etag"]) == (201, '"1"')
    path = f"/{drafted.json()['id']}"
    reach = (await manager.ask("GET", f"{path}/reach")).json()
    assert reach == {
        "people": 3,
        "switched_off": 0,
        "unreached": 0,
        "by_group": [{"name": "enrolled", "people": 3}],
        "by_partner": [{"name": "Northern Line", "people": 3}],
        "messages": {},
    }
    assert (await manager.ask("PATCH", path, {"subject": "Room"})).status_code == 428
    segment = {"groups": ["waitlisted", "enrolled"], "modes": ["in_person"]}
    edited = await manager.ask("PATCH", path, {"subject": "Room", "segment": segment}, version=1)
    assert edited.json()["segment"] == {
        "groups": ["enrolled", "waitlisted"], "partner_ids": [], "modes": ["in_person"], "when": "coming"
    }  # fmt: skip
    assert edited.json()["words"] == "Upstairs."
    assert (await manager.ask("PATCH", path, {"subject": "Old"}, version=1)).status_code == 412
    assert (await manager.ask("POST", f"{path}/test")).json()["tested_at"]
    assert (await manager.ask("POST", f"{path}/stop")).json()["code"] == "announcement-over"
    later = {"local_time": "2026-05-04T12:00:00", "zone": "Europe/Dublin"}
    waiting = await manager.ask("POST", f"{path}/schedule", later, version=2)
    assert (waiting.json()["state"], waiting.json()["send_at"]) == ("scheduled", "2026-05-04T11:00:00Z")
    assert (await manager.ask("PATCH", path, {"subject": "New"}, version=3)).json()["code"] == "announcement-not-draft"
    assert (await manager.ask("POST", f"{path}/stop")).json()["state"] == "draft"
    assert (await manager.ask("POST", f"{path}/schedule", {}, version=4)).json()["state"] == "scheduled"
    await send_announcements(works)
    sent = await manager.ask("GET", path)
    assert (sent.json()["state"], sent.json()["recipients"]) == ("sent", 4)
    assert (await manager.ask("GET", f"{path}/reach")).json()["messages"] == {"waiting": 4}
    assert (await manager.ask("POST", f"{path}/stop")).json()["state"] == "stopped"
    assert await copies(drafted.json()["id"]) == []
    listed = (await manager.ask("GET", f"?session={scene.session_id}")).json()
    assert [one["id"] for one in listed["items"]] == [drafted.json()["id"]]
    again = await client.get(f"{ROOT}{path}", headers={**manager.headers, "if-none-match": '"7"'})
    assert again.status_code == 304


async def test_what_cannot_be_used_is_told(works: Works, client: httpx.AsyncClient) -> None:
    scene, manager = await asking(works, client)
    body = {"subject": "Rooms", "words": "Upstairs.", "session_id": str(scene.session_id)}
    wrong: tuple[dict[str, Any], ...] = (
        {"program_id": str(scene.program_id)},
        {"session_id": None},
        {"subject": ""},
        {"words": ""},
        {"segment": {"groups": []}},
        {"segment": {"groups": ["everybody"]}},
        {"segment": {"modes": ["hybrid"]}},
        {"unknown": 1},
    )
    for more in wrong:
        answer = await manager.ask("POST", body={**body, **more})
        assert answer.status_code in (400, 422), more
    drafted = (await manager.ask("POST", body=body)).json()
    for when in (
        {"local_time": "2026-05-03T12:00:00", "zone": "UTC"},
        {"local_time": "2027-03-28T02:30:00", "zone": "Europe/Berlin"},
        {"local_time": "2026-10-25T02:30:00", "zone": "Europe/Berlin"},
        {"local_time": "2026-10-25T02:30:00Z", "zone": "UTC"},
        {"local_time": "2026-10-25T02:30:00", "zone": "Mars"},
    ):
        answer = await manager.ask("POST", f"/{drafted['id']}/schedule", when, version=1)
        assert answer.status_code == 422, when
    twice = {"local_time": "2026-10-25T02:30:00", "zone": "Europe/Berlin", "fold": 1}
    assert (await manager.ask("POST", f"/{drafted['id']}/schedule", twice, version=1)).json()[
        "send_at"
    ] == "2026-10-25T01:30:00Z"


async def test_only_its_managers_find_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, manager = await asking(works, client)
    other = await make_scene(works, tag=" Two")
    body = {"subject": "Rooms", "words": "Upstairs.", "session_id": str(scene.session_id)}
    path = f"/{(await manager.ask('POST', body=body)).json()['id']}"
    for viewer in (other.manager, scene.coordinator):
        foreign = Asker(client, await bearer(works, viewer))
        assert (await foreign.ask("GET", path)).status_code == 404
        assert (await foreign.ask("POST", body=body)).status_code == 404
        assert (await foreign.ask("POST", f"{path}/stop")).status_code == 404
    assert (await client.get(f"{ROOT}{path}")).status_code == 401


async def test_a_draft_is_deleted_as_it_was_seen(works: Works, client: httpx.AsyncClient) -> None:
    scene, manager = await asking(works, client)
    body = {"subject": "Rooms", "words": "Upstairs.", "session_id": str(scene.session_id)}
    path = f"/{(await manager.ask('POST', body=body)).json()['id']}"
    assert (await manager.ask("DELETE", path)).status_code == 428
    assert (await manager.ask("DELETE", path, version=4)).status_code == 412
    assert (await manager.ask("DELETE", path, version=1)).status_code == 204
    assert (await manager.ask("GET", path)).status_code == 404
