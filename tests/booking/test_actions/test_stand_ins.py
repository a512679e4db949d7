"""Forgetting stand-ins touches nobody else."""

import pytest

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import make_scene
from tests.booking.questions_made import agree
from tests.booking.test_actions.test_request import NEW, OPEN, ask
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.actions.stand_ins import TIES, forget_stand_ins
from training.booking.jobs import expire
from training.booking.queries import list_enrollments
from training.people.tables import Person
from training.piccolo_app import TABLES

KEEPER = Viewer.machine("worker")


async def test_people_and_their_requests_stay(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    for email in (NEW, "northern-line-0@example.org"):
        await ask(works, scene, email)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 0, "it keeps a place"
    clock.move(hours=1)
    await expire(works)
    clock.move(hours=1)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 1
    assert await one("SELECT count(*) AS n FROM person WHERE email = {}", NEW) == 1
    assert await one("SELECT count(*) AS n FROM enrollment") == 2
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'PlaceRequested'") == 2


async def test_whoever_only_looks_like_one_stays(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    # Rows of a time when such addresses could be typed; of the three, one left, one has the place and one waits.
    for number in range(3):
        mark = f"{number:024x}-{scene.session_id.hex}"
        await execute("UPDATE person SET email = {} WHERE id = {}", f"{mark}@nobody.invalid", scene.people[number])
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    await execute("UPDATE person SET disabled_at = created_at WHERE email LIKE '%nobody.invalid'")
    clock.move(days=2)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 0
    assert await one("SELECT count(*) AS n FROM enrollment") == 3
    assert await counters(scene) == (1, 0, 1)


async def test_a_booking_is_gone_only_when_nobody_is_left_in_it(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    enrollment_id = await booked_one(works, scene)
    await ask(works, scene, "northern-line-0@example.org")
    booking = "(SELECT booking_id FROM enrollment WHERE id = {})"
    await execute(f"UPDATE enrollment SET booking_id = {booking} WHERE state = 'requested'", enrollment_id)
    clock.move(hours=1)
    await expire(works)
    clock.move(hours=1)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 1
    assert [e.id for e in await list_enrollments(scene.manager, scene.session_id, active=False)] == [enrollment_id]
    assert await one(f"SELECT count(*) AS n FROM booking WHERE id = {booking}", enrollment_id) == 1


@pytest.mark.parametrize("tie", ["role_grant", "consent", "on again"])
async def test_one_that_somebody_was_made_of_stays(works: Works, clock: FrozenClock, tie: str) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await ask(works, scene, "northern-line-0@example.org")
    terms = await agree(works, scene)
    stand_in = (await list_enrollments(scene.manager, scene.session_id))[1]
    clock.move(hours=1)
    await expire(works)
    if tie == "role_grant":
        sql = "INSERT INTO role_grant (id, person_id, role, granted_at) VALUES ({}, {}, 'staff', {})"
        await execute(sql, stand_in.id, stand_in.person_id, clock.now)
    elif tie == "consent":
        sql = (
            "INSERT INTO consent (id, terms_version_id, person_id, given_at)"
            " SELECT {}, v.id, {}, {} FROM terms_version v WHERE v.terms_id = {}"
        )
        await execute(sql, stand_in.id, stand_in.person_id, clock.now, terms.id)
    else:
        await execute("UPDATE person SET disabled_at = NULL WHERE id = {}", stand_in.person_id)
    clock.move(days=1)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 0
    assert await one("SELECT count(*) AS n FROM person WHERE id = {}", stand_in.person_id) == 1


async def test_a_few_at_a_time(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    for _ in range(2):
        for number in range(2):
            await ask(works, scene, f"northern-line-{number}@example.org")
        clock.move(hours=1)
        await expire(works)
    clock.move(hours=1)
    assert [await works.run(KEEPER, forget_stand_ins, clock.now, 3) for _ in range(3)] == [3, 1, 0]
    assert await one("SELECT count(*) AS n FROM person WHERE email LIKE '%nobody%'") == 0
    assert await one("SELECT count(*) AS n FROM booking") == 1


def test_every_tie_to_a_person_is_known() -> None:
    ties = {
        (table._meta.tablename, column._meta.name)
        for table in TABLES
        for column in table._meta.foreign_key_columns
        if column._foreign_key_meta.resolved_references is Person
    }
    assert ties - set(TIES) == {("enrollment", "person_id"), ("one_time_link", "person_id")}
    assert set(TIES) <= ties
