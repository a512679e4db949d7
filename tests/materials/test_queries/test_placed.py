"""Materials as they stand in a session or a course."""

from uuid import uuid4

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import added, filled, published
from training.base.work import Works
from training.materials.actions.placing import place
from training.materials.queries.placed import find_placed, find_placed_of, list_placed
from training.materials.queries.standing import get_taught_course, get_taught_session
from training.materials.rules.materials import PlacementDetails
from training.materials.rules.showing import Audience, Opens, Showing


async def test_what_a_session_says_instead(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    own = await published(works, day, prework=True)
    of_course = await added(works, day, of_course=True, audience=Audience.TRAINERS, opens=Opens.START)
    said = PlacementDetails(hidden=True, opens=Opens.BEFORE, offset_minutes=15, meeting_number=1)
    await works.run(day.manager, place, day.session_id, of_course.id, said)
    session = await get_taught_session(day.lead, day.session_id)
    course, mine = await list_placed(session)
    assert (course.id, mine.id) == (of_course.id, own.id)
    assert course.showing == Showing(
        audience=Audience.TRAINERS, opens=Opens.BEFORE, offset_minutes=15, meeting_number=1
    )
    assert (course.hidden, course.prepares_for, course.placement_version) == (True, False, 1)
    assert (course.has_draft, course.has_published) == (True, False)
    assert (mine.hidden, mine.prepares_for, mine.placement_version) == (False, True, 0)
    assert (mine.has_draft, mine.has_published) == (False, True)
    # Without the session it is as the course says.
    [alone] = await list_placed(await get_taught_course(day.lead, day.scene.course_id))
    assert alone.showing == Showing(audience=Audience.TRAINERS, opens=Opens.START)
    assert not alone.hidden


async def test_one_of_them(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    material, foreign = await added(works, day), await added(works, other)
    version = await filled(works, day, material.id)
    taught = await get_taught_session(day.lead, day.session_id)
    found = await find_placed(taught, material.id)
    assert found is not None
    assert found == await find_placed_of(taught, version.variants[0].id)
    for key in (foreign.id, uuid4()):
        assert await find_placed(taught, key) is None
    theirs = await filled(works, other, foreign.id)
    for key in (theirs.variants[0].id, uuid4()):
        assert await find_placed_of(taught, key) is None
