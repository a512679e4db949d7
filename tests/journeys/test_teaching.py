"""A trainer's way in a real browser: the briefing, the roster closed by one press from the mail in the demonstration's
mailbox, on a phone; and a learner who was recorded wrongly says so and is put right. With scripts and without."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from tests.booking.asked import bearer, order
from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import TRAINER, ask, of_course, person
from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from tests.reminders.made import teach
from training.attendance.jobs import ask_for_rosters
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions
from training.booking.queries import list_enrollments

pytestmark = pytest.mark.browser


async def taught(works: Works, **values: Any) -> tuple[Scene, Viewer]:
    """A session to come with two people, one of whom said what they need; somebody leads it."""
    scene = await make_scene(
        works, description="First listen.\n\nThen talk in pairs.", summary="Two hours.", capacity_in_person=6, **values
    )
    needs = await ask(works, await of_course(scene), scene.manager, label="What do you need?", readers=TRAINER)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(person(scene, 0), answer_questions, first.id, {f"q-{needs.id}": "A chair near the door"})
    await teach(works, scene, scene.people[7])
    await bearer(works, scene.manager)
    return scene, Viewer(person_id=scene.people[7], name="Northern Line 7", email="northern-line-7@example.org")


async def ended(works: Works, scene: Scene) -> None:
    """The meeting ended three hours ago."""
    now = works.clock()
    times = (now - timedelta(hours=5), now - timedelta(hours=3))
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE session_id = {}", *times, scene.session_id)
    await execute("UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}", *times, scene.session_id)
    await execute("UPDATE enrollment SET created_at = {} WHERE session_id = {}", times[0], scene.session_id)


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_briefing(browser: Browser, real_works: Works, address: str, width: int) -> None:
    _, trainer = await taught(real_works)
    async with reader(browser, address, width) as page:
        await enter(page, real_works, trainer)
        await page.goto(f"{address}/teaching")
        await looks_right(page)
        await page.get_by_role("link", name="Safe messaging").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Safe messaging")
        await expect(page.get_by_text("A chair near the door")).to_be_visible()
        await expect(page.get_by_text("Then talk in pairs.")).to_be_visible()
        await looks_right(page)
        await page.emulate_media(media="print")
        await expect(page.get_by_role("link", name="Attendance sheet")).to_be_hidden()
        await expect(page.get_by_text("A chair near the door")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_roster_is_closed_from_the_mailbox_and_a_learner_contests(
    browser: Browser, real_works: Works, address: str, scripts: bool
) -> None:
    scene, trainer = await taught(real_works)
    await ended(real_works, scene)
    assert await ask_for_rosters(real_works) == 1
    async with reader(browser, address, PHONE, scripts=scripts) as page:
        await page.goto(f"{address}{await mail_path('roster-open')}")
        await page.frame_locator("iframe").get_by_role("link", name="Say who was there").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Safe messaging")
        await looks_right(page, scripts)
        await page.get_by_role("checkbox", name="Northern Line 1").uncheck()
        await page.get_by_role("button", name="Save and close the roster").click()
        await expect(page.get_by_text("One person was there, 1 not. The roster is closed.")).to_be_visible()
        await expect(page.get_by_text("Northern Line 7 closed it.")).to_be_visible()
        await looks_right(page, scripts)
    await _contested(browser, real_works, address, scene, trainer, scripts)


async def mail_path(kind: str) -> str:
    """The page of the newest message of a kind in the mailbox of the demonstration."""
    rows = await execute("SELECT id FROM message WHERE kind = {} ORDER BY id DESC", kind)
    return f"/mailbox/{UUID(str(rows[0]['id']))}"


async def _contested(
    browser: Browser, works: Works, address: str, scene: Scene, trainer: Viewer, scripts: bool
) -> None:
    async with reader(browser, address, PHONE, scripts=scripts) as page:
        await page.goto(f"{address}{await mail_path('absence')}")
        await page.frame_locator("iframe").get_by_role("link", name="See how you were recorded").click()
        await expect(page.get_by_role("article").get_by_text("No-show")).to_be_visible()
        await page.get_by_text("This is wrong", exact=True).click()
        await page.get_by_label("How was it?").select_option("present")
        await page.get_by_label("In your words").fill("I sat in the last row.")
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Say that it is wrong").click()
        await expect(page.get_by_text("You say that this is wrong")).to_be_visible()
    async with reader(browser, address, PHONE, scripts=scripts) as page:
        await enter(page, works, trainer)
        await page.goto(f"{address}/rosters/sessions/{scene.session_id}/contests")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Northern Line 1").click()
        await looks_right(page, scripts)
        await page.get_by_label("Your answer").fill("Sorry, I see it now.")
        await page.get_by_role("button", name="They are right: present").click()
        await expect(page.get_by_text("The mark was put right, and Northern Line 1 was told.")).to_be_visible()
    rows = await execute("SELECT status FROM mark WHERE way = 'contest'")
    assert [row["status"] for row in rows] == ["present"]
