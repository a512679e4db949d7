"""The materials on the briefing: what there is, who opened it, and who has not done what is to be done before."""

from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import person
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from tests.materials.prepared import opened, prepare, went_through
from tests.reminders.made import enrolled_scene, teach
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.schedule.actions import withdraw_trainer


def path(scene: Scene) -> str:
    return f"/sessions/{scene.session_id}/briefing"


async def taught(works: Works) -> tuple[Scene, Viewer]:
    scene = await enrolled_scene(works, 0, 1)
    await teach(works, scene, scene.people[7])
    return scene, Viewer(person_id=scene.people[7])


async def test_who_came_prepared_and_what_is_for_trainers_only(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    first = await prepare(works, scene, "Safe words")
    await prepare(works, scene, "A <i>film</i>", position=2)
    await prepare(works, scene, "Notes for trainers", audience="trainers", prework=False, position=3)
    await prepare(works, scene, "Solutions", opens="after", prework=False, position=4)
    await opened(works, scene, first)
    await opened(works, scene, first, 1)
    await went_through(works, scene, first)
    await enter(works, client, trainer)
    shown = (await client.get(path(scene))).text
    said = words(shown)
    assert "Safe words To be done before those who have a place 2 of 2 1 of 2" in said
    assert "Notes for trainers Only for those who teach those who teach – –" in said
    assert "Solutions those who have a place, from Mon 18 May" in said
    assert "1 person has not gone through it: Northern Line 1 ." in said
    assert "2 people have not gone through it: Northern Line 0 , Northern Line 1 ." in said
    assert "A &lt;i&gt;film" in shown
    assert f"/sessions/{scene.session_id}/materials/{first}" in shown
    table = (await client.get(f"{path(scene)}/materials/export/csv")).text.splitlines()
    assert len(table) == 1 + 2 * 3
    assert table[1].startswith('"Northern Line 0","Northern Line","Safe words","yes","2026-05-04')
    assert "Notes for trainers" not in "".join(table)


async def test_everybody_did_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await taught(works)
    first = await prepare(works, scene)
    for number in (0, 1):
        await went_through(works, scene, first, number)
    await enter(works, client, scene.manager)
    assert "Everybody has gone through it." in words((await client.get(path(scene))).text)


async def test_nobody_is_said_to_be_reminded_of_what_has_begun(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _ = await taught(works)
    await prepare(works, scene)
    reminded, kept = "is reminded of it three days before the session", "Who opened what is kept for 180 days."
    await enter(works, client, scene.manager)
    said = words((await client.get(path(scene))).text)
    assert (reminded in said, kept in said) == (True, True)
    await execute("UPDATE session SET state = 'cancelled'")
    assert reminded not in words((await client.get(path(scene))).text)
    await execute("UPDATE session SET state = 'published'")
    assert reminded in words((await client.get(path(scene))).text)
    await execute("UPDATE session SET starts_at = {}", clock.now)
    said = words((await client.get(path(scene))).text)
    assert (reminded in said, kept in said) == (False, True)


async def test_what_is_for_a_later_meeting_is_named_by_its_reminders(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await make_scene(works, meetings=2, starts_in=timedelta(days=14))
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await prepare(works, scene, "Workbook of day two", opens="before", offset_minutes=720, meeting_number=2)
    named = "The reminders of the meetings to come name what is still to be done before them."
    clock.move(days=14, hours=14)
    await enter(works, client, scene.manager)
    assert named in words((await client.get(path(scene))).text)
    clock.move(hours=10)
    assert named not in words((await client.get(path(scene))).text)


async def test_before_there_is_any(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    await execute("UPDATE session SET state = 'draft'")
    await enter(works, client, trainer)
    shown = await client.get(path(scene))
    assert "No material is published yet." in words(shown.text)
    assert "/materials/export/" not in shown.text


@pytest.mark.parametrize("who", ["coordinator", "learner", "taken off"])
async def test_it_is_for_those_who_teach_it_now(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, who: str
) -> None:
    scene, trainer = await taught(works)
    await prepare(works, scene)
    clock.move(days=14, hours=3)
    assert trainer.person_id is not None
    await works.run(scene.manager, withdraw_trainer, scene.session_id, trainer.person_id)
    await enter(
        works, client, {"coordinator": scene.coordinator, "learner": person(scene, 0), "taken off": trainer}[who]
    )
    assert (await client.get(f"{path(scene)}/materials/export/csv")).status_code == 404
    page = await client.get(path(scene))
    assert page.status_code == (200 if who == "taken off" else 404)
    if who == "taken off":
        assert "The materials are for those who teach it now." in words(page.text)
        assert "Safe words" not in page.text


async def test_people_and_materials_cost_no_statement(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    await enter(works, client, trainer)
    counts = []
    for number in (2, 3, 4):
        await prepare(works, scene, f"Number {number}")
        await works.run(scene.coordinator, book_places, order(scene, number))
        for address in (path(scene), f"{path(scene)}/materials/export/csv"):
            with watch_statements() as seen:
                assert (await client.get(address)).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:4] == counts[4:]


async def test_the_page_of_trainers_says_so_in_the_last_week(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await taught(works)
    first = await prepare(works, scene)
    await enter(works, client, trainer)
    assert "Not everybody is prepared" not in words((await client.get("/teaching")).text)
    clock.move(days=8)
    await enter(works, client, trainer)
    shown = (await client.get("/teaching")).text
    assert "2 of 2 have something left to do before" in words(shown)
    assert f"/sessions/{scene.session_id}/briefing#materials" in shown
    for number in (0, 1):
        await went_through(works, scene, first, number)
    assert "Not everybody is prepared" not in words((await client.get("/teaching")).text)
