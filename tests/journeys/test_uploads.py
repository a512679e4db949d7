"""Bringing files: seen on their way, gone on with after an interruption, by keyboard, and without scripts."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, FileChooser, Page, Route, expect

from tests.booking.made import make_scene
from tests.journeys.browsing import DESK, Keys, enter, looks_right, reader
from tests.journeys.uploads import begin, brought
from tests.materials.files import PDF, zipped
from training.base.work import Works

pytestmark = pytest.mark.browser
NARROW = 360
# All that stood in the list of files, one after the other.
SEEN = """() => {
  const list = document.querySelector("[data-uploads]");
  window.seen = [];
  const look = new MutationObserver(() => seen.push(list.textContent));
  look.observe(list, { subtree: true, childList: true, characterData: true });
}"""


async def test_files_are_seen_on_their_way_and_become_materials(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    film, captions, web = brought(tmp_path)
    async with reader(browser, address, NARROW, expected="422") as page:
        await begin(page, real_works)
        await looks_right(page)
        go_on = asyncio.Event()

        async def hold(route: Route) -> None:
            if route.request.url.endswith("/parts/2"):
                await go_on.wait()
            await route.continue_()

        await page.route("**/parts/*", hold)
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([film, captions, web])
        item = page.get_by_role("listitem").filter(has_text="welcome.mp4")
        await expect(item).to_contain_text("8.4 MB of 16.8 MB, 49 %")
        assert await item.get_by_role("progressbar").evaluate("bar => bar.position") == pytest.approx(0.5, abs=0.01)
        await looks_right(page)
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_role("status").filter(has_text="still on their way")).to_be_visible()
        go_on.set()
        await expect(item).to_contain_text("Uploaded, 16.8 MB")
        refused = page.get_by_role("listitem").filter(has_text="page.html")
        await expect(refused).to_contain_text("Web pages and SVG drawings can hold programs")
        # Beside its row it is only for those who hear the page.
        heard = page.locator("[data-upload-heard]")
        await expect(heard).to_contain_text("page.html: Web pages")
        await expect(heard).to_have_css("position", "absolute")
        await expect(page.locator("[data-upload-state]")).not_to_contain_text("page.html")
        await expect(page.locator("[data-upload-state]")).to_contain_text("Press “Remove” there, then go on.")
        await looks_right(page)
        await page.get_by_role("button", name="Remove: page.html").click()
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Look before adding")
        await expect(page.get_by_label("Title")).to_have_value("Welcome")
        await looks_right(page)
        await page.get_by_role("button", name="Add them").click()
        await expect(page.get_by_role("main")).to_contain_text("One material was added as drafts")


async def test_without_scripts_a_large_form_of_who_is_signed_out_says_so(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(PDF + b"\0" * 40_000_000)
    async with reader(browser, address, NARROW, scripts=False) as page:
        await begin(page, real_works)
        form = page.url
        for _ in range(3):
            await page.goto(form)
            await page.get_by_label("Files, folders or a ZIP archive").set_input_files(large)
            signed_in = next(each for each in await page.context.cookies() if each["name"] == "sign_in")
            await page.context.clear_cookies()
            await page.get_by_role("button", name="Look at what becomes of them").click()
            await expect(page.get_by_role("main")).to_contain_text("You are not signed in, so nothing was saved.")
            assert page.url.partition("?next=")[2] == urlsplit(form).path
            await page.context.add_cookies([{"name": "sign_in", "value": signed_in["value"], "url": address}])


async def test_what_was_chosen_before_the_script_came_goes_all_the_same(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    captions = brought(tmp_path)[1]
    async with reader(browser, address, NARROW) as page:
        go_on = asyncio.Event()

        async def hold(route: Route) -> None:
            await go_on.wait()
            await route.continue_()

        await page.route("**/js/upload.js", hold)
        scene = await make_scene(real_works)
        await enter(page, real_works, scene.manager)
        await page.goto(f"{address}/materials/courses/{scene.course_id}/bulk", wait_until="commit")
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([captions])
        go_on.set()
        item = page.get_by_role("listitem").filter(has_text="welcome.vtt")
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_label("Title")).to_have_value("Welcome")


async def test_a_broken_connection_costs_only_what_was_on_its_way(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    film, _, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="ERR_") as page:
        await begin(page, real_works)
        asked: list[str] = []

        async def break_once(route: Route) -> None:
            asked.append(route.request.url.rsplit("/", 1)[-1])
            if asked == ["1", "2"]:
                await route.abort("connectionreset")
            else:
                await route.continue_()

        await page.route("**/parts/*", break_once)
        await page.evaluate(SEEN)
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([film])
        item = page.get_by_role("listitem").filter(has_text="welcome.mp4")
        await expect(item).to_contain_text("Uploaded, 16.8 MB")
        assert asked == ["1", "2", "2", "3"]
        # It stands there for a second: who looks now and then may miss it.
        assert "The connection is interrupted. We try again in 1 second;" in await page.evaluate("seen.join()")


async def test_a_reload_loses_nothing_that_arrived(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    film, captions, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="ERR_") as page:
        await begin(page, real_works)
        asked: list[str] = []

        async def note(route: Route) -> None:
            asked.append(route.request.url.rsplit("/", 1)[-1])
            if asked[-1] != "3" or asked.count("3") > 1:
                await route.continue_()

        await page.route("**/parts/*", note)
        field = page.get_by_label("Files, folders or a ZIP archive")
        await field.set_input_files([captions])
        await expect(page.get_by_role("listitem").filter(has_text="welcome.vtt")).to_contain_text("Uploaded")
        await field.set_input_files([film])
        item = page.get_by_role("listitem").filter(has_text="welcome.mp4")
        await expect(item).to_contain_text("99 %")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await expect(item).to_contain_text("16.8 MB of 16.8 MB arrived before. Choose the same file again to go on.")
        await expect(page.get_by_role("listitem").filter(has_text="welcome.vtt")).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Look at what becomes of them").click()
        missing = page.get_by_text("Choose it again to go on with it, or press “Forget it”.")
        await expect(missing).to_be_visible()
        await looks_right(page)
        await field.set_input_files([film])
        await expect(missing).to_have_count(0)
        await expect(item).to_contain_text("Uploaded, 16.8 MB")
        assert asked == ["1", "1", "2", "3", "3"]
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_label("Title")).to_have_value("Welcome")
        await page.go_back()


async def test_the_same_file_chosen_at_once_after_a_reload_goes_on(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    film, _, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="ERR_") as page:
        await begin(page, real_works)
        asked: list[str] = []
        go_on = asyncio.Event()

        async def note(route: Route) -> None:
            asked.append(route.request.url.rsplit("/", 1)[-1])
            if asked[-1] != "3" or asked.count("3") > 1:
                await route.continue_()

        async def hold(route: Route) -> None:
            await go_on.wait()
            await route.continue_()

        await page.route("**/parts/*", note)
        field = page.get_by_label("Files, folders or a ZIP archive")
        await field.set_input_files([film])
        item = page.get_by_role("listitem").filter(has_text="welcome.mp4")
        await expect(item).to_contain_text("99 %")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.route("**/api/v1/uploads/*", hold)
        await page.reload()
        await field.set_input_files([film])
        await page.get_by_role("button", name="Look at what becomes of them").click()
        go_on.set()
        await expect(page.get_by_label("Title")).to_have_value("Welcome")
        assert asked == ["1", "2", "3", "3"]


async def test_a_form_that_comes_back_still_has_its_files(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    many = tmp_path / "many.zip"
    many.write_bytes(zipped({f"{number}.txt": f"{number}\n" for number in range(201)}))
    async with reader(browser, address, DESK, expected="422") as page:
        await begin(page, real_works)
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([many])
        item = page.get_by_role("listitem").filter(has_text="many.zip")
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_role("alert")).to_contain_text("more files than can be added at once")
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_label("Unpack ZIP archives").uncheck()
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_label("Title")).to_have_value("Many")
        # The look has an address of its own: it can be loaded again, and gone back to.
        await page.reload()
        await expect(page.get_by_label("Title")).to_have_value("Many")
        await page.get_by_role("button", name="Add them").click()
        await expect(page.get_by_text("One material was added as drafts")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("main")).to_contain_text("It is in a material here already.")
        await expect(page.get_by_role("checkbox", name="Add material 1")).not_to_be_checked()
        await page.get_by_role("link", name="Upload several").click()
        await expect(page.get_by_label("Files, folders or a ZIP archive")).to_be_visible()
        await expect(item).to_have_count(0)


async def test_by_keyboard_alone(browser: Browser, address: str, real_works: Works, tmp_path: Path) -> None:
    _, captions, _ = brought(tmp_path)
    async with reader(browser, address, DESK) as page:
        # Listened for from the beginning: asked for with the press, it may come before the browser hands it over.
        opened: asyncio.Queue[FileChooser] = asyncio.Queue()
        page.on("filechooser", opened.put_nowait)
        await begin(page, real_works)
        keys = Keys(page)
        await keys.to("Files, folders or a ZIP archive")
        await page.keyboard.press("Space")
        await (await asyncio.wait_for(opened.get(), 30)).set_files([captions])
        await expect(page.get_by_role("listitem").filter(has_text="welcome.vtt")).to_contain_text("Uploaded")
        await keys.to("Choose a whole folder")
        await keys.to("Remove")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("listitem").filter(has_text="welcome.vtt")).to_have_count(0)
        assert await page.evaluate("document.activeElement.id") == "f-file"


async def test_without_scripts_the_form_brings_the_files(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, _ = brought(tmp_path)
    handout = tmp_path / "handout.pdf"
    handout.write_bytes(PDF)
    async with reader(browser, address, NARROW, scripts=False) as page:
        await begin(page, real_works)
        await expect(page.get_by_text("At most 250 MB at once by this form")).to_be_visible()
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files([captions, handout])
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Look before adding")
        await page.get_by_role("button", name="Add them").click()
        await expect(page.get_by_role("main")).to_contain_text("2 materials were added as drafts")


async def test_what_came_with_a_faulty_form_is_listed_once(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    _, captions, _ = brought(tmp_path)
    async with reader(browser, address, DESK, expected="422") as page:
        scene = await begin(page, real_works)
        await page.goto(f"{real_works.site.base_url}/materials/courses/{scene.course_id}/add")
        await page.get_by_label("Title").fill("Words")
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_label("Choose files").set_input_files([captions])
        item = page.locator(".upload-item").filter(has_text="welcome.vtt")
        await expect(item).to_contain_text("Uploaded")
        await page.get_by_label("Language").fill("zz-notalang")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(item).to_contain_text("Uploaded")
        await expect(page.get_by_text("Uploaded already")).to_have_count(0)
        await looks_right(page)
        await page.get_by_label("Language").fill("en")
        await page.get_by_role("button", name="Add the files").click()
        await expect(page.locator(".shape-line").filter(has_text="welcome.vtt")).to_have_count(1)


async def test_folders_stay_with_their_files_where_the_browser_keeps_nothing(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    for folder, name in (("dirA", "intro_en.txt"), ("dirB", "intro_fr.txt")):
        (tmp_path / "tree" / folder).mkdir(parents=True)
        (tmp_path / "tree" / folder / name).write_text(name)
    many = tmp_path / "many.zip"
    many.write_bytes(zipped({f"{number}.txt": f"{number}" for number in range(201)}))
    async with reader(browser, address, DESK, expected="422") as page:
        await page.add_init_script("Storage.prototype.setItem = () => { throw new Error(); };")
        await begin(page, real_works)
        await choose_folder(page, tmp_path / "tree")
        await page.get_by_label("Files, folders or a ZIP archive").set_input_files(many)
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(
            page.get_by_role("group", name="Uploaded already").get_by_text("tree/dirB/intro_fr.txt")
        ).to_be_visible()
        await page.get_by_label("many.zip").uncheck()
        (tmp_path / "tree" / "dirA" / "intro_es.txt").write_text("intro_es.txt")
        (tmp_path / "tree" / "dirA" / "intro_en.txt").unlink()
        await choose_folder(page, tmp_path / "tree" / "dirA")
        await page.get_by_role("button", name="Look at what becomes of them").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Look before adding")
        told = page.locator('input[name="path"]')
        paths = [await one.get_attribute("value") for one in await told.all()]
        assert sorted(filter(None, paths)) == ["dirA/intro_es.txt", "tree/dirA/intro_en.txt", "tree/dirB/intro_fr.txt"]


async def choose_folder(page: Page, folder: Path) -> None:
    """Choose a whole folder, as soon as the script that offers it is there."""
    await expect(page.get_by_text("Choose a whole folder")).to_be_visible()
    await page.get_by_label("Choose a whole folder").set_input_files(folder)
