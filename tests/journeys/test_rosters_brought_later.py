"""What a phone brings later, when the roster, or who teaches, is not as it was when the marks were made;
and what others said meanwhile."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.attendance.made import Day, let_teach
from tests.attendance.test_actions.test_check_in import token
from tests.journeys.browsing import looks_right, reader
from tests.journeys.rosters import SMALL, attempts, come, kept, open_roster, saved, stands, statuses, tap, today
from training.attendance.actions.check_in import scan
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works
from training.schedule.actions import withdraw_trainer
from training.schedule.rules.sessions import TrainerRole

pytestmark = pytest.mark.browser
CUT = "net::ERR_"
# A device whose store is busy for as long as this page stands: nothing that is tapped gets into it.
BUSY = """() => new Promise((held) => {
  const asked = indexedDB.open("rosters", 1);
  asked.onsuccess = () => {
    const rows = asked.result.transaction(["marks", "known"], "readwrite").objectStore("marks");
    const on = () => { held(); rows.count().onsuccess = on; };
    on();
  };
})"""


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


@pytest.mark.parametrize("offline", [True, False])
async def test_a_tap_right_before_going_on_is_not_lost(
    browser: Browser, real_works: Works, address: str, offline: bool
) -> None:
    """Also where the device is too slow to keep it before the page is gone, and whatever page comes next."""
    day = await today(real_works, people=3)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await page.context.set_offline(offline)
        await tap(page, "Northern Line 1", "Present")
        await expect(page.locator("[data-state]")).to_contain_text("waits for the network" if offline else "Saved")
        await page.evaluate(BUSY)
        # The last word about one of them is what counts.
        await tap(page, "Northern Line 0", "No-show")
        await tap(page, "Northern Line 0", "Present")
        await tap(page, "Northern Line 1", "No-show")
        if offline:
            await open_roster(page, address, day)
            await expect(page.locator("[data-state]")).to_have_text("2 marks wait for the network")
            await page.context.set_offline(False)
        else:
            await page.goto(f"{address}/my/sessions")
        await stands(day, {"Northern Line 0": "present", "Northern Line 1": "no-show"})
        await open_roster(page, address, day)
        await saved(page)
        assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('tapped')).length") == 0


async def test_everybody_is_present_comes_after_the_closing(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=5)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await page.context.set_offline(True)
        await tap(page, "Northern Line 4", "No-show")
        await page.get_by_role("button", name="Everybody is present").click()
        await expect(page.locator("[data-state]")).to_have_text("5 marks wait for the network")
        # Whoever closes it sees an empty roster.
        await real_works.run(day.manager, close_roster, day.meeting_id, rest="no-show")
        await page.context.set_offline(False)
        await saved(page)
        present = {f"Northern Line {number}": "present" for number in range(4)}
        assert await statuses(day) == present | {"Northern Line 4": "no-show"}
        assert sum(each.marked_by_name == "Lea" for each in await attempts(day)) == 5


async def test_everybody_is_present_after_the_closing_is_refused_aloud(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works, people=5)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        # Until it has asked how it stands, and will not soon again.
        await kept(page)
        await real_works.run(day.manager, close_roster, day.meeting_id, rest="no-show")
        await page.get_by_role("button", name="Everybody is present").click()
        lost = page.locator("[data-lost]")
        await expect(lost).to_contain_text("“Everybody is present” was not taken for 5 people: Northern Line 0,")
        await expect(lost).to_contain_text("This roster is closed, so a change takes a reason.")
        await expect(page.locator("[data-undo-part]")).to_be_hidden()
        await looks_right(page)
        await lost.get_by_role("button", name="All right").click()
        await expect(lost).to_be_hidden()
        assert set((await statuses(day)).values()) == {"no-show"}


async def test_taking_back_takes_nothing_back_that_others_said(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works, people=4)
    zero, one, two, _ = day.enrollments
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.get_by_role("button", name="Everybody is present").click()
        await saved(page)
        # At the door: one is scanned, one was missed at first and is there after all.
        await real_works.run(day.assistant, scan, day.meeting_id, token(real_works, zero))
        for status in (Status.NO_SHOW, Status.PRESENT):
            await real_works.run(
                day.assistant, save_marks, day.meeting_id, [MarkInput(enrollment_id=one, status=status)]
            )
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.get_by_role("group", name="Northern Line 1").locator("..")).to_contain_text("by Asa")
        # The page does not know of the next one.
        await real_works.run(day.assistant, scan, day.meeting_id, token(real_works, two))
        await page.get_by_role("button", name="Take it back").click()
        # Whoever is scanned ten minutes after the beginning is late.
        await stands(day, {"Northern Line 0": "late", "Northern Line 1": "present", "Northern Line 2": "late"})
        await saved(page)
        await expect(page.locator("[data-lost]")).to_be_hidden()


async def offline_and_taken_off(page: Page, works: Works, address: str, day: Day, how: str) -> None:
    """Lea marks two people without a network, and a manager who cannot reach her gives the session to others."""
    lead = await let_teach(works, day, day.lead)
    await come(page, works, address, day.lead)
    await open_roster(page, address, day)
    await kept(page)
    await page.context.set_offline(True)
    await tap(page, "Northern Line 1", "Present")
    await tap(page, "Northern Line 2", "No-show")
    await expect(page.locator("[data-state]")).to_have_text("2 marks wait for the network")
    if how == "off":
        await works.run(day.manager, withdraw_trainer, day.session_id, lead)
    else:
        await let_teach(works, day, day.lead, TrainerRole.SHADOW)


@pytest.mark.parametrize("how", ["off", "shadow"])
async def test_marks_of_a_trainer_taken_off_are_kept_and_told(
    browser: Browser, real_works: Works, address: str, how: str
) -> None:
    day = await today(real_works, people=3)
    async with reader(browser, address, SMALL, expected="") as page:
        await offline_and_taken_off(page, real_works, address, day, how)
        await page.context.set_offline(False)
        lost = page.locator("[data-lost]")
        await expect(lost).to_contain_text("Northern Line 1: your mark was not taken.")
        await expect(lost).to_contain_text("You do not teach this session any more. What you marked is kept")
        # The roster itself says it no more, and so any page does, until somebody has read it.
        await page.reload()
        told = page.get_by_role("status").filter(has_text="2 marks that you made on a roster were not taken")
        await expect(told).to_contain_text("whoever teaches it now finds it on the roster")
        await looks_right(page)
        await told.get_by_role("button", name="All right").click()
        await expect(told).to_be_hidden()
        await page.goto(f"{address}/my/sessions")
        await expect(page.locator("[data-title]")).to_be_hidden()
    assert await statuses(day) == {}
    assert [(each.name, each.status.value, each.taken) for each in await attempts(day)] == [
        ("Northern Line 2", "no-show", False),
        ("Northern Line 1", "present", False),
    ]


async def test_another_page_says_that_marks_were_not_taken(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=3)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await offline_and_taken_off(page, real_works, address, day, "off")
        await page.goto("about:blank")
        await page.context.set_offline(False)
        await page.goto(f"{address}/my/sessions")
        told = page.get_by_role("status").filter(has_text="2 marks that you made on a roster were not taken")
        await expect(told).to_contain_text("You do not teach this session any more.")
        await looks_right(page)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.assistant)
        await open_roster(page, address, day)
        brought = page.locator(".notice").filter(has_text="Whoever marked this does not teach here any more.")
        await expect(brought).to_contain_text("Northern Line 1: Present")
        await expect(brought).to_contain_text("Northern Line 2: No-show")
        await looks_right(page)
