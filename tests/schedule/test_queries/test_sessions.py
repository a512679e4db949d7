"""Loading, locking and counting around one session."""

import pytest

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    a_course,
    a_partner,
    a_person,
    a_program,
    a_session,
    enroll,
)
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.catalogue.rules import Audience
from training.schedule.actions import assign_trainer
from training.schedule.queries import (
    Touched,
    count_touched,
    find_session,
    get_template,
    list_following,
    list_meetings,
    lock_session,
    lock_sessions,
)
from training.schedule.rules.values import Assignment


@pytest.mark.usefixtures("database")
async def test_what_is_missing_is_not_found() -> None:
    for load in (lock_session, get_template, count_touched):
        with pytest.raises(NotFound):
            await load(MISSING)
    assert await find_session(STAFF, MISSING) is None
    assert await lock_sessions([MISSING]) == []


async def test_a_session_is_loaded_and_locked_by_one_statement(works: Works) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id)
    with watch_statements() as seen:
        found = await find_session(STAFF, key)
        locked = await lock_session(key)
    assert len(seen) == 2
    assert found is not None
    assert {name: getattr(found, name) for name in locked.__struct_fields__} == {
        name: getattr(locked, name) for name in locked.__struct_fields__
    }
    assert (found.course_title, found.viewer_learns, found.viewer_trains) == ("Listening first", False, False)


async def test_several_are_locked_in_order_of_id(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    keys = [await a_session(works, course.id) for _ in range(3)]
    assert [session.id for session in await lock_sessions(keys[::-1])] == sorted(keys)


async def test_those_who_would_be_told_are_counted(works: Works) -> None:
    program = await a_program(works)
    course = await a_course(works, program)
    first = await a_partner(works, "Alba", program)
    await a_partner(works, "Bora", program)
    await a_partner(works, "Gone", program, ended=True)
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER, publish=True)
    meetings = [meeting.id for meeting in await list_meetings([key])]
    for name in ("Lea", "Leo"):
        span = ("2026-05-11T08:00Z", "2026-05-11T10:00Z")
        await enroll(works, key, meetings, await a_person(works, name), span)
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=await a_person(works, "Tara")))
    await execute("UPDATE session SET waiting = 4 WHERE id = {}", key)
    assert await count_touched(key) == Touched(learners=2, waiting=4, trainers=1, partners=2)
    invited = await a_session(works, course.id, audience=Audience.INVITED, partner_ids=(first,))
    assert await count_touched(invited) == Touched(learners=0, waiting=0, trainers=0, partners=1)
    public = await a_session(works, course.id, audience=Audience.PUBLIC)
    assert await count_touched(public) == Touched(learners=0, waiting=0, trainers=0, partners=0)


async def test_only_what_is_still_to_come_follows_a_course(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    keys = [await a_session(works, course.id, publish=True) for _ in range(2)]
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", keys[0])
    session = await lock_session(keys[1])
    assert session.starts_at is not None
    assert [found.id for found in await list_following(course.id, session.created_at)] == [keys[1]]
    assert await list_following(course.id, session.starts_at) == []
