"""Whom plans can mean."""

from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.reminders.made import coordinate, enrolled_scene, teach
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.queries.readers import list_readers
from training.reminders.rules.facts import Reader
from training.reminders.rules.plans import Audience


async def readers(scene: Scene, person_ids: list[UUID] | None = None) -> list[Reader]:
    return await list_readers([scene.session_id], person_ids, {scene.session_id: "Europe/Berlin"})


def people(found: list[Reader], audience: Audience) -> list[UUID]:
    return [reader.person_id for reader in found if reader.audience is audience]


async def test_each_in_their_audience(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, 2, capacity_in_person=4)
    await works.run(scene.coordinator, book_places, order(scene, open_places=1))
    await works.run(scene.coordinator, book_places, order(scene, 3))
    await coordinate(works, scene)
    await teach(works, scene, scene.people[7])
    found = await readers(scene)
    assert people(found, Audience.ENROLLED) == list(scene.people[:3])
    assert people(found, Audience.WAITLISTED) == [scene.people[3]]
    assert people(found, Audience.TRAINERS) == [scene.people[7]]
    assert people(found, Audience.COORDINATORS) == [scene.coordinator.person_id]
    assert people(found, Audience.OPEN_PLACES) == [scene.coordinator.person_id]
    assert len(await readers(scene, [scene.people[0]])) == 1
    assert scene.coordinator.person_id is not None
    assert len(await readers(scene, [scene.coordinator.person_id])) == 2


async def test_the_clocks_of_who_never_chose_are_those_of_the_session(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1)
    await execute("UPDATE person SET zone = 'Asia/Tokyo', quiet_from = '22:00' WHERE email LIKE 'northern-line-1@%'")
    first, second = await readers(scene)
    assert (first.clocks.zone, second.clocks.zone) == ("Europe/Berlin", "Asia/Tokyo")
    assert second.clocks.quiet_from == "22:00"


async def test_addresses_and_names_are_those_that_the_partner_uses(works: Works) -> None:
    scene = await enrolled_scene(works)
    await execute("UPDATE membership SET contact_email = 'work@partner.example', name = 'At work'")
    (reader,) = await readers(scene)
    assert (reader.email, reader.name) == ("work@partner.example", "At work")


async def test_open_places_are_asked_about_of_all_who_coordinate_when_the_booker_does_not(works: Works) -> None:
    scene = await enrolled_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, open_places=1))
    found = await readers(scene)
    assert people(found, Audience.OPEN_PLACES) == [scene.coordinator.person_id], "nobody else is there"
    await execute(
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, 'coordinator', {}, {})",
        scene.session_id,
        scene.people[6],
        scene.partner_id,
        found[0].since,
    )
    assert people(await readers(scene), Audience.OPEN_PLACES) == [scene.people[6]]
    await execute("UPDATE person SET disabled_at = created_at")
    assert people(await readers(scene), Audience.OPEN_PLACES) == []
    assert all(reader.disabled for reader in await readers(scene))


async def test_a_booking_that_nobody_made_is_looked_after_by_who_coordinates(works: Works) -> None:
    scene = await enrolled_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, open_places=1))
    await coordinate(works, scene)
    await execute("UPDATE booking SET booked_by = NULL")
    assert people(await readers(scene), Audience.OPEN_PLACES) == [scene.coordinator.person_id]
