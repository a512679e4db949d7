"""A place at the door by the rules of booking: the ledger, what stands against somebody, who hears of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import Conflict, NotFound
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.walk_in import walk_in
from training.booking.queries import find_active, list_by_ids
from training.booking.rules import CannotBeBooked, ModeNotOffered, PartnerNotInAudience, State, Wanted
from training.booking.rules.walk_ins import Comer, OnRosterAlready, WalkedIn
from training.catalogue.rules import Mode
from training.cli.checks import find_violations
from training.people.rules import AddressUnusable

RUNNING = timedelta(days=14, minutes=30)


def member(scene: Scene, number: int, **more: Any) -> Comer:
    return Comer(person=Wanted(membership_id=scene.members[number]), partner_id=scene.partner_id, **more)


async def begun(works: Works, clock: FrozenClock, **values: Any) -> Scene:
    """A session that runs and cannot be booked any more."""
    scene = await make_scene(works, **{"booking_closes_at": clock.now + timedelta(days=3), **values})
    clock.now += RUNNING
    await execute("UPDATE session SET state = 'running' WHERE id = {}", scene.session_id)
    return scene


async def come(works: Works, scene: Scene, comer: Comer) -> WalkedIn:
    return await works.run(scene.manager, walk_in, scene.session_id, comer)


async def test_after_the_start_and_the_deadline(works: Works, clock: FrozenClock) -> None:
    scene = await begun(works, clock)
    place = await come(works, scene, member(scene, 0))
    (found,) = await list_by_ids([place.enrollment_id])
    assert (found.state, found.mode, found.partner_id) == (State.ENROLLED, "in_person", scene.partner_id)
    assert await counters(scene) == (1, 0, 0)
    assert await find_violations(clock.now) == []
    with pytest.raises(OnRosterAlready) as there:
        await come(works, scene, member(scene, 0))
    assert there.value.data == {"enrollment_id": place.enrollment_id}


@pytest.mark.parametrize("state", ["offered", "requested"])
async def test_who_was_only_asked_is_in(works: Works, clock: FrozenClock, state: str) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    keeps = clock.now + RUNNING + timedelta(hours=1)
    await execute("UPDATE enrollment SET state = {}, keeps_until = {}", state, keeps)
    await execute("UPDATE occupancy SET kind = 'waiting' WHERE kind = 'learner'")
    clock.now += RUNNING
    place = await come(works, scene, member(scene, 0))
    assert place.waited
    assert await counters(scene) == (1, 0, 0)
    assert await find_violations(clock.now) == []


async def test_how_they_take_part(works: Works, clock: FrozenClock) -> None:
    scene = await begun(works, clock, mode="hybrid", capacity_online=2)
    assert (await come(works, scene, member(scene, 0, mode=Mode.ONLINE))).mode is Mode.ONLINE
    assert (await come(works, scene, member(scene, 1))).mode is Mode.IN_PERSON
    assert await counters(scene) == (1, 1, 0)
    other = await begun(works, FrozenClock(), tag=" two")
    with pytest.raises(ModeNotOffered):
        await come(works, other, member(other, 0, mode=Mode.ONLINE))


async def test_a_clash_is_accepted_aloud(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    twin = await make_scene(works, tag=" two")
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, scene.course_id, scene.program_id, twin.session_id)
    elsewhere = order(scene, 0)
    await works.run(scene.coordinator, book_places, elsewhere)
    clock.now += RUNNING
    comer = Comer(person=Wanted(membership_id=scene.members[0]), partner_id=scene.partner_id)
    with pytest.raises(CannotBeBooked) as clash:
        await works.run(scene.manager, walk_in, twin.session_id, comer)
    assert (clash.value.data["reason"], clash.value.newcomers) == ("clash", 0)
    accepted = Comer(person=comer.person, partner_id=scene.partner_id, accept_clashes=True)
    assert (await works.run(scene.manager, walk_in, twin.session_id, accepted)).person_id == scene.people[0]


async def test_a_missing_course_is_waived_by_a_manager_with_a_reason(works: Works, clock: FrozenClock) -> None:
    scene = await begun(works, clock)
    other = await make_scene(works, tag=" two")
    await execute(
        "INSERT INTO course_prerequisite (id, course_id, required_course_id) VALUES ({}, {}, {})",
        UUID(int=1),
        scene.course_id,
        other.course_id,
    )
    with pytest.raises(CannotBeBooked) as lacks:
        await come(works, scene, member(scene, 0))
    assert lacks.value.data["reason"] == "course-missing"
    assert (await come(works, scene, member(scene, 0, reason="Knows it all"))).person_id == scene.people[0]


async def test_a_public_session_is_no_way_into_every_partner(works: Works, clock: FrozenClock) -> None:
    scene = await begun(works, clock, audience="public")
    await execute("UPDATE participation SET ended_at = {} WHERE partner_id = {}", clock.now, scene.other_partner_id)
    before = await one("SELECT count(*) AS n FROM membership")
    stranger = Wanted(name="Nia", email="nia@new.example")
    for partner_id in (scene.other_partner_id, UUID(int=404)):
        with pytest.raises(PartnerNotInAudience):
            await come(works, scene, Comer(person=stranger, partner_id=partner_id))
    assert await one("SELECT count(*) AS n FROM membership") == before


async def test_what_cannot_be(works: Works, clock: FrozenClock) -> None:
    scene = await begun(works, clock)
    with pytest.raises(AddressUnusable):
        await come(works, scene, Comer(person=Wanted(name="Nia", email="nonsense"), partner_id=scene.partner_id))
    with pytest.raises(NotFound):
        await works.run(scene.manager, walk_in, UUID(int=404), member(scene, 0))
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", scene.session_id)
    with pytest.raises(Conflict):
        await come(works, scene, member(scene, 0))
    assert await find_active(scene.session_id, scene.people[0]) is None
