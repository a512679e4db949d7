"""A device that several people use: what it keeps of rosters belongs to whoever opened them, and to nobody else."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.attendance.made import Day
from tests.journeys.browsing import reader
from tests.journeys.rosters import SMALL, attempts, come, kept, open_roster, saved, stands, tap, today, until
from training.base.work import Works

pytestmark = pytest.mark.browser
CUT = "net::ERR_"
NAME = "Northern Line 0"
NO_PAGES = """async () => {
  const kept = await (await caches.open("rosters")).keys();
  return kept.length > 0 && kept.every((request) => !/rosters.[0-9a-f]{8}-/.test(request.url));
}"""
# Every page that is kept, and every roster that the device knows, as one text.
LEFT = """async () => {
  const cache = await caches.open("rosters");
  const texts = [];
  for (const request of await cache.keys()) {
    if (request.url.includes("/static/")) continue;
    // Whoever forgets it meanwhile is faster than this look, now and then.
    const page = await cache.match(request, { ignoreVary: true });
    if (page) texts.push(await page.text());
  }
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("rosters");
    asked.onsuccess = () => resolve(asked.result);
  });
  const rows = await new Promise((resolve) => {
    const asked = db.transaction("known").objectStore("known").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  db.close();
  return texts.join() + JSON.stringify(rows);
}"""


async def kept_by_the_lead(page: Page, works: Works, address: str, day: Day) -> None:
    """The roster lies on the device, with a mark that was saved."""
    await come(page, works, address, day.lead)
    await open_roster(page, address, day)
    await kept(page)
    await tap(page, NAME, "Present")
    await saved(page)
    assert NAME in await page.evaluate(LEFT)


async def nothing_left(page: Page, address: str, day: Day) -> None:
    """No page and no roster of anybody; without a network nothing of it opens."""
    await until(page, f"async () => !(await ({LEFT})()).includes('{NAME}')")
    left = await page.evaluate(LEFT)
    assert str(day.meeting_id) not in left
    # A word of its own: the tokens of a page have any three letters in them by chance.
    assert not re.search(r"\bLea\b", left)
    await page.context.set_offline(True)
    await page.goto(f"{address}/rosters/{day.meeting_id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("No network")
    await expect(page.get_by_text(NAME)).to_have_count(0)
    await expect(page.locator("[data-menu]")).to_have_count(0)
    await page.context.set_offline(False)


async def test_another_viewer_ends_what_was_kept(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.context.clear_cookies()
        await come(page, real_works, address, day.stranger)
        await page.goto(f"{address}/my/sessions")
        await nothing_left(page, address, day)


async def test_so_does_a_sign_in_that_is_over(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.context.clear_cookies()
        await page.goto(f"{address}/sign-in")
        await nothing_left(page, address, day)


async def test_a_revoked_sign_in_is_noticed_by_a_roster_that_stays_open(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.context.clear_cookies()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.locator("[data-roster-bar]")).to_have_attribute("data-trouble", "signed out")
        await until(page, f"async () => !(await ({LEFT})()).includes('{NAME}')")


async def test_the_worker_forgets_the_rosters_of_others_by_itself(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works, meetings=2)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.context.clear_cookies()
        await come(page, real_works, address, day.stranger)
        # A page that no script of ours runs on: another roster, which is none of theirs.
        window = await page.context.new_cdp_session(page)
        await window.send("Emulation.setScriptExecutionDisabled", {"value": True})
        loaded: list[str] = []
        page.on("requestfinished", lambda asked: loaded.append(asked.url))
        await page.goto(f"{address}/rosters/{day.meeting_ids[1]}")
        await until(page, NO_PAGES)
        assert loaded
        assert not [url for url in loaded if url.endswith(".js")]


async def test_a_window_that_stayed_open_sends_nothing_as_somebody_else(
    browser: Browser, real_works: Works, address: str
) -> None:
    """Marked without a network; before there is one again, a manager has signed in beside."""
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.context.set_offline(True)
        await tap(page, "Northern Line 1", "No-show")
        await expect(page.locator("[data-state]")).to_contain_text("1 mark waits")
        await page.context.clear_cookies()
        await come(page, real_works, address, day.manager)
        await page.context.set_offline(False)
        await expect(page.locator("[data-roster-bar]")).to_have_attribute("data-trouble", "signed out")
        await stands(day, {NAME: "present"})
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await stands(day, {NAME: "present", "Northern Line 1": "no-show"})
        assert {change.marked_by_name for change in await attempts(day)} == {"Lea"}


async def test_whoever_kept_it_still_opens_it(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await kept_by_the_lead(page, real_works, address, day)
        await page.goto(f"{address}/my/sessions")
        await page.goto(f"{address}/")
        await page.wait_for_load_state("networkidle")
        await page.context.set_offline(True)
        await page.goto(f"{address}/rosters/{day.meeting_id}")
        await expect(page.locator('[data-roster][data-ready="yes"]')).to_be_visible()
        await tap(page, "Northern Line 1", "Present")
        await page.context.set_offline(False)
        await stands(day, {NAME: "present", "Northern Line 1": "present"})
