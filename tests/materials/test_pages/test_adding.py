"""Files put into a version, and what becomes of them where it was published or thrown away meanwhile."""

import httpx
import pytest

from tests.conftest import FrozenClock
from tests.materials.files import PDF
from tests.materials.made import draft_of
from tests.materials.test_pages.test_variants import VTT, begun, discarded, overtaken, variants
from training.base.work import Works
from training.materials.rules.variants import Form
from training.materials.storage.keeping import Storage

TALK = {"file": ("talk.pdf", PDF, "application/pdf")}
WRONG = [
    ("language", "Martian", "Write a language by its English name"),
    ("form", "captions", "This file is no captions"),
]


async def test_files_without_javascript(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day, key, path = await begun(works, client, clock)
    none = await client.post(f"{path}/files", data={"version": "1"}, files={"file": ("", b"")})
    assert (none.status_code, "Please choose a file." in none.text) == (422, True)
    sent = [("file", ("talk.pdf", PDF, "application/pdf")), ("file", ("talk.vtt", VTT, "text/vtt"))]
    done = await client.post(f"{path}/files", data={"version": "1", "language": "en"}, files=sent)
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert [(one.name, one.form, one.language) for one in await variants(day, key)] == [
        ("talk.pdf", Form.DOCUMENT, "en"),
        ("talk.vtt", Form.CAPTIONS, "en"),
    ]
    wrong = await client.post(f"{path}/files", data={"version": "3"}, files={"file": ("page.html", b"<html></html>")})
    assert wrong.status_code == 422
    assert storage is not None


async def test_a_file_that_came_is_kept_when_the_form_is_refused(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day, key, path = await begun(works, client, clock)
    sent = {"file": ("talk.pdf", PDF, "application/pdf")}
    refused = await client.post(f"{path}/files", data={"version": "1", "form": "captions"}, files=sent)
    assert (refused.status_code, "Uploaded already" in refused.text) == (422, True)
    (upload,) = [line.split('"')[0] for line in refused.text.split('name="upload" value="')[1:]]
    done = await client.post(f"{path}/files", data={"version": "1", "form": "slides", "upload": upload})
    assert done.status_code == 303
    assert [one.form for one in await variants(day, key)] == [Form.SLIDES]
    assert storage is not None


def uploads(text: str) -> list[str]:
    return [line.split('"')[0] for line in text.split('name="upload" value="')[1:]]


async def test_what_came_is_kept_beside_what_cannot_be_taken(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day, key, path = await begun(works, client, clock)
    sent = [("file", ("good.pdf", PDF)), ("file", ("bad.exe", b"MZ\0")), ("file", ("worse.html", b"<html></html>"))]
    told = await client.post(f"{path}/files", data={"version": "1"}, files=sent)
    assert (told.status_code, "bad.exe: " in told.text, "worse.html: " in told.text) == (422, True, True)
    assert ("<bdi>good.pdf</bdi>" in told.text, len(uploads(told.text))) == (True, 1)
    for wrong in ({"language": "x" * 61}, {"language": "a\0"}, {"form": "nothing"}):
        told = await client.post(f"{path}/files", data={"version": "1", **wrong}, files=sent[:1])
        assert (told.status_code, "Uploaded already" in told.text) == (422, True), wrong
    data = {"version": "1", "upload": uploads(told.text)}
    done = await client.post(f"{path}/files", data=data, files=[("file", ("mended.vtt", VTT))])
    assert done.status_code == 303
    assert [one.name for one in await variants(day, key)] == ["good.pdf", "mended.vtt"]
    assert storage is not None


async def test_files_for_a_version_that_was_published_meanwhile_go_into_the_next(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day, key, path = await overtaken(works, client, clock)
    sent = {"file": ("talk.pdf", PDF, "application/pdf")}
    told = await client.post(f"{path}/files", data={"version": "2", "language": "en"}, files=sent)
    assert (told.status_code, "Version 1 was published meanwhile" in told.text) == (409, True)
    assert ("<bdi>talk.pdf</bdi>" in told.text, "Put them into version 2" in told.text) == (True, True)
    data = {"version": "2", "begin": "yes", "form": "", "language": "en", "upload": uploads(told.text)}
    done = await client.post(f"{path}/files", data=data)
    draft = await draft_of(day, key)
    assert (done.status_code, done.headers["location"]) == (303, f"/materials/{key}/versions/{draft.id}")
    assert (draft.number, [(one.name, one.language) for one in draft.variants]) == (
        2,
        [("Words", "en"), ("talk.pdf", "en")],
    )
    none = await client.post(f"{path}/files", data={"version": "2"}, files={"file": ("page.html", b"<html></html>")})
    assert (none.status_code, "Go on with version 2" in none.text) == (409, True)
    assert storage is not None


@pytest.mark.parametrize(("field", "value", "said"), WRONG)
async def test_what_does_not_fit_is_said_and_put_right_where_they_go_into_the_next(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage, field: str, value: str, said: str
) -> None:
    day, key, path = await overtaken(works, client, clock)
    told = await client.post(f"{path}/files", data={"version": "2", field: value}, files=TALK)
    for _ in range(2):
        assert (told.status_code, said in told.text, f'id="f-{field}"' in told.text) == (409, True, True)
        assert ("<bdi>talk.pdf</bdi>" in told.text, "Begin a new version" in told.text) == (True, False)
        told = await client.post(f"{path}/files", data={"begin": "yes", field: value, "upload": uploads(told.text)})
    data = {"begin": "yes", field: {"language": "Spanish", "form": ""}[field], "upload": uploads(told.text)}
    assert (await client.post(f"{path}/files", data=data)).status_code == 303
    assert [one.name for one in (await draft_of(day, key)).variants] == ["Words", "talk.pdf"]
    assert storage is not None


async def test_what_nobody_ticks_is_offered_again(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    _, _, path = await overtaken(works, client, clock)
    told = await client.post(f"{path}/files", data={"version": "2"}, files=TALK)
    assert "data-focus" not in told.text
    offered = uploads(told.text)
    assert f'name="offered" value="{offered[0]}"' in told.text
    for _ in range(2):
        told = await client.post(f"{path}/files", data={"begin": "yes", "offered": offered})
        assert (told.status_code, "Please choose a file." in told.text, uploads(told.text)) == (409, True, offered)
        assert (f'value="{offered[0]}" checked' in told.text, "No file of it was kept" in told.text) == (False, False)
    assert storage is not None


async def test_files_for_a_version_that_was_thrown_away_go_into_the_next(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day, key, path = await discarded(works, client, clock)
    bad = {"file": ("bad.exe", b"MZ\0")}
    gone = await client.post(f"{path}/files", data={"version": "1"}, files=bad)
    assert (gone.status_code, "thrown away meanwhile" in gone.text, "Put them" in gone.text) == (404, True, False)
    told = await client.post(f"{path}/files", data={"version": "1"}, files=[*TALK.items(), *bad.items()])
    assert (told.status_code, "This version is not there any more" in told.text) == (404, True)
    assert ("<bdi>talk.pdf</bdi>" in told.text, "bad.exe: " in told.text) == (True, True)
    assert "Put them into version 2" in told.text
    data = {"begin": "yes", "form": "slides", "language": "en", "upload": uploads(told.text)}
    done = await client.post(f"{path}/files", data=data)
    draft = await draft_of(day, key)
    assert (done.status_code, done.headers["location"]) == (303, f"/materials/{key}/versions/{draft.id}")
    assert [(one.name, one.form) for one in draft.variants] == [("Words", Form.DOCUMENT), ("talk.pdf", Form.SLIDES)]
    assert storage is not None
