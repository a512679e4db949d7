"""Files and sentences on a network that answers late, or not at all: nothing false is said, and nothing left behind."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys.browsing import DESK, PHONE, looks_right, reader
from tests.journeys.uploads import begin, open_draft
from tests.materials.files import PDF
from training.base.work import Works

pytestmark = pytest.mark.browser
UPLOADS = "**/api/v1/uploads/*"
LEFT = "Files are not in this version yet"


def slides_in(folder: Path) -> Path:
    slides = folder / "slides.pdf"
    slides.write_bytes(PDF)
    return slides


def text_in(folder: Path) -> Path:
    text = folder / "talk.txt"
    text.write_text("What was said.")
    return text


async def bring(page: Page, file: Path) -> None:
    await page.get_by_label("Choose files").set_input_files([file])
    await expect(page.locator(".upload-item").filter(has_text=file.name)).to_contain_text("Uploaded")


async def one_in_and_one_left(page: Page, works: Works, folder: Path) -> str:
    """A draft with a file in it and another that was uploaded for it; its address."""
    draft = await open_draft(page, works, await begin(page, works), "Alpha")
    await bring(page, slides_in(folder))
    await page.get_by_role("button", name="Add the files").click()
    await expect(page.get_by_role("main")).to_contain_text("The file is in.")
    await bring(page, text_in(folder))
    return draft


def held(go_on: asyncio.Event) -> Callable[[Route], Awaitable[None]]:
    """Answers to questions about uploads come only when it is said."""

    async def hold(route: Route) -> None:
        if route.request.method == "GET":
            await go_on.wait()
        await route.continue_()

    return hold


async def lost(route: Route) -> None:
    """Nobody answers."""
    await route.abort()


async def test_publish_leaves_no_file_behind_of_which_nobody_could_say_anything(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    async with reader(browser, address, PHONE, expected="ERR_FAILED") as page:
        draft = await one_in_and_one_left(page, real_works, tmp_path)
        await page.route(UPLOADS, lost)
        await page.reload()
        item = page.locator(".upload-item")
        await expect(item).to_contain_text("We could not ask what became of this file.")
        await looks_right(page)
        await page.get_by_role("button", name="Publish version 1").click()
        await expect(page.get_by_text(LEFT)).to_be_visible()
        assert page.url == draft
        await page.unroute(UPLOADS)
        await page.get_by_role("button", name="Try again").click()
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("main")).to_contain_text("The file is in.")
        await page.get_by_role("button", name="Publish version 1").click()
        await expect(page.get_by_role("main")).to_contain_text("Version 1 is published.")


async def test_publish_is_held_as_long_as_nobody_says_what_became_of_a_file(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    async with reader(browser, address, PHONE, expected="ERR_FAILED") as page:
        draft = await one_in_and_one_left(page, real_works, tmp_path)
        go_on = asyncio.Event()
        await page.route(UPLOADS, held(go_on))
        await page.reload()
        await page.get_by_role("button", name="Publish version 1").click()
        await expect(page.get_by_text(LEFT)).to_be_visible()
        await expect(page.locator(".upload-item")).to_contain_text("We could not ask what became of this file.")
        assert page.url == draft
        go_on.set()


async def test_a_new_file_does_not_wait_for_an_answer_about_an_old_one(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    text = text_in(tmp_path)
    async with reader(browser, address, DESK, expected="ERR_FAILED") as page:
        scene = await begin(page, real_works)
        await open_draft(page, real_works, scene, "Alpha")
        await bring(page, slides_in(tmp_path))
        go_on = asyncio.Event()
        await page.route(UPLOADS, held(go_on))
        await page.reload()
        await bring(page, text)
        await expect(page.locator(".upload-item").filter(has_text="slides.pdf")).to_contain_text("We could not ask")
        go_on.set()


async def test_what_was_taken_off_before_the_answer_came_stays_off(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    text = text_in(tmp_path)
    async with reader(browser, address, DESK, expected="422") as page:
        scene = await begin(page, real_works)
        await open_draft(page, real_works, scene, "Alpha")
        await bring(page, slides_in(tmp_path))
        await bring(page, text)
        await page.get_by_label("Language").fill("Martian")
        go_on = asyncio.Event()
        await page.route(UPLOADS, held(go_on))
        await page.get_by_role("button", name="Add the files").click()
        await page.get_by_role("checkbox", name="slides.pdf").uncheck()
        go_on.set()
        item = page.locator(".upload-item")
        await expect(item).to_have_count(1)
        await expect(item).to_contain_text("talk.txt")
        await page.get_by_label("Language").fill("Spanish")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("main")).to_contain_text("The file is in.")
        await expect(page.locator(".shape-line")).to_have_count(1)
        await expect(page.locator(".shape-line")).to_contain_text("talk.txt")


async def test_the_sentence_of_another_choice_does_not_stand(browser: Browser, address: str, real_works: Works) -> None:
    async with reader(browser, address, PHONE, expected="ERR_FAILED") as page:
        scene = await begin(page, real_works)
        await page.route("**/reach?*", lost)
        await page.goto(f"{address}/materials/courses/{scene.course_id}/add")
        sentence = page.locator("[data-reach]")
        await expect(sentence).to_contain_text("Nobody it is for is there yet in 1 session.")
        await page.get_by_role("radio", name="Trainers only").check()
        await expect(sentence).to_have_text("This could not be counted just now. Press “Show” to try again.")
        await looks_right(page)
        await page.get_by_role("button", name="Show").click()
        await expect(sentence).to_contain_text("Nobody teaches here yet: only managers of the program see it.")
