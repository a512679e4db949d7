"""Materials as those who edit them see them, and who that is."""

from typing import Any
from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, added, again, filled, learner, of_file, published
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.materials.queries.editing import (
    Scope,
    find_held_material,
    find_placement,
    find_usable_file,
    get_edited,
    get_edited_version,
    get_material_scope,
    get_placement,
    get_scope,
    list_edited,
    list_own,
    lock_material,
    may_edit,
)
from training.materials.queries.versions import with_texts
from training.materials.rules.materials import Material


async def test_who_edits_what(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    own, of_course = await added(works, day), await added(works, day, of_course=True)

    async def edits(viewer: Viewer) -> tuple[bool, ...]:
        return (
            await may_edit(viewer, session_id=day.session_id),
            await may_edit(viewer, course_id=day.scene.course_id),
            await may_edit(viewer, material_id=own.id),
            await may_edit(viewer, material_id=of_course.id),
        )

    assert await edits(day.manager) == (True, True, True, True)
    assert await edits(Viewer.machine("demo")) == (True, True, True, True)
    assert await edits(day.lead) == (True, False, True, False)
    await execute("UPDATE trainer_assignment SET role = 'co' WHERE person_id = {}", day.shadow.person_id)
    assert await edits(day.shadow) == (True, False, True, False)
    for viewer in (ANONYMOUS, day.assistant, day.stranger, learner(day), day.scene.coordinator):
        assert await edits(viewer) == (False, False, False, False)
    assert not await may_edit(day.manager, material_id=uuid4())
    assert not await may_edit(day.manager)


async def test_a_scope_says_where_it_is(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    session = await get_scope(day.lead, session_id=day.session_id)
    assert (session.title, session.course_title, session.zone, session.manages) == (
        "Safe messaging",
        "Course",
        "Europe/Dublin",
        False,
    )
    assert session.path == f"/materials/sessions/{day.session_id}"
    course = await get_scope(day.manager, course_id=day.scene.course_id)
    assert (course.title, course.session_id, course.starts_at, course.manages) == ("Course", None, None, True)
    assert course.path == f"/materials/courses/{day.scene.course_id}"
    own, of_course = await added(works, day), await added(works, day, of_course=True)
    assert await get_material_scope(day.lead, own.id) == (own, session)
    assert await get_material_scope(day.manager, of_course.id) == (of_course, course)


async def test_everything_with_its_versions(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    await again(works, day, material.id)
    draft = await filled(works, day, material.id)
    await added(works, day)
    edited = await get_edited(day.lead, material.id)
    assert [one.number for one in edited.versions] == [3, 2, 1]
    assert edited.draft == draft
    assert edited.newest == edited.versions[1]
    found = await list_edited(day.lead, session_id=day.session_id)
    assert found.items[0].material == edited.material
    assert [one.id for one in found.items[0].versions] == [one.id for one in edited.versions]
    # A list shows no note, and hundreds of them are long.
    for listed, whole in zip(found.items[0].versions, edited.versions, strict=True):
        assert [(one.id, one.body, one.html) for one in listed.variants] == [(one.id, "", "") for one in whole.variants]
    assert await with_texts(found.items[0].versions) == edited.versions
    assert [one.material for one in found.items] == await list_own(found.scope)
    assert await get_edited_version(day.lead, draft.id) == draft
    for key in (uuid4(), draft.id):
        with pytest.raises(NotFound):
            await get_edited_version(day.shadow, key)


async def test_statements_do_not_grow(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    counts = []
    for _ in range(3):
        material = await published(works, day)
        await again(works, day, material.id)
        with watch_statements() as listed:
            await list_edited(day.manager, session_id=day.session_id)
        with watch_statements() as one:
            await get_edited(day.manager, material.id)
        counts.append((len(listed), len(one)))
    assert counts == [(4, 3)] * 3


async def test_what_is_not_ones_own_takes_as_long_as_nothing(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    version = await filled(works, day, (await added(works, day)).id)

    async def lock(work: Work, /, **which: Any) -> list[str]:
        with watch_statements() as seen, pytest.raises(NotFound):
            await lock_material(work.actor, **which)
        return list(seen)

    for name, key in (
        ("material_id", version.material_id),
        ("version_id", version.id),
        ("variant_id", version.variants[0].id),
    ):
        foreign = await works.run(day.stranger, lock, **{name: key})
        assert len(foreign) == 1
        assert foreign == await works.run(day.stranger, lock, **{name: uuid4()})
        locked, _ = await works.run(day.lead, _locked, **{name: key})
        assert locked.id == version.material_id


async def _locked(work: Work, /, **which: Any) -> tuple[Material, Scope]:
    return await lock_material(work.actor, **which)


async def test_placements_are_for_those_who_edit_the_session(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    own, of_course = await added(works, day), await added(works, day, of_course=True)
    found = await get_placement(day.lead, day.session_id, of_course.id)
    assert found == await find_placement(day.session_id, of_course.id)
    assert (found.version, found.id) == (0, None)
    for viewer, key in ((day.lead, own.id), (day.lead, uuid4()), (day.shadow, of_course.id)):
        with pytest.raises(NotFound):
            await get_placement(viewer, day.session_id, key)
    assert await find_held_material(of_course.id) == of_course
    assert await find_held_material(uuid4()) is None


async def test_which_files_an_editor_may_use(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    own, theirs = await a_file(works, day, by=day.lead), await a_file(works, other)
    used = await a_file(works, day)
    await filled(works, day, (await added(works, day, of_course=True)).id, of_file(used))
    lead, manager = (
        await get_scope(day.lead, session_id=day.session_id),
        await get_scope(day.manager, session_id=day.session_id),
    )

    async def usable(viewer: Viewer, scope: Scope) -> list[bool]:
        keys = (own, theirs, used)
        return [await find_usable_file(viewer, scope, key) is not None for key in keys]

    assert await usable(day.lead, lead) == [True, False, False]
    assert await usable(day.manager, manager) == [True, False, True]
    assert await usable(Viewer.machine("demo"), manager) == [True, True, True]
    await execute("UPDATE upload SET state = 'refused' WHERE file_id = {}", own)
    assert await usable(day.lead, lead) == [False, False, False]
