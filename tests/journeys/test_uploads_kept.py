"""Files that were brought to a form are offered there until the server has taken it, and nowhere else."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.booking.made import Scene
from tests.journeys.browsing import DESK, PATIENCE, PHONE, looks_right, reader
from tests.journeys.uploads import begin, brought, open_draft
from tests.materials.files import PDF
from tests.materials.made import a_note
from training.base.work import Works
from training.materials.actions.editing import add_material
from training.materials.actions.uploading import drop_upload
from training.materials.actions.versions import add_variant, begin_version, discard_draft, publish_version
from training.materials.queries.editing import get_edited
from training.materials.queries.uploads import list_open
from training.materials.rules.materials import MaterialDetails
from training.materials.rules.showing import Audience

pytestmark = pytest.mark.browser


async def test_what_was_chosen_for_one_form_is_offered_in_no_other(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, web = brought(tmp_path)
    async with reader(browser, address, DESK, expected="422") as page:
        scene = await begin(page, real_works)
        alpha = await open_draft(page, real_works, scene, "Alpha")
        item = page.locator(".upload-item")
        await page.get_by_label("Choose files").set_input_files([captions])
        await expect(item).to_contain_text("Uploaded")
        await open_draft(page, real_works, scene, "Beta")
        # Its row comes after whatever was kept.
        await page.get_by_label("Choose files").set_input_files([web])
        await expect(item).to_contain_text("Web pages")
        await page.goto(f"{address}/materials/courses/{scene.course_id}/bulk")
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([web])
        await expect(item).to_contain_text("Web pages")
        await page.goto(alpha)
        await expect(item).to_contain_text("welcome.vtt")
        await expect(item).to_contain_text("Uploaded")


async def test_the_same_file_chosen_again_after_a_reload_adds_nothing(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, _ = brought(tmp_path)
    handout = tmp_path / "handout.pdf"
    handout.write_bytes(PDF)
    async with reader(browser, address, DESK) as page:
        await begin(page, real_works)
        field = page.get_by_label("Files, folders or a ZIP archive")
        done = page.locator('.upload-item[data-state="done"]')
        await field.set_input_files([captions])
        await expect(done).to_have_count(1)
        await page.reload()
        await field.set_input_files([captions, handout])
        await expect(done).to_have_count(2)
        await expect(page.locator(".upload-item")).to_have_count(2)
        await expect(page.locator('input[name="upload"]')).to_have_count(2)


async def test_who_is_signed_out_when_the_form_goes_finds_the_files_again(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, _ = brought(tmp_path)
    async with reader(browser, address, DESK) as page:
        scene = await begin(page, real_works)
        alpha = await open_draft(page, real_works, scene, "Alpha")
        item = page.locator(".upload-item")
        await page.get_by_label("Choose files").set_input_files([captions])
        await expect(item).to_contain_text("Uploaded")
        cookies = await page.context.cookies()
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Sign in")
        await expect(page.get_by_text("You are not signed in, so nothing was saved.")).to_be_visible()
        assert page.url.partition("next=")[2] == alpha.removeprefix(address)
        await page.context.add_cookies(
            [{"name": each["name"], "value": each["value"], "url": address} for each in cookies]
        )
        await page.goto(alpha)
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("main")).to_contain_text("The file is in.")
        await expect(page.locator(".shape-line")).to_have_count(1)
        await taken(page)
        await expect(item).to_have_count(0)


async def test_nothing_is_published_while_files_stand_above_that_are_not_in(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    slides = tmp_path / "slides.pdf"
    slides.write_bytes(PDF)
    async with reader(browser, address, PHONE) as page:
        scene = await begin(page, real_works)
        one, path = await shown_once(real_works, scene)
        second = await real_works.run(scene.manager, begin_version, one)
        draft = f"{address}{path}/versions/{second.id}"
        await page.goto(draft)
        left = page.get_by_text("Files are not in this version yet")
        await expect(left).to_be_hidden()
        await page.get_by_label("Choose files").set_input_files([slides])
        await expect(page.locator(".upload-item")).to_contain_text("Uploaded")
        said = page.get_by_label("What is different from the version before")
        await said.fill("The new slides")
        await page.get_by_role("button", name="Publish version 2").click()
        await expect(left).to_be_visible()
        await expect(page.get_by_role("link", name="Files", exact=True)).to_be_focused()
        assert page.url == draft
        await looks_right(page)
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.locator(".shape-line")).to_have_count(2)
        await expect(said).to_have_value("The new slides")
        await expect(left).to_be_hidden()
        await page.get_by_role("button", name="Publish version 2").click()
        await expect(page.get_by_role("main")).to_contain_text("Version 2 is published.")


async def test_publish_waits_until_it_is_known_that_no_file_is_left(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    slides = tmp_path / "slides.pdf"
    slides.write_bytes(PDF)
    async with reader(browser, address, PHONE) as page:
        scene = await begin(page, real_works)
        await open_draft(page, real_works, scene, "Alpha")
        await page.get_by_label("Choose files").set_input_files([slides])
        await expect(page.locator(".upload-item")).to_contain_text("Uploaded")
        go_on = asyncio.Event()

        async def hold(route: Route) -> None:
            if route.request.method == "GET":
                await go_on.wait()
            await route.continue_()

        # The page that follows asks what became of the file, and the answer takes its time.
        await page.route("**/api/v1/uploads/*", hold)
        async with page.expect_request("**/api/v1/uploads/*"):
            await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("main")).to_contain_text("The file is in.")
        publish = page.get_by_role("button", name="Publish version 1")
        await publish.click()
        await expect(publish).to_have_attribute("aria-busy", "true")
        await publish.click()
        await expect(page.get_by_text("Files are not in this version yet")).to_be_hidden()
        go_on.set()
        await expect(page.get_by_role("main")).to_contain_text("Version 1 is published.")


async def test_what_was_brought_to_a_version_that_is_not_to_be_changed_any_more_goes_into_the_next(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    slides = tmp_path / "slides.pdf"
    slides.write_bytes(PDF)
    async with reader(browser, address, PHONE, expected="40") as page:
        scene = await begin(page, real_works)
        one, path = await shown_once(real_works, scene)
        for what in ("thrown away", "published"):
            version = await real_works.run(scene.manager, begin_version, one)
            await page.goto(f"{address}{path}/versions/{version.id}")
            await page.get_by_label("Choose files").set_input_files([slides])
            await expect(page.locator(".upload-item")).to_contain_text("Uploaded")
            await page.get_by_label("Language").fill("Martian")
            if what == "published":
                await real_works.run(scene.manager, publish_version, version.id, note="Theirs")
            else:
                await real_works.run(scene.manager, discard_draft, version.id)
            await page.get_by_role("button", name="Add the files").click()
            await expect(page.get_by_role("main")).to_contain_text(f"{what} meanwhile")
            await expect(page.get_by_label("slides.pdf")).to_be_checked()
            await looks_right(page)
            await page.get_by_label("Language").fill("Spanish")
            await page.get_by_role("button", name="Put them into version").click()
            await expect(page.get_by_role("main")).to_contain_text("The file is in.")


async def shown_once(works: Works, scene: Scene) -> tuple[UUID, str]:
    """A material with a note whose first version is published, and its address."""
    details = MaterialDetails(title="Alpha", audience=Audience.ENROLLED)
    one = await works.run(scene.manager, add_material, details, course_id=scene.course_id)
    first = (await get_edited(scene.manager, one.id)).versions[0]
    await works.run(scene.manager, add_variant, first.id, a_note())
    await works.run(scene.manager, publish_version, first.id)
    return one.id, f"/materials/{one.id}"


async def test_the_same_bytes_under_another_name_are_not_taken_for_what_is_in(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    for path in (first, second):
        path.write_bytes(PDF)
    async with reader(browser, address, DESK) as page:
        scene = await begin(page, real_works)
        alpha = await open_draft(page, real_works, scene, "Alpha")
        item = page.locator(".upload-item")
        cookies = await page.context.cookies()
        for path in (first, second):
            await page.get_by_label("Choose files").set_input_files([path])
            await expect(item).to_contain_text("Uploaded")
            if path is second:
                await page.context.clear_cookies()
            await page.get_by_role("button", name="Add the files").click()
            await page.wait_for_url("**/sign-in**" if path is second else alpha)
        await page.context.add_cookies(
            [{"name": each["name"], "value": each["value"], "url": address} for each in cookies]
        )
        await page.goto(alpha)
        await expect(item).to_contain_text("second.pdf")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.locator(".shape-line")).to_have_count(2)
        await taken(page)


async def test_a_form_that_never_arrived_still_has_its_files(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="ERR_") as page:
        await begin(page, real_works)
        bulk = page.url
        item = page.locator(".upload-item")
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([captions])
        await expect(item).to_contain_text("Uploaded")
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await page.wait_for_url("chrome-error://**")
        await page.context.set_offline(False)
        await page.goto(bulk)
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_label("Title")).to_have_value("Welcome")
        await taken(page)
        await page.goto(bulk)
        await taken(page)
        await expect(item).to_have_count(0)


async def taken(page: Page) -> None:
    """Nothing is kept on the device any more."""
    # Not by waiting in the page: that compiles words, which the pages allow nobody.
    for _ in range(PATIENCE // 50):
        if not await page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('training-uploads'))"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("Something is kept still.")


async def test_a_file_that_somebody_stopped_says_so_and_can_be_begun_anew(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    film, _, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="404") as page:
        scene = await begin(page, real_works)
        go_on = asyncio.Event()

        async def hold(route: Route) -> None:
            if route.request.url.endswith("/parts/2"):
                await go_on.wait()
            await route.continue_()

        async def stop() -> None:
            (upload,) = await list_open(scene.manager, None, real_works.clock())
            await real_works.run(scene.manager, drop_upload, upload.id)

        await page.route("**/parts/*", hold)
        field = page.get_by_label("Files, folders or a ZIP archive")
        await field.set_input_files([film])
        item = page.locator(".upload-item")
        await expect(item).to_contain_text("8.4 MB of 16.8 MB, 49 %")
        await stop()
        go_on.set()
        await expect(item).to_contain_text("It was stopped by somebody. Choose it again to start anew.")
        await looks_right(page)
        go_on.clear()
        await page.get_by_role("button", name="Start anew").click()
        await expect(item).to_contain_text("8.4 MB of 16.8 MB, 49 %")
        page.on("dialog", lambda dialog: dialog.accept())
        await stop()
        await page.reload()
        await expect(item).to_contain_text("It is not there any more: somebody stopped it, or it was given up.")
        go_on.set()
        await field.set_input_files([film])
        await expect(item).to_contain_text("Uploaded, 16.8 MB")
        await expect(item).to_have_count(1)
