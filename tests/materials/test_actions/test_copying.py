"""Materials of one course or session for another: the same files, in one unit of work."""

from uuid import uuid4

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, added, again, filled, of_file, published
from tests.surveys.made import count
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.materials.actions.copying import Spot, copy_materials
from training.materials.actions.editing import put_back, withdraw
from training.materials.queries.editing import list_edited
from training.materials.rules.materials import CopyOntoItself, MaterialDetails, MaterialsLimit, WithdrawnAlready
from training.materials.rules.showing import Audience, Opens


def both(day: Day, other: Day) -> Viewer:
    """Somebody who manages both programs."""
    grants = {Grant(role="program_manager", scope_id=one.scene.program_id) for one in (day, other)}
    return Viewer(person_id=day.manager.person_id, name="Mona", grants=frozenset(grants))


def said(of: MaterialDetails) -> list[object]:
    return [getattr(of, name) for name in MaterialDetails.__struct_fields__]


async def test_materials_of_a_course_for_another_program(works: Works, clock: FrozenClock) -> None:
    day, other = await make_day(works, clock), await make_day(works, clock, tag=" B")
    viewer, file_id = both(day, other), await a_file(works, day)
    first = await published(
        works, day, of_course=True, title="A", audience=Audience.EVERYONE, opens=Opens.BEFORE, offset_minutes=30
    )
    await again(works, day, first.id)
    draft = await added(works, day, of_course=True, title="B", meeting_number=2, opens=Opens.AFTER)
    await filled(works, day, draft.id, of_file(file_id))
    await published(works, day, of_course=True, title="C")
    present = await added(works, other, title="There already")
    source, target = Spot(course_id=day.scene.course_id), Spot(session_id=other.session_id)
    copies = await works.run(viewer, copy_materials, source, target, [draft.id, first.id, draft.id])
    found = (await list_edited(viewer, session_id=other.session_id)).items
    assert [one.material for one in found[1:]] == list(copies)
    assert found[0].material == present
    assert [said(one) for one in copies] == [said(draft), said(first)]
    assert [one.source_id for one in copies] == [draft.id, first.id]
    assert [one.program_id for one in copies] == [other.scene.program_id] * 2
    (b,), (a,) = found[1].versions, found[2].versions
    assert (b.published_at, [one.file_id for one in b.variants]) == (None, [file_id])
    assert (a.number, a.note, a.published_at, len(a.variants)) == (1, "", works.clock(), 1)
    assert await count("SELECT count(*) AS n FROM stored_file") == 1
    # Nobody is told of a first version.
    assert await count("SELECT count(*) AS n FROM material_version WHERE told_at IS NULL AND number = 1") == 3


async def test_what_cannot_be_copied(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    day, other = await make_day(works, clock), await make_day(works, clock, tag=" B")
    own, of_course = await published(works, day), await published(works, day, of_course=True)
    here, course = Spot(session_id=day.session_id), Spot(course_id=day.scene.course_id)
    there = Spot(session_id=other.session_id)
    with pytest.raises(CopyOntoItself):
        await works.run(day.manager, copy_materials, here, here, [own.id])
    for keys in ([], [uuid4()], [own.id, of_course.id]):
        with pytest.raises(NotFound):
            await works.run(day.manager, copy_materials, here, course, keys)
    for viewer in (day.manager, other.manager, day.lead, other.lead):
        with pytest.raises(NotFound):
            await works.run(viewer, copy_materials, here, there, [own.id])
    with pytest.raises(NotFound):
        await works.run(day.lead, copy_materials, course, here, [of_course.id])
    monkeypatch.setattr("training.materials.actions.copying.MOST_MATERIALS", 1)
    with pytest.raises(MaterialsLimit):
        await works.run(day.manager, copy_materials, course, here, [of_course.id])
    assert await count("SELECT count(*) AS n FROM material") == 2


async def test_what_is_withdrawn_is_not_published_anew_by_a_copy(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    kept, taken = await published(works, day, title="Words"), await published(works, day, title="Numbers of callers")
    source, target = Spot(session_id=day.session_id), Spot(course_id=day.scene.course_id)
    await works.run(day.manager, withdraw, taken.id)
    with pytest.raises(WithdrawnAlready, match="“Numbers of callers” is withdrawn"):
        await works.run(day.manager, copy_materials, source, target, [kept.id, taken.id])
    assert await count("SELECT count(*) AS n FROM material") == 2
    await works.run(day.manager, put_back, taken.id)
    assert len(await works.run(day.manager, copy_materials, source, target, [kept.id, taken.id])) == 2


async def test_statements_do_not_grow(works: Works, clock: FrozenClock) -> None:
    day, other = await make_day(works, clock), await make_day(works, clock, tag=" B")
    viewer = both(day, other)
    keys = [(await published(works, day)).id for _ in range(6)]
    source, target = Spot(session_id=day.session_id), Spot(course_id=other.scene.course_id)
    counts = []
    for some in (keys[:1], keys):
        with watch_statements() as seen:
            await works.run(viewer, copy_materials, source, target, some)
        counts.append(len(seen))
    assert counts[0] == counts[1]
