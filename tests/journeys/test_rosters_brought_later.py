"""What a phone brings later, when the roster, or who teaches, is not as it was when the marks were made."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.browsing import reader
from tests.journeys.rosters import SMALL, come, kept, open_roster, saved, tap, today
from training.attendance.actions.marking import save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works

pytestmark = pytest.mark.browser
CUT = "net::ERR_"


async def test_marks_of_two_rosters_know_nothing_of_each_other(
    browser: Browser, real_works: Works, address: str
) -> None:
    """The answer for one meeting says nothing about what stands at the other, where somebody marked later."""
    day = await today(real_works, people=3, meetings=2)
    now = real_works.clock()
    for meeting, ago in zip(day.meeting_ids, (4, 1), strict=True):
        begins, ends = now - timedelta(hours=ago), now - timedelta(hours=ago - 2)
        await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}", begins, ends, meeting)
    second = day.meeting_ids[1]
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        for number in (0, 1):
            await open_roster(page, address, day, number)
            await kept(page)
        await page.context.set_offline(True)
        for number in (0, 1):
            await open_roster(page, address, day, number)
            await tap(page, "Northern Line 0", "Present")
        await expect(page.locator("[data-state]")).to_have_text("2 marks wait for the network")
        await asyncio.sleep(1.1)
        absent = MarkInput(enrollment_id=day.enrollments[0], status=Status.NO_SHOW, base_version=0)
        await real_works.run(day.assistant, save_marks, second, [absent])
        # The network is poor: the second roster does not get through at first.
        await page.route(f"**/meetings/{second}/roster/marks", lambda route: route.abort(), times=1)
        await page.context.set_offline(False)
        await expect(page.locator("[data-lost]")).to_contain_text("stands as: No-show, marked by Asa")
        entries = (await load_roster(await find_roster_meeting(second))).entries
        assert {each.enrollment_id: each.status for each in entries}[day.enrollments[0]] is Status.NO_SHOW
        await open_roster(page, address, day, 0)
        await saved(page)
