"""The files of a form: with it, or uploaded before."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.materials.test_pages.test_bulk import editing, fields, look, several
from tests.materials.uploading import API, TEXT, begin, rows, send
from tests.schedule.made import enter
from training.base.work import Works
from training.materials.actions.editing import add_material
from training.materials.actions.versions import discard_draft
from training.materials.queries.editing import get_edited
from training.materials.rules.limits import EMPTY_LASTS, MOST_FORM_BYTES
from training.materials.rules.materials import MaterialDetails
from training.materials.rules.showing import Audience
from training.web.limits import A_FORM, AtOnce, TooManyComing

PARTS = {"content-type": "multipart/form-data; boundary=xyz"}
PAIRS = {"content-type": "application/x-www-form-urlencoded"}
pytestmark = pytest.mark.usefixtures("storage")


GONE = "A file that was uploaded is not there any more: it was stopped, or given up. Choose it again."


async def test_an_upload_for_elsewhere_or_of_nobody_is_told_as_one_that_is_gone(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, path = await editing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT), course_id=None, session_id=str(scene.session_id))).json()
    await send(client, begun, TEXT)
    for upload in (begun["id"], "no-id", str(scene.course_id)):
        told = await client.post(path, data={"upload": upload})
        assert (told.status_code, GONE in told.text, "Uploaded already" in told.text) == (422, True, False), upload
    assert [row.state for row in await rows()] == ["open"]


async def test_what_is_gone_leaves_the_others_and_what_is_not_whole_is_named(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, path = await editing(works, client)
    late = (await begin(client, scene, "late.txt", len(TEXT))).json()
    clock.now += EMPTY_LASTS
    half = (await begin(client, scene, "half.txt", len(TEXT))).json()
    stopped = (await begin(client, scene, "stopped.txt", len(TEXT))).json()
    assert (await client.delete(f"{API}/{stopped['id']}")).status_code == 204
    sent = {"upload": [late["id"], half["id"], stopped["id"], str(scene.course_id)]}
    told = await client.post(path, data=sent, files=several(("good.txt", TEXT)))
    assert (told.status_code, "<bdi>good.txt</bdi>" in told.text) == (422, True)
    for said in ("late.txt: This was waited for too long", "half.txt: Not all of this file has arrived"):
        assert said in told.text
    assert "2 files that were uploaded are not there any more: they were stopped, or given up." in told.text


async def test_one_that_is_not_finished_yet_is_finished_now(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    begun = (await begin(client, scene, "a.txt", len(TEXT))).json()
    missing = await client.post(path, data={"upload": begun["id"]})
    assert (missing.status_code, "Not all of this file has arrived" in missing.text) == (422, True)
    await send(client, begun, TEXT)
    assert fields((await look(client, path, data={"upload": begun["id"]})).text)["path"] == ["a.txt"]


async def test_too_many_files_and_too_many_bytes(
    works: Works, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = await editing(works, client)
    monkeypatch.setattr("training.materials.pages.received.MOST_FILES", 1)
    told = await client.post(path, files=several(("a.txt", TEXT), ("b.txt", TEXT)))
    assert (told.status_code, "At most 1 files" in told.text) == (422, True)
    large = await client.post(path, content=b"x", headers={"content-length": str(MOST_FORM_BYTES + 1)})
    assert large.status_code in (413, 422)
    assert await rows() == []


async def places(works: Works, client: httpx.AsyncClient) -> tuple[Scene, list[str]]:
    """Every address that takes files, as whoever may bring them there."""
    scene, path = await editing(works, client)
    details = MaterialDetails(title="Map", audience=Audience.ENROLLED)
    one = await works.run(scene.manager, add_material, details, course_id=scene.course_id)
    version = (await get_edited(scene.manager, one.id)).versions[0]
    session = f"/materials/sessions/{scene.session_id}/bulk"
    return scene, [path, session, f"/materials/{one.id}/versions/{version.id}/files"]


class Sent:
    """A form that comes in pieces: how much of it was asked for, and whether its end is held back."""

    def __init__(self, *pieces: bytes, held: float = 0) -> None:
        self._pieces = pieces
        self._held = held
        self.read = 0
        self.come = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.read += 1
            yield piece
        self.come.set()
        await asyncio.sleep(self._held)


def a_file(content: bytes = TEXT, filename: str = "a.txt") -> bytes:
    of = f'; filename="{filename}"' if filename else ""
    return f'--xyz\r\nContent-Disposition: form-data; name="file"{of}\r\n\r\n'.encode() + content


async def test_a_visitor_is_asked_to_sign_in_before_anything_is_read(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await places(works, client)
    client.cookies.clear()
    for path in paths:
        for headers in (PARTS, PAIRS):
            sent = Sent(a_file())
            told = await client.post(path, content=sent, headers=headers)
            back = f"/sign-in?next={path.removesuffix('/files')}"
            assert (told.status_code, told.headers["location"], sent.read) == (303, back, 0)
    assert (await client.get(f"{API}/{scene.course_id}")).status_code == 401


async def test_who_may_not_bring_files_there_is_not_read(works: Works, client: httpx.AsyncClient) -> None:
    scene, paths = await places(works, client)
    nowhere = [f"/materials/sessions/{scene.course_id}/bulk", f"/materials/courses/{scene.session_id}/bulk"]
    assert {(await client.post(path, content=Sent(a_file()), headers=PARTS)).status_code for path in nowhere} == {404}
    await enter(works, client, "coordinator", scene.partner_id)
    for path in paths:
        sent = Sent(a_file())
        assert ((await client.post(path, content=sent, headers=PARTS)).status_code, sent.read) == (404, 0)


async def test_only_files_may_be_large(works: Works, client: httpx.AsyncClient) -> None:
    """Twenty million bytes of small fields took half a minute, in which nobody was answered; texts lay in memory."""
    _, paths = await places(works, client)
    for path in paths:
        began = time.perf_counter()
        fields = Sent(*[b"a=b&" * 250_000] * 20)
        assert (await client.post(path, content=fields, headers=PAIRS)).status_code == 413
        assert (await client.post(path, content=b"a=b&" * 240_000, headers=PAIRS)).status_code == 413
        text = Sent(a_file(filename=""), *[b"x" * 250_000] * 20)
        assert (await client.post(path, content=text, headers=PARTS)).status_code == 413
        assert (fields.read <= 2, text.read <= 6) == (True, True)
        assert time.perf_counter() - began < 5
    large = await client.post(paths[0], files=several(("a.txt", b"a line\n" * 400_000)))
    assert large.status_code == 303
    assert [row.state for row in await rows()] == ["finished"]


def leads(text: str) -> list[str]:
    """Where the buttons of an error page lead."""
    return re.findall(r'<a class="button[^"]*" href="([^"]*)"', text.partition('class="error-page')[2])


async def test_what_is_too_large_is_told_with_numbers_and_leads_back(works: Works, client: httpx.AsyncClient) -> None:
    _, paths = await places(works, client)
    for path in paths:
        # The address that takes the files of a version has no page; the one above it has.
        page = path.removesuffix("/files")
        headers = {**PARTS, "content-length": "260000000"}
        told = await client.post(path, content=Sent(a_file()), headers=headers)
        assert (told.status_code, leads(told.text)) == (413, [page, "/"])
        assert "This has 260 MB, and at most 250 MB are taken at once." in told.text
        text = await client.post(path, content=Sent(a_file(filename=""), *[b"x" * 250_000] * 5), headers=PARTS)
        assert (text.status_code, "at most 1 MB together" in text.text, leads(text.text)[0]) == (413, True, page)
    assert await rows() == []


async def test_a_form_for_a_version_that_was_thrown_away_leads_to_its_material(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, paths = await places(works, client)
    version = paths[2].removesuffix("/files")
    material, one = version.partition("/versions")[0], scene.session_id
    await works.run(scene.manager, discard_draft, UUID(version.rpartition("/")[2]))
    assert paths[2] == f"{version}/files"
    for tail in ("files", "notes", "links", "publish", "discard", f"variants/{one}", f"variants/{one}/remove"):
        told = await client.post(f"{version}/{tail}", data={"version": "1", "note": "Words"})
        assert (told.status_code, "thrown away meanwhile" in told.text) == (404, True), tail
        assert leads(told.text) == [material, "/"]
    assert (await client.get(version)).status_code == 404


async def test_who_sends_nothing_any_more_is_not_waited_for(
    works: Works, client: httpx.AsyncClient, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, paths = await places(works, client)
    monkeypatch.setattr(app.state.limits, "coming_patience", 0.1)
    for path in paths:
        told = await client.post(path, content=Sent(a_file(), held=30), headers=PARTS)
        assert (told.status_code, "send it again" in told.text) == (408, True)
        assert ("It did not arrive whole" in told.text, leads(told.text)[0]) == (True, path.removesuffix("/files"))
    assert len(app.state.limits.coming_of_holder) == len(app.state.limits.coming_of_address) == 0
    assert await rows() == []


async def test_of_each_person_so_many_forms_come_in_at_once(
    works: Works, client: httpx.AsyncClient, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, paths = await places(works, client)
    monkeypatch.setattr(app.state.limits, "coming_of_holder", AtOnce(2 * A_FORM, TooManyComing))
    monkeypatch.setattr(app.state.limits, "coming_patience", 0.5)
    held = [Sent(a_file(), held=30) for _ in range(2)]
    coming = [asyncio.create_task(client.post(paths[0], content=one, headers=PARTS)) for one in held]
    for one in held:
        await one.come.wait()
    third = Sent(a_file())
    refused = await client.post(paths[1], content=third, headers=PARTS)
    assert (refused.status_code, refused.headers["retry-after"], third.read) == (429, "10", 0)
    assert "At most 12 files at once" in refused.text
    assert "wait until some of them have arrived" in refused.text
    assert ("A little too fast" in refused.text, leads(refused.text)) == (False, [paths[1], "/"])
    await asyncio.gather(*coming)
    assert (await client.post(paths[1], files=several(("a.txt", TEXT)))).status_code == 303
