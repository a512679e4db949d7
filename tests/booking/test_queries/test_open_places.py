"""Who sees which places without a name."""

import pytest

from tests.booking.nameless import member, with_open
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions.naming import name_place
from training.booking.queries.open_places import (
    get_open_place,
    list_open_places,
    list_waiting_for_names,
    page_open_places,
)


async def test_only_the_own_ones_are_seen(works: Works) -> None:
    scene, (first, _) = await with_open(works, 2)
    for viewer in (scene.coordinator, scene.manager, Viewer.machine("test")):
        assert len(await list_open_places(viewer, "session", scene.session_id)) == 2
        assert (await get_open_place(viewer, first)).partner_name == "Northern Line"
    for viewer in (scene.other_coordinator, ANONYMOUS, Viewer(person_id=scene.people[0])):
        assert await list_open_places(viewer, "session", scene.session_id) == []
        assert await list_open_places(viewer, "partner", scene.partner_id) == []
        with pytest.raises(NotFound):
            await get_open_place(viewer, first)


async def test_ended_ones_are_listed_apart(works: Works) -> None:
    scene, (first, second) = await with_open(works, 2)
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert [each.id for each in await list_open_places(scene.coordinator, "partner", scene.partner_id)] == [second]
    (ended,) = await list_open_places(scene.coordinator, "partner", scene.partner_id, ended=True)
    assert (ended.id, ended.named) == (first, "Northern Line 0")


async def test_pages_follow_each_other(works: Works) -> None:
    scene, places = await with_open(works, 3)
    found, cursor = [], ""
    for _ in range(3):
        page = await page_open_places(scene.coordinator, "session", scene.session_id, cursor, 1)
        found += [each.id for each in page.items]
        cursor = page.next_cursor or ""
    assert (found, cursor) == (places, "")


async def test_bookings_that_wait_for_names_are_one_row_each(works: Works) -> None:
    scene, (first, *_) = await with_open(works, 3)
    (waiting,) = await list_waiting_for_names()
    assert waiting.session_id == scene.session_id
    assert waiting.until == (await get_open_place(scene.coordinator, first)).until
