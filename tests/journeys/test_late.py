"""Doors where the network or the device is slow: an answer that never comes, a press while something loads, a tap just
as a page wakes up."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, Route, expect

from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from tests.journeys.rosters import SMALL, come, open_roster, saved, stands, tap, today, until
from tests.journeys.test_check_in import camera, check_in, film, let_in, make_door, marked
from training.base.work import Works
from training.web.statics import find_asset

pytestmark = pytest.mark.browser
# Whether codes are read here at all: that this is built where it counts, test_check_in.py sees to.
READS = bool(find_asset("js/qr/decode.js"))
# Every camera that was opened, to see whether it still runs.
OPENED = """
window.opened = [];
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await open(wish);
  opened.push(stream);
  return stream;
};
"""
RUNNING = "opened.filter((stream) => stream.active).length"
# From when the roster listens, the first that is read of what is known of it is told when `letGo()` is called.
SLOW = """
window.listening = false;
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (name, ...rest) {
  if (name === "change" && this.matches?.("[data-roster]")) window.listening = true;
  return listen.call(this, name, ...rest);
};
const told = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
const go = new Promise((done) => { window.letGo = done; });
Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
  get() { return told.get.call(this); },
  set(action) {
    const slow = window.listening && this.mode === "readonly" && this.objectStoreNames[0] === "known" && !window.slow;
    if (slow) window.slow = true;
    told.set.call(this, slow ? () => go.then(action) : action);
  },
});
"""


class Network:
    """A network that answers nothing for the first `silent` requests, and nothing at all while it is `cut`."""

    def __init__(self, silent: int = 0) -> None:
        self.silent = silent
        self.cut = False
        self.asked = 0

    async def carry(self, route: Route) -> None:
        self.asked += 1
        if self.cut:
            await route.abort()
        elif self.asked > self.silent:
            await route.continue_()


async def test_the_screen_goes_on_after_an_answer_that_never_comes(
    browser: Browser, real_works: Works, address: str
) -> None:
    door = await make_door(real_works)
    word, network = await let_in(real_works, door), Network(silent=1)
    async with reader(browser, address, DESK) as beamer:
        await enter(beamer, real_works, door.lead)
        await beamer.goto(address + door.root + "/screen")
        await beamer.route("**/screen", network.carry)
        async with reader(browser, address, PHONE) as phone:
            await check_in(phone, address, door.here(0), word)
            await expect(phone.get_by_role("status").first).to_contain_text("You are checked in. Welcome!")
        await expect(beamer.get_by_role("main")).to_contain_text("1 of 3 are in")
        assert network.asked > 1


async def test_a_code_that_is_over_does_not_stand_on_the_screen(
    browser: Browser, real_works: Works, address: str
) -> None:
    door = await make_door(real_works)
    await let_in(real_works, door)
    network = Network()
    async with reader(browser, address, DESK, expected="ERR_FAILED") as beamer:
        await enter(beamer, real_works, door.lead)
        await beamer.clock.install()
        await beamer.goto(address + door.root + "/screen")
        await beamer.route("**/screen", network.carry)
        code, picture = beamer.locator(".beamer-code"), beamer.locator(".qr-box")
        network.cut = True
        await beamer.clock.fast_forward(10_000)
        await expect(code).to_be_visible()
        await beamer.clock.fast_forward(45_000)
        await expect(beamer.get_by_role("main")).to_contain_text("The next code could not be fetched.")
        await expect(code).to_have_count(0)
        await expect(picture).to_have_count(0)
        await looks_right(beamer)
        network.cut = False
        await beamer.clock.fast_forward(2_000)
        await expect(code).to_be_visible()
        await expect(picture).to_be_visible()
        await expect(beamer.get_by_role("main")).not_to_contain_text("The next code could not be fetched.")


async def test_the_screen_of_somebody_who_is_signed_out_says_so(
    browser: Browser, real_works: Works, address: str
) -> None:
    door = await make_door(real_works)
    await let_in(real_works, door)
    async with reader(browser, address, DESK, expected="status of 401") as beamer:
        await enter(beamer, real_works, door.lead)
        await beamer.goto(address + door.root + "/screen")
        await expect(beamer.locator(".beamer-code")).to_be_visible()
        await beamer.context.clear_cookies()
        await expect(beamer.locator("[data-screen]")).to_have_count(0)
        await expect(beamer.get_by_role("heading", level=1)).to_contain_text("Sign in")


async def test_pressed_twice_while_the_decoder_loads_one_camera_runs_and_stops(
    real_works: Works, address: str, tmp_path: Path
) -> None:
    if not READS:
        return
    door = await make_door(real_works)
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    async with (
        camera(film(tmp_path / "code.y4m", address + door.code(0))) as browser,
        reader(browser, address, PHONE) as page,
    ):
        await enter(page, real_works, door.lead)
        await page.add_init_script(OPENED)
        await page.route("**/qr/**", hold)
        await page.goto(address + door.root + "/scan")
        start, said = page.locator("[data-start]"), page.locator("[data-said]")
        await start.click()
        await expect(said).to_have_text("The camera is starting …")
        await expect(start).to_have_attribute("aria-busy", "true")
        await start.click()
        go.set()
        await expect(said).to_contain_text("Northern Line 0 is checked in")
        await expect(start).to_have_text("Stop the camera")
        await expect(start).not_to_have_attribute("aria-busy", "true")
        assert await page.evaluate(RUNNING) == 1
        await start.click()
        await expect(start).to_have_text("Start the camera")
        assert await page.evaluate(RUNNING) == 0


async def test_what_reads_codes_is_not_waited_for_without_end(real_works: Works, address: str, tmp_path: Path) -> None:
    if not READS:
        return
    door = await make_door(real_works)
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    async with (
        camera(film(tmp_path / "code.y4m", address + door.code(0))) as browser,
        reader(browser, address, PHONE) as page,
    ):
        await enter(page, real_works, door.lead)
        await page.route("**/qr/**", hold)
        await page.goto(address + door.root + "/scan")
        start, said = page.locator("[data-start]"), page.locator("[data-said]")
        await start.click()
        await expect(said).to_contain_text("What reads codes has not arrived yet: the network is slow.", timeout=20_000)
        await expect(start).not_to_have_attribute("aria-busy", "true")
        await looks_right(page)
        go.set()
        await start.click()
        await expect(said).to_contain_text("Northern Line 0 is checked in")


@pytest.mark.parametrize("lost", ["silent", "cut", "torn"])
async def test_a_check_in_without_an_answer_is_read_once_more(
    real_works: Works, address: str, tmp_path: Path, lost: str
) -> None:
    if not READS:
        return
    door = await make_door(real_works)
    asked: list[str] = []
    go = asyncio.Event()

    async def lose(route: Route) -> None:
        """It arrives, and what is answered is lost."""
        asked.append(route.request.url)
        if len(asked) > 1:
            await go.wait()
            await route.continue_()
            return
        await route.fetch()
        if lost == "cut":
            await route.abort()
        elif lost == "torn":
            await route.fulfill(status=200, content_type="application/json", body='{"name": "Nor')

    async with (
        camera(film(tmp_path / "code.y4m", address + door.code(0))) as browser,
        reader(browser, address, PHONE, expected="ERR_FAILED" if lost == "cut" else "\0") as page,
    ):
        await enter(page, real_works, door.lead)
        await page.route("**/check-ins", lose)
        await page.goto(address + door.root + "/scan")
        await page.get_by_role("button", name="Start the camera").click()
        said = page.locator("[data-said]")
        await expect(said).to_contain_text("No answer came, so it may have arrived or not.")
        go.set()
        await expect(said).to_have_text("Northern Line 0 is checked in already.")
        await expect(page.locator("[data-list] li")).to_have_count(1)
    assert await marked(door) == ["qr", "", ""]


async def test_a_tap_from_before_the_script_outlives_one_just_after_it(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await page.add_init_script(SLOW)
        await page.route("**/roster.js", hold)
        await page.goto(f"{address}/rosters/{day.meeting_id}", wait_until="commit")
        await tap(page, "Northern Line 0", "No-show")
        go.set()
        await until(page, "() => Boolean(window.listening && window.slow)")
        await tap(page, "Northern Line 1", "No-show")
        # What paints the rows meanwhile, as any page that comes back to the front does.
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        # A page that does not keep the first tap first has put its row back by then.
        await asyncio.sleep(1)
        await page.evaluate("letGo()")
        await stands(day, {"Northern Line 0": "no-show", "Northern Line 1": "no-show"})
        await saved(page)


async def test_signing_out_without_an_answer_takes_seconds_and_one_question(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    asked: list[str] = []

    async def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.accept()

    async with reader(browser, address, SMALL, expected="ERR_") as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        network = Network(silent=100)
        await page.route("**/roster/marks", network.carry)
        await page.route("**/api/v1/me", network.carry)
        page.on("dialog", agree)
        async with page.expect_request("**/roster/marks"):
            await tap(page, "Northern Line 0", "No-show")
        await page.locator("details[data-menu] summary").click()
        out = page.get_by_role("button", name="Sign out")
        await out.click(no_wait_after=True)
        await expect(out).to_have_attribute("aria-busy", "true")
        await out.click(no_wait_after=True)
        await expect(page.get_by_text("You are signed out.")).to_be_visible(timeout=15_000)
    assert len(asked) == 1
