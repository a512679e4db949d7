"""Somebody subscribes to their calendar, gives it a new address and revokes it: a real browser, a real server.
A calendar program fetches meanwhile. On a phone and on a desk, with scripts and without."""

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.feeds.made import book, learner, make_feed_scene
from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from training.base.work import Works

pytestmark = pytest.mark.browser
NARROW = 360


async def fetched(address: str) -> httpx.Response:
    """What a calendar program gets."""
    async with httpx.AsyncClient(headers={"user-agent": "Thunderbird/140.0"}) as program:
        return await program.get(address)


async def shown_once(page: Page) -> str:
    """The address on the page that shows it; the page's own address holds nothing of it."""
    address = await page.get_by_label("Address", exact=True).input_value()
    assert address.rsplit("/", 1)[1].removesuffix(".ics") not in page.url
    return address


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_subscribe_renew_revoke(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    scene = await make_feed_scene(real_works, meetings=2)
    await book(real_works, scene, 0)
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, learner(scene))
        await page.goto(f"{address}/sessions/{scene.session_id}")
        await page.get_by_role("link", name="Have a calendar that follows changes").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your calendars")
        await page.get_by_label("Where you will use it").fill("نور <b>phone</b>")
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Make the address").click()

        await expect(page.get_by_role("main")).to_contain_text("This page is the only place that ever shows it")
        await looks_right(page, scripts)
        first = await shown_once(page)
        calendar = await fetched(first)
        assert (calendar.status_code, calendar.text.count("BEGIN:VEVENT")) == (200, 2)
        webcal = await page.get_by_role("link", name="Open in the calendar program").get_attribute("href")
        assert webcal == f"webcal://{first.partition('://')[2]}"
        await page.get_by_role("link", name="I have copied it").click()

        await expect(page.get_by_role("table")).to_contain_text("Thunderbird")
        await expect(page.get_by_role("table")).to_contain_text("نور <b>phone</b>")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="New address").click()
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Make a new address").click()
        second = await shown_once(page)
        assert [(await fetched(one)).status_code for one in (first, second)] == [404, 200]
        await page.get_by_role("link", name="I have copied it").click()

        await page.get_by_role("link", name="Revoke").click()
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Revoke it now").click()
        await expect(page.get_by_role("status")).to_contain_text("The address is revoked")
        assert (await fetched(second)).content == (await fetched(f"{address}/calendars/unknown.ics")).content

        await page.goto(f"{address}/my/calendar")
        await expect(page.get_by_role("main")).to_contain_text("part 2 of 2")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Month").click()
        await looks_right(page, scripts)


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "selection"])
async def test_the_address_is_copied_whole_by_keyboard(
    browser: Browser, real_works: Works, address: str, allowed: bool
) -> None:
    scene = await make_feed_scene(real_works)
    async with reader(browser, address, NARROW) as page:
        if allowed:
            await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        else:
            await page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'));")
        await enter(page, real_works, learner(scene))
        await page.goto(f"{address}/account/calendars")
        await page.get_by_label("Where you will use it").fill("My phone")
        await page.get_by_role("button", name="Make the address").click()
        # It comes with the module, as does what happens when the address is gone to.
        await expect(page.get_by_role("button", name="Copy the address")).to_be_visible()
        await page.wait_for_load_state()
        field = page.get_by_label("Address", exact=True)
        assert await field.evaluate("f => f.scrollWidth <= f.clientWidth && f.scrollHeight <= f.clientHeight")
        await field.focus()
        assert await field.evaluate("f => f.selectionEnd - f.selectionStart === f.value.length")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Copy the address")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("Copied.")
        await expect(page.get_by_role("button", name="Copy the address")).to_be_focused()
        await looks_right(page)
        if allowed:
            assert await page.evaluate("navigator.clipboard.readText()") == await shown_once(page)
