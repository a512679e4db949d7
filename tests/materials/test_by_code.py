"""The materials of an invited-only session for whoever sees it by its access code only."""

import re
from typing import Any

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.test_pages.made import enter
from tests.conftest import FrozenClock
from tests.materials.handed import CONTENT, VTT, Handed, handed, led
from tests.materials.prepared import publish
from training.base.database import execute
from training.base.work import Works
from training.materials.storage.keeping import Storage

pytestmark = pytest.mark.parametrize("storage", ["local"], indirect=True)

CODE, OTHER = "KX7M-RT4P", "ACDE-FGHJ"
BY_CODE = f"?code={CODE}"
HREF = re.compile(r'(?:href|src)="([^"]*/materials[^"]*)"')


@pytest.fixture
async def day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock, people=0, audience="invited", access_code=CODE)


@pytest.fixture
async def file(works: Works, storage: Storage, day: Day) -> Handed:
    return await handed(works, day, storage, audience="everyone")


async def renew(code: str = OTHER) -> None:
    """The session has another code from now on."""
    await execute("UPDATE session SET access_code = {}", code)


def listed(file: Handed) -> str:
    return f"/sessions/{file.day.session_id}/materials"


async def test_every_link_from_the_session_on_keeps_the_code(
    works: Works, client: httpx.AsyncClient, storage: Storage, file: Handed
) -> None:
    more: dict[str, Any] = {"audience": "everyone", "title": "Film", "content": b"webm"}
    shown = {"media_type": "video/webm", "kind": "video"}
    await handed(works, file.day, storage, file=shown, variant={"name": "film.webm", "form": "video"}, **more)
    await publish(works, file.day.scene, file.material_id)
    reached, waiting = set[str](), [f"/sessions/{file.day.session_id}{BY_CODE}"]
    while waiting:
        path = waiting.pop()
        answer = await client.get(path)
        assert answer.status_code in (200, 303), path
        reached.add(path.replace("&amp;", "&"))
        found = {one.replace("&amp;", "&") for one in HREF.findall(answer.text)} if answer.status_code == 200 else set()
        links = {one for one in found if not one.startswith(("/sign-in", "/static"))}
        assert all(f"code={CODE}" in one for one in links), links
        waiting += sorted(links - reached - set(waiting))
    for tail in ("", f"/{file.material_id}", f"/{file.material_id}/versions", "/archive.zip"):
        assert f"{listed(file)}{tail}{BY_CODE}" in reached
    assert f"{listed(file)}/{file.material_id}{BY_CODE}&version=1" in reached
    assert any("/view" in one for one in reached)


@pytest.mark.parametrize("signed_in", [False, True])
async def test_a_file_by_code_ends_when_the_code_is_renewed(
    works: Works, client: httpx.AsyncClient, file: Handed, signed_in: bool
) -> None:
    if signed_in:
        await enter(works, client, file.day.stranger)
    for path in (file.path, f"{file.path}/view"):
        assert (await client.get(path)).status_code == 404
        ticket = await led(client, path + BY_CODE)
        assert CODE not in ticket
        answer = await client.get(ticket)
        assert (answer.content, answer.headers["cache-control"]) == (CONTENT, "private, no-store")
        for code in (OTHER, ""):
            await renew(code)
            assert (await client.get(ticket)).status_code == 404
            assert (await client.get(path + BY_CODE)).status_code == 404
        await renew(CODE)
        assert (await client.get(ticket)).status_code == 200


async def test_what_was_opened_by_code_stays_open_to_who_takes_part_meanwhile(
    works: Works, client: httpx.AsyncClient, file: Handed
) -> None:
    await enter(works, client, file.day.stranger)
    ticket = await led(client, file.path + BY_CODE)
    person = "UPDATE trainer_assignment SET person_id = {} WHERE session_id = {} AND role = 'shadow'"
    await execute(person, file.day.stranger.person_id, file.day.session_id)
    await renew()
    assert (await client.get(ticket)).status_code == 200


async def test_a_code_opens_no_more_than_the_session_does(
    works: Works, client: httpx.AsyncClient, storage: Storage, file: Handed
) -> None:
    inside = await handed(works, file.day, storage, content=b"inside", title="Inside")
    assert (await client.get(inside.path + BY_CODE)).status_code == 404
    text = (await client.get(listed(file) + BY_CODE)).text
    assert "Safe words" in text
    assert "Inside" not in text
    assert f"/sign-in?next={listed(file)}%3Fcode%3D{CODE}" in text
    elsewhere = f"/courses/{file.day.scene.course_id}{file.tail}"
    assert (await client.get(elsewhere + BY_CODE)).status_code == 404


async def test_a_wrong_code_asks_to_sign_in_and_is_counted(
    works: Works, client: httpx.AsyncClient, file: Handed
) -> None:
    wrong = f"{listed(file)}?code={OTHER}"
    answer = await client.get(wrong)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    await enter(works, client, file.day.stranger)
    statuses = {(await client.get(path)).status_code for path in [wrong, f"{file.path}?code={OTHER}"] * 20}
    assert statuses == {404, 429}
    # After that not even the right one is looked at.
    assert (await client.get(file.path + BY_CODE)).status_code == 429


async def test_a_material_that_is_not_there_is_no_wrong_code(client: httpx.AsyncClient, file: Handed) -> None:
    missing = file.path.replace(str(file.material_id), str(file.variant_id))
    assert {(await client.get(missing + BY_CODE)).status_code for _ in range(40)} == {404}
    assert (await client.get(file.path + BY_CODE)).status_code == 303


async def test_captions_by_code(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    more: dict[str, Any] = {"audience": "everyone", "variant": {"form": "captions"}}
    file = await handed(works, day, storage, content=b"WEBVTT\n", file=VTT, **more)
    assert (await client.get(f"{file.path}/captions.vtt{BY_CODE}")).content == b"WEBVTT\n"
    assert (await client.get(f"{file.path}/captions.vtt")).status_code == 404


async def test_a_link_is_called_a_link(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    link = {"kind": "link", "file_id": None, "link": "https://example.org/", "form": "other", "language": "en"}
    await handed(works, day, storage, audience="everyone", variant=link)
    text = (await client.get(f"/sessions/{day.session_id}/materials{BY_CODE}")).text
    assert "Link – English" in text
    assert "File –" not in text


async def test_programs_give_the_code_in_the_same_way(client: httpx.AsyncClient, file: Handed) -> None:
    api, one = f"/api/v1{listed(file)}", f"/{file.material_id}"
    for tail in ("", one, f"{one}/versions", f"{one}/files/{file.variant_id}"):
        assert (await client.get(f"{api}{tail}{BY_CODE}")).status_code == 200, tail
        assert (await client.get(f"{api}{tail}")).status_code == 404, tail
        assert (await client.get(f"{api}{tail}?code={OTHER}")).status_code == 404, tail
    url = (await client.get(f"{api}{one}/files/{file.variant_id}{BY_CODE}")).json()["url"]
    assert (await client.get(url)).content == CONTENT
    await renew()
    assert (await client.get(url)).status_code == 404
