"""Materials added, changed, withdrawn and put in order, and by whom."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import added, details, learner, published
from tests.surveys.made import count
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.materials.actions.editing import (
    add_material,
    edit_material,
    move_material,
    put_back,
    reorder,
    withdraw,
)
from training.materials.queries.editing import list_edited
from training.materials.rules import materials as rules
from training.materials.rules.materials import MaterialsLimit, OrderChanged
from training.materials.rules.showing import Audience, Opens

Who = Callable[[Day], Viewer]
NOBODY: dict[str, Who] = {
    "a visitor": lambda _: ANONYMOUS,
    "a stranger": lambda day: day.stranger,
    "a shadow": lambda day: day.shadow,
    "an assistant": lambda day: day.assistant,
    "a learner": learner,
    "a coordinator": lambda day: day.scene.coordinator,
}


async def order(day: Day, **whose: UUID) -> list[str]:
    found = await list_edited(day.manager, **(whose or {"session_id": day.session_id}))
    return [one.material.title for one in found.items]


async def test_what_is_added_begins_with_an_empty_version(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    first = await added(works, day, title="First", audience=Audience.PARTNERS, opens=Opens.START)
    second = await added(works, day, title="Second", by=day.lead)
    await added(works, day, title="Of the course", of_course=True)
    found = await list_edited(day.lead, session_id=day.session_id)
    assert [one.material for one in found.items] == [first, second]
    assert [len(one.versions) for one in found.items] == [1, 1]
    assert [one.draft is not None and one.draft.number for one in found.items] == [1, 1]
    assert (first.session_id, first.course_id, first.program_id) == (day.session_id, None, day.scene.program_id)
    assert await order(day, course_id=day.scene.course_id) == ["Of the course"]
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'MaterialAdded'") == 3


@pytest.mark.parametrize("who", NOBODY)
async def test_who_does_not_edit_finds_nothing(works: Works, clock: FrozenClock, who: str) -> None:
    day = await make_day(works, clock)
    viewer, material = NOBODY[who](day), await published(works, day, audience=Audience.EVERYONE)
    calls: list[tuple[Any, ...]] = [
        (edit_material, material.id, details("Other")),
        (withdraw, material.id),
        (put_back, material.id),
    ]
    for action, *args in calls:
        with pytest.raises(NotFound):
            await works.run(viewer, action, *args)
    for whose in ({"session_id": day.session_id}, {"course_id": day.scene.course_id}):
        with pytest.raises(NotFound):
            await works.run(viewer, add_material, details(), **whose)
        with pytest.raises(NotFound):
            await works.run(viewer, reorder, [material.id], **whose)


async def test_a_lead_edits_the_session_and_not_the_course(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    own, of_course = await added(works, day), await added(works, day, of_course=True)
    edited = await works.run(day.lead, edit_material, own.id, details("Changed"))
    assert (edited.title, edited.version) == ("Changed", 2)
    with pytest.raises(NotFound):
        await works.run(day.lead, edit_material, of_course.id, details("Changed"))
    with pytest.raises(NotFound):
        await works.run(day.lead, add_material, details(), course_id=day.scene.course_id)
    other = await make_day(works, clock, tag=" B")
    for viewer in (other.manager, other.lead):
        with pytest.raises(NotFound):
            await works.run(viewer, edit_material, own.id, details("Changed"))


async def test_two_who_change_the_same(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    changed = details("Safe words", audience=Audience.TRAINERS, opens=Opens.BEFORE, offset_minutes=60)
    assert (await works.run(day.manager, edit_material, material.id, changed, 1)).version == 2
    with pytest.raises(Stale) as stale:
        await works.run(day.lead, edit_material, material.id, details("Mine"), 1)
    assert stale.value.data["current"]["offset_minutes"] == 60
    # Nothing new is no change.
    assert (await works.run(day.manager, edit_material, material.id, changed, 2)).version == 2
    with pytest.raises(Invalid):
        await works.run(day.manager, edit_material, material.id, details(""), 2)
    with pytest.raises(NotFound):
        await works.run(day.manager, edit_material, uuid4(), details())


async def test_withdrawn_and_put_back(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    gone = await works.run(day.lead, withdraw, material.id, 1)
    assert (gone.withdrawn_at, gone.version) == (works.clock(), 2)
    assert await works.run(day.lead, withdraw, material.id) == gone
    with pytest.raises(Stale):
        await works.run(day.lead, put_back, material.id, 1)
    back = await works.run(day.lead, put_back, material.id, 2)
    assert (back.withdrawn_at, back.version) == (None, 3)
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'MaterialWithdrawn'") == 2


async def test_the_order_of_a_list(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = [await added(works, day, title=title) for title in "ABC"]
    await works.run(day.lead, reorder, [c.id, a.id, b.id], session_id=day.session_id)
    assert await order(day) == ["C", "A", "B"]
    await works.run(day.lead, move_material, a.id, up=True)
    assert await order(day) == ["A", "C", "B"]
    await works.run(day.lead, move_material, a.id, up=True)
    await works.run(day.lead, move_material, a.id, up=False)
    assert await order(day) == ["C", "A", "B"]
    for wrong in ([a.id], [a.id, b.id, c.id, uuid4()], [a.id, a.id, b.id]):
        with pytest.raises(OrderChanged):
            await works.run(day.lead, reorder, wrong, session_id=day.session_id)
    await works.run(day.lead, withdraw, a.id)
    await works.run(day.lead, move_material, b.id, up=True)
    assert [title for title in await order(day) if title != "A"] == ["B", "C"]
    await works.run(day.lead, move_material, a.id, up=True)


async def test_many_order_the_same_list(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    keys = [(await added(works, day, title=title)).id for title in "ABCD"]
    calls = [works.run(day.lead, move_material, keys[number % 4], up=bool(number % 2)) for number in range(8)]
    turned = works.run(day.manager, reorder, keys[::-1], session_id=day.session_id)
    await asyncio.gather(*calls, turned, works.run(day.manager, edit_material, keys[0], details("E")))
    assert sorted(await order(day)) == ["B", "C", "D", "E"]
    rows = await execute("SELECT position FROM material ORDER BY position")
    assert [row["position"] for row in rows] == [1, 2, 3, 4]


async def test_a_list_has_an_end(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    day = await make_day(works, clock)
    await added(works, day)
    monkeypatch.setattr("training.materials.actions.editing.MOST_MATERIALS", 1)
    with pytest.raises(MaterialsLimit):
        await added(works, day)
    assert rules.MOST_MATERIALS > 1
