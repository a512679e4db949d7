"""Who of one's own organization takes part."""

import pytest

from tests.booking.listed import agreed, enrollment_of, listing_scene, person
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.queries.attendees import list_fellows, list_listings


async def test_only_ones_own_who_agreed_are_named(works: Works) -> None:
    scene = await listing_scene(works)
    reader = person(scene, 0)
    assert await list_fellows(reader, scene.session_id) == []
    await agreed(scene, *scene.members[:2], *scene.other_members[:2])
    found = await list_fellows(reader, scene.session_id)
    assert [(one.partner_name, one.name) for one in found] == [("Northern Line", "Northern Line 1")]
    assert [one.name for one in await list_fellows(person(scene, 2), scene.session_id)] == [
        "Northern Line 0",
        "Northern Line 1",
    ]


async def test_an_address_is_no_name(works: Works) -> None:
    scene = await listing_scene(works)
    await agreed(scene, *scene.members[1:3])
    await execute("UPDATE membership SET name = 'one@example.org' WHERE id = {}", scene.members[1])
    await execute("UPDATE membership SET name = '' WHERE id = {}", scene.members[2])
    assert [one.name for one in await list_fellows(person(scene, 0), scene.session_id)] == ["", ""]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE session SET attendee_list = NOT attendee_list",
        "UPDATE membership SET state = 'ended'",
        "UPDATE membership SET state = 'invited'",
        "UPDATE enrollment SET state = 'waitlisted'",
        "UPDATE enrollment SET state = 'requested', keeps_until = created_at",
        "UPDATE enrollment SET partner_id = NULL, membership_id = NULL",
    ],
)
async def test_nobody_else_reads_it(works: Works, change: str) -> None:
    scene = await listing_scene(works)
    await agreed(scene, *scene.members[:3])
    await execute(change)
    assert await list_fellows(person(scene, 0), scene.session_id) == []
    assert await list_listings(scene.people[0]) == {}


async def test_who_has_no_place_reads_nothing(works: Works) -> None:
    scene = await listing_scene(works)
    await agreed(scene, *scene.members[:3])
    for viewer in (ANONYMOUS, person(scene, 4), scene.coordinator, scene.manager, scene.other_coordinator):
        assert await list_fellows(viewer, scene.session_id) == []
    gone = await enrollment_of(scene, scene.members[0])
    await works.run(scene.coordinator, cancel_enrollment, gone)
    assert await list_fellows(person(scene, 0), scene.session_id) == []
    assert [one.name for one in await list_fellows(person(scene, 1), scene.session_id)] == ["Northern Line 2"]


async def test_ones_own_say(works: Works) -> None:
    scene = await listing_scene(works)
    key = await enrollment_of(scene, scene.members[0])
    (own,) = (await list_listings(scene.people[0])).values()
    assert (own.enrollment_id, own.partner_name, own.listed) == (key, "Northern Line", False)
    await agreed(scene, scene.members[0])
    assert (await list_listings(scene.people[0]))[key].listed
