"""Meetings, trainers and busy times as they are read."""

import pytest
from msgspec.structs import replace

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_person,
    a_program,
    a_room,
    a_session,
    enroll,
    manager_of,
)
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.schedule.actions import assign_trainer
from training.schedule.queries import (
    find_meeting,
    get_managed_session_of,
    get_room,
    list_learner_sources,
    list_meetings,
    list_taken,
)
from training.schedule.rules.values import Assignment


async def test_meetings_come_with_their_places(works: Works) -> None:
    room = await get_room(await a_room(works))
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, replace(NEXT_WEEK, room_id=room.id, link="https://meet.example/1"))
    (meeting,) = await list_meetings([key])
    assert (meeting.room_name, meeting.venue_id, meeting.venue_name) == (room.name, room.venue_id, room.venue_name)
    assert (meeting.local_start, meeting.zone) == (NEXT_WEEK.local_start, "Europe/Berlin")
    assert await find_meeting(meeting.id) == meeting
    assert await find_meeting(MISSING) is None


async def test_the_meeting_of_a_foreign_session_is_looked_for_as_one_that_is_missing(works: Works) -> None:
    program = await a_program(works)
    course = await a_course(works, program)
    key = await a_session(works, course.id)
    (meeting,) = await list_meetings([key])
    assert await get_managed_session_of(manager_of(program), meeting.id) == key
    for viewer, asked in ((manager_of(course.id), meeting.id), (manager_of(program), MISSING)):
        with watch_statements() as seen, pytest.raises(NotFound):
            await get_managed_session_of(viewer, asked)
        assert len(seen) == 1


async def test_what_is_taken_is_found_by_overlap(works: Works) -> None:
    room = await a_room(works)
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, replace(NEXT_WEEK, room_id=room), replace(WEEK_AFTER, room_id=room))
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    first, _ = await list_meetings([key])
    await enroll(works, key, [first.id], await a_person(works, "Lea"), ("2026-05-11T08:00Z", "2026-05-11T10:00Z"))
    span = (T("2026-05-11T09:00Z"), T("2026-05-11T09:30Z"))
    assert sorted(taking.kind for taking in await list_taken([room, tara], *span, [])) == ["room", "trainer"]
    assert await list_taken([room, tara], *span, [first.id]) == []
    assert await list_taken([room], T("2026-05-11T10:00Z"), T("2026-05-11T12:00Z"), []) == []
    assert await list_taken([], *span, []) == []


async def test_a_learner_of_several_meetings_counts_once(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    assert await list_learner_sources(key) == []
    (meeting,) = await list_meetings([key])
    lea = await a_person(works, "Lea")
    await enroll(works, key, [meeting.id], lea, ("2026-05-11T08:00Z", "2026-05-11T10:00Z"))
    assert [source.subject_id for source in await list_learner_sources(key)] == [lea]
