"""A manager moves a session: sees who is touched before anything changes, confirms; everybody reads what was and what
is now, and reminders follow. On a phone and on a desk, with scripts and without."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.booking.made import Scene
from tests.journeys.browsing import DESK, PHONE, clocked, enter, looks_right, reader
from tests.reminders.made import enrolled_scene, letters, reminders, tick
from training.base.clock import system_clock
from training.base.database import execute
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import get_message

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


async def day_before() -> list[datetime]:
    """When those who have a place are to be reminded of the day, by the rows."""
    return [row.due_at for row in await reminders("planned") if row.plan_key == "day-before"]


async def at_work(works: Works, due: datetime) -> None:
    """The worker's minute, half a minute after that instant."""
    await tick(clocked(works, lambda: due + timedelta(seconds=30)))


async def move(page: Page, base: str, scene: Scene, scripts: bool) -> None:
    """Five hours later: what would happen, and then it happens."""
    main = page.get_by_role("main")
    await page.goto(f"{base}/manage/sessions/{scene.session_id}")
    await page.get_by_role("link", name="Move", exact=True).first.click()
    await page.get_by_label("From").fill("15:00")
    await page.get_by_label("To", exact=True).fill("17:00")
    await looks_right(page, scripts)
    await page.get_by_role("button", name="See what it would do").click()
    await expect(main).to_contain_text("Nothing has changed yet.")
    await expect(main).to_contain_text("2 people enrolled keep their places")
    await expect(main).to_contain_text("2 messages are sent")
    await expect(main).to_contain_text("Reminders are counted from the new times")
    await page.get_by_text("Who is enrolled").click()
    await expect(main).to_contain_text("Northern Line 1")
    await looks_right(page, scripts)
    await page.get_by_role("button", name="Move the meeting").click()
    await expect(main).to_contain_text("One meeting has moved. Everybody enrolled or waiting is being told.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_moved_with_everything_that_follows(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    now = system_clock()
    # Far enough that nobody has been reminded of the day, near enough that this is planned.
    starts_at = now.replace(hour=10, minute=0, second=0, microsecond=0) + 2 * DAY
    scene = await enrolled_scene(clocked(real_works, lambda: now), 0, 1, starts_in=starts_at - now)
    await tick(real_works)
    assert await day_before() == [starts_at - DAY] * 2
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, scene.manager)
        await move(page, address, scene, scripts)

        sent = await execute("SELECT id, recipient FROM message WHERE kind = 'booking-moved' ORDER BY recipient")
        assert [row["recipient"] for row in sent] == ["northern-line-0@example.org", "northern-line-1@example.org"]
        told = render_message(await get_message(sent[0]["id"]), real_works.site)
        lines = [line.strip() for line in told.text.splitlines()]
        (before,), (after,) = ([line for line in lines if line.startswith(word)] for word in ("before:", "now:"))
        assert "10:00" in before
        assert "15:00" in after
        await page.goto(f"{address}/mailbox/{sent[0]['id']}")
        await expect(page.frame_locator("iframe").locator("body")).to_contain_text("15:00")
        await looks_right(page, scripts)

        await at_work(real_works, starts_at - DAY)
        assert await letters() == []
        moved_to = starts_at + timedelta(hours=5)
        assert await day_before() == [moved_to - DAY] * 2
        await at_work(real_works, moved_to - DAY)
        written = await letters()
        assert [each.recipient for each in written] == [row["recipient"] for row in sent]
        assert "15:00" in render_message(await get_message(written[0].id), real_works.site).text
        await page.goto(f"{address}/manage/reminders/session/{scene.session_id}")
        rows = page.get_by_role("row").filter(has_text="Northern Line 0").filter(has_text="1 day before each meeting")
        await expect(rows.filter(has_text="Will not be sent")).to_have_count(1)
        await expect(rows.filter(has_text="15:00").get_by_role("link", name="The message")).to_be_visible()
        await looks_right(page, scripts)
