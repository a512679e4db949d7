"""A learner without an account, in a real browser against a real server: finds the session, asks for a place, confirms
by the mailed link, looks after it by the other link, gives it back and takes that back. On a phone and on a desk, with
scripts and without; with them the device's time zone is offered."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.booking.made import Scene, make_scene
from tests.journeys.browsing import DESK, KEY, PHONE, looks_right, reader
from training.base.database import execute
from training.base.site import Site
from training.base.work import Works
from training.booking.queries import list_enrollments
from training.outbox.mails import render_message
from training.outbox.queries import get_message

pytestmark = pytest.mark.browser
NAME = "نور الهدى Nia <b>New</b>"


async def mailed(template: str, base: str) -> str:
    """The address that leads on in the one message of this kind."""
    (found,) = await execute("SELECT id FROM message WHERE template = {}", f"booking/{template}")
    site = Site(name="training", base_url=base, secret_key=KEY, demo=True)
    text = render_message(await get_message(found["id"]), site).text
    link = re.search(r"http\S+/(?:requests|places)/\S+", text)
    assert link is not None, text
    return base + urlsplit(link[0]).path


async def states(scene: Scene) -> list[tuple[str, str]]:
    return [(row.name, row.state.value) for row in await list_enrollments(scene.manager, scene.session_id)]


async def ask(page: Page, scene: Scene, base: str) -> None:
    await page.goto(f"{base}/sessions/{scene.session_id}")
    await page.get_by_role("link", name="Take part").first.click()
    await page.get_by_label("Your name").fill(NAME)
    await page.get_by_label("Your e-mail address").fill("Nia@mail.example")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_the_session_to_ones_place(
    browser: Browser,
    real_works: Works,
    address: str,
    width: int,
    scripts: bool,
) -> None:
    scene = await make_scene(real_works, audience="public", self_enrollment=True, mode="hybrid", capacity_online=5)
    async with reader(browser, address, width, scripts=scripts) as page:
        await ask(page, scene, address)
        await looks_right(page, scripts)
        await page.get_by_role("radio", name="Only online").check()
        await page.get_by_role("button", name="Ask for a place").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("We wrote to you: confirm within an hour")
        await expect(page.get_by_role("main")).to_contain_text("The place is kept for you until")
        await looks_right(page, scripts)
        assert await states(scene) == [(NAME, "requested")]

        await page.goto(await mailed("confirm", address))
        await expect(page.get_by_role("heading", level=1)).to_have_text("One more press and you take part")
        await expect(page.get_by_role("main")).to_contain_text("A place online is kept for you until")
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Take the place").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You take part")
        await looks_right(page, scripts)
        assert await states(scene) == [(NAME, "enrolled")]

        await page.goto(await mailed("enrolled", address))
        await expect(page.get_by_role("main")).to_contain_text("You take part online.")
        await looks_right(page, scripts)
        await page.get_by_label("Reason").fill("Ill")
        await page.get_by_role("button", name="Give the place back").click()
        await expect(page.get_by_role("status")).to_contain_text("somebody else can take part")
        assert await states(scene) == []
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Take it back").click()
        await expect(page.get_by_role("status")).to_contain_text("You have your place again.")
        assert await states(scene) == [(NAME, "enrolled")]
        await page.get_by_role("button", name="My link was seen by others").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("A new link is on its way")


async def test_the_devices_time_zone_is_offered(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works, audience="public", self_enrollment=True)
    context = await browser.new_context(timezone_id="America/Bogota")
    page = await context.new_page()
    await ask(page, scene, address)
    await expect(page.get_by_label("Your time zone")).to_have_value("America/Bogota")
    await context.close()
