"""Uploads as tests make them: announced, sent in parts, finished."""

from typing import Any
from uuid import UUID

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.database import fetch
from training.base.structs import Frozen, Viewer
from training.base.work import Works

API = "/api/v1/uploads"
BYTES = {"content-type": "application/octet-stream"}
TEXT = b"What we say on the first evening.\n" * 3


class Row(Frozen, frozen=True, kw_only=True):
    """An upload, as tests look at it."""

    id: UUID
    name: str
    state: str
    why: str
    file_id: UUID | None
    partner_id: UUID | None


async def managing(works: Works, client: httpx.AsyncClient) -> Scene:
    """A scene whose manager is asking."""
    scene = await make_scene(works)
    await as_(works, client, scene.manager)
    return scene


async def as_(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    """From here on this person is asking."""
    client.headers["authorization"] = f"Bearer {await bearer(works, viewer)}"


async def begin(client: httpx.AsyncClient, scene: Scene, name: str, size: int, **more: Any) -> httpx.Response:
    told = {"name": name, "size": size, "course_id": str(scene.course_id), **more}
    return await client.post(API, json=told)


async def send(client: httpx.AsyncClient, upload: dict[str, Any], content: bytes) -> None:
    """All parts."""
    step = upload["part_size"]
    for number, start in enumerate(range(0, len(content), step), 1):
        path = f"{API}/{upload['id']}/parts/{number}"
        sent = await client.put(path, content=content[start : start + step], headers=BYTES)
        assert sent.status_code == 204, sent.text


async def upload(client: httpx.AsyncClient, scene: Scene, name: str, content: bytes, **more: Any) -> httpx.Response:
    """From the announcement to the end; the first answer that is a refusal, or the last."""
    begun = await begin(client, scene, name, len(content), **more)
    if begun.status_code != 201:
        return begun
    await send(client, begun.json(), content)
    return await client.post(f"{API}/{begun.json()['id']}/finish")


async def rows() -> list[Row]:
    return await fetch(Row, "SELECT id, name, state, why, file_id, partner_id FROM upload ORDER BY id")
