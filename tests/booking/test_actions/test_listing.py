"""Letting others of one's own organization see that one takes part."""

import pytest

from tests.booking.asked import one
from tests.booking.listed import enrollment_of, listing_scene, person
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions.listing import choose_listing


async def test_a_person_says_yes_and_no(works: Works) -> None:
    scene = await listing_scene(works)
    key = await enrollment_of(scene, scene.members[0])
    me = person(scene, 0)
    yes = await works.run(me, choose_listing, key, True, expected_version=1)
    assert (yes.listed, yes.version) == (True, 2)
    assert await works.run(me, choose_listing, key, True, expected_version=2) == yes
    with pytest.raises(Stale):
        await works.run(me, choose_listing, key, False, expected_version=1)
    assert not (await works.run(me, choose_listing, key, False)).listed
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'ListingChosen'") == 2


async def test_nobody_says_it_for_somebody_else(works: Works) -> None:
    scene = await listing_scene(works)
    key = await enrollment_of(scene, scene.members[0])
    for viewer in (person(scene, 1), scene.coordinator, scene.manager, ANONYMOUS):
        with pytest.raises(NotFound):
            await works.run(viewer, choose_listing, key, True)
    assert await one("SELECT count(*) AS n FROM enrollment WHERE listed") == 0


async def test_there_is_nothing_to_choose_where_nobody_is_listed(works: Works) -> None:
    scene = await listing_scene(works, attendee_list=False)
    key = await enrollment_of(scene, scene.members[0])
    with pytest.raises(NotFound):
        await works.run(person(scene, 0), choose_listing, key, True)
    await execute("UPDATE session SET attendee_list = {}", True)
    await execute("UPDATE membership SET state = 'invited'")
    with pytest.raises(NotFound):
        await works.run(person(scene, 0), choose_listing, key, True)
