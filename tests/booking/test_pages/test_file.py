"""Enrolling from a file in a browser."""

import html
from typing import Any

import httpx
import pytest

from tests.booking.asked import one
from tests.booking.made import Scene
from tests.booking.test_pages.made import enter, hidden, opened, words
from tests.conftest import FrozenClock
from training.base.work import Works


def csv_of(scene: Scene, *rows: str) -> bytes:
    lines = ["name;e-mail;session", *rows]
    return "\n".join(lines).replace("HERE", str(scene.session_id)).encode("cp1252")


def address(scene: Scene) -> str:
    return f"/partners/{scene.partner_id}/enroll-from-file"


async def upload(client: httpx.AsyncClient, scene: Scene, data: bytes, **more: Any) -> httpx.Response:
    return await client.post(address(scene), data={"step": "check", **more}, files={"file": ("people.csv", data)})


async def test_a_file_is_checked_enrolled_and_reported(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    page = f"/partners/{scene.partner_id}"
    assert f'href="{address(scene)}"' in (await client.get(page)).text
    assert "What the file holds" in words((await client.get(address(scene))).text)
    data = csv_of(scene, "José Ávila;jose@x.example;HERE", ";northern-line-0@example.org;HERE", "=1+1;nobody;HERE")
    checked = await upload(client, scene, data)
    said = words(checked.text)
    assert checked.status_code == 200
    assert "was read as Windows-1252" in said
    assert "2 Would be enrolled 0 Would wait 0 Unchanged 1 Refused" in said
    assert "This is not an e-mail address." in said
    assert await one("SELECT count(*) AS n FROM enrollment") == 0
    text = html.unescape(checked.text.partition('<textarea name="text" hidden>\n')[2].partition("</textarea>")[0])
    assert "José Ávila" in text
    done = await client.post(address(scene), data={"step": "enroll", "text": text})
    assert "2 Enrolled 0 Waitlisted 0 Unchanged 1 Refused" in words(done.text)
    assert await one("SELECT count(*) AS n FROM enrollment") == 2
    again = await client.post(address(scene), data={"step": "enroll", "text": text})
    assert "0 Enrolled 0 Waitlisted 2 Unchanged 1 Refused" in words(again.text)
    report = await client.post(f"{address(scene)}/report", data={"rows": html.unescape(hidden(done.text, "rows"))})
    assert report.headers["content-disposition"].startswith('attachment; filename="enrollment-report.csv"')
    lines = report.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Line","E-mail","Name","Session","Outcome"')
    assert '"\'=1+1"' in lines[3]


async def test_lines_can_be_pasted(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    text = csv_of(scene, "Ana;ana@x.example;HERE", "B\x07en;ben@x.example;HERE").decode()
    checked = await client.post(address(scene), data={"text": text})
    said = words(checked.text)
    assert "1 Would be enrolled 0 Would wait 0 Unchanged 1 Refused" in said
    assert "Enroll 1 person" in said
    assert "Ana ana@x.example" in said
    assert "in person Would be enrolled" in said
    assert "The character U+0007 cannot be used here." in said


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"a,b\n1,2", "must name the columns"),
        (b"x" * 300_000, "larger than 200 KB"),
        (b'e-mail,session\n"a', "quotation mark"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(
    works: Works, client: httpx.AsyncClient, data: bytes, sentence: str
) -> None:
    scene, _ = await opened(works, client)
    answer = await upload(client, scene, data)
    assert answer.status_code == 422
    assert sentence in words(answer.text)


async def test_nothing_at_all_is_an_empty_file(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    assert "The file is empty." in words((await client.post(address(scene), data={"step": "check"})).text)
    header = await client.post(address(scene), data={"text": "email,session"})
    assert "The file has a first line and nothing below it." in words(header.text)


@pytest.mark.parametrize("rows", ["", "x", "{}", "[[{}]]", "[[1, 2, [3]]]"])
async def test_a_report_that_is_none_is_refused(works: Works, client: httpx.AsyncClient, rows: str) -> None:
    scene, _ = await opened(works, client)
    assert (await client.post(f"{address(scene)}/report", data={"rows": rows})).status_code == 422


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    await enter(works, client, scene.other_coordinator)
    for partner_id in (scene.partner_id, scene.session_id):
        path = f"/partners/{partner_id}/enroll-from-file"
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data={"text": "email,session\n"})).status_code == 404
        assert (await client.post(f"{path}/report", data={"rows": "[]"})).status_code == 404


async def test_the_report_names_sessions_modes_and_a_deadline_that_is_over(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _ = await opened(works, client)
    rows = ["northern-line-0@example.org,HERE,", "northern-line-0@example.org,HERE,in person"]
    text = "\n".join(["e-mail,session,mode", *rows]).replace("HERE", f"https://t.example/sessions/{scene.session_id}")
    said = words((await client.post(address(scene), data={"text": text})).text)
    assert "Safe messaging Mon 18 May 2026, 10:00 Dublin time (UTC+1) in person Would be enrolled" in said
    assert "t.example" not in said.partition("Row by row")[2]
    assert "Line 2 names the same person and session, in another mode; that one counts." in said
    assert "can no longer be given back" not in said
    clock.move(days=13)
    for step in ("check", "enroll"):
        said = words((await client.post(address(scene), data={"text": text, "step": step})).text)
        assert "Safe messaging : these places can no longer be given back without asking." in said
        assert "The last moment was Sat 16 May 2026, 10:00 Dublin time (UTC+1)" in said
