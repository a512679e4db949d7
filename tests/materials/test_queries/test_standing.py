"""What somebody is to a session or a course."""

from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import learner
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.materials.queries.standing import get_taught_course, get_taught_session
from training.materials.rules.showing import Standing


async def test_everybody_stands_somewhere(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    cases: list[tuple[Viewer, Standing, bool]] = [
        (day.manager, Standing(manages=True), True),
        (day.lead, Standing(teaches=True), True),
        (day.assistant, Standing(teaches=True), False),
        (day.shadow, Standing(teaches=True), False),
        (learner(day), Standing(enrolled=True), False),
        (day.scene.coordinator, Standing(partner=True), False),
        (Viewer.machine("worker"), Standing(manages=True), True),
    ]
    for viewer, standing, edits in cases:
        with watch_statements() as seen:
            taught = await get_taught_session(viewer, day.session_id)
        assert (taught.standing, taught.edits, len(seen)) == (standing, edits, 3)
    taught = await get_taught_session(learner(day), day.session_id)
    assert taught.session is not None
    assert [one.number for one in taught.times.sittings] == [1, 2]
    assert taught.times.ends_at == taught.session.ends_at
    assert (taught.times.held, taught.public) == (True, False)


async def test_an_access_code_lets_in_as_a_stranger(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, access_code="CODE2345")
    await execute("UPDATE session SET audience = 'invited' WHERE id = {}", day.session_id)
    with pytest.raises(NotFound):
        await get_taught_session(ANONYMOUS, day.session_id)
    assert (await get_taught_session(ANONYMOUS, day.session_id, code="CODE2345")).standing == Standing()


async def test_a_place_counts_while_it_is_one(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    key, states = day.enrollments[0], ("enrolled", "completed", "not completed", "waitlisted", "cancelled", "removed")
    told = {}
    for state in states:
        await execute("UPDATE enrollment SET state = {} WHERE id = {}", state, key)
        found = await get_taught_session(ANONYMOUS, day.session_id, enrollment_id=key)
        told[state] = (found.standing.enrolled, found.standing.partner, found.enrollment_id == key)
    assert told == {
        "enrolled": (True, True, True),
        "completed": (True, True, True),
        "not completed": (True, True, True),
        "waitlisted": (False, True, False),
        "cancelled": (False, False, False),
        "removed": (False, False, False),
    }


async def test_a_meeting_that_is_cancelled_is_none(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", works.clock(), day.meeting_ids[1])
    taught = await get_taught_session(learner(day), day.session_id)
    assert [one.number for one in taught.times.sittings] == [1]


async def test_a_course_is_public(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    cases = {
        ANONYMOUS: Standing(),
        learner(day): Standing(),
        day.shadow: Standing(teaches=True),
        day.scene.other_coordinator: Standing(partner=True),
        day.manager: Standing(manages=True),
    }
    for viewer, standing in cases.items():
        with watch_statements() as seen:
            taught = await get_taught_course(viewer, day.scene.course_id)
        assert (taught.standing, taught.edits, len(seen)) == (standing, viewer == day.manager, 1)
    for call in (get_taught_course, get_taught_session):
        with pytest.raises(NotFound):
            await call(day.manager, uuid4())
