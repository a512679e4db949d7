"""In the room or online: changing how somebody takes part in a hybrid session."""

import pytest

from tests.booking.asked import counters, order
from tests.booking.made import Scene, make_scene
from training.base.work import Works
from training.booking.actions import book_places, change_mode
from training.booking.queries import EnrollmentView, list_enrollments
from training.booking.rules import NoPlaceThere, OneModeOnly, SameMode
from training.catalogue.rules import Mode

ROOM, SCREEN = Mode.IN_PERSON, Mode.ONLINE


async def hybrid(works: Works, room: int, online: int) -> Scene:
    return await make_scene(works, mode="hybrid", capacity_in_person=room, capacity_online=online)


async def rows(scene: Scene) -> list[EnrollmentView]:
    return await list_enrollments(scene.manager, scene.session_id)


async def test_into_a_free_place_online_and_the_next_moves_into_the_room(works: Works) -> None:
    scene = await hybrid(works, 1, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(ROOM,)))
    await works.run(scene.coordinator, book_places, order(scene, 1, accepts=(ROOM,)))
    assert await counters(scene) == (1, 0, 1)
    switched = await works.run(scene.coordinator, change_mode, (await rows(scene))[0].id, (SCREEN,))
    assert (switched.mode, len(switched.promoted)) == (SCREEN, 1)
    assert await counters(scene) == (1, 1, 0)
    assert [(e.mode, e.version) for e in await rows(scene)] == [("online", 2), ("in_person", 2)]


async def test_nobody_who_waits_is_overtaken(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=2, overtaking=False)
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(ROOM,)))
    await works.run(scene.coordinator, book_places, order(scene, 1, accepts=(SCREEN,)))
    await works.run(scene.coordinator, book_places, order(scene, 2, 3, accepts=(SCREEN,), together=True))
    with pytest.raises(NoPlaceThere):
        await works.run(scene.coordinator, change_mode, (await rows(scene))[0].id, (SCREEN,))
    assert await counters(scene) == (1, 1, 2)


async def test_a_full_mode_is_refused_and_nothing_changes(works: Works) -> None:
    scene = await hybrid(works, 1, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    with pytest.raises(NoPlaceThere):
        await works.run(scene.coordinator, change_mode, (await rows(scene))[0].id, (SCREEN,))
    assert await counters(scene) == (1, 1, 0)


async def test_who_waits_says_anew_what_they_accept(works: Works) -> None:
    scene = await hybrid(works, 1, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, accepts=(ROOM,)))
    waiting = (await rows(scene))[1]
    switched = await works.run(scene.coordinator, change_mode, waiting.id, (ROOM, SCREEN))
    assert (switched.mode, switched.promoted) == (None, (waiting.id,))
    assert await counters(scene) == (1, 1, 0)


async def test_refusals(works: Works) -> None:
    scene = await hybrid(works, 1, 1)
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(ROOM,)))
    with pytest.raises(SameMode):
        await works.run(scene.coordinator, change_mode, (await rows(scene))[0].id, (ROOM,))
    plain = await make_scene(works, tag=" Two")
    await works.run(plain.coordinator, book_places, order(plain, 0))
    with pytest.raises(OneModeOnly):
        await works.run(plain.coordinator, change_mode, (await rows(plain))[0].id, (SCREEN,))
