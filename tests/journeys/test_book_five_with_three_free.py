"""The main job in a real browser against a real server: a coordinator books five with three free, may be split: three
are in and two wait; one place is given back, and the first who waited is in. On a phone and on a desk, with scripts
and without, with a mouse and with the keyboard alone."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.booking.made import Scene, make_scene
from tests.journeys.browsing import DESK, PHONE, Keys, enter, looks_right, reader
from training.base.work import Works
from training.booking.queries import list_enrollments

pytestmark = pytest.mark.browser


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
        await enter(page, real_works, scene.coordinator)
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


async def test_with_the_keyboard_alone(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}/sessions/{scene.session_id}")
        keys = Keys(page)
        await keys.skip()
        await keys.press("Book places")
        for number in range(2):
            await keys.tick(f"Northern Line {number}")
        await keys.press("Check before booking")
        assert await keys.heading() == "Check before booking"
        await keys.press("Book 2 places")
        await keys.says("2 people have a place.")
        assert await standing(scene) == [("0", "enrolled"), ("1", "enrolled")]
