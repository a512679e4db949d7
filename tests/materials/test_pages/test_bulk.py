"""Many files at once: looked at first, then added, all or none."""

import io
import re
import zipfile

import httpx
import pytest

from tests.booking.made import Scene
from tests.materials.files import MP4, PNG, VTT, zipped
from tests.materials.uploading import TEXT, begin, managing, rows, send
from tests.schedule.made import enter
from training.base.database import fetch
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


async def test_files_of_a_form_are_looked_at_and_added(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    assert "Upload several" in (await client.get(path)).text
    looked = await client.post(
        path, files=several(("welcome.mp4", MP4), ("welcome.vtt", VTT), ("welcome_es.vtt", VTT), ("map.png", PNG))
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
    looked = await client.post(path, files=several(("all.zip", archive)), data={"unpack": "yes"})
    assert looked.status_code == 200
    assert "2 files are left out" in looked.text
    assert "week 1/page.html" in looked.text
    assert "week 1/photo.png" in looked.text
    assert fields(looked.text)["path"] == ["week 1/hello.txt", "week 2/hello.txt"]
    await client.post(f"{path}/add", data={**fields(looked.text), "take": ["1"]})
    assert await made() == [("Hello", "document", "", "hello.txt")]
    kept = await client.post(path, files=several(("all.zip", zipped({"a.txt": TEXT}))))
    assert fields(kept.text)["path"] == ["all.zip"]


async def test_a_large_file_in_an_archive_comes_in_pieces(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", MP4 + b"\x00\x98\x96\x88free" + b"\0" * 10_000_000 + b"\0" * 0)
    # A box that is longer than it says is no video.
    looked = await client.post(path, files=several(("all.zip", held.getvalue())), data={"unpack": "yes"})
    assert looked.status_code == 200
    assert fields(looked.text)["path"] == ["film.mp4"]


async def test_what_a_script_uploaded_keeps_its_folder(works: Works, client: httpx.AsyncClient) -> None:
    scene, path = await editing(works, client)
    told: dict[str, list[str]] = {"upload": [], "path": ["day 1/a_de.txt", "day 1/a.txt"]}
    for name, content in (("a_de.txt", TEXT), ("a.txt", TEXT + b"!")):
        begun = (await begin(client, scene, name, len(content))).json()
        await send(client, begun, content)
        told["upload"].append(begun["id"])
    looked = await client.post(path, data=told)
    assert (looked.status_code, fields(looked.text)["path"]) == (200, told["path"])
    await client.post(f"{path}/add", data=fields(looked.text))
    assert await made() == [("A", "document", "de", "a_de.txt"), ("A", "document", "", "a.txt")]


async def test_nothing_chosen_and_nothing_good(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    assert "Please choose a file" in (await client.post(path, data={})).text
    refused = await client.post(path, files=several(("a.txt", TEXT), ("b.html", b"<html>")))
    assert (refused.status_code, "b.html: Web pages" in refused.text) == (422, True)
    assert [row.state for row in await rows()] == ["finished"]


async def test_what_comes_back_wrong_is_said_beside_it(works: Works, client: httpx.AsyncClient) -> None:
    _, path = await editing(works, client)
    told = fields((await client.post(path, files=several(("a.txt", TEXT)))).text)
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
    told = fields((await client.post(path, files=several(("a.txt", TEXT)))).text)
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
