"""What is known of somebody who asks for a place."""

from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.test_actions.test_request import NEW, OPEN, ask
from tests.conftest import SITE
from training.base.database import execute
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries.requests import (
    count_unconfirmed,
    find_askers,
    find_place_key,
    list_dates_before,
    list_own_partners,
)
from training.booking.rules.requests import nobodys_pattern
from training.schedule.queries import get_session


async def test_who_has_an_address_and_how_they_stand(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    emails = [f"northern-line-{n}@example.org" for n in (0, 1)]
    found = await find_askers(scene.session_id, [*emails, NEW])
    assert [(found[email].person_id, found[email].state) for email in emails] == [
        (scene.people[0], "enrolled"),
        (scene.people[1], None),
    ]
    assert NEW not in found


async def test_requests_are_counted_by_session_and_by_address(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    other = await make_scene(works, tag=" Two", **OPEN)
    known = "northern-line-0@example.org"
    await works.run(scene.coordinator, book_places, order(scene, 0))
    for where, email in ((scene, known), (other, known), (scene, NEW)):
        await ask(works, where, email)
    pattern = nobodys_pattern(SITE.secret_key, known)
    counted = await count_unconfirmed(scene.session_id, known, pattern, works.clock())
    assert (counted.in_session, counted.of_address) == (2, 2), "a stand-in counts for the address it stands in for"


async def test_partners_of_the_audience_only(works: Works) -> None:
    scene = await make_scene(works)
    viewer = Viewer.machine("test")
    person_id = scene.people[0]
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", person_id, scene.other_members[0])

    async def names() -> list[str]:
        session = await get_session(viewer, scene.session_id)
        return [partner.name for partner in await list_own_partners(session, person_id)]

    assert await names() == ["Harbour", "Northern Line"]
    await execute("UPDATE participation SET ended_at = created_at WHERE partner_id = {}", scene.other_partner_id)
    assert await names() == ["Northern Line"]
    await execute("UPDATE session SET audience = 'public'")
    assert await names() == ["Harbour", "Northern Line"]
    await execute("UPDATE membership SET state = 'invited' WHERE id = {}", scene.members[0])
    assert await names() == ["Harbour"]
    await execute("UPDATE session SET audience = 'invited'")
    assert await names() == []


async def test_dates_that_can_be_booked_and_are_over_in_time(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    session = await get_session(Viewer.machine("test"), scene.session_id)
    found = await list_dates_before(ANONYMOUS, [scene.course_id], works.clock(), None)
    assert [date.session_id for date in found] == [scene.session_id]
    assert await list_dates_before(ANONYMOUS, [scene.course_id], works.clock(), session.starts_at) == []
    assert await list_dates_before(ANONYMOUS, [], works.clock(), None) == []
    await execute("UPDATE session SET audience = 'participating'")
    assert await list_dates_before(ANONYMOUS, [scene.course_id], works.clock(), None) == []


async def test_the_key_of_a_place(works: Works) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    enrollment_id = booked.verdicts[0].enrollment_id
    assert enrollment_id is not None
    key = await find_place_key(enrollment_id)
    assert key is not None
    assert (key.person_id, key.link_generation) == (scene.people[0], 1)
    assert await find_place_key(UUID(int=404)) is None
