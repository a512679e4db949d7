"""A meeting's sequence and stamp rise with every published change that an attendee sees, and with nothing else."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.schedule.made import NEXT_WEEK, STAFF, WEEK_AFTER, a_course, a_person, a_program, a_room, a_session
from training.base.database import execute
from training.base.structs import Frozen
from training.base.work import Works
from training.catalogue.actions import edit_course, edit_venue
from training.catalogue.queries import get_venue
from training.catalogue.rules import Inheritable, VenueDetails, only
from training.schedule.actions import (
    add_meeting,
    assign_trainer,
    cancel_session,
    confirm_session,
    drop_meeting,
    edit_room,
    edit_session,
    move_meetings,
    withdraw_trainer,
)
from training.schedule.actions.life import start_due
from training.schedule.queries import list_meetings
from training.schedule.rules.values import Assignment, MeetingChange, MeetingValues, RoomValues, SessionValues

T = datetime.fromisoformat


class World(Frozen, frozen=True, kw_only=True):
    """A session of two meetings, the first in a room; a draft and another published session stand in that room, too."""

    works: Works
    course_id: UUID
    session_id: UUID
    meeting_ids: tuple[UUID, UUID]
    room_id: UUID
    other_room: UUID
    venue_id: UUID

    async def run(self, action: Any, *args: Any, **more: Any) -> Any:
        return await self.works.run(STAFF, action, *args, **more)

    async def move(self, number: int, **what: Any) -> None:
        change = MeetingChange(meeting_id=self.meeting_ids[number], **what)
        await self.run(move_meetings, self.session_id, [change], accept_warnings=True)

    async def venue(self, **what: Any) -> None:
        values: dict[str, Any] = {**only(VenueDetails, await get_venue(STAFF, self.venue_id)), **what}
        await self.run(edit_venue, self.venue_id, VenueDetails(**values))

    async def course(self, **what: Any) -> None:
        values: dict[str, Any] = {"title": "Listening first", "capacity_in_person": 12, **what}
        await self.run(edit_course, self.course_id, Inheritable(**values))

    async def session(self, **what: Any) -> None:
        await self.run(edit_session, self.session_id, SessionValues(**what))


async def made(works: Works) -> World:
    course = await a_course(works, await a_program(works))
    room, other = await a_room(works), await a_room(works, "Red room")
    first = replace(NEXT_WEEK, room_id=room, link="https://meet.example/1")
    key = await a_session(works, course.id, first, WEEK_AFTER, publish=True)
    one, two = await list_meetings([key])
    venue = (await execute("SELECT venue_id FROM room WHERE id = {}", room))[0]["venue_id"]
    return World(
        works=works,
        course_id=course.id,
        session_id=key,
        meeting_ids=(one.id, two.id),
        room_id=room,
        other_room=other,
        venue_id=UUID(str(venue)),
    )


Do = Callable[[World], Awaitable[None]]
THIRD = MeetingValues(local_start=T("2026-05-12T10:00"), local_end=T("2026-05-12T12:00"))
LAST = MeetingValues(local_start=T("2026-05-25T10:00"), local_end=T("2026-05-25T12:00"))
SEEN: dict[str, tuple[Do, list[int]]] = {
    "session's title": (lambda w: w.session(title="Louder"), [1, 1]),
    "course's title": (lambda w: w.course(title="Listening last"), [1, 1]),
    "meeting's title": (lambda w: w.move(0, title="Day one"), [1, 0]),
    "time": (lambda w: w.move(0, local_end=T("2026-05-11T12:30")), [1, 0]),
    "zone": (lambda w: w.move(1, zone="Asia/Tokyo"), [0, 1]),
    "room": (lambda w: w.move(0, room_id=w.other_room), [1, 0]),
    "no room": (lambda w: w.move(0, room_id=None), [1, 0]),
    "link": (lambda w: w.move(0, link="https://meet.example/2"), [1, 0]),
    "room's name": (lambda w: w.run(edit_room, w.room_id, RoomValues(name="Azure")), [1, 0]),
    "venue's name": (lambda w: w.venue(name="New House"), [1, 0]),
    "venue's address": (lambda w: w.venue(address="3 Quay Street"), [1, 0]),
    "order": (lambda w: w.move(0, local_start=T("2026-05-20T10:00"), local_end=T("2026-05-20T12:00")), [1, 1]),
    "a meeting between": (lambda w: w.run(add_meeting, w.session_id, THIRD), [1, 1, 0]),
    "a meeting more": (lambda w: w.run(add_meeting, w.session_id, LAST), [1, 1, 0]),
    "a meeting less": (lambda w: w.run(drop_meeting, w.meeting_ids[0]), [1, 1]),
    "cancelled": (lambda w: w.run(cancel_session, w.session_id, "Ill."), [1, 1]),
}


async def sequences(world: World) -> list[int]:
    """In the order in which the meetings were made."""
    order = {key: number for number, key in enumerate(world.meeting_ids)}
    meetings = await list_meetings([world.session_id])
    return [m.sequence for m in sorted(meetings, key=lambda m: (order.get(m.id, len(order)), m.id))]


@pytest.mark.parametrize("name", SEEN)
async def test_what_an_attendee_sees_raises_it(works: Works, clock: FrozenClock, name: str) -> None:
    world = await made(works)
    clock.move(hours=1)
    do, expected = SEEN[name]
    await do(world)
    assert await sequences(world) == expected
    for meeting in await list_meetings([world.session_id]):
        assert (meeting.changed_at == clock.now) == (meeting.sequence > 0 or meeting.id not in world.meeting_ids)


UNSEEN: dict[str, Do] = {
    "session's texts": lambda w: w.session(description="Long", joining_details="Ring twice"),
    "session's places": lambda w: w.session(capacity_in_person=40, overbooking=2, cancellation_hours=12),
    "course's texts": lambda w: w.course(description="Long", capacity_in_person=33),
    "the same title": lambda w: w.session(title="Listening first"),
    "the same meeting": lambda w: w.move(0, room_id=w.room_id, link="https://meet.example/1"),
    "room's places": lambda w: w.run(edit_room, w.room_id, RoomValues(name="Blue room", places=9, access_notes="Ramp")),
    "venue's notes": lambda w: w.venue(access_notes="Ring twice", country="DE", zone="Europe/Paris"),
    "another room's name": lambda w: w.run(edit_room, w.other_room, RoomValues(name="Scarlet")),
    "confirmed": lambda w: w.run(confirm_session, w.session_id),
}


@pytest.mark.parametrize("name", UNSEEN)
async def test_nothing_else_does(works: Works, clock: FrozenClock, name: str) -> None:
    world = await made(works)
    before = await list_meetings([world.session_id])
    clock.move(hours=1)
    await UNSEEN[name](world)
    assert await sequences(world) == [0, 0]
    assert [m.changed_at for m in await list_meetings([world.session_id])] == [m.changed_at for m in before]


@pytest.mark.parametrize("do", [lambda w: w.session(summary="Short"), lambda w: w.course(summary="Short")])
async def test_what_it_is_about_changes_the_stamp_alone(works: Works, clock: FrozenClock, do: Do) -> None:
    world = await made(works)
    clock.move(hours=1)
    await do(world)
    assert [m.changed_at for m in await list_meetings([world.session_id])] == [clock.now] * 2
    assert await sequences(world) == [0, 0]


async def test_who_teaches_changes_the_stamp_alone(works: Works, clock: FrozenClock) -> None:
    world = await made(works)
    clock.move(hours=1)
    person = await a_person(works, "Tara")
    await world.run(assign_trainer, world.session_id, Assignment(person_id=person))
    assert [m.changed_at for m in await list_meetings([world.session_id])] == [clock.now] * 2
    clock.move(hours=1)
    await world.run(withdraw_trainer, world.session_id, person, meeting_ids=world.meeting_ids[:1])
    first, second = await list_meetings([world.session_id])
    assert (first.changed_at, second.changed_at < clock.now) == (clock.now, True)
    assert await sequences(world) == [0, 0]


async def test_nothing_that_is_over_and_no_draft_changes(works: Works, clock: FrozenClock) -> None:
    world = await made(works)
    draft = await a_session(works, world.course_id, replace(LAST, room_id=world.room_id))
    clock.now = T("2026-05-12T09:00+00:00")
    await works.run(STAFF, start_due)
    for do in ("session's title", "room's name", "venue's address"):
        await SEEN[do][0](world)
    assert await sequences(world) == [0, 1]
    assert [m.sequence for m in await list_meetings([draft])] == [0]
    clock.move(hours=timedelta(days=30).total_seconds() / 3600)
    await world.venue(name="Newer House")
    assert await sequences(world) == [0, 1]
