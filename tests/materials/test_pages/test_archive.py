"""Everything of a session as one archive: only what one may see, streamed, and written down."""

import io
import zipfile

import httpx
import pytest
from litestar import Litestar
from litestar.exceptions import LitestarException

from tests.attendance.made import Day, make_day
from tests.booking.test_pages.made import enter
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import CONTENT, handed
from tests.materials.made import learner
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules.guests import place_token
from training.materials.storage.keeping import Storage


@pytest.fixture
async def day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock)


def read(answer: httpx.Response) -> dict[str, bytes]:
    """The files of an archive."""
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def here(day: Day) -> str:
    return f"/sessions/{day.session_id}/materials/archive.zip"


async def test_what_is_seen_is_in_it_and_nothing_else(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    await handed(works, day, storage, title="Of the course", of_course=True)
    await handed(works, day, storage, title="Afterwards", opens="after")
    await handed(works, day, storage, title="For trainers", content=b"secret", audience="trainers")
    await handed(works, day, storage, title="Draft", published=False)
    await handed(works, day, storage, title="Withdrawn", withdrawn_at=works.clock())
    await handed(works, day, storage, title="../Ümlaut: a/b", variant={"name": "../x.pdf"}, summary="Read\nthis.")
    note = {"kind": "note", "file_id": None, "name": "Words", "body": "Say **this**.", "form": "document"}
    await handed(works, day, storage, title="Note", variant=note)
    link = {"kind": "link", "file_id": None, "name": "Guide", "link": "https://example.org/guide"}
    await handed(works, day, storage, title="Link", variant=link)
    await enter(works, client, learner(day))
    answer = await client.get(here(day))
    files = read(answer)
    listed = files.pop("CONTENTS.txt").decode()
    assert files == {
        "1 Of the course/slides.pdf": CONTENT,
        "2 .._Ümlaut_ a_b/_x.pdf": CONTENT,
        "3 Note/Words.md": b"Say **this**.",
    }
    assert "Materials of: Safe messaging\r\n" in listed
    assert "  Slides: 2 .._Ümlaut_ a_b/_x.pdf (10.2 KB)\r\n" in listed
    assert "  Read\r\n  this.\r\n" in listed
    assert "  Link: Guide: https://example.org/guide\r\n" in listed
    assert "  Note: 3 Note/Words.md\r\n" in listed
    for hidden in ("Afterwards", "For trainers", "Draft", "Withdrawn"):
        assert hidden not in listed
    told = answer.headers
    assert told["content-type"] == "application/zip"
    assert told["content-disposition"].startswith('attachment; filename="Safe-messaging.zip"')
    assert told["content-length"] == str(len(answer.content))
    assert told["cache-control"] == "private, no-store"
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"].startswith("sandbox; default-src 'none'; ")


async def test_the_trainer_has_more(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    await handed(works, day, storage, title="Slides")
    await handed(works, day, storage, title="For trainers", audience="trainers")
    await enter(works, client, day.lead)
    assert set(read(await client.get(here(day)))) == {
        "CONTENTS.txt",
        "1 Slides/slides.pdf",
        "2 For trainers/slides.pdf",
    }


async def test_who_gets_none(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    await handed(works, day, storage)
    assert (await client.get(here(day))).status_code == 404
    for nobody in (day.stranger, day.scene.coordinator, Viewer(person_id=day.scene.people[4])):
        await enter(works, client, nobody)
        assert (await client.get(here(day))).status_code == 404


async def test_by_the_link_to_a_place(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    await handed(works, day, storage, title="Slides")
    path = f"/places/{place_token(SITE.secret_key, day.enrollments[0], 1)}/materials/archive.zip"
    answer = await client.get(path)
    assert set(read(answer)) == {"CONTENTS.txt", "1 Slides/slides.pdf"}
    assert answer.headers["referrer-policy"] == "no-referrer"
    await execute("UPDATE enrollment SET state = 'removed'")
    assert (await client.get(path)).status_code == 404
    assert (await client.get(f"/places/{'A' * 64}/materials/archive.zip")).status_code == 404


async def test_of_a_course(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    await handed(works, day, storage, title="For all", of_course=True, audience="everyone")
    await handed(works, day, storage, title="Inside", of_course=True)
    path = f"/courses/{day.scene.course_id}/materials/archive.zip"
    assert set(read(await client.get(path))) == {"CONTENTS.txt", "1 For all/slides.pdf"}
    await enter(works, client, day.manager)
    assert set(read(await client.get(path))) == {"CONTENTS.txt", "1 For all/slides.pdf", "2 Inside/slides.pdf"}


async def test_nothing_makes_no_archive(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    await handed(works, day, storage, opens="after")
    await enter(works, client, learner(day))
    answer = await client.get(here(day))
    assert answer.status_code == 404
    assert "There is nothing here yet" in answer.text


async def test_what_the_scanner_holds_is_not_in_it(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    await handed(works, day, storage, title="Waits", content=b"w", file={"state": "waiting"})
    await handed(works, day, storage, title="Ready")
    await enter(works, client, learner(day))
    files = read(await client.get(here(day)))
    assert set(files) == {"CONTENTS.txt", "2 Ready/slides.pdf"}
    assert "the scanner has not let it through: slides.pdf" in files["CONTENTS.txt"].decode()


async def test_everything_in_it_is_written_down(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    first = await handed(works, day, storage, title="One")
    second = await handed(works, day, storage, title="Two", content=b"two")
    await enter(works, client, learner(day))
    for _ in range(2):
        await client.get(here(day))
    rows = await execute("SELECT variant_id, way, enrollment_id, session_id FROM material_opening")
    assert {str(row["variant_id"]) for row in rows} == {str(first.variant_id), str(second.variant_id)}
    assert {row["way"] for row in rows} == {"archive"}
    assert {str(row["enrollment_id"]) for row in rows} == {str(day.enrollments[0])}
    assert len(rows) == 2


async def test_asked_for_its_headers_only_nothing_is_read(
    works: Works, client: httpx.AsyncClient, app: Litestar, storage: Storage, day: Day
) -> None:
    await handed(works, day, storage)
    await enter(works, client, learner(day))
    kept, app.state.storage = app.state.storage, Storage("there-is-no-such-folder")
    head = await client.head(here(day))
    # Nobody has it for that.
    assert await execute("SELECT way FROM material_opening") == []
    app.state.storage = kept
    whole = await client.get(here(day))
    assert [row["way"] for row in await execute("SELECT way FROM material_opening")] == ["archive"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


async def test_what_is_missing_breaks_it_off(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage)
    await enter(works, client, learner(day))
    await storage.delete([f"files/{file.etag[1:3]}/{file.etag[1:-1]}"])
    with pytest.raises(LitestarException, match="after response started"):
        await client.get(here(day))


async def test_many_materials_cost_as_many_statements_as_one(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    counts = []
    await enter(works, client, learner(day))
    for number in range(3):
        for each in range(number * 4 + 1):
            await handed(works, day, storage, title=f"{number} {each}")
        with watch_statements() as seen:
            await client.get(here(day))
        counts.append(len(seen))
    assert counts[1] == counts[2]
