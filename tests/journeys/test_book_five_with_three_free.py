"""The main job in a real browser against a real server: a coordinator books five with three free, may be split: three
are in and two wait; one place is given back, and the first who waited is in. On a phone and on a desk, with scripts
and without, with a mouse and with the keyboard alone."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.conftest import CHROMIUM
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import list_enrollments
from training.people.actions import sign_in_link
from training.reactions import REACTIONS

pytestmark = pytest.mark.browser
KEY = "a key for tests only, long enough to be taken"
PHONE, DESK = 390, 1280
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(engine: Database, database_url: str) -> Iterator[str]:  # noqa: ARG001 - migrated before it is served
    with served(database_url, secret_key=KEY) as addresses:
        yield addresses[0]


@pytest.fixture
def real_works(database: Database, address: str) -> Works:  # noqa: ARG001 - asked for so that it is bound
    """Units of work as the server has them: the real clock, its address and its key."""
    site = Site(name="training", base_url=address, secret_key=KEY, demo=True)
    return Works(clock=system_clock, site=site, reactions=REACTIONS, origin="test")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


@asynccontextmanager
async def reader(browser: Browser, address: str, width: int, *, scripts: bool = True) -> AsyncIterator[Page]:
    """A browser window that complains about errors, and about anything that is loaded from elsewhere."""
    context = await browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url))
    yield page
    await context.close()
    assert complaints == []


async def looks_right(page: Page, scripts: bool) -> None:
    """Nothing sticks out to the side, and the accessibility rules find nothing to complain about."""
    if not scripts:
        return
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = await Axe().run(page, options={"runOnly": RULES})
    assert [rule["id"] for rule in found.response["violations"]] == []


async def enter(page: Page, works: Works, scene: Scene) -> None:
    """Sign the coordinator in by a link, as one that was mailed."""
    await bearer(works, scene.coordinator)
    await page.goto(await works.run(Viewer.machine("test"), sign_in_link, scene.coordinator.email))
    await page.get_by_role("main").get_by_role("button").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Good to see you, Cora")


async def standing(scene: Scene) -> list[tuple[str, str]]:
    """Who is in and who waits, by the rows."""
    rows = await list_enrollments(scene.coordinator, scene.session_id)
    return [(row.name.removeprefix("Northern Line "), row.state.value) for row in rows]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_five_with_three_free(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    scene = await make_scene(real_works)
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, scene)
        await page.goto(f"{address}/sessions")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Safe messaging").click()
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Book places").first.click()
        for number in range(5):
            await page.get_by_role("checkbox", name=f"Northern Line {number} ").check()
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Check before booking").click()

        await expect(page.get_by_role("main")).to_contain_text("3 enrolled")
        await expect(page.get_by_role("main")).to_contain_text("2 waitlisted")
        await expect(page.get_by_role("listitem").filter(has_text="Northern Line 4")).to_contain_text(
            "Number 2 on the waitlist."
        )
        assert await standing(scene) == []
        await looks_right(page, scripts)
        await page.get_by_role("button", name="Book 3 and let 2 wait").click()

        await expect(page.get_by_role("main")).to_contain_text("3 have a place, 2 wait.")
        await looks_right(page, scripts)
        assert await standing(scene) == [
            ("0", "enrolled"), ("1", "enrolled"), ("2", "enrolled"), ("3", "waitlisted"), ("4", "waitlisted"),
        ]  # fmt: skip
        await page.get_by_role("link", name=re.compile("^Give the place back ?: Northern Line 1$")).click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Give back the place of Northern Line 1?")
        await expect(page.get_by_role("main")).to_contain_text("The place goes to the next person waiting who fits")
        await looks_right(page, scripts)
        await page.get_by_label("Reason").fill("On leave")
        await page.get_by_role("button", name="Give the place back").click()

        await expect(page.get_by_role("status")).to_contain_text("waited and has a place now.")
        await expect(page.get_by_role("listitem").filter(has_text="Northern Line 3")).to_contain_text("Has a place")
        await expect(page.get_by_role("listitem").filter(has_text="Northern Line 4")).to_contain_text(
            "Number 1 on the waitlist."
        )
        assert await standing(scene) == [
            ("0", "enrolled"), ("2", "enrolled"), ("3", "enrolled"), ("4", "waitlisted"),
        ]  # fmt: skip
        await page.get_by_role("link", name="Northern Line", exact=True).last.click()
        await expect(page.get_by_role("list", name="People in Safe messaging")).to_contain_text("Waitlisted, number 1")
        await looks_right(page, scripts)


async def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    says = "(() => { const e = document.activeElement; return (e.closest('label') ?? e).innerText ?? '' })()"
    for _ in range(80):
        await page.keyboard.press("Tab")
        if words in await page.evaluate(says):
            return
    raise AssertionError(f"The keyboard never reaches: {words}")


async def test_with_the_keyboard_alone(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene)
        await page.goto(f"{address}/sessions/{scene.session_id}")
        await tab_to(page, "Book places")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/book")
        for number in range(2):
            await tab_to(page, f"Northern Line {number}")
            await page.keyboard.press("Space")
        await tab_to(page, "Check before booking")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Check before booking")
        await tab_to(page, "Book 2 places")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_contain_text("2 people have a place.")
        assert await standing(scene) == [("0", "enrolled"), ("1", "enrolled")]
