"""Files in a real browser: a PDF, a picture, sound, a video with captions; from our host and from another."""

import io
import math
import struct
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import typst
from playwright.async_api import Browser, Page, async_playwright

from tests.attendance.made import Day, a_trainer
from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import CHROMIUM
from tests.journeys.browsing import DESK, KEY, PATIENCE, enter
from tests.materials.handed import PNG, SRT, VTT, Handed, handed
from tests.materials.kept import a_file
from tests.served import begin, end, free_port, wait_for
from training.base.clock import system_clock
from training.base.database import Database
from training.base.site import Site
from training.base.structs import ANONYMOUS, Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.cli.demo import film
from training.materials.storage.keeping import Storage
from training.materials.tables import MaterialVariant
from training.people.queries import get_person
from training.reactions import REACTIONS

pytestmark = pytest.mark.browser
WEBM = {"media_type": "video/webm", "kind": "video"}
WAV = {"media_type": "audio/wav", "kind": "audio"}
SPANISH = b"1\r\n00:00:00,500 --> 00:00:20,000\r\nHola a todos\r\n"
PLAYED = """async () => {
  const video = document.querySelector("video"), audio = document.querySelector("audio");
  const picture = document.querySelector(".preview-image img");
  picture.scrollIntoView();
  const until = async (found) => {
    for (let i = 0; i < 300 && !found(); i++) await new Promise((r) => setTimeout(r, 100));
    return found();
  };
  video.muted = true;
  await video.play();
  video.currentTime = 3;
  const moved = await until(() => video.currentTime > 3);
  video.pause();
  for (const track of video.textTracks) track.mode = "showing";
  return {
    moved,
    video: video.readyState >= 2,
    captions: await until(() => [...video.textTracks].every((track) => track.cues?.length)),
    labels: [...video.textTracks].map((track) => track.label),
    audio: await until(() => audio.readyState >= 1 && audio.duration > 1),
    picture: await until(() => picture.complete && picture.naturalWidth > 100),
  };
}"""


class Running(Frozen, frozen=True, kw_only=True):
    """A server, its units of work and its storage."""

    address: str
    works: Works
    storage: Storage


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A whole one, with its viewer for PDF."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture(params=["same host", "another host"])
def running(
    request: pytest.FixtureRequest,
    database: Database,  # noqa: ARG001 - asked for so that it is bound
    database_url: str,
    tmp_path: Path,
) -> Iterator[Running]:
    """A server of its own, whose files come from itself or, under another name, from elsewhere."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    files_url = "" if request.param == "same host" else f"http://localhost:{port}"
    kept = str(tmp_path / "files")
    told = {"secret_key": KEY, "storage_url": kept, "files_url": files_url}
    process = begin(database_url, port, settings=told)
    try:
        wait_for(process, address)
        site = Site(name="training", base_url=address, secret_key=KEY, demo=True, files_url=files_url)
        works = Works(clock=system_clock, site=site, reactions=REACTIONS, origin="test")
        yield Running(address=address, works=works, storage=Storage(kept))
    finally:
        end(process)


async def a_day(works: Works) -> Day:
    """A session to come with two people."""
    scene = await make_scene(works, size=4)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1))

    async def assign(work: Work) -> Day:
        teaching = {role: a_trainer(work, scene, role.title(), role) for role in ("lead", "assistant", "shadow")}
        places = tuple(v.enrollment_id for v in booked.verdicts if v.enrollment_id)
        return Day(scene=scene, enrollments=places, stranger=a_trainer(work, scene, "Stig", ""), **teaching)

    return await works.run(ANONYMOUS, assign)


def written(fmt: Any) -> bytes:
    """One page as a PDF or as a picture."""
    return typst.compile(b"#set page(width: 20cm, height: 15cm)\n= Slides of the day", format=fmt, ppi=60)


def tone() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 3))) for n in range(24_000)))
    return out.getvalue()


async def everything(running: Running) -> Handed:
    """One material with a file of each kind that is shown."""
    works, folder = running.works, Path(film.__file__).parent
    file = await handed(
        works, await a_day(works), running.storage, content=written("pdf"), variant={"name": "Diapositivas ñ.pdf"}
    )
    shapes: tuple[tuple[str, str, str, bytes, dict[str, str]], ...] = (
        ("board.png", "other", "", written("png"), PNG),
        ("tone.wav", "audio", "", tone(), WAV),
        ("welcome.webm", "video", "en", (folder / "welcome.webm").read_bytes(), WEBM),
        ("welcome.en.vtt", "captions", "en", (folder / "welcome.en.vtt").read_bytes(), VTT),
        ("welcome.es.srt", "captions", "es", SPANISH, SRT),
    )
    for position, (name, form, language, content, kind) in enumerate(shapes, 1):
        told = {"name": name, "form": form, "language": language, "position": position}
        told["file_id"] = await a_file(works, running.storage, content, **kind)
        await works.run(ANONYMOUS, _variant, told | {"version_id": file.version_id})
    return file


async def _variant(work: Work, columns: dict[str, Any]) -> None:
    work.add(MaterialVariant, id=work.new_id(), **columns)


async def shows_pdf(page: Page) -> bool:
    """Whether the browser's own viewer is in the frame."""
    await page.locator(".preview-frame").scroll_into_view_if_needed()
    for _ in range(300):
        if any(frame.url.startswith("chrome-extension://") for frame in page.frames):
            return True
        await page.wait_for_timeout(100)
    return False


@asynccontextmanager
async def window(browser: Browser, running: Running) -> AsyncIterator[Page]:
    """A browser window that complains about errors, and about what comes neither from us nor from the PDF viewer."""
    site = running.works.site
    ours = (site.base_url, *([site.files_url] if site.files_url else []), "chrome-extension://", "chrome://")
    context = await browser.new_context(viewport={"width": DESK, "height": 844})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
    yield page
    await context.close()
    assert complaints == []


async def test_everything_is_shown_in_the_page_and_saved_from_it(browser: Browser, running: Running) -> None:
    file = await everything(running)
    person = await get_person(file.day.scene.people[0])
    async with window(browser, running) as page:
        await enter(page, running.works, Viewer(person_id=person.id, email=person.email))
        await page.goto(f"{running.address}/sessions/{file.day.session_id}/materials/{file.material_id}")
        assert await page.evaluate(PLAYED) == {
            "moved": True,
            "video": True,
            "captions": True,
            "labels": ["English", "Spanish"],
            "audio": True,
            "picture": True,
        }
        assert await shows_pdf(page)
        async with page.expect_download() as saving:
            await page.locator(f'a[href$="/files/{file.variant_id}"]').first.click()
        saved = await saving.value
        assert saved.suggested_filename == "Diapositivas ñ.pdf"
        assert Path(await saved.path()).read_bytes() == file.content
        host = "localhost" if running.works.site.files_url else "127.0.0.1"
        assert saved.url.startswith(f"http://{host}:")
        assert {cookie.get("domain") for cookie in await page.context.cookies()} == {"127.0.0.1"}
