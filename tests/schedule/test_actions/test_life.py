"""The steps of a session's life against the real database."""

import asyncio
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.schedule.made import (
    NEXT_WEEK,
    NOBODY,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_person,
    a_program,
    a_room,
    a_session,
    enroll,
    events,
    occupied,
)
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.schedule.actions import (
    assign_trainer,
    cancel_session,
    close_due,
    confirm_session,
    create_session,
    publish_session,
    start_due,
)
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import State
from training.schedule.rules.steps import NotReady, WrongState
from training.schedule.rules.values import Assignment, MeetingValues, SessionValues


async def drafted(works: Works, *meetings: MeetingValues) -> UUID:
    course = await a_course(works, await a_program(works))
    return await a_session(works, course.id, *meetings)


async def test_publishing_needs_a_meeting(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await works.run(STAFF, create_session, course.id, SessionValues())
    with pytest.raises(NotReady) as caught:
        await works.run(STAFF, publish_session, key)
    assert caught.value.data == {"missing": ("Add at least one meeting.",)}


async def test_from_draft_to_closed(works: Works, clock: FrozenClock) -> None:
    key = await drafted(works)
    assert await works.run(STAFF, publish_session, key, expected_version=1) == 2
    published = await lock_session(key)
    assert (published.state, published.published_at) == (State.PUBLISHED, clock.now)
    assert await works.run(STAFF, confirm_session, key, expected_version=2) == 3
    assert await works.run(STAFF, start_due) == 0
    clock.now = T("2026-05-11T08:00Z")
    assert await works.run(STAFF, start_due) == 1
    assert await works.run(STAFF, close_due) == 0
    clock.now = T("2026-05-11T10:00Z")
    assert await works.run(STAFF, close_due) == 1
    closed = await lock_session(key)
    assert (closed.state, closed.version) == (State.CLOSED, 5)
    names = ["SessionClosed", "SessionConfirmed", "SessionDrafted", "SessionPublished", "SessionStarted"]
    assert await events(*names) == names


async def test_steps_out_of_order_are_refused(works: Works) -> None:
    key = await drafted(works)
    with pytest.raises(WrongState):
        await works.run(STAFF, confirm_session, key)
    await works.run(STAFF, publish_session, key)
    with pytest.raises(WrongState):
        await works.run(STAFF, publish_session, key)
    with pytest.raises(Stale):
        await works.run(STAFF, confirm_session, key, expected_version=1)
    for verb in (publish_session, confirm_session):
        with pytest.raises(NotFound):
            await works.run(NOBODY, verb, key)


async def test_cancelling_frees_everybody_and_raises_sequences(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    room = await a_room(works)
    late = MeetingValues(local_start=WEEK_AFTER.local_start, local_end=WEEK_AFTER.local_end, room_id=room)
    key = await a_session(works, course.id, NEXT_WEEK, late, publish=True)
    first, second = await list_meetings([key])
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=await a_person(works, "Tara")))
    learner = await a_person(works, "Lea")
    await enroll(works, key, [second.id], learner, ("2026-05-18T08:00Z", "2026-05-18T10:00Z"))
    clock.now = T("2026-05-12T08:00Z")
    await works.run(STAFF, start_due)
    assert await works.run(STAFF, cancel_session, key, "The trainer is ill.") == (second.id,)
    session = await lock_session(key)
    assert (session.state, session.cancel_reason, session.cancelled_at) == (
        State.CANCELLED,
        "The trainer is ill.",
        clock.now,
    )
    assert [(m.sequence, m.cancelled_at) for m in await list_meetings([key])] == [(0, None), (1, clock.now)]
    assert {row.meeting_id for row in await occupied(key)} == {first.id}
    with pytest.raises(WrongState):
        await works.run(STAFF, cancel_session, key, "Again.")


async def test_a_cancelled_draft_tells_nobody(works: Works) -> None:
    key = await drafted(works)
    await works.run(STAFF, cancel_session, key, "A mistake.", expected_version=1)
    assert [m.sequence for m in await list_meetings([key])] == [0]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
async def test_cancelling_needs_a_reason(works: Works, reason: str) -> None:
    key = await drafted(works)
    with pytest.raises(Invalid) as caught:
        await works.run(STAFF, cancel_session, key, reason)
    assert list(caught.value.fields) == ["reason"]


async def test_of_several_workers_only_one_starts_a_session(works: Works, clock: FrozenClock) -> None:
    key = await drafted(works)
    await works.run(STAFF, publish_session, key)
    clock.now = T("2026-05-11T08:00Z")
    await asyncio.gather(*(works.run(STAFF, start_due) for _ in range(5)))
    assert await events("SessionStarted") == ["SessionStarted"]


async def test_the_clock_takes_at_most_so_many_steps_at_once(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    for _ in range(3):
        await a_session(works, course.id, publish=True)
    await a_session(works, course.id)
    clock.now = T("2026-05-11T08:00Z")
    assert [await works.run(STAFF, start_due, most=2) for _ in range(3)] == [2, 1, 0]
