"""What journeys of rosters share: a session that is held now, taps, and how it stands by the rows."""

import asyncio
from datetime import timedelta

from playwright.async_api import Page, expect

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.journeys.browsing import clocked
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.changes import Change, page_changes
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works

SMALL = 360


async def today(works: Works, *, people: int = 4, meetings: int = 1) -> Day:
    """A session whose first meeting began ten minutes ago by the real clock."""
    clock = FrozenClock()
    clock.now = works.clock() - timedelta(days=14, minutes=10)
    return await make_day(clocked(works, clock), clock, people=people, meetings=meetings, capacity_in_person=people)


async def shift(day: Day, *, hours: int = 0, minutes: int = 0) -> None:
    """Move the first meeting by so much: as if so much time had passed, or not yet, by the server's clock."""
    found = await find_roster_meeting(day.meeting_id)
    by = timedelta(hours=hours, minutes=minutes)
    await execute(
        "UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}",
        found.starts_at + by,
        found.ends_at + by,
        day.meeting_id,
    )


async def come(page: Page, works: Works, address: str, who: Viewer) -> None:
    """Be signed in as somebody; the journeys of signing in are others."""
    await page.context.add_cookies([{"name": "sign_in", "value": await bearer(works, who), "url": address}])


async def statuses(day: Day) -> dict[str, str]:
    """Who was recorded as what, by the rows."""
    roster = await load_roster(await find_roster_meeting(day.meeting_id))
    return {entry.name: entry.status.value for entry in roster.entries if entry.status is not Status.NOT_RECORDED}


async def stands(day: Day, wanted: dict[str, str]) -> None:
    """Until it is recorded like this."""
    for _ in range(300):
        if await statuses(day) == wanted:
            return
        await asyncio.sleep(0.1)
    assert await statuses(day) == wanted


async def attempts(day: Day) -> list[Change]:
    """Every attempt that was kept, the newest first."""
    return list((await page_changes(day.meeting_id)).items)


async def open_roster(page: Page, address: str, day: Day, number: int = 0) -> None:
    """Open a roster and wait until it is under way."""
    await page.goto(f"{address}/rosters/{day.meeting_ids[number]}")
    await expect(page.locator('[data-roster][data-ready="yes"]')).to_be_visible()


async def tap(page: Page, name: str, choice: str) -> None:
    """One tap beside a name."""
    await page.get_by_role("group", name=name, exact=True).get_by_role("radio", name=choice).click()


async def more(page: Page, name: str) -> None:
    """Open the sheet of one person."""
    await page.get_by_role("group", name=name, exact=True).get_by_role("button").click()


async def saved(page: Page) -> None:
    """Until the page says that everything is saved."""
    await expect(page.locator("[data-state]")).to_contain_text("Saved")


async def until(page: Page, script: str) -> None:
    """Until a script that has to wait itself says yes. Playwright's own waiting takes a promise for a yes."""
    for _ in range(300):
        if await page.evaluate(script):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(script)


async def kept(page: Page) -> None:
    """Until the page is on this device."""
    await expect(page.locator("[data-kept]")).to_be_visible()
