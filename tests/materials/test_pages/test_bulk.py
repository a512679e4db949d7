"""Many files at once: looked at first, then added, all or none."""

import io
import re
import secrets
import zipfile
from typing import Any

import httpx
import pytest

from tests.booking.made import Scene
from tests.materials.files import MP4, PNG, VTT, Written, zip_of, zipped
from tests.materials.uploading import TEXT, begin, managing, rows, send
from tests.schedule.made import enter
from training.base.database import execute, fetch
from training.base.structs import Frozen
from training.base.work import Works

pytestmark = pytest.mark.usefixtures("storage")


class Made(Frozen, frozen=True, kw_only=True):
    title: str
    audience: str
    form: str
    language: str
    name: str


async def made() -> list[tuple[str, str, str, str]]:
    found = await fetch(
        Made,
        "SELECT m.title, m.audience, v.form, v.language, v.name FROM material m JOIN material_version n"
        " ON n.material_id = m.id JOIN material_variant v ON v.version_id = n.id ORDER BY m.position, v.position",
    )
    return [(one.title, one.form, one.language, one.name) for one in found]


async def editing(works: Works, client: httpx.AsyncClient) -> tuple[Scene, str]:
    scene = await managing(works, client)
    del client.headers["authorization"]
    await enter(works, client, "program_manager", scene.program_id)
    return scene, f"/materials/courses/{scene.course_id}/bulk"


def several(*files: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("file", (name, content, "application/octet-stream")) for name, content in files]


def fields(text: str) -> dict[str, list[str]]:
    """The hidden fields and titles of the preview, as a browser would send them."""
    found: dict[str, list[str]] = {"audience": ["trainers"], "opens": ["after"]}
    for name in ("upload", "path"):
        found[name] = re.findall(rf'name="{name}" value="([^"]*)"', text)
    for name, value in re.findall(r'name="(title-\d+)" type="text" value="([^"]*)"', text):
        found[name] = [value]
    found["take"] = re.findall(r'name="take" value="(\d+)"', text)
    return found


async def look(client: httpx.AsyncClient, path: str, **sent: Any) -> httpx.Response:
    """What the browser shows after the files were sent."""
    return await client.post(path, **sent, follow_redirects=True)


async def sent_by_script(client: httpx.AsyncClient, scene: Scene, *paths: str) -> dict[str, list[str]]:
    """What the script writes into the form for files that it uploaded."""
    told: dict[str, list[str]] = {"upload": []}
    for path in paths:
        content = TEXT + path.encode()
        begun = (await begin(client, scene, path.rpartition("/")[2], len(content))).json()
        await send(client, begun, content)
        told["upload"].append(begun["id"])
        told[f"path-{begun['id']}"] = [path]
    return told


async def test_files_of_a_form_are_looked_at_and_added(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    assert "Upload several" in (await client.get(path)).text
    looked = await look(
        client,
        path,
        files=several(("welcome.mp4", MP4), ("welcome.vtt", VTT), ("welcome_es.vtt", VTT), ("map.png", PNG)),
    )
    assert looked.status_code == 200
    told = fields(looked.text)
    assert (len(told["upload"]), told["title-0"], told["title-1"]) == (4, ["Welcome"], ["Map"])
    assert await made() == []
    told["title-1"] = ["Where we meet"]
    added = await client.post(f"{path}/add", data=told)
    assert (added.status_code, added.headers["location"]) == (303, path.removesuffix("/bulk"))
    assert await made() == [
        ("Welcome", "video", "", "welcome.mp4"),
        ("Welcome", "captions", "", "welcome.vtt"),
        ("Welcome", "captions", "es", "welcome_es.vtt"),
        ("Where we meet", "other", "", "map.png"),
    ]


async def test_an_archive_is_unpacked_and_each_file_judged(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    archive = zipped(
        {
            "week 1/hello.txt": TEXT,
            "week 1/page.html": b"<html>",
            "week 1/photo.png": b"<svg onload=alert(1)>",
            "__MACOSX/._hello.txt": b"\0\0",
            ".DS_Store": b"\0",
            "week 2/hello.txt": TEXT + b"2",
        }
    )
    looked = await look(client, path, files=several(("all.zip", archive)), data={"unpack": "yes"})
    assert looked.status_code == 200
    assert "2 files are left out" in looked.text
    assert "week 1/page.html" in looked.text
    assert "week 1/photo.png" in looked.text
    assert fields(looked.text)["path"] == ["week 1/hello.txt", "week 2/hello.txt"]
    await client.post(f"{path}/add", data={**fields(looked.text), "take": ["1"]})
    assert await made() == [("Hello", "document", "", "hello.txt")]
    kept = await look(client, path, files=several(("all.zip", zipped({"a.txt": TEXT}))))
    assert fields(kept.text)["path"] == ["all.zip"]


async def test_an_archive_of_linux_has_the_names_that_were_meant(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    names = ("Вариант Б.txt", "Вариант В.txt", "あ.txt", "ぐ.txt")
    for data in ({"unpack": "yes"}, {}):
        archive = zip_of(*[Written(name=name.encode(), content=name.encode()) for name in names])
        looked = await look(client, path, files=several(("all.zip", archive)), data=data)
        assert (looked.status_code, fields(looked.text)["path"]) == (200, list(names) if data else ["all.zip"])
    twice = zip_of(*[Written(name=name.encode(), content=TEXT) for name in ("Вариант Б.txt", "вариант б.txt")])
    told = await client.post(path, files=several(("all.zip", twice)), data={"unpack": "yes"})
    assert (told.status_code, "(Вариант Б.txt and вариант б.txt)" in told.text) == (422, True)


async def test_what_came_is_kept_beside_what_cannot_be_taken_and_the_tick_stays(
    works: Works, client: httpx.AsyncClient
) -> None:
    _, path = await editing(works, client)
    again: list[str] = []
    for data, ticked in ({}, False), ({"unpack": "yes"}, True):
        sent = several(("all.zip", zipped({"a.txt": TEXT})), ("bad.exe", b"MZ"))
        told = await client.post(path, files=sent, data=data)
        assert (told.status_code, "bad.exe: " in told.text, "<bdi>all.zip</bdi>" in told.text) == (422, True, True)
        tick = re.search(r'<input[^>]*name="unpack"[^>]*>', told.text)
        assert tick is not None
        assert (" checked" in tick[0]) is ticked
        again = fields(told.text)["upload"]
    looked = await look(client, path, files=several(("b.txt", TEXT)), data={"upload": again})
    assert fields(looked.text)["path"] == ["all.zip", "b.txt"]


async def test_a_large_file_in_an_archive_comes_in_pieces(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", MP4 + b"\x00\x98\x96\x88free" + b"\0" * 10_000_000 + b"\0" * 0)
    # A box that is longer than it says is no video.
    looked = await look(client, path, files=several(("all.zip", held.getvalue())), data={"unpack": "yes"})
    assert looked.status_code == 200
    assert fields(looked.text)["path"] == ["film.mp4"]


async def test_what_a_script_uploaded_keeps_its_folder(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    told = await sent_by_script(client, scene, "day 1/a_de.txt", "day 1/a.txt")
    looked = await look(client, path, data=told)
    assert (looked.status_code, fields(looked.text)["path"]) == (200, ["day 1/a_de.txt", "day 1/a.txt"])
    await client.post(f"{path}/add", data=fields(looked.text))
    assert await made() == [("A", "document", "de", "a_de.txt"), ("A", "document", "", "a.txt")]


async def test_each_keeps_its_own_folder_in_a_form_that_came_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    told = await sent_by_script(client, scene, "tree/dirA/intro_en.txt", "tree/dirA/gone.txt")
    refused = await client.post(path, data=told, files=several(("first.txt", TEXT + b"1"), ("bad.exe", b"MZ")))
    assert refused.status_code == 422
    boxes = re.findall(r'<label class="check"><input type="checkbox" name="upload".*?</label>', refused.text)
    came: dict[str, list[str]] = {"upload": []}
    for box in boxes:
        (key,), ((name, there),) = (
            re.findall(r'name="upload" value="([^"]*)"', box),
            re.findall(r'type="hidden" name="(path-[^"]*)" value="([^"]*)"', box),
        )
        assert (name, f"<bdi>{there}</bdi>" in box) == (f"path-{key}", True)
        came[name] = [there]
        if "gone" not in there:
            came["upload"].append(key)
    # What the script brought meanwhile stands behind the boxes, one of which is not ticked any more.
    more = await sent_by_script(client, scene, "tree/dirB/intro_fr.txt", "tree/dirA/intro_es.txt")
    again = {**came, **more, "upload": came["upload"] + more["upload"]}
    looked = fields((await look(client, path, data=again)).text)
    assert looked["path"] == [
        "tree/dirA/intro_en.txt", "first.txt", "tree/dirB/intro_fr.txt", "tree/dirA/intro_es.txt",
    ]  # fmt: skip
    await client.post(f"{path}/add", data=looked)
    assert [(title, language) for title, _, language, _ in await made()] == [
        ("Intro", "en"), ("Intro", "es"), ("First", ""), ("Intro", "fr"),
    ]  # fmt: skip


async def test_nothing_chosen_and_nothing_good(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    assert "Please choose a file" in (await client.post(path, data={})).text
    refused = await client.post(path, files=several(("a.txt", TEXT), ("b.html", b"<html>")))
    assert (refused.status_code, "b.html: Web pages" in refused.text) == (422, True)
    assert [row.state for row in await rows()] == ["finished"]


async def test_what_comes_back_wrong_is_said_beside_it(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    told = fields((await look(client, path, files=several(("a.txt", TEXT)))).text)
    wrong: tuple[dict[str, list[str]], ...] = (
        {"title-0": [" "]},
        {"title-0": ["a\0"]},
        {"take": []},
        {"audience": ["x"]},
        {"opens": ["before"]},
    )
    for changed in wrong:
        answer = await client.post(f"{path}/add", data={**told, **changed})
        assert answer.status_code == 422
    assert (await client.post(f"{path}/add", data={**told, "upload": ["x"]})).status_code == 404
    assert (await client.post(f"{path}/add", data={**told, "path": []})).status_code == 404
    assert await made() == []


async def test_it_is_for_those_who_edit(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    told = fields((await look(client, path, files=several(("a.txt", TEXT)))).text)
    await enter(works, client, "coordinator", scene.partner_id)
    for answer in (
        await client.get(path),
        await client.post(path, files=several(("a.txt", TEXT))),
        await client.post(f"{path}/add", data=told),
    ):
        assert answer.status_code == 404
    # Somebody else who may edit here cannot use what somebody else brought.
    await enter(works, client, "staff")
    assert (await client.post(f"{path}/add", data=told)).status_code == 404


async def test_the_look_has_an_address_of_its_own(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    archive = zipped({"week 1/hello.txt": TEXT, "week 1/page.html": b"<html>", "map.png": PNG})
    sent = await client.post(path, files=several(("all.zip", archive)), data={"unpack": "yes"})
    there = sent.headers["location"]
    assert (sent.status_code, there.partition("?files=")[0]) == (303, f"{path}/look")
    first = await client.get(there)
    for words in ("One file is left out", "week 1/page.html", "Picture", "Hello"):
        assert words in first.text, words
    assert fields(first.text)["path"] == ["week 1/hello.txt", "map.png"]
    again = await client.get(there)
    assert fields(again.text) == fields(first.text), "loaded again it is the same"
    await client.post(f"{path}/add", data={**fields(first.text), "take": ["0"]})
    back = (await client.get(there)).text
    assert back.count("It is in a material here already.") == 1
    assert re.findall(r'name="take" value="(\d)"( checked)?', back) == [("0", ""), ("1", " checked")]
    assert (await client.get(f"{path}/look")).headers["location"] == path
    for wrong in (f"{there}A", f"{path}/look?files=x", there.replace("courses", "sessions")):
        assert (await client.get(wrong)).status_code == 404
    # Judged anew: what was removed meanwhile, and who is somebody else.
    await enter(works, client, "staff")
    assert (await client.get(there)).status_code == 404
    await enter(works, client, "coordinator", scene.partner_id)
    for wrong in (there, f"{path}/look"):
        assert (await client.get(wrong)).status_code == 404


async def test_an_upload_that_is_gone_is_no_longer_looked_at(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    there = (await client.post(path, files=several(("a.txt", TEXT)))).headers["location"]
    await execute("UPDATE upload SET state = 'refused', file_id = NULL")
    assert (await client.get(there)).status_code == 404


async def test_more_than_an_address_holds_is_shown_all_the_same(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    endless = {f"{secrets.token_hex(60)}.html": b"<html>" for _ in range(150)}
    shown = await client.post(path, files=several(("all.zip", zipped(endless))), data={"unpack": "yes"})
    assert (shown.status_code, "150 files are left out" in shown.text) == (200, True)


async def test_nothing_but_what_cannot_be_taken(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    shown = await look(client, path, files=several(("all.zip", zipped({"a.html": b"<html>"}))), data={"unpack": "yes"})
    assert (shown.status_code, "Nothing to add" in shown.text) == (200, True)
