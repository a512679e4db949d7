"""A manager looks at the reminders of a session, adds one, changes one, switches one off, stops one person, and sees
each of it before anything goes out; then its time comes. On a phone and on a desk, with scripts and without."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.booking.made import Scene
from tests.journeys.browsing import DESK, PHONE, clocked, enter, looks_right, reader
from tests.reminders.made import enrolled_scene, letters, tick
from training.base.clock import system_clock
from training.base.database import execute
from training.base.work import Works

pytestmark = pytest.mark.browser
WORDS = "Bring a pen & <b>paper</b>."


def line(page: Page, *words: str) -> Locator:
    """The row of the page that says all these words."""
    found = page.get_by_role("row")
    for each in words:
        found = found.filter(has_text=each)
    return found


async def open_reminders(page: Page, base: str, scene: Scene) -> None:
    await page.goto(f"{base}/manage/sessions/{scene.session_id}")
    await page.get_by_role("link", name="Reminders", exact=True).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Reminders")


async def plan(page: Page, scripts: bool) -> None:
    """One more, one changed here only, one switched off, one person stopped: each is seen at once."""
    main = page.get_by_role("main")
    await expect(line(page, "7 days before the session starts", "Built in")).to_have_count(1)
    await expect(line(page, "Northern Line 0", "7 days before")).to_contain_text("Will be sent")
    await looks_right(page, scripts)
    await page.get_by_role("link", name="Add a reminder").click()
    await page.get_by_label("How long").fill("3")
    await page.get_by_label("Unit").select_option("days")
    await page.get_by_label("Your own words").fill(WORDS)
    await looks_right(page, scripts)
    await page.get_by_role("button", name="Save").click()
    await expect(main).to_contain_text("Saved. It holds from now on")
    await expect(line(page, "3 days before the session starts", WORDS)).to_contain_text("This session")

    await line(page, "7 days before", "Built in").get_by_role("link", name="Change here only").click()
    await page.get_by_label("How long").fill("9")
    await looks_right(page, scripts)
    await page.get_by_role("button", name="Save").click()
    await expect(line(page, "9 days before the session starts", "This session")).to_have_count(1)
    await expect(line(page, "7 days before")).to_have_count(0)

    await line(page, "1 hour before each meeting", "Built in").get_by_role("button", name="Switch off").click()
    await expect(main).to_contain_text("It does not go out here any more.")
    await expect(line(page, "Northern Line 0", "1 hour before")).to_have_count(0)
    await line(page, "Northern Line 1", "3 days before").get_by_role("button", name="Stop").click()
    await expect(main).to_contain_text("Stopped: 1 reminder.")
    await expect(line(page, "Northern Line 1", "3 days before")).to_contain_text("Stopped")
    await expect(line(page, "Northern Line 0", "3 days before")).to_contain_text("Will be sent")
    await looks_right(page, scripts)


async def read_it(page: Page, base: str, scripts: bool) -> None:
    """From the line of who got what to the message, and the same one in the mailbox, in its three forms."""
    sent = line(page, "Northern Line 0", "3 days before")
    await sent.get_by_role("link", name="The message").click()
    await expect(page).to_have_url(re.compile("/manage/messages/"))
    await expect(page.get_by_role("main")).to_contain_text("Safe messaging")
    await looks_right(page, scripts)
    message_id = re.findall(r"/manage/messages/([0-9a-f-]{36})", page.url)[0]
    await page.goto(f"{base}/mailbox")
    await page.get_by_role("link", name="Safe messaging").first.click()
    await expect(page).to_have_url(f"{base}/mailbox/{message_id}")
    await expect(page.locator("#as-text")).to_contain_text(WORDS)
    framed = page.frame_locator("iframe").locator("body")
    await expect(framed).to_contain_text(WORDS)
    await expect(framed.get_by_role("link").first).to_be_visible()
    await looks_right(page, scripts)
    await page.get_by_text("Every header, and both forms as they are encoded").click()
    source = page.locator("pre.source")
    await expect(source).to_contain_text("Auto-Submitted: auto-generated")
    await expect(source).to_contain_text("multipart/alternative")
    await expect(source).to_contain_text(f"{message_id}@")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_the_plan_to_the_mail(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    scene = await enrolled_scene(real_works, 0, 1)
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, scene.manager)
        await open_reminders(page, address, scene)
        await plan(page, scripts)
        assert await tick(real_works) == 0

        await tick(clocked(real_works, lambda: system_clock() + timedelta(days=11, seconds=30)))
        assert [(each.kind, each.recipient) for each in await letters()] == [
            ("reminder-upcoming", "northern-line-0@example.org")
        ]
        await open_reminders(page, address, scene)
        await read_it(page, address, scripts)
    assert await execute("SELECT id FROM reminder WHERE state = 'sent' AND message_id IS NULL") == []
