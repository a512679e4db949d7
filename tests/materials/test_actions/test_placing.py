"""How a session differs from its course in a material."""

from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import added, details, draft_of, learner, published
from tests.surveys.made import count
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.materials.actions.editing import edit_material
from training.materials.actions.placing import place
from training.materials.queries.editing import find_placement, get_edited
from training.materials.queries.showing import list_materials
from training.materials.rules.materials import NotOfThisSession, PlacementDetails, ShowingIsManagers
from training.materials.rules.showing import Audience, Opens

HIDDEN = PlacementDetails(hidden=True)


async def test_what_a_session_says_is_kept_until_it_says_something_else(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    said = PlacementDetails(audience=Audience.EVERYONE, opens=Opens.BEFORE, offset_minutes=60, prework=True)
    first = await works.run(day.manager, place, day.session_id, material.id, said, 0)
    assert await find_placement(day.session_id, material.id) == first
    assert (first.version, first.audience, first.opens, first.offset_minutes) == (1, "everyone", "before", 60)
    with pytest.raises(Stale):
        await works.run(day.manager, place, day.session_id, material.id, HIDDEN, 0)
    nothing = await works.run(day.manager, place, day.session_id, material.id, PlacementDetails(), 1)
    assert await find_placement(day.session_id, material.id) == nothing
    assert (nothing.version, nothing.audience, nothing.opens, nothing.prework) == (2, None, None, None)
    assert await works.run(day.manager, place, day.session_id, material.id, PlacementDetails()) == nothing
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'MaterialPlaced'") == 2


async def test_trainers_decide_what_is_used_not_who_sees_it(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True, audience=Audience.TRAINERS)
    version = (await get_edited(day.manager, material.id)).newest
    assert version is not None
    used = PlacementDetails(hidden=True, pinned_id=version.id)
    assert (await works.run(day.lead, place, day.session_id, material.id, used)).pinned_id == version.id
    for wider in (PlacementDetails(audience=Audience.ENROLLED), PlacementDetails(opens=Opens.START)):
        with pytest.raises(ShowingIsManagers):
            await works.run(day.lead, place, day.session_id, material.id, wider)
    by_manager = PlacementDetails(audience=Audience.ENROLLED)
    await works.run(day.manager, place, day.session_id, material.id, by_manager)
    # What the manager said stays when a trainer says something else beside it.
    kept = PlacementDetails(audience=Audience.ENROLLED, hidden=True)
    assert (await works.run(day.lead, place, day.session_id, material.id, kept)).hidden


@pytest.mark.parametrize("before", [None, PlacementDetails(audience=Audience.TRAINERS, opens=Opens.ALWAYS)])
async def test_trainers_neither_fix_who_sees_it_nor_take_that_back(
    works: Works, clock: FrozenClock, before: PlacementDetails | None
) -> None:
    day = await make_day(works, clock)
    now = Audience.TRAINERS if before else Audience.ENROLLED
    material = await published(works, day, of_course=True, audience=now)
    if before:
        await works.run(day.manager, place, day.session_id, material.id, before)
    # Both say what holds today. The course may say something else tomorrow.
    alike = PlacementDetails(hidden=True) if before else PlacementDetails(audience=now, opens=Opens.ALWAYS)
    with pytest.raises(ShowingIsManagers):
        await works.run(day.lead, place, day.session_id, material.id, alike)
    other = Audience.ENROLLED if before else Audience.TRAINERS
    await works.run(day.manager, edit_material, material.id, details(audience=other))
    assert (await list_materials(learner(day), day.session_id, clock.now)).items == ()


async def test_only_what_can_be_is_placed(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    material = await published(works, day, of_course=True)
    own, foreign = await published(works, day), await published(works, other, of_course=True)
    for wrong, error in ((own, NotOfThisSession), (foreign, NotFound)):
        with pytest.raises(error):
            await works.run(day.manager, place, day.session_id, wrong.id, HIDDEN)
    draft = await draft_of(day, (await added(works, day, of_course=True)).id)
    for pinned_id in (uuid4(), draft.id, (await get_edited(other.manager, foreign.id)).versions[0].id):
        with pytest.raises(Invalid):
            await works.run(day.manager, place, day.session_id, material.id, PlacementDetails(pinned_id=pinned_id))
    late = PlacementDetails(prework=True, opens=Opens.AFTER)
    with pytest.raises(Invalid):
        await works.run(day.manager, place, day.session_id, material.id, late)
    for viewer in (learner(day), day.assistant, day.stranger, other.manager):
        with pytest.raises(NotFound):
            await works.run(viewer, place, day.session_id, material.id, HIDDEN)
    with pytest.raises(NotFound):
        await works.run(day.manager, place, day.session_id, uuid4(), HIDDEN)
    assert await execute("SELECT id FROM material_placement") == []


async def test_what_was_never_published_is_placed_by_managers_alone(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day, of_course=True)
    with pytest.raises(NotFound):
        await works.run(day.lead, place, day.session_id, material.id, HIDDEN)
    assert (await works.run(day.manager, place, day.session_id, material.id, HIDDEN)).hidden
