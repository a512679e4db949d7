"""A survey on a phone: the mail, the answer by its link, too few to be shown, more answers, and the plots."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.browsing import DESK, KEY, PHONE, Keys, enter, looks_right, reader
from tests.surveys.made import Over, answer, asked, past
from training.base.database import execute
from training.base.site import Site
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import get_message

pytestmark = pytest.mark.browser
TRAINER = "Tara أسماء"


async def mailed(over: Over, number: int, base: str) -> str:
    """The address in the mail to the person of this number."""
    subject = over.enrollments[number]
    (found,) = await execute("SELECT id FROM message WHERE kind = 'survey-asked' AND subject_id = {}", subject)
    site = Site(name="training", base_url=base, secret_key=KEY, demo=True)
    link = re.search(r"http\S+/surveys/\S+", render_message(await get_message(found["id"]), site).text)
    assert link is not None
    return base + urlsplit(link[0]).path


async def drawn(page: Page) -> None:
    """Every picture on the page was loaded and has the size of a plot; each says in words what it is."""
    await page.wait_for_load_state()
    pictures = page.locator("img.plot-picture")
    await expect(pictures).not_to_have_count(0)
    for picture in await pictures.all():
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("(image) => image.naturalWidth") == 400
        assert await picture.get_attribute("alt")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_from_the_mail_to_the_plot(browser: Browser, real_works: Works, address: str, scripts: bool) -> None:
    over = await asked(real_works, present=7, trainers=(TRAINER, "Theo"))
    await past(real_works, over, 40, rating=3, title="In spring")
    async with reader(browser, address, PHONE, scripts=scripts) as page:
        await page.goto(await mailed(over, 0, address))
        await expect(page.get_by_role("heading", level=1)).to_have_text("How was it?")
        await looks_right(page, scripts)
        first = page.get_by_role("group", name="What I learned here helps me in my work.")
        await first.get_by_role("radio", name="5").check()
        await page.get_by_role("group", name=TRAINER).get_by_role("radio", name="4").check()
        await page.get_by_role("radio", name="Yes").check()
        await page.get_by_role("textbox").fill("More exercises, please")
        await page.get_by_role("button", name="Send my answers").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
        await expect(page.get_by_role("main")).to_contain_text("they cannot be changed any more")
        await looks_right(page, scripts)
    for number in (1, 2, 3):
        await answer(real_works, over, number, rating=number + 1)
    async with reader(browser, address, PHONE, scripts=scripts) as page:
        await enter(page, real_works, over.scene.manager)
        results = f"{address}/surveys/sessions/{over.session_id}"
        await page.goto(results)
        await expect(page.get_by_role("main")).to_contain_text("Answers are shown in groups of 5")
        await expect(page.locator("img.plot-picture")).to_have_count(0)
        await looks_right(page, scripts)
        await answer(real_works, over, 4, rating=5)
        await page.goto(results)
        await expect(page.get_by_role("main")).to_contain_text("More exercises, please")
        await drawn(page)
        await looks_right(page, scripts)
        await page.get_by_role("link", name="The course over time").click()
        await expect(page.get_by_role("main")).to_contain_text("In spring")
        await drawn(page)
        await looks_right(page, scripts)


async def test_the_form_by_keyboard_alone(browser: Browser, real_works: Works, address: str) -> None:
    over = await asked(real_works, present=6)
    async with reader(browser, address, DESK) as page:
        await page.goto(await mailed(over, 0, address))
        keys = Keys(page)
        await keys.skip()
        await keys.tick("1")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowRight")
        await keys.press("Send my answers")
        await keys.says("Your answers have arrived.")
    (said,) = await execute("SELECT CAST(value AS TEXT) AS value FROM survey_answer")
    assert said["value"] == "3"


async def test_the_editor_on_a_phone(browser: Browser, real_works: Works, address: str) -> None:
    over = await asked(real_works, present=3)
    async with reader(browser, address, PHONE) as page:
        await enter(page, real_works, over.scene.manager)
        await page.goto(f"{address}/manage/courses/{over.scene.course_id}/survey")
        await expect(page.get_by_role("main")).to_contain_text("This course asks what its program asks")
        await looks_right(page)
        await page.get_by_role("button", name="Give this course questions of its own").click()
        await page.get_by_label("What do you want to know?").fill("Was the room warm enough?")
        await page.get_by_label("How is it answered?").select_option("yes_no")
        await page.get_by_role("button", name="Add the question").click()
        await expect(page.get_by_role("heading", name="Was the room warm enough?")).to_be_visible()
        await page.get_by_role("link", name=re.compile("Edit.*warm enough")).click()
        await looks_right(page)
        await page.get_by_label("What do you want to know?").fill("Was the room quiet enough?")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name="Was the room quiet enough?")).to_be_visible()
        await expect(page.get_by_role("heading", name="Was the room warm enough?")).to_have_count(0)
        await expect(page.get_by_role("main")).to_contain_text("No longer asked")
        await looks_right(page)
