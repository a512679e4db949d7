"""The door of a meeting opens for who may join, at the moment of the click."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.test_pages.made import words
from tests.conftest import FrozenClock
from tests.schedule.made import MACHINE, STAFF
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.catalogue.rules import Mode
from training.people.actions import begin_sign_in
from training.schedule.actions import assign_trainer, cancel_session
from training.schedule.rules.values import Assignment

LINK = "https://meet.example/secret-room"


async def signed_in(works: Works, client: httpx.AsyncClient, person_id: UUID) -> None:
    begun = await works.run(MACHINE, begin_sign_in, person_id)
    client.cookies.set("sign_in", begun.token)


async def online(works: Works) -> tuple[Scene, UUID]:
    scene = await make_scene(works, mode="online", capacity_in_person=0, capacity_online=3)
    await execute("UPDATE meeting SET link = {} WHERE session_id = {}", LINK, scene.session_id)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(Mode.ONLINE,)))
    enrollment = booked.verdicts[0].enrollment_id
    assert enrollment is not None
    return scene, enrollment


async def test_whoever_has_a_place_finds_the_link(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, enrollment = await online(works)
    await signed_in(works, client, scene.people[0])
    door = f"/join/{scene.meeting_ids[0]}"
    early = (await client.get(door)).text
    assert LINK not in early
    assert "Mon 18 May 2026, 08:45" in words(early)
    soon = clock.now + timedelta(minutes=15)
    await execute("UPDATE meeting SET starts_at = {} WHERE session_id = {}", soon, scene.session_id)
    assert f'href="{LINK}"' in (await client.get(door)).text
    await execute("UPDATE meeting SET link = '' WHERE session_id = {}", scene.session_id)
    assert "not known yet" in (await client.get(door)).text
    await execute("UPDATE meeting SET link = {} WHERE session_id = {}", LINK, scene.session_id)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    gone = (await client.get(door)).text
    assert "You have no place" in gone
    assert LINK not in gone
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(Mode.ONLINE,)))
    assert LINK in (await client.get(door)).text
    clock.now += timedelta(days=15)
    over = (await client.get(door)).text
    assert "This meeting is over" in over
    assert LINK not in over


async def test_others_find_nothing_and_visitors_sign_in(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await online(works)
    door = f"/join/{scene.meeting_ids[0]}"
    visitor = await client.get(door)
    assert (visitor.status_code, visitor.headers["location"]) == (303, f"/sign-in?next={door}")
    unknown = await client.get(f"/join/{UUID(int=5)}")
    assert unknown.status_code == 303
    await signed_in(works, client, scene.people[1])
    assert (await client.get(door)).status_code == 404


@pytest.mark.parametrize("cancelled", [False, True])
async def test_who_teaches_finds_it_too(works: Works, client: httpx.AsyncClient, cancelled: bool) -> None:
    scene, _ = await online(works)
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[2]))
    if cancelled:
        await works.run(scene.manager, cancel_session, scene.session_id, "Ill.")
    await signed_in(works, client, scene.people[2])
    text = (await client.get(f"/join/{scene.meeting_ids[0]}")).text
    assert (LINK in text) != cancelled
    assert ("has been cancelled" in text) == cancelled


async def test_a_place_in_the_room_has_no_link(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_online=3)
    await execute("UPDATE meeting SET link = {} WHERE session_id = {}", LINK, scene.session_id)
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(Mode.IN_PERSON,)))
    await signed_in(works, client, scene.people[0])
    text = (await client.get(f"/join/{scene.meeting_ids[0]}")).text
    assert "in the room" in text
    assert LINK not in text
