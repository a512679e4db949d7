"""Keeping the place of somebody whose calendar declined, by the coordinator and by the link to one's place."""

from uuid import UUID

import httpx
import pytest

from tests.booking.asked import booked_one
from tests.booking.made import Scene, make_scene
from tests.booking.test_pages.made import enter, words
from tests.conftest import SITE
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.declining import note_answers
from training.booking.queries import get_enrollment
from training.booking.rules.guests import place_token


async def declined(works: Works) -> tuple[Scene, UUID]:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    await works.run(Viewer.machine("mailbox"), note_answers, enrollment_id, ["declined"])
    return scene, enrollment_id


async def test_a_coordinator_sees_when_it_goes_back_and_keeps_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, enrollment_id = await declined(works)
    await enter(works, client, scene.coordinator)
    here, home = f"/enrollments/{enrollment_id}/keep", f"/partners/{scene.partner_id}"
    assert "Mon 4 May 2026, 10:30 Dublin time" in words((await client.get(here)).text)
    for page in (home, f"{home}/sessions/{scene.session_id}", f"/sessions/{scene.session_id}"):
        shown = (await client.get(page)).text
        assert "Declined in the calendar. The place goes back" in words(shown)
        assert here in shown
    kept = await client.post(here)
    assert (kept.status_code, kept.headers["location"]) == (303, home)
    assert "Northern Line 0 keeps the place." in words((await client.get(home)).text)
    assert "Nothing goes back here" in words((await client.get(here)).text)
    assert (await client.post(here)).status_code == 303


async def test_what_goes_back_soon_stands_first_wherever_a_coordinator_begins(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, enrollment_id = await declined(works)
    await enter(works, client, scene.coordinator)
    keep, organization = f'href="/enrollments/{enrollment_id}/keep?next=', f"/partners/{scene.partner_id}"
    shown = (await client.get(organization)).text
    said = words(shown)
    assert "1 deadline in the next seven days" in said
    assert (
        "This needs somebody first Safe messaging (Mon 18 May 2026): Northern Line 0 declined in the calendar,"
        " and the place goes back Mon 4 May 2026, 10:30 Dublin time (UTC+1) Keep it : Northern Line 0" in said
    )
    assert f'{keep}{organization}"' in shown
    assert "Nothing needs you now" not in said
    home = (await client.get("/")).text
    assert (
        "One thing is still needed from you Northern Line 0 declined Safe messaging in the calendar."
        " The place goes back Mon 4 May 2026, 10:30" in words(home)
    )
    assert f'{keep}/"' in home
    await client.post(f"/enrollments/{enrollment_id}/keep", data={"next": "/"})
    assert "declined in the calendar" not in words((await client.get(organization)).text)
    assert "still needed from you" not in words((await client.get("/")).text)


@pytest.mark.parametrize("who", ["manager", "other_coordinator"])
async def test_nobody_elses_place_is_needed_from_one(works: Works, client: httpx.AsyncClient, who: str) -> None:
    scene, _ = await declined(works)
    await enter(works, client, getattr(scene, who))
    assert "still needed from you" not in words((await client.get("/")).text)


async def test_the_roster_shows_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await declined(works)
    await enter(works, client, scene.manager)
    root = f"/manage/sessions/{scene.session_id}/roster"
    assert "Declined in the calendar. The place goes back" in words((await client.get(root)).text)
    assert "declined" in (await client.get(f"{root}/export/csv")).text


async def test_a_stranger_finds_nothing(works: Works, client: httpx.AsyncClient) -> None:
    scene, enrollment_id = await declined(works)
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(f"/enrollments/{enrollment_id}/keep")).status_code == 404
    assert (await client.post(f"/enrollments/{enrollment_id}/keep")).status_code == 404
    assert (await client.post("/places/nonsense/keep")).status_code == 404
    assert (await get_enrollment(scene.manager, enrollment_id)).declines_at is not None


async def test_whoever_holds_the_link_keeps_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, enrollment_id = await declined(works)
    found = await get_enrollment(scene.manager, enrollment_id)
    here = f"/places/{place_token(SITE.secret_key, found.id, found.link_generation)}"
    assert "You declined in your calendar" in words((await client.get(here)).text)
    kept = await client.post(f"{here}/keep")
    assert (kept.status_code, kept.headers["location"]) == (303, ".")
    assert (await get_enrollment(scene.manager, enrollment_id)).declines_at is None
    assert "You have a place" in words((await client.get(here)).text)
