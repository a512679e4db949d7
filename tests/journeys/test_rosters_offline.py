"""The roster with the network cut, on two devices, and what of it stays on a device."""

import asyncio

import pytest
from playwright.async_api import Browser, Dialog, Error, Route, expect

from tests.journeys.browsing import looks_right, reader
from tests.journeys.rosters import (
    SMALL,
    attempts,
    come,
    kept,
    more,
    open_roster,
    saved,
    shift,
    stands,
    statuses,
    tap,
    today,
)
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.work import Works

pytestmark = pytest.mark.browser
# What a browser says of a network that is cut.
CUT = "net::ERR_"
# Everything that the device keeps is as if it had been kept 49 hours ago.
AGED = """async () => {
  const cache = await caches.open("rosters");
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const headers = new Headers(answer.headers);
    headers.set("x-kept-at", String(Date.now() - 49 * 3_600_000));
    await cache.put(request, new Response(await answer.blob(), { headers }));
  }
}"""


async def test_without_a_network_and_back(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works, people=5, meetings=2)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        # Tomorrow's roster can only be read today; it is kept, too.
        await page.goto(f"{address}/rosters/{day.meeting_ids[1]}")
        await expect(page.get_by_text("one hour before the meeting begins")).to_be_visible()
        await open_roster(page, address, day)
        await tap(page, "Northern Line 0", "Present")
        await saved(page)

        await page.context.set_offline(True)
        await tap(page, "Northern Line 1", "Present")
        await tap(page, "Northern Line 2", "No-show")
        await tap(page, "Northern Line 2", "Present")
        await more(page, "Northern Line 3")
        await page.get_by_role("dialog").locator('[data-set="early"]', has_text="15").click()
        await expect(page.locator("[data-state]")).to_have_text("3 marks wait for the network")
        await looks_right(page)

        await page.reload()
        await expect(page.locator('[data-roster][data-ready="yes"]')).to_be_visible()
        await expect(page.locator("[data-count]")).to_have_text("4 of 5 recorded")
        await expect(page.locator("[data-state]")).to_have_text("3 marks wait for the network")
        await page.goto(f"{address}/rosters/{day.meeting_ids[1]}")
        await expect(page.get_by_text("one hour before the meeting begins")).to_be_visible()
        await page.goto(f"{address}/rosters/{day.meeting_id}/close")
        await expect(page.get_by_role("heading", level=1)).to_have_text("No network")
        await page.get_by_role("link", name="Safe messaging").first.click()
        await tap(page, "Northern Line 4", "No-show")
        await expect(page.locator("[data-state]")).to_have_text("4 marks wait for the network")
        assert await statuses(day) == {"Northern Line 0": "present"}

        await page.context.set_offline(False)
        await saved(page)
        assert await statuses(day) == {
            "Northern Line 0": "present",
            "Northern Line 1": "present",
            "Northern Line 2": "present",
            "Northern Line 3": "left early",
            "Northern Line 4": "no-show",
        }
        made = await attempts(day)
        assert sorted(each.name for each in made) == [f"Northern Line {number}" for number in range(5)]
        assert all(each.taken for each in made)


async def test_a_roster_that_was_opened_before_its_hour(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    # In three hours: opened at home, and marked in a room without a network.
    await shift(day, hours=3)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await page.clock.install()
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        gate = page.locator("[data-everybody]")
        await expect(page.get_by_text("It can be marked from")).to_be_visible()
        await expect(page.get_by_text("This page opens by itself then, also without a network.")).to_be_visible()
        await expect(gate).to_be_disabled()
        await expect(gate).to_have_css("border-top-style", "dashed")
        await expect(page.get_by_role("link", name="Close the roster")).to_be_hidden()
        await looks_right(page)

        await page.context.set_offline(True)
        await page.reload()
        await expect(page.locator('[data-roster][data-ready="yes"]')).to_be_visible()
        await expect(gate).to_be_disabled()
        await page.clock.fast_forward("02:05:00")
        await expect(gate).to_be_enabled()
        await expect(gate).to_have_css("border-top-style", "solid")
        await expect(page.get_by_text("It can be marked from")).to_be_hidden()
        await expect(page.get_by_role("link", name="Close the roster")).to_be_hidden()
        await expect(page.get_by_text("It can be closed from")).to_be_visible()
        await looks_right(page)
        await tap(page, "Northern Line 0", "Present")
        await tap(page, "Northern Line 1", "No-show")
        await expect(page.locator("[data-state]")).to_have_text("2 marks wait for the network")
        await page.reload()
        await expect(page.locator("[data-count]")).to_have_text("2 of 4 recorded")
        await expect(gate).to_be_enabled()
        assert await statuses(day) == {}
        await page.clock.fast_forward("00:55:00")
        await expect(page.get_by_role("link", name="Close the roster")).to_be_visible()
        await expect(page.get_by_text("It can be closed from")).to_be_hidden()

        # The hour comes at the server, too, and the device is back.
        await shift(day, hours=-3)
        await page.context.set_offline(False)
        await stands(day, {"Northern Line 0": "present", "Northern Line 1": "no-show"})
        await saved(page)
        assert all(each.taken for each in await attempts(day))


async def test_a_clock_that_is_ahead_loses_no_mark(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    await shift(day, hours=1, minutes=15)
    async with reader(browser, address, SMALL, expected="") as page:
        await page.clock.install()
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.context.set_offline(True)
        await page.clock.fast_forward("00:10:00")
        await tap(page, "Northern Line 0", "Present")
        await expect(page.locator("[data-state]")).to_have_text("1 mark waits for the network")
        await page.context.set_offline(False)
        await expect(page.locator("[data-state]")).to_contain_text("Our clock says that it opens at")
        await looks_right(page)
        assert await statuses(day) == {}
        await shift(day, hours=-1)
        await stands(day, {"Northern Line 0": "present"})
        await saved(page)


async def test_an_answer_that_is_lost_does_nothing_twice(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        lost = 0

        async def lose(route: Route) -> None:
            nonlocal lost
            await route.fetch()
            lost += 1
            await route.abort()

        await page.route("**/roster/marks", lose, times=1)
        await tap(page, "Northern Line 0", "Present")
        await saved(page)
        assert lost == 1
        assert [each.name for each in await attempts(day)] == ["Northern Line 0"]


async def test_two_devices_mark_one_person(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with (
        reader(browser, address, SMALL, expected=CUT) as one,
        reader(browser, address, SMALL, expected=CUT) as other,
    ):
        await come(one, real_works, address, day.lead)
        await come(other, real_works, address, day.assistant)
        await open_roster(one, address, day)
        await open_roster(other, address, day)
        await one.context.set_offline(True)
        await tap(one, "Northern Line 0", "No-show")
        await asyncio.sleep(1.1)
        await tap(other, "Northern Line 0", "Present")
        await saved(other)
        await one.context.set_offline(False)
        # The later one counts, and whoever made the earlier one is told who said what instead.
        lost = one.locator("[data-lost]")
        await expect(lost).to_contain_text("Northern Line 0 stands as: Present, marked by Asa")
        await expect(lost).to_contain_text("Your mark “No-show”")
        await looks_right(one)
        assert await statuses(day) == {"Northern Line 0": "present"}
        assert [(each.status.value, each.taken) for each in await attempts(day)] == [
            ("no-show", False),
            ("present", True),
        ]
        await lost.get_by_role("button", name="after all").click()
        await expect(lost).to_be_hidden()
        await stands(day, {"Northern Line 0": "no-show"})


async def test_signing_out_leaves_nothing_on_the_device(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await tap(page, "Northern Line 0", "Present")
        await saved(page)
        await page.locator("details[data-menu] summary").click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
        left = await page.evaluate(
            "async () => [(await caches.keys()).length, localStorage.length,"
            " (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"
        )
        assert left[:2] == [0, 0], left
        await page.context.set_offline(True)
        with pytest.raises(Error, match="ERR_"):
            await page.goto(f"{address}/rosters/{day.meeting_id}")


async def test_somebody_else_s_mark_is_seen_without_asking(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        present = MarkInput(enrollment_id=day.enrollments[0], status=Status.PRESENT)
        await real_works.run(day.assistant, save_marks, day.meeting_id, [present])
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.locator("[data-row]").first).to_contain_text("by Asa")
        await expect(page.locator("[data-count]")).to_have_text("1 of 4 recorded")


async def test_what_waits_is_sent_from_any_page(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await page.context.set_offline(True)
        await tap(page, "Northern Line 0", "Present")
        await expect(page.locator("[data-state]")).to_have_text("1 mark waits for the network")
        await page.close()
        await page.context.set_offline(False)
        assert await statuses(day) == {}
        later = await page.context.new_page()
        await later.goto(f"{address}/my/sessions")
        await stands(day, {"Northern Line 0": "present"})


async def test_whoever_was_signed_out_meanwhile_loses_nothing(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await page.context.clear_cookies()
        await tap(page, "Northern Line 0", "No-show")
        line = "You are signed out. 1 mark waits until you sign in again."
        await expect(page.locator("[data-state]")).to_have_text(line)
        await expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
        # Nobody else sends it in their own name.
        await come(page, real_works, address, day.assistant)
        await open_roster(page, address, day)
        await expect(page.locator("[data-count]")).to_have_text("0 of 4 recorded")
        assert await statuses(day) == {}
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await stands(day, {"Northern Line 0": "no-show"})
        assert [each.marked_by_name for each in await attempts(day)] == ["Lea"]


async def test_signing_out_asks_before_marks_are_lost(browser: Browser, real_works: Works, address: str) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected="Failed to load resource") as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await page.route("**/roster/marks", lambda route: route.abort())
        await tap(page, "Northern Line 0", "Present")
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.message)
            await dialog.dismiss()

        page.on("dialog", stay)
        await page.locator("details[data-menu] summary").click()
        await page.get_by_role("button", name="Sign out").click()
        for _ in range(300):
            if asked:
                break
            await asyncio.sleep(0.1)
        assert asked[0].startswith("1 marks of a roster were not sent yet")
        await expect(page.locator("[data-state]")).to_have_text("1 mark waits for the network")
        assert page.url.endswith(str(day.meeting_id))


async def test_names_stay_for_two_days_and_marks_until_they_are_sent(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await kept(page)
        await page.context.set_offline(True)
        await tap(page, "Northern Line 0", "Present")
        await expect(page.locator("[data-state]")).to_have_text("1 mark waits for the network")
        await page.evaluate(AGED)
        with pytest.raises(Error, match="ERR_"):
            await page.goto(f"{address}/rosters/{day.meeting_id}")
        await page.context.set_offline(False)
        await open_roster(await page.context.new_page(), address, day)
        await stands(day, {"Northern Line 0": "present"})


async def test_a_mark_that_needs_a_reason_leads_to_where_it_is_given(
    browser: Browser, real_works: Works, address: str
) -> None:
    day = await today(real_works)
    async with reader(browser, address, SMALL, expected=CUT) as page:
        await come(page, real_works, address, day.lead)
        await open_roster(page, address, day)
        await real_works.run(day.assistant, close_roster, day.meeting_id, rest="present")
        await tap(page, "Northern Line 0", "No-show")
        lost = page.locator("[data-lost]")
        await expect(lost).to_contain_text("This roster is closed, so a change takes a reason.")
        await expect(page.get_by_text("or it was closed or opened again")).to_be_visible()
        await looks_right(page)
        await lost.get_by_role("link", name="Say why").click()
        await page.get_by_role("radio", name="No-show").check()
        await page.get_by_role("textbox", name="Reason").fill("Sat somewhere else")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Northern Line 0 is marked.")).to_be_visible()
        assert (await statuses(day))["Northern Line 0"] == "no-show"
