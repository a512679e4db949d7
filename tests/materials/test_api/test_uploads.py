"""Uploading by the API: in parts that may come again, to whoever may."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from tests.conftest import FrozenClock
from tests.materials import storages
from tests.materials.storages import pieces
from tests.materials.uploading import API, BYTES, TEXT, as_, begin, managing, rows, send, upload
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.receiving import stop_upload
from training.materials.actions.uploading import lease_upload
from training.materials.queries.uploads import get_destination, list_open
from training.materials.rules.limits import LEASE, PART_SIZE
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage
from training.web.limits import AtOnce, TooManyComing


async def test_a_file_from_the_announcement_to_the_storage(
    works: Works, client: httpx.AsyncClient, storage: Storage
) -> None:
    scene = await managing(works, client)
    begun = await begin(client, scene, "../First evening.txt", len(TEXT))
    assert begun.status_code == 201
    told = begun.json()
    assert (told["name"], told["parts"], told["state"], told["part_size"]) == (
        "First evening.txt",
        [],
        "open",
        PART_SIZE,
    )
    await send(client, told, TEXT)
    assert (await client.get(f"{API}/{told['id']}")).json()["parts"] == [1]
    done = await client.post(f"{API}/{told['id']}/finish")
    sha256 = hashlib.sha256(TEXT).hexdigest()
    file = done.json()["file"]
    assert (done.status_code, done.json()["state"]) == (200, "finished")
    assert (file["sha256"], file["kind"], file["media_type"]) == (sha256, "text", "text/plain; charset=utf-8")
    assert await storages.keys(storage) == [file_key(sha256)]
    assert await storages.read(storage, file_key(sha256)) == TEXT
    again = await client.post(f"{API}/{told['id']}/finish")
    assert (again.status_code, again.json()) == (200, done.json())


async def test_the_same_bytes_are_kept_once(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    first, second = [(await upload(client, scene, name, TEXT)).json() for name in ("a.txt", "b.md")]
    assert first["file"]["id"] == second["file"]["id"]
    assert len(await storages.keys(storage)) == 1


async def test_several_parts_in_any_order_and_again(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    content = b"0123456789abcde\n" * (PART_SIZE // 16) + b"the end\n"
    begun = (await begin(client, scene, "long.zip", len(content))).json()
    parts = [content[:PART_SIZE], content[PART_SIZE:]]
    for number in (2, 1, 2):
        sent = await client.put(f"{API}/{begun['id']}/parts/{number}", content=parts[number - 1], headers=BYTES)
        assert sent.status_code == 204
        if number == 2:
            assert (await client.get(f"{API}/{begun['id']}")).json()["parts"] in ([2], [1, 2])
    ended = await client.post(f"{API}/{begun['id']}/finish")
    assert (ended.status_code, ended.json()["code"]) == (422, "file-not-accepted")
    # What is refused is said again, and nothing of it is kept.
    assert (await client.post(f"{API}/{begun['id']}/finish")).json()["detail"] == ended.json()["detail"]
    assert (await client.get(f"{API}/{begun['id']}")).json()["why"] == ended.json()["detail"]
    assert await storages.keys(storage) == []


@pytest.mark.parametrize("content", [TEXT[:-1], TEXT + b"x", b""])
async def test_a_part_of_another_size_leaves_nothing(
    works: Works, client: httpx.AsyncClient, storage: Storage, content: bytes
) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    sent = await client.put(f"{API}/{begun['id']}/parts/1", content=pieces(content, 7), headers=BYTES)
    assert (sent.status_code, sent.json()["code"]) == (422, "part-wrong")
    assert await storages.keys(storage) == []
    missing = await client.post(f"{API}/{begun['id']}/finish")
    assert (missing.status_code, missing.json()["data"]) == (409, {"parts": [1]})
    # It can still be sent.
    await send(client, begun, TEXT)
    assert (await client.post(f"{API}/{begun['id']}/finish")).status_code == 200


async def test_a_wrong_part_does_not_take_the_place_of_a_good_one(
    works: Works, client: httpx.AsyncClient, storage: Storage
) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    await send(client, begun, TEXT)
    assert (await client.put(f"{API}/{begun['id']}/parts/1", content=b"x", headers=BYTES)).status_code == 422
    assert await storages.read(storage, f"incoming/{begun['id']}/1") == TEXT


async def test_parts_that_there_are_not(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    for number in (0, 2, 99999999999999999999, -1):
        sent = await client.put(f"{API}/{begun['id']}/parts/{number}", content=TEXT, headers=BYTES)
        assert sent.status_code in (422, 404)
    kinds = [{}, {"content-type": "application/json"}, {"content-type": "text/plain"}]
    for headers in kinds:
        sent = await client.put(f"{API}/{begun['id']}/parts/1", content=TEXT, headers=headers)
        assert sent.status_code == 415
    assert await storages.keys(storage) == []


async def test_more_than_a_part_is_refused_before_it_is_read(
    works: Works, client: httpx.AsyncClient, storage: Storage
) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.zip", PART_SIZE * 3)).json()
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while len(read) < 100:
            read.append(1)
            yield b"\0" * 1_000_000

    sent = await client.put(f"{API}/{begun['id']}/parts/1", content=endless(), headers=BYTES)
    assert (sent.status_code, sent.json()["code"]) == (413, "too-large")
    assert await storages.keys(storage) == []


async def stalled(come: asyncio.Event) -> AsyncIterator[bytes]:
    """A few bytes, and then nothing for longer than anybody waits."""
    yield TEXT[:20]
    come.set()
    await asyncio.sleep(30)


async def test_a_part_that_stops_coming_is_given_up_and_can_be_sent_again(
    works: Works, client: httpx.AsyncClient, app: Litestar, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    monkeypatch.setattr(app.state.limits, "coming_patience", 0.1)
    path = f"{API}/{begun['id']}/parts/1"
    sent = await client.put(path, content=stalled(asyncio.Event()), headers=BYTES)
    assert (sent.status_code, sent.json()["code"]) == (408, "nothing-came")
    assert await storages.keys(storage) == []
    await send(client, begun, TEXT)
    assert (await client.post(f"{API}/{begun['id']}/finish")).status_code == 200


async def test_of_each_person_so_many_parts_come_in_at_once(
    works: Works, client: httpx.AsyncClient, app: Litestar, monkeypatch: pytest.MonkeyPatch, storage: Storage
) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    monkeypatch.setattr(app.state.limits, "coming_of_holder", AtOnce(2, TooManyComing))
    monkeypatch.setattr(app.state.limits, "coming_patience", 0.5)
    path, come = f"{API}/{begun['id']}/parts/1", [asyncio.Event(), asyncio.Event()]
    coming = [asyncio.create_task(client.put(path, content=stalled(one), headers=BYTES)) for one in come]
    for one in come:
        await one.wait()
    refused = await client.put(path, content=TEXT, headers=BYTES)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
        429,
        "too-many-coming",
        "10",
    )
    assert {answer.status_code for answer in await asyncio.gather(*coming)} == {408}
    await send(client, begun, TEXT)
    assert len(await storages.keys(storage)) == 1


async def test_somebody_who_hangs_up_leaves_nothing(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": TEXT[:20], "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    said = []

    async def tell(message: dict[str, object]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": f"{API}/{begun['id']}/parts/1",
        "raw_path": f"{API}/{begun['id']}/parts/1".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"testserver.example"),
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(len(TEXT)).encode()),
            (b"authorization", client.headers["authorization"].encode()),
        ],
        "client": ("203.0.113.7", 1),
        "server": ("testserver.example", 80),
    }
    await client._transport.app(scope, receive, tell)  # type: ignore[attr-defined]
    assert [one["status"] for one in said if one["type"] == "http.response.start"] == [400]
    assert await storages.keys(storage) == []
    assert (await client.get(f"{API}/{begun['id']}")).json()["parts"] == []


async def test_nobody_else_knows_of_it(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    one = f"{API}/{begun['id']}"
    for viewer in (scene.coordinator, scene.other_coordinator):
        await as_(works, client, viewer)
        answers = [
            await client.get(one),
            await client.put(f"{one}/parts/1", content=TEXT, headers=BYTES),
            await client.post(f"{one}/finish"),
            await client.delete(one),
            await begin(client, scene, "b.txt", 3),
        ]
        assert {told.status_code for told in answers} == {404}
    del client.headers["authorization"]
    assert (await client.get(one)).status_code == 401
    assert (await client.put(f"{one}/parts/1", content=TEXT, headers=BYTES)).status_code == 401
    assert await storages.keys(storage) == []


async def test_what_is_finished_takes_no_part_and_stays(
    works: Works, client: httpx.AsyncClient, storage: Storage
) -> None:
    scene = await managing(works, client)
    done = (await upload(client, scene, "a.txt", TEXT)).json()
    one = f"{API}/{done['id']}"
    assert (await client.put(f"{one}/parts/1", content=TEXT, headers=BYTES)).status_code == 410
    assert (await client.delete(one)).status_code == 410
    assert await storages.keys(storage) == [file_key(done["file"]["sha256"])]


async def test_stopping_forgets_the_parts(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    await send(client, begun, TEXT)
    assert (await client.delete(f"{API}/{begun['id']}")).status_code == 204
    assert await storages.keys(storage) == []
    assert await rows() == []
    assert (await client.get(f"{API}/{begun['id']}")).status_code == 404


async def test_two_who_finish_at_once_make_one_file(works: Works, client: httpx.AsyncClient, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    await send(client, begun, TEXT)
    answers = await asyncio.gather(*(client.post(f"{API}/{begun['id']}/finish") for _ in range(4)))
    assert {told.status_code for told in answers} <= {200, 409}
    assert 200 in {told.status_code for told in answers}
    assert len(await storages.keys(storage)) == 1


async def test_too_late_is_over(works: Works, client: httpx.AsyncClient, clock: FrozenClock, storage: Storage) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    clock.move(days=2)
    assert (await client.put(f"{API}/{begun['id']}/parts/1", content=TEXT, headers=BYTES)).status_code == 410
    assert (await client.post(f"{API}/{begun['id']}/finish")).status_code == 410
    assert await storages.keys(storage) == []


async def test_what_is_known_to_be_refused_is_refused_before_it_is_sent(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await managing(works, client)
    for name, size, word in (
        ("page.html", 10, "Web pages"),
        ("tool.exe", 10, "Programs"),
        ("a.png", 26_000_000, "25 MB"),
        ("a.mp4", 9_000_000_000, "at most"),
        ("a.txt", 0, "empty"),
    ):
        told = await begin(client, scene, name, size)
        assert (told.status_code, told.json()["code"]) == (422, "file-not-accepted")
        assert word in told.json()["detail"]
    assert (await begin(client, scene, "a.txt", 3, session_id=str(scene.session_id))).status_code == 404
    assert (await begin(client, scene, "a\0.txt", 3)).status_code in (400, 422)


async def test_a_key_makes_it_one_upload(works: Works, client: httpx.AsyncClient) -> None:
    scene = await managing(works, client)
    told = {"name": "a.txt", "size": 3, "session_id": str(scene.session_id)}
    first, second = [await client.post(API, json=told, headers={"idempotency-key": "k"}) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())
    assert len(await rows()) == 1


async def test_open_uploads_are_listed_and_stopped_by_managers(
    works: Works, client: httpx.AsyncClient, storage: Storage
) -> None:
    scene = await managing(works, client)
    first = (await begin(client, scene, "a.txt", len(TEXT))).json()
    second = (await begin(client, scene, "b.zip", PART_SIZE + 1)).json()
    await send(client, first, TEXT)
    await upload(client, scene, "done.txt", TEXT)
    own = (await client.get(API)).json()
    assert {(one["id"], one["arrived"], tuple(one["parts"])) for one in own} == {
        (first["id"], len(TEXT), (1,)),
        (second["id"], 0, ()),
    }
    assert {one["person_id"] for one in own} == {str(scene.manager.person_id)}
    query = {"course_id": str(scene.course_id)}
    assert (await client.get(API, params=query)).json() == own
    # Another one who manages the program has none of their own, sees these, and may stop them.
    other = Viewer(person_id=scene.coordinator.person_id, grants=scene.manager.grants)
    assert await list_open(other, None, works.clock()) == []
    to = await get_destination(other, course_id=scene.course_id)
    assert len(await list_open(other, to, works.clock())) == 2
    await stop_upload(works, other, storage, UUID(first["id"]))
    assert [one["id"] for one in (await client.get(API)).json()] == [second["id"]]
    assert [key for key in await storages.keys(storage) if key.startswith("incoming/")] == []
    await as_(works, client, scene.coordinator)
    assert (await client.get(API)).json() == []
    assert (await client.get(API, params=query)).status_code == 404


async def test_what_is_only_announced_is_given_up_soon(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await managing(works, client)
    begun = [(await begin(client, scene, "a.txt", len(TEXT))).json() for _ in range(2)]
    await send(client, begun[0], TEXT)
    clock.now += timedelta(minutes=30)
    assert [one["id"] for one in (await client.get(API)).json()] == [begun[0]["id"]]
    late = await client.put(f"{API}/{begun[1]['id']}/parts/1", content=TEXT, headers=BYTES)
    assert (late.status_code, late.json()["code"]) == (410, "upload-over")
    assert (await client.post(f"{API}/{begun[1]['id']}/finish")).status_code == 410
    assert (await client.post(f"{API}/{begun[0]['id']}/finish")).status_code == 200


async def test_who_has_to_wait_is_told_how_long(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene = await managing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    await send(client, begun, TEXT)
    await works.run(scene.manager, lease_upload, UUID(begun["id"]))
    busy = await client.post(f"{API}/{begun['id']}/finish")
    assert (busy.status_code, busy.headers["retry-after"]) == (409, "5")
    clock.now += LEASE
    assert (await client.post(f"{API}/{begun['id']}/finish")).status_code == 200
