"""Somebody who takes part, and the materials of their session: before it, after it, and when they changed since. On a
phone and on a desk, signed in and by the link to their place, with scripts and without."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Download, Page, expect

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.journeys.browsing import DESK, Keys, clocked, enter, looks_right, reader
from tests.materials.made import learner
from tests.materials.shelf import Shelf, changed, make_shelf, place_path, was_there
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.storage.keeping import Storage

pytestmark = pytest.mark.browser
NARROW = 360
# A player has what it needs: the film by its description, the words by their number.
PLAYER = """async (video) => {
  const track = video.textTracks[0];
  for (let tries = 0; tries < 300; tries += 1) {
    if (video.readyState >= 1 && track.cues?.length) break;
    await new Promise((go) => setTimeout(go, 100));
  }
  return { seconds: Math.round(video.duration), mode: track.mode, cues: track.cues?.length ?? 0, of: track.language };
}"""


async def arranged(works: Works, storage: Storage) -> Shelf:
    """A session in four days with everything that it can give, published ten days ago."""
    clock = FrozenClock()
    clock.now = works.clock() - timedelta(days=10)
    earlier = clocked(works, clock)
    day = await make_day(earlier, clock)
    clock.now = works.clock() - timedelta(days=10)
    return await make_shelf(earlier, day, storage)


async def held(works: Works, day: Day) -> None:
    """A week goes by: the session was held two days ago, and the first learner was there."""
    began = works.clock() - timedelta(days=2)
    times = began, began + timedelta(hours=2), day.session_id
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE session_id = {}", *times)
    await execute("UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}", *times)
    await was_there(works, day)


def named(does: str, what: str) -> re.Pattern[str]:
    """A link or button by what is seen of its name, and by what only is heard of it."""
    return re.compile(f"{re.escape(does)}.*{re.escape(what)}")


async def saved(page: Page, name: re.Pattern[str]) -> Download:
    """What comes of pressing a link that saves something."""
    async with page.expect_download() as coming:
        await page.get_by_role("link", name=name).click()
    return await coming.value


async def person_of(day: Day) -> Viewer:
    """The first learner, with the address that their links are mailed to."""
    (row,) = await execute("SELECT email FROM person WHERE id = {}", day.scene.people[0])
    return replace(learner(day), email=row["email"])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_before_the_session(
    browser: Browser, real_works: Works, real_storage: Storage, address: str, scripts: bool
) -> None:
    shelf = await arranged(real_works, real_storage)
    async with reader(browser, address, NARROW, scripts=scripts) as page:
        await enter(page, real_works, await person_of(shelf.day))
        await page.goto(f"{address}/my/sessions")
        await page.get_by_role("link", name=named("1 thing to do before", "Safe messaging")).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Materials")
        await expect(page.get_by_role("heading", name="To be done before the session")).to_be_visible()
        await expect(page.get_by_role("main")).to_contain_text("Done: 0 of 1")
        await expect(page.get_by_role("listitem").filter(has_text="Slides and handout")).to_contain_text("From")
        await looks_right(page, scripts)
        await page.get_by_role("link", name=named("Open", "Read this first")).click()
        await expect(page.get_by_role("main")).to_contain_text("Say died by suicide.")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Spanish", exact=True).click()
        await expect(page.get_by_role("region", name="What is in it")).to_contain_text("Di murió por suicidio.")
        await page.get_by_role("button", name=named("I have gone through it", "Read this first")).click()
        await expect(page.get_by_role("main")).to_contain_text("There is nothing more to do.")
        await looks_right(page, scripts)
        await page.get_by_role("button", name=named("Take that back", "Read this first")).click()
        await expect(page.get_by_role("main")).to_contain_text("Done: 0 of 1")
        await page.get_by_role("button", name="Write to me about changes").click()
        await expect(page.get_by_role("button", name="Do not write to me about changes")).to_be_visible()
        await looks_right(page, scripts)


async def test_too_early(browser: Browser, real_works: Works, real_storage: Storage, address: str) -> None:
    shelf = await arranged(real_works, real_storage)
    async with reader(browser, address, NARROW, expected="403") as page:
        await enter(page, real_works, await person_of(shelf.day))
        await page.goto(address + shelf.path(shelf.slides))
        await expect(page.get_by_role("main")).to_contain_text("It is there for you from")
        await looks_right(page)
        await page.get_by_role("link", name="All materials of this session").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Materials")


async def test_after_the_session(browser: Browser, real_works: Works, real_storage: Storage, address: str) -> None:
    shelf = await arranged(real_works, real_storage)
    await held(real_works, shelf.day)
    await changed(real_works, shelf.day, shelf.read, "Also on phones.", "Phones are in it.")
    async with reader(browser, address, NARROW) as page:
        await page.emulate_media(color_scheme="dark")
        await enter(page, real_works, await person_of(shelf.day))
        await page.goto(address + shelf.path())
        await expect(page.get_by_role("heading", name="What was given")).to_be_visible()
        await expect(page.get_by_role("main")).to_contain_text("What is different: Phones are in it.")
        await looks_right(page)
        await page.get_by_role("link", name=named("Open", "Recording")).click()
        player = page.get_by_label("Recording: Recording, English")
        await player.scroll_into_view_if_needed()
        assert await player.evaluate(PLAYER) == {"seconds": 25, "mode": "showing", "cues": 5, "of": "en"}
        await looks_right(page)
        film = await saved(page, named("Download", "welcome.webm"))
        assert film.suggested_filename == "welcome.webm"
        await page.get_by_role("link", name="All materials").click()
        everything = await saved(page, named("Download everything", "archive"))
        assert everything.suggested_filename.endswith(".zip")

        await page.get_by_role("link", name=named("All versions", "Read this first")).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Versions")
        given = page.get_by_role("listitem").filter(has_text="What you were given")
        await expect(given).to_contain_text("Version 1")
        await looks_right(page)
        await page.get_by_role("link", name=named("Open", "version 2")).click()
        await expect(page.get_by_role("main")).to_contain_text("Newer than what you were given")
        await expect(page.get_by_role("main")).to_contain_text("Also on phones.")
        await looks_right(page)
        await page.get_by_role("link", name="What was given: version 1").click()
        await expect(page.get_by_role("main")).not_to_contain_text("Also on phones.")


async def test_by_the_link_to_ones_place_and_the_keyboard(
    browser: Browser, real_works: Works, real_storage: Storage, address: str
) -> None:
    shelf = await arranged(real_works, real_storage)
    async with reader(browser, address, DESK) as page:
        await page.emulate_media(color_scheme="dark")
        await page.goto(address + place_path(real_works, shelf.day))
        keys = Keys(page)
        await keys.skip()
        await keys.press("What is to be done before")
        assert await keys.heading() == "Materials"
        await looks_right(page)
        await keys.press("I have gone through it")
        await keys.says("There is nothing more to do.")
        await keys.press("Write to me about changes")
        await keys.says("You get a mail when a newer version")
        await keys.press("Read this first")
        assert await keys.heading() == "Read this first"
        await looks_right(page)


async def test_what_is_for_everybody(browser: Browser, real_works: Works, real_storage: Storage, address: str) -> None:
    shelf = await arranged(real_works, real_storage)
    (row,) = await execute("SELECT slug FROM program WHERE id = {}", shelf.day.scene.program_id)
    async with reader(browser, address, NARROW) as page:
        await page.goto(f"{address}/programs/{row['slug']}")
        await page.get_by_role("link", name=named("1 material for everybody", "Course")).click()
        await looks_right(page)
        await page.get_by_role("link", name=named("Open", "Poster")).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Poster <b>bold</b>")
        await looks_right(page)
