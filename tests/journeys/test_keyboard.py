"""Every journey of a place with nothing but Tab, Enter and Space: each stop visible, no trap, the skip link first."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Route, expect

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.nameless import take_open
from tests.booking.questions_made import agree, ask, of_session
from tests.journeys.browsing import DESK, Keys, enter, looks_right, reader
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.queries import list_enrollments
from training.booking.queries.open_places import list_open_places
from training.booking.rules.questions import Kind
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.schedule.tables import Session

pytestmark = pytest.mark.browser


async def booked(works: Works, *numbers: int) -> Scene:
    """A session in which these members of the coordinator's partner have places."""
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, *numbers))
    return scene


async def names(scene: Scene) -> list[str]:
    """Who has a place or waits, by the rows."""
    return sorted(row.name for row in await list_enrollments(scene.coordinator, scene.session_id))


async def place_of(scene: Scene) -> str:
    """The address of the first place."""
    row = (await list_enrollments(scene.coordinator, scene.session_id))[0]
    return f"/enrollments/{row.id}"


async def test_find_somebody_in_a_long_list(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works, size=30)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}/sessions/{scene.session_id}/book")
        keys = Keys(page)
        await keys.skip()
        await keys.write("Find a name", "lîne 27")
        await page.keyboard.press("Enter")
        await keys.says("1 found")
        await keys.tick("Northern Line 27")
        await keys.press("Check before booking")
        await keys.says("Northern Line 27")


async def test_send_somebody_else(browser: Browser, real_works: Works, address: str) -> None:
    scene = await booked(real_works, 0)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}{await place_of(scene)}/change")
        keys = Keys(page)
        await keys.skip()
        await keys.write("Name", "Wanda Weiss")
        await keys.write("E-mail address", "wanda@example.org")
        await keys.press("See what would happen")
        assert await keys.heading() == "Check before changing"
        await looks_right(page)
        await keys.skip()
        await keys.press("Change it now")
        assert await names(scene) == ["Wanda Weiss"]


async def test_move_to_another_date(browser: Browser, real_works: Works, address: str) -> None:
    scene = await booked(real_works, 0)

    async def another(work: Work) -> None:
        starts_at = (work.now + timedelta(days=20)).replace(microsecond=0)
        work.add(
            Session, id=work.new_id(), program_id=scene.program_id, course_id=scene.course_id, title="Another date",
            state="published", audience="participating", mode="in_person", capacity_in_person=3, zone="UTC",
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), published_at=work.now, created_at=work.now,
        )  # fmt: skip

    await real_works.run(scene.manager, another)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}{await place_of(scene)}/change")
        keys = Keys(page)
        await keys.skip()
        await keys.tick("Another date")
        await keys.press("See what would happen")
        assert await keys.heading() == "Check before changing"
        await keys.press("Change it now")
        assert await names(scene) == []


async def test_give_a_place_back_and_take_it_back(browser: Browser, real_works: Works, address: str) -> None:
    scene = await booked(real_works, 0)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        row = (await list_enrollments(scene.coordinator, scene.session_id))[0]
        await page.goto(f"{address}/bookings/{row.booking_id}")
        keys = Keys(page)
        await keys.skip()
        await keys.press("Give the place back")
        await keys.skip()
        await keys.write("Reason", "On leave")
        await keys.press("Give the place back")
        assert await names(scene) == []
        await looks_right(page)
        await keys.skip()
        await keys.press("Take it back")
        assert await keys.heading() == "Take the cancellation back?"
        await keys.press("Take it back")
        assert await names(scene) == ["Northern Line 0"]


async def test_name_an_open_place(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await take_open(real_works, scene, 1)
        (place_id,) = [place.id for place in await list_open_places(scene.coordinator, "session", scene.session_id)]
        await page.goto(f"{address}/open-places/{place_id}")
        keys = Keys(page)
        await keys.skip()
        await keys.write("Name", "Wanda Weiss")
        await keys.write("E-mail address", "wanda@example.org")
        await keys.press("Check this name")
        assert await keys.heading() == "Give this place to Wanda Weiss?"
        await looks_right(page)
        await keys.skip()
        await keys.press("Give the place to Wanda Weiss")
        assert await names(scene) == ["Wanda Weiss"]


async def link_in_mail(works: Works, template: str, email: str) -> str:
    """The first link in the newest message of this kind to somebody."""
    found = await execute(
        "SELECT id FROM message WHERE template = {} AND recipient = {} ORDER BY created_at DESC LIMIT 1",
        template,
        email,
    )
    text = render_message(await get_message(found[0]["id"]), works.site).text
    link = re.search(r"http\S+/requests/\S+", text)
    assert link is not None, text
    return link[0]


async def test_take_part_without_an_account_and_answer(browser: Browser, real_works: Works, address: str) -> None:
    scene = await make_scene(real_works, audience="public", self_enrollment=True)
    await ask(
        real_works, await of_session(scene), scene.manager, Kind.LINE, label="What do you hope for?", required=True
    )
    await agree(real_works, scene)
    async with reader(browser, address, DESK) as page:
        await page.goto(f"{address}/sessions/{scene.session_id}")
        keys = Keys(page)
        await keys.skip()
        await keys.press("Take part")
        await keys.skip()
        await keys.write("Your name", "Nia New")
        await keys.write("Your e-mail address", "nia@mail.example")
        await keys.write("Your time zone", "Europe/Dublin")
        await keys.press("Ask for a place")
        assert "We wrote to you" in await keys.heading()
        await looks_right(page)
        await page.goto(await link_in_mail(real_works, "booking/confirm", "nia@mail.example"))
        await looks_right(page)
        await keys.skip()
        await keys.write("What do you hope for?", "To listen better")
        await keys.tick("I agree")
        await keys.press("Take the place")
        assert await keys.heading() == "You take part"
        await keys.press("The page of your place")
        await keys.says("You have a place")
        await looks_right(page)


async def test_answer_questions(browser: Browser, real_works: Works, address: str) -> None:
    scene = await booked(real_works, 0)
    await ask(
        real_works,
        await of_session(scene),
        scene.manager,
        Kind.CHOICE,
        label="Which day?",
        options=("One", "Two"),
        required=True,
    )
    learner = Viewer(
        person_id=scene.people[0], name="Northern Line 0", email="northern-line-0@example.org", zone="Europe/Dublin"
    )
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, learner)
        await page.goto(f"{address}{await place_of(scene)}/questions")
        keys = Keys(page)
        await keys.skip()
        await keys.tick("One")
        await page.keyboard.press("ArrowDown")
        await keys.press("Save")
        await keys.says("Nothing is open.")
        assert await page.get_by_role("radio", name="Two").is_checked()


async def test_make_a_token(browser: Browser, real_works: Works, address: str) -> None:
    scene = await booked(real_works, 0)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}/account/tokens")
        keys = Keys(page)
        await keys.skip()
        await keys.write("What for", "CRM sync")
        await keys.tick("(book)")
        await keys.press("Make the token")
        await keys.says("Copy it now")
        await looks_right(page)
        await keys.skip()
        await keys.press("I have copied it")
        await keys.says("CRM sync")


async def test_plan_reminders(browser: Browser, real_works: Works, address: str) -> None:
    scene = await enrolled_scene(real_works, 0)
    async with reader(browser, address, DESK) as page:
        await enter(page, real_works, scene.manager)
        await page.goto(f"{address}/manage/sessions/{scene.session_id}")
        keys = Keys(page)
        await keys.skip()
        await keys.press("Reminders")
        await keys.skip()
        await keys.press("Add a reminder")
        await keys.skip()
        await keys.write("How long", "3")
        await keys.to("Unit")
        await page.keyboard.type("days")
        await keys.write("Your own words", "Bring a pen.")
        await keys.press("Save")
        await keys.says("3 days before the session starts")
        await keys.says("Bring a pen.")
        await keys.skip()
        await keys.press("Change here only")
        await keys.skip()
        await keys.press("Back")
        await keys.skip()
        await keys.press("Switch off")
        await keys.says("It does not go out here any more.")
        await keys.skip()
        # First comes what opens the words about stopping all; behind it each line has its own.
        await keys.to("Stop all reminders of this session")
        await keys.press("Stop")
        await keys.says("Stopped: 1 reminder.")
        await looks_right(page)
        # The page goes on where one was.
        await keys.press("Let it go out")
        await keys.says("Let go again: 1 reminder.")


async def test_a_script_that_comes_late_takes_nobody_away(browser: Browser, real_works: Works, address: str) -> None:
    """It leads to what is wrong with a form, unless somebody is putting that right already."""
    await make_scene(real_works)
    go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    async with reader(browser, address, DESK, expected="status of 422") as page:
        await page.goto(f"{address}/sign-in")
        field = page.get_by_label("Your e-mail address")
        await field.fill("somebody@nowhere")
        await field.press("Enter")
        await expect(page.get_by_role("alert")).to_be_focused()
        await page.route("**/js/site.js", hold)
        await field.fill("somebody@elsewhere")
        await field.press("Enter")
        await expect(field).to_have_value("somebody@elsewhere")
        await page.wait_for_url("**/sign-in", wait_until="commit")
        await expect(page.get_by_role("alert")).to_be_visible()
        await field.focus()
        go_on.set()
        await page.wait_for_load_state()
        await expect(field).to_be_focused()
