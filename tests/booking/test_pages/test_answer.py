"""Answering an offered place while signed in."""

import httpx

from tests.booking.asked import counters
from tests.booking.test_actions.test_offers import offered, states
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works


async def test_what_clashes_is_named_and_the_place_is_taken(client: httpx.AsyncClient, works: Works) -> None:
    scene, enrollment_id, _ = await offered(works)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    mine = words((await client.get("/my/sessions")).text)
    assert "A place is kept for you." in mine
    path = f"/enrollments/{enrollment_id}/answer"
    said = words((await client.get(path)).text)
    assert "A place is kept for you. Do you want it?" in said
    assert "You take part in something else at that time The other one" in said
    taken = await client.post(path, data={"version": "2", "answer": "take"})
    assert taken.headers["location"] == "/my/sessions"
    assert await counters(scene) == (1, 0, 1)
    assert "There is nothing to answer any more" in words((await client.get(path)).text)


async def test_declined_for_the_next_person(client: httpx.AsyncClient, works: Works) -> None:
    scene, enrollment_id, _ = await offered(works)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    path = f"/enrollments/{enrollment_id}/answer"
    for wrong in ({"version": "2"}, {"version": "2", "answer": "perhaps"}, {"version": "9", "answer": "take"}):
        assert (await client.post(path, data=wrong)).headers["location"] == path
    await client.post(path, data={"version": "2", "answer": "decline"})
    assert await states(scene) == ["cancelled", "declined", "enrolled"]


async def test_too_late(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, enrollment_id, _ = await offered(works)
    clock.move(hours=24)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    path = f"/enrollments/{enrollment_id}/answer"
    assert "There is nothing to answer any more" in words((await client.get(path)).text)
    refused = await client.post(path, data={"version": "2", "answer": "take"})
    assert refused.headers["location"] == path


async def test_nobody_answers_for_somebody_else(client: httpx.AsyncClient, works: Works) -> None:
    scene, enrollment_id, _ = await offered(works)
    path = f"/enrollments/{enrollment_id}/answer"
    assert (await client.get(path)).status_code == 303
    for viewer in (scene.coordinator, scene.manager, scene.other_coordinator):
        await enter(works, client, viewer)
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data={"version": "2", "answer": "take"})).status_code == 404
