"""The briefing: what a trainer finds on it, and for how long."""

from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import bearer, order
from tests.booking.made import Scene
from tests.booking.questions_made import TRAINER, ask, of_course, person
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, teach
from tests.schedule.made import STAFF
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions
from training.booking.queries import list_enrollments
from training.booking.rules.questions import Reader
from training.schedule.actions import assign_trainer, cancel_session, withdraw_trainer
from training.schedule.rules.values import Assignment


def path(scene: Scene) -> str:
    return f"/sessions/{scene.session_id}/briefing"


async def taught(works: Works, **values: object) -> tuple[Scene, Viewer]:
    scene = await enrolled_scene(works, 0, 1, description="First listen.\n\nThen talk.", **values)  # type: ignore[arg-type]
    trainer = scene.people[7]
    await teach(works, scene, trainer)
    return scene, Viewer(person_id=trainer)


async def test_online_everybody_reads_their_own_clock_and_nobody_scans(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works, mode="online", capacity_online=4, capacity_in_person=0)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE id = {}", trainer.person_id)
    await enter(works, client, trainer)
    page = await client.get(path(scene))
    sheet = words(page.text).partition("Run sheet")[2]
    assert "Scan codes" not in page.text
    assert "Check-in screen" in sheet
    assert f'href="/rosters/{scene.meeting_ids[0]}/scan"' in page.text
    assert "05:00 – 07:00 New York time (UTC-4) 09:00–11:00 UTC" in sheet


async def test_in_a_room_its_clock_comes_first(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE id = {}", trainer.person_id)
    await enter(works, client, trainer)
    page = await client.get(path(scene))
    sheet = words(page.text).partition("Run sheet")[2]
    assert "Scan codes" in sheet
    assert "09:00 – 11:00 UTC 05:00–07:00 New York time (UTC-4)" in sheet


async def test_a_trainer_reads_all_of_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    await execute("UPDATE person SET locale = 'es' WHERE id = {}", scene.people[0])
    needs = await ask(
        works, await of_course(scene), scene.manager, label="What do you need to take part?", readers=TRAINER
    )
    secret = await ask(works, await of_course(scene), scene.manager, label="Shoe size", readers=(Reader.COORDINATOR,))
    (first, _) = await list_enrollments(scene.manager, scene.session_id)
    given = {f"q-{needs.id}": "A chair near the door", f"q-{secret.id}": "42"}
    await works.run(person(scene, 0), answer_questions, first.id, given)
    await bearer(works, scene.manager)
    await enter(works, client, trainer)
    page = await client.get(path(scene))
    said = words(page.text)
    assert "First listen." in said
    assert "A chair near the door" in said
    assert "Shoe size" not in said
    assert "Northern Line 0 Northern Line Spanish" in said
    assert "Spanish (1)" in said
    assert "leads" in said
    assert f"/rosters/{scene.meeting_ids[0]}/sheet" in page.text
    assert "Mona , mona@example.org" in said
    export = (await client.get(f"{path(scene)}/export/csv")).text
    assert '"Northern Line 0","Northern Line","In person","Spanish","A chair near the door"' in export


async def test_it_stays_when_the_session_is_over_or_cancelled(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await taught(works)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    clock.now += timedelta(days=800)
    await enter(works, client, trainer)
    said = words((await client.get(path(scene))).text)
    assert "The trainer is ill." in said
    assert "First listen." in said


@pytest.mark.parametrize("held", [True, False])
async def test_when_the_rest_is_cancelled_what_was_held_keeps_its_people_and_roster(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, held: bool
) -> None:
    scene, trainer = await taught(works, meetings=2)
    clock.now += timedelta(days=14, hours=3 if held else -1)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    await enter(works, client, trainer)
    page = await client.get(path(scene))
    said = words(page.text)
    first, second = (f'href="/rosters/{key}"' in page.text for key in scene.meeting_ids)
    assert (first, second) == (held, False)
    assert ("What was held before keeps its roster." in said) is held
    assert ("Northern Line 0" in said) is held
    assert ("2 with a name" in said or "with a name 2" in said) is held
    assert ("the session was cancelled before any of it was held" in said) is not held
    assert "Nobody has a place yet" not in said


async def test_who_was_taken_off_before_has_no_business_with_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    assert trainer.person_id is not None
    await works.run(scene.manager, withdraw_trainer, scene.session_id, trainer.person_id)
    await enter(works, client, trainer)
    assert (await client.get(path(scene))).status_code == 404


async def test_who_was_taken_off_afterwards_keeps_it_without_what_people_answered(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await taught(works, meetings=2)
    assert trainer.person_id is not None
    await ask(works, await of_course(scene), scene.manager, label="What do you need?", readers=TRAINER)
    clock.now += timedelta(days=14, hours=3)
    await works.run(scene.manager, withdraw_trainer, scene.session_id, trainer.person_id)
    clock.now += timedelta(days=300)
    await enter(works, client, trainer)
    page = await client.get(path(scene))
    said = words(page.text)
    assert "You do not teach this any more" in said
    assert "Northern Line 0" in said
    assert "/rosters/" not in page.text
    assert "What do you need?" not in said


@pytest.mark.parametrize("who", ["coordinator", "learner", "other manager"])
async def test_nobody_else_finds_it(works: Works, client: httpx.AsyncClient, who: str) -> None:
    scene, _ = await taught(works)
    elsewhere = Viewer(person_id=scene.people[5])
    viewers = {"coordinator": scene.coordinator, "learner": person(scene, 0), "other manager": elsewhere}
    await enter(works, client, viewers[who])
    assert (await client.get(path(scene))).status_code == 404


async def test_a_manager_reads_it_too_and_people_cost_no_statement(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await taught(works)
    await enter(works, client, scene.manager)
    counts = []
    for more in (2, 3):
        await works.run(scene.coordinator, book_places, order(scene, more))
        with watch_statements() as seen:
            assert (await client.get(path(scene))).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_co_trainers_are_named_with_their_address(works: Works, client: httpx.AsyncClient) -> None:
    scene, trainer = await taught(works)
    other = Assignment(person_id=scene.people[6], role="assistant")  # type: ignore[arg-type]
    await works.run(STAFF, assign_trainer, scene.session_id, other)
    await enter(works, client, trainer)
    said = words((await client.get(path(scene))).text)
    assert "Northern Line 6 (assists)" in said
    assert "northern-line-6@example.org" in said
