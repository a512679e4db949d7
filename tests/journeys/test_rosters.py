"""The roster on a phone: marked by taps, without JavaScript, by keyboard alone, light and dark."""

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.browsing import DESK, looks_right, reader
from tests.journeys.rosters import SMALL, attempts, come, more, open_roster, saved, shift, stands, statuses, tap, today
from training.base.database import execute
from training.base.work import Works

pytestmark = pytest.mark.browser
FINGER = 44
# The sheet is closed and the next person reached within one breath; whose row has the focus when all is told?
QUICKLY = """async () => {
  const rows = [...document.querySelectorAll(".roster-row")];
  document.activeElement.click();
  rows[1].querySelector("input[type=radio]").focus();
  await new Promise((done) => setTimeout(done, 300));
  return document.activeElement.closest(".roster-row").querySelector("bdi").textContent;
}"""


async def test_mark_by_taps(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=5)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await tap(page, "Northern Line 0", "Present")
        await tap(page, "Northern Line 1", "No-show")
        await more(page, "Northern Line 2")
        await page.get_by_role("dialog").locator('[data-set="late"]', has_text="10").click()
        await more(page, "Northern Line 3")
        await looks_right(page)
        await page.get_by_label("Reason").fill("On a call with somebody in need")
        await page.get_by_role("dialog").get_by_role("button", name="Excused").click()
        await expect(page.locator("[data-count]")).to_have_text("4 of 5 recorded")
        await saved(page)
        await looks_right(page)
        assert await statuses(day) == {
            "Northern Line 0": "present",
            "Northern Line 1": "no-show",
            "Northern Line 2": "late",
            "Northern Line 3": "excused",
        }
        assert len(await attempts(day)) == 4


async def test_everybody_is_who_had_a_place_then(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=3)
    await shift(day, hours=-4)
    await execute("UPDATE enrollment SET created_at = {} WHERE id = {}", real_works.clock(), day.enrollments[2])
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await expect(page.locator("[data-count]")).to_have_text("0 of 2 recorded")
        await expect(page.get_by_text("after this meeting")).to_be_visible()
        await page.locator("[data-everybody]").click()
        await expect(page.locator("[data-undo-words]")).to_contain_text("2 marked present.")
        await expect(page.locator("[data-count]")).to_have_text("2 of 2 recorded")
        await expect(page.locator("[data-everybody]")).to_be_hidden()
        await saved(page)
        await looks_right(page)
        assert await statuses(day) == {"Northern Line 0": "present", "Northern Line 1": "present"}
        await tap(page, "Northern Line 2", "Present")
        await expect(page.locator("[data-count]")).to_have_text("3 of 3 recorded")
        await saved(page)
        assert (await statuses(day))["Northern Line 2"] == "present"


async def test_everything_that_is_tapped_is_big_enough_for_a_thumb(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    for width in (320, SMALL):
        async with reader(browser, address, width) as page:
            await come(page, real_works, address, day.lead)
            await open_roster(page, address, day)
            for target in await page.locator(".roster-tap, .roster-more, [data-everybody]").all():
                box = await target.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= FINGER, (width, await target.inner_text(), box)
            await looks_right(page)


async def test_light_and_dark_on_a_phone_and_on_a_desk(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=6)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await tap(page, "Northern Line 0", "Present")
        await tap(page, "Northern Line 1", "No-show")
        await more(page, "Northern Line 2")
        await page.get_by_role("dialog").locator('[data-set="late"]', has_text="30").click()
        await saved(page)
        for theme in themes:
            await page.emulate_media(color_scheme=theme)
            for width in (SMALL, DESK):
                await page.set_viewport_size({"width": width, "height": 844})
                await looks_right(page)
                await more(page, "Northern Line 2")
                await looks_right(page)
                await page.keyboard.press("Escape")


async def test_everybody_is_present_except_one(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=4)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.get_by_role("button", name="Everybody is present").click()
        await expect(page.locator("[data-count]")).to_have_text("4 of 4 recorded")
        await tap(page, "Northern Line 2", "No-show")
        await saved(page)
        await looks_right(page)
        found = await statuses(day)
        assert found.pop("Northern Line 2") == "no-show"
        assert set(found.values()) == {"present"}


async def test_everybody_is_taken_back(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=3)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await tap(page, "Northern Line 0", "No-show")
        await page.get_by_role("button", name="Everybody is present").click()
        await page.get_by_role("button", name="Take it back").click()
        await expect(page.locator("[data-count]")).to_have_text("1 of 3 recorded")
        await saved(page)
        assert await statuses(day) == {"Northern Line 0": "no-show"}


async def test_without_javascript(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, scripts=False, expected="status of 422") as page:
        await come(page, real_works, address, day.lead)
        await page.goto(f"{address}/rosters/{day.meeting_id}")
        await tap(page, "Northern Line 0", "Present")
        await tap(page, "Northern Line 1", "No-show")
        await page.get_by_role("button", name="Save the roster").click()
        await expect(page.get_by_text("2 people are marked.")).to_be_visible()
        await tap(page, "Northern Line 2", "Present")
        # What was chosen is not lost on the way to somebody's own page.
        await more(page, "Northern Line 3")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Northern Line 3")
        await page.get_by_role("radio", name="Late").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Say by how many minutes they were late.").first).to_be_visible()
        await page.get_by_label("Minutes late").fill("12")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("4 of 4 recorded")).to_be_visible()
        assert sorted((await statuses(day)).values()) == ["late", "no-show", "present", "present"]
        await page.get_by_role("link", name="Close the roster").click()
        await page.get_by_role("button", name="Close the roster").click()
        await expect(page.get_by_text("The roster is closed, although the meeting still runs.")).to_be_visible()


async def test_by_keyboard_alone(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=5)
    async with reader(browser, address, DESK) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.get_by_role("radio").first.focus()
        await page.keyboard.press("p")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("n")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("l")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("x")
        await page.keyboard.type("Ill")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await page.keyboard.press("ArrowDown")
        # From one choice to the next nothing is marked in passing; Space takes one.
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("[data-count]")).to_have_text("4 of 5 recorded")
        await page.keyboard.press("Space")
        await expect(page.locator("[data-said]")).to_have_text("Northern Line 3: Excused. 4 of 5 recorded")
        await expect(page.locator("[data-count]")).to_have_text("5 of 5 recorded")
        await saved(page)
        assert list((await statuses(day)).values()) == ["present", "no-show", "late", "excused", "no-show"]


async def test_the_key_after_the_sheet_is_for_whom_it_was_pressed(
    browser: Browser, real_works: Works, address: str
) -> None:
    """A quick hand is at the next person before the browser has told anybody that the sheet closed."""
    day = await today(real_works, people=2)
    async with reader(browser, address, DESK) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.get_by_role("radio").first.focus()
        await page.keyboard.press("l")
        assert await page.evaluate(QUICKLY) == "Northern Line 1"
        await page.keyboard.press("Space")
        await expect(page.locator("[data-count]")).to_have_text("2 of 2 recorded")
        await saved(page)
        assert await statuses(day) == {"Northern Line 0": "late", "Northern Line 1": "present"}


async def test_after_escape_the_focus_is_where_the_sheet_was_opened(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works, people=2)
    async with reader(browser, address, DESK) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        for key in ("m", None):
            if key:
                await page.get_by_role("radio").nth(2).focus()
                await page.keyboard.press(key)
            else:
                await more(page, "Northern Line 1")
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("group", name="Northern Line 1").get_by_role("button")).to_be_focused()


async def test_a_long_roster_is_searched(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=14)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.get_by_label("Find a name").fill("LÎNE 13")
        await expect(page.locator("[data-found]")).to_have_text("1 shown")
        await tap(page, "Northern Line 13", "Present")
        await page.get_by_label("Find a name").fill("")
        await page.get_by_label("Only those not recorded").check()
        await expect(page.locator("[data-found]")).to_have_text("13 shown")
        await saved(page)
        await stands(day, {"Northern Line 13": "present"})
