"""A roster on a device whose storage is slow: what is tapped in a row, and what is answered at the same moment."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys.browsing import reader
from tests.journeys.rosters import SMALL, come, kept, open_roster, saved, statuses, tap, today, until
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.work import Works

pytestmark = pytest.mark.browser
# How often what is known of a roster was asked for.
COUNTED = """
window.asked = 0;
const get = IDBObjectStore.prototype.get;
IDBObjectStore.prototype.get = function (key) {
  if (this.name === "known" && key) window.asked += 1;
  return get.call(this, key);
};
"""
# Whoever wants to read or write now has to wait until `letGo()`.
HELD = """(stores) => new Promise((held) => {
  const asked = indexedDB.open("rosters");
  asked.onsuccess = () => {
    const all = asked.result.transaction(stores, "readwrite");
    let go = false;
    const on = () => { if (!go) all.objectStore(stores[0]).get("").onsuccess = on; };
    all.oncomplete = () => asked.result.close();
    window.letGo = () => { go = true; };
    on();
    held();
  };
})"""
# The form goes off, and the browser has not left yet: it does by `goes()`.
GOES = """
const submit = HTMLFormElement.prototype.submit;
HTMLFormElement.prototype.submit = function () { window.goes = () => submit.call(this); };
"""
KNOWN = """() => new Promise((told) => {
  const asked = indexedDB.open("rosters");
  asked.onsuccess = () => {
    const rows = asked.result.transaction("known").objectStore("known").getAll();
    rows.onsuccess = () => { asked.result.close(); told(rows.result.length); };
  };
})"""


class Held:
    """Requests that wait until they are let go, by their method."""

    def __init__(self) -> None:
        self.go = {"GET": asyncio.Event(), "POST": asyncio.Event()}

    async def hold(self, route: Route) -> None:
        await self.go[route.request.method].wait()
        await route.continue_()


async def known(page: Page) -> int:
    """How many rosters this device knows."""
    return int(await page.evaluate(KNOWN))


async def test_quick_taps_are_all_meant(browser: Browser, real_works: Works, address: str) -> None:
    """Everybody are those whom nobody has tapped, also while the taps are still being kept."""
    day = await today(real_works, people=4)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.evaluate(HELD, ["marks", "known"])
        await tap(page, "Northern Line 0", "No-show")
        await tap(page, "Northern Line 1", "No-show")
        await page.get_by_role("button", name="Everybody is present").click()
        await page.evaluate("letGo()")
        await expect(page.locator("[data-count]")).to_have_text("4 of 4 recorded")
        await page.get_by_role("button", name="Take it back").click()
        await expect(page.locator("[data-count]")).to_have_text("2 of 4 recorded")
        await saved(page)
        assert await statuses(day) == {"Northern Line 0": "no-show", "Northern Line 1": "no-show"}


async def test_two_answers_at_once_lose_nothing_of_each_other(
    browser: Browser, real_works: Works, address: str
) -> None:
    """A mark that was not taken is told of, although the roster is read anew at the same moment."""
    day = await today(real_works)
    held = Held()
    async with reader(browser, address, SMALL) as page:
        await page.add_init_script(COUNTED)
        await page.route("**/api/v1/meetings/*/roster", held.hold)
        await page.route("**/roster/marks", held.hold)
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await real_works.run(day.assistant, close_roster, day.meeting_id, rest="present")
        async with page.expect_request("**/roster/marks"):
            await tap(page, "Northern Line 0", "No-show")
        await page.evaluate(HELD, ["known"])
        for method in ("POST", "GET"):
            before = await page.evaluate("asked")
            held.go[method].set()
            await until(page, f"() => asked > {before}")
        await page.evaluate("letGo()")
        await expect(page.locator("[data-lost]")).to_contain_text("This roster is closed, so a change takes a reason.")


async def test_what_is_answered_after_signing_out_stays_nowhere(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    held = Held()
    async with reader(browser, address, SMALL) as page:
        await page.add_init_script(GOES)
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        assert await known(page) == 1
        await page.route("**/api/v1/meetings/*/roster", held.hold)
        present = MarkInput(enrollment_id=day.enrollments[0], status=Status.PRESENT)
        await real_works.run(day.assistant, save_marks, day.meeting_id, [present])
        async with page.expect_request("**/api/v1/meetings/*/roster"):
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await page.locator("details[data-menu] summary").click()
        await page.get_by_role("button", name="Sign out").click()
        await until(page, "() => Boolean(window.goes)")
        held.go["GET"].set()
        await expect(page.locator("[data-row]").first).to_contain_text("by Asa")
        assert await known(page) == 0
        await page.evaluate("goes()")
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
