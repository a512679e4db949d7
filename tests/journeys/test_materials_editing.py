"""Materials as those have them who teach: added with the sentence beside it, filled, published, changed, copied."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.journeys.browsing import DESK, PHONE, Keys, enter, looks_right, reader
from tests.materials.files import MP4, VTT, box
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.materials.actions.editing import edit_material
from training.materials.queries.editing import list_edited
from training.materials.rules.limits import PART_SIZE
from training.materials.rules.materials import MaterialDetails
from training.people.tables import Person
from training.schedule.tables import TrainerAssignment

pytestmark = pytest.mark.browser
NARROW = 360
FILM = MP4 + box(b"free", b"\0" * PART_SIZE)


async def taught(works: Works) -> tuple[Scene, Viewer]:
    """A session in two weeks with three people enrolled, and its lead trainer."""
    scene = await make_scene(works, size=6)
    await works.run(scene.coordinator, book_places, order(scene, *range(3)))

    async def assign(work: Work) -> Viewer:
        person_id = work.new_id()
        work.add(Person, id=person_id, email="tara@example.org", name="Tara", zone="Europe/Dublin", created_at=work.now)
        await work.flush()
        ids = {"session_id": scene.session_id, "meeting_id": scene.meeting_ids[0], "person_id": person_id}
        work.add(TrainerAssignment, id=work.new_id(), role="lead", **ids)
        return Viewer(person_id=person_id, name="Tara", email="tara@example.org", zone="Europe/Dublin")

    return scene, await works.run(scene.manager, assign)


async def says(page: Page, words: str) -> None:
    await expect(page.get_by_role("main")).to_contain_text(words)


async def choose(page: Page, label: str) -> None:
    await page.get_by_role("radio", name=label).check()


async def test_a_trainer_adds_a_recording_on_a_phone(
    browser: Browser, address: str, real_works: Works, tmp_path: Path
) -> None:
    scene, trainer = await taught(real_works)
    film, captions = tmp_path / "talk.mp4", tmp_path / "talk.vtt"
    film.write_bytes(FILM)
    captions.write_bytes(VTT)
    async with reader(browser, address, NARROW, expected="422") as page:
        await enter(page, real_works, trainer)
        await page.goto(f"{address}/materials/sessions/{scene.session_id}")
        await says(page, "Nothing here yet")
        await looks_right(page)
        await page.get_by_role("link", name="Add a material").first.click()
        await looks_right(page)
        sentence = page.locator("[data-reach]")
        await expect(sentence).to_contain_text("Visible to 4 people as soon as it is published.")
        await expect(page.get_by_role("button", name="Show")).to_be_hidden()
        await choose(page, "Some time before the start")
        await page.get_by_label("How long before the start").fill("2")
        await expect(sentence).to_contain_text("Visible to 4 people from")
        await expect(sentence).to_contain_text("Dublin time")
        await expect(sentence).to_contain_text("3 enrolled")
        await choose(page, "Trainers only")
        await expect(sentence).to_contain_text("Only for those who teach (1 person)")
        await choose(page, "People enrolled")
        await page.get_by_label("Title").fill("How we talk")
        await page.get_by_role("button", name="Go on to its files").click()
        await says(page, "Nothing yet")
        await looks_right(page)
        await bring(page, film, "talk.mp4")
        await says(page, "Captions are missing")
        await looks_right(page)
        await page.get_by_role("button", name="Publish version 1").click()
        await says(page, "Somebody who cannot hear gets nothing from this")
        await bring(page, captions, "talk.vtt")
        await expect(page.get_by_text("Captions are missing")).to_have_count(0)
        await page.get_by_role("button", name="Publish version 1").click()
        await says(page, "Version 1 is published. Whoever may see the material has it now.")
        await looks_right(page)


async def test_who_chose_before_the_script_was_there_reads_the_sentence_of_the_choice(
    browser: Browser, address: str, real_works: Works
) -> None:
    scene, trainer = await taught(real_works)
    async with reader(browser, address, PHONE) as page:
        await enter(page, real_works, trainer)
        go_on = asyncio.Event()

        async def hold(route: Route) -> None:
            await go_on.wait()
            await route.continue_()

        await page.route("**/reach.js", hold)
        await page.goto(f"{address}/materials/sessions/{scene.session_id}/add", wait_until="commit")
        sentence = page.locator("[data-reach]")
        await expect(sentence).to_contain_text("Visible to 4 people as soon as it is published.")
        await choose(page, "Trainers only")
        go_on.set()
        await expect(sentence).to_contain_text("Only for those who teach (1 person)")


async def bring(page: Page, file: Path, name: str) -> None:
    """Choose a file, see it on its way, and put it in."""
    go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await page.route("**/finish", hold)
    await page.get_by_label("Choose files").set_input_files([file])
    item = page.get_by_role("listitem").filter(has_text=name)
    await expect(item.get_by_role("progressbar")).to_be_visible()
    go_on.set()
    await expect(item).to_contain_text("Uploaded", timeout=30_000)
    await page.get_by_label("Language").first.fill("en")
    await page.get_by_role("button", name="Add the files").click()
    await says(page, "The file is in.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_manager_writes_a_note_and_a_second_version(
    browser: Browser, address: str, real_works: Works, scripts: bool
) -> None:
    scene, _ = await taught(real_works)
    async with reader(browser, address, DESK, scripts=scripts) as page:
        await enter(page, real_works, scene.manager)
        await page.goto(f"{address}/manage/courses/{scene.course_id}")
        await page.get_by_role("link", name="Materials").click()
        await page.get_by_role("link", name="Add a material").first.click()
        await page.get_by_label("Title").fill("Words")
        await page.get_by_role("radio", name="Everyone").check()
        if not scripts:
            await page.get_by_role("button", name="Show").click()
        await says(page, "Visible to everyone, signed in or not")
        await expect(page.get_by_label("Title")).to_have_value("Words")
        await page.get_by_role("button", name="Go on to its files").click()
        await write_note(page, "Say **this**.")
        await page.get_by_role("button", name="Publish version 1").click()
        await says(page, "Version 1 is published.")
        await page.get_by_role("button", name="Begin version 2").click()
        await page.get_by_role("link", name=re.compile("Change.*Words")).click()
        await page.get_by_label("The note").fill("Say **that**.")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_label("What is different from the version before").fill("One word is another.")
        await page.get_by_role("button", name="Publish version 2").click()
        await says(page, "One word is another.")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Version 1").click()
        await expect(page.locator("main strong")).to_have_text("this")


async def write_note(page: Page, body: str) -> None:
    """Write a note into the version that is open."""
    await page.get_by_role("link", name="Write a note").click()
    await page.get_by_label("What it is called").fill("Words")
    await page.get_by_label("The note").fill(body)
    await page.get_by_role("button", name="Add the note").click()
    await says(page, "The note is in.")


async def test_a_session_differs_from_its_course_and_is_copied_from(
    browser: Browser, address: str, real_works: Works
) -> None:
    scene, _ = await taught(real_works)
    async with reader(browser, address, PHONE) as page:
        await enter(page, real_works, scene.manager)
        await page.goto(f"{address}/materials/courses/{scene.course_id}/add")
        await page.get_by_label("Title").fill("Reading list")
        await page.get_by_role("button", name="Go on to its files").click()
        await write_note(page, "Much.")
        await page.get_by_role("button", name="Publish version 1").click()
        await page.goto(f"{address}/materials/sessions/{scene.session_id}")
        await page.get_by_role("link", name=re.compile("In this session.*Reading list")).click()
        await choose(page, "Differently in this session")
        await choose(page, "From the start")
        await expect(page.locator("[data-reach]")).to_contain_text("Visible to 4 people from")
        await looks_right(page)
        await page.get_by_label("Leave it out of this session").check()
        await expect(page.locator("[data-reach]")).to_contain_text("nobody sees it here")
        await page.get_by_label("Leave it out of this session").uncheck()
        await expect(page.locator("[data-reach]")).to_contain_text("Visible to 4 people from")
        await page.get_by_label("Leave it out of this session").check()
        await page.get_by_role("button", name="Save").click()
        await says(page, "Left out here")
        await looks_right(page)
        await page.get_by_role("link", name=re.compile("In this session.*Reading list")).click()
        await page.get_by_role("button", name="As the course says").click()
        await says(page, "In this session it is as the course says.")
        await page.goto(f"{address}/materials/courses/{scene.course_id}/copy")
        await looks_right(page)
        await choose(page, "Safe messaging")
        await page.get_by_role("button", name="Copy").click()
        await says(page, "One material is copied here.")
        await expect(page.get_by_role("heading", name="Reading list")).to_have_count(2)


async def test_two_people_at_once_and_the_keyboard_alone(browser: Browser, address: str, real_works: Works) -> None:
    scene, trainer = await taught(real_works)
    async with reader(browser, address, DESK, expected="409") as page:
        await enter(page, real_works, trainer)
        await page.goto(f"{address}/materials/sessions/{scene.session_id}/add")
        keys = Keys(page)
        await keys.skip()
        await keys.write("Title", "By keyboard")
        await keys.to("Who has a place")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator("[data-reach]")).to_contain_text("Only for those who teach")
        await keys.press("Go on to its files")
        (made,) = (await list_edited(trainer, session_id=scene.session_id)).items
        await page.goto(f"{address}/materials/{made.material.id}")
        await real_works.run(scene.manager, edit_material, made.material.id, MaterialDetails(title="By the manager"))
        await page.get_by_label("Title").fill("By me")
        await page.get_by_role("button", name="Save").click()
        await says(page, "By the manager")
        await expect(page.get_by_label("Title")).to_have_value("By me")
        await looks_right(page)
        await page.get_by_role("button", name="Save").click()
        await says(page, "Saved.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("By me")
