"""Two managers at once: exactly one of them is warned."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.schedule.made import (
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    a_course,
    a_person,
    a_program,
    a_room,
    a_session,
)
from training.base.work import Works
from training.schedule.actions import add_meeting, assign_trainer, move_meetings
from training.schedule.queries import list_meetings
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.values import Assignment, MeetingChange


async def several(works: Works, number: int) -> list[UUID]:
    """Sessions that have one meeting each, in the week after next."""
    course = await a_course(works, await a_program(works))
    return [await a_session(works, course.id, WEEK_AFTER, publish=True) for _ in range(number)]


def warned(outcomes: list[object]) -> int:
    """How many were warned; nobody may have failed otherwise."""
    found = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(outcome, ClashesFound) for outcome in found), found
    return len(found)


@pytest.mark.parametrize("number", [2, 8])
async def test_of_several_who_take_the_same_room_only_one_is_not_warned(works: Works, number: int) -> None:
    keys = await several(works, number)
    wanted = replace(NEXT_WEEK, room_id=await a_room(works))
    outcomes = await asyncio.gather(
        *(works.run(STAFF, add_meeting, key, wanted) for key in keys), return_exceptions=True
    )
    assert warned(list(outcomes)) == number - 1


async def test_of_two_who_take_the_same_trainer_one_is_warned(works: Works) -> None:
    keys = await several(works, 2)
    assignment = Assignment(person_id=await a_person(works, "Tara"))
    outcomes = await asyncio.gather(
        *(works.run(STAFF, assign_trainer, key, assignment) for key in keys), return_exceptions=True
    )
    assert warned(list(outcomes)) == 1


async def test_of_two_who_move_into_each_others_time_one_is_warned(works: Works) -> None:
    room = await a_room(works)
    course = await a_course(works, await a_program(works))
    keys = [
        await a_session(works, course.id, replace(values, room_id=room), publish=True)
        for values in (NEXT_WEEK, WEEK_AFTER)
    ]
    start, end = NEXT_WEEK.local_start.replace(day=25), NEXT_WEEK.local_end.replace(day=25)
    changes = [
        MeetingChange(meeting_id=meeting.id, local_start=start, local_end=end) for meeting in await list_meetings(keys)
    ]
    owners = [meeting.session_id for meeting in await list_meetings(keys)]
    outcomes = await asyncio.gather(
        *(works.run(STAFF, move_meetings, key, [change]) for key, change in zip(owners, changes, strict=True)),
        return_exceptions=True,
    )
    assert warned(list(outcomes)) == 1


async def test_back_to_back_is_no_clash(works: Works) -> None:
    first, second = await several(works, 2)
    room = await a_room(works)
    await works.run(STAFF, add_meeting, first, replace(NEXT_WEEK, room_id=room))
    after = replace(
        NEXT_WEEK, room_id=room, local_start=NEXT_WEEK.local_end, local_end=NEXT_WEEK.local_end.replace(hour=14)
    )
    await works.run(STAFF, add_meeting, second, after)
