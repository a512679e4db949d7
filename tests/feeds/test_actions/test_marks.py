"""Every change that a calendar shows is in its next answer, and the fetch after that is one statement again."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.feeds.made import book, feed, in_room, learner, make_feed_scene, more_sessions, teach
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import (
    Substitute,
    Target,
    Wanted,
    book_places,
    cancel_enrollment,
    change_mode,
    move_over,
    replace_person,
    undo_booking,
    undo_cancellation,
)
from training.booking.actions.giving_up import release_place
from training.booking.queries import list_of_person, list_open_of_booking
from training.catalogue.actions import edit_program, edit_venue
from training.catalogue.queries import get_program, get_venue
from training.catalogue.rules import Mode, ProgramDetails, VenueDetails, only
from training.partners.actions import edit_member, edit_partner
from training.partners.rules import PartnerDetails
from training.people.actions import change_own_details
from training.schedule import actions as schedule
from training.schedule.events import SessionImported, SessionPublished
from training.schedule.queries import get_room
from training.schedule.rules.sessions import State
from training.schedule.rules.values import (
    Assignment,
    MeetingChange,
    MeetingValues,
    RoomValues,
    SessionValues,
)

STAFF = Viewer.machine("test")


class Watched(msgspec.Struct):
    """What a case may touch."""

    works: Works
    scene: Scene
    room_id: UUID
    enrollment_id: UUID
    starts_at: datetime


async def rename_session(w: Watched) -> None:
    await w.works.run(STAFF, schedule.edit_session, w.scene.session_id, SessionValues(title="Another title"))


async def hide_session(w: Watched) -> None:
    await w.works.run(STAFF, schedule.edit_session, w.scene.session_id, SessionValues(audience="invited"))  # type: ignore[arg-type]


async def move_meeting(w: Watched) -> None:
    start = w.starts_at.replace(tzinfo=None) + timedelta(hours=1)
    change = MeetingChange(
        meeting_id=w.scene.meeting_ids[0], local_start=start, local_end=start + timedelta(hours=2), zone="Asia/Tokyo"
    )
    await w.works.run(STAFF, schedule.move_meetings, w.scene.session_id, [change])


async def leave_room(w: Watched) -> None:
    change = MeetingChange(meeting_id=w.scene.meeting_ids[0], room_id=None)
    await w.works.run(STAFF, schedule.move_meetings, w.scene.session_id, [change])


async def add_meeting(w: Watched) -> None:
    start = w.starts_at.replace(tzinfo=None) + timedelta(days=9)
    values = MeetingValues(local_start=start, local_end=start + timedelta(hours=1), zone="UTC", room_id=w.room_id)
    await w.works.run(STAFF, schedule.add_meeting, w.scene.session_id, values)


async def drop_meeting(w: Watched) -> None:
    await w.works.run(STAFF, schedule.drop_meeting, w.scene.meeting_ids[1])


async def cancel(w: Watched) -> None:
    await w.works.run(STAFF, schedule.cancel_session, w.scene.session_id, "Nobody can teach.")


async def rename_room(w: Watched) -> None:
    await w.works.run(STAFF, schedule.edit_room, w.room_id, RoomValues(name="Blue room"))


async def rename_venue(w: Watched) -> None:
    venue = await get_venue(STAFF, (await get_room(w.room_id)).venue_id)
    details = VenueDetails(**only(VenueDetails, venue) | {"name": "Mill House"})
    await w.works.run(STAFF, edit_venue, venue.id, details)


async def rename_program(w: Watched) -> None:
    program = await get_program(w.scene.program_id)
    details = ProgramDetails(**only(ProgramDetails, program) | {"name": "Renamed"})
    await w.works.run(STAFF, edit_program, program.id, details)


async def rename_partner(w: Watched) -> None:
    details = PartnerDetails(name="Southern Line")
    await w.works.run(STAFF, edit_partner, w.scene.partner_id, details)


async def rename_member(w: Watched) -> None:
    email = "northern-line-0@example.org"
    await w.works.run(STAFF, edit_member, w.scene.members[0], name="Zoe", contact_email=email)


async def rename_trainer(w: Watched) -> None:
    await w.works.run(w.scene.other_coordinator, change_own_details, name="Odile", zone="Europe/Dublin")


async def one_more_trainer(w: Watched) -> None:
    assignment = Assignment(person_id=w.scene.manager.person_id)  # type: ignore[arg-type]
    await w.works.run(STAFF, schedule.assign_trainer, w.scene.session_id, assignment)


async def withdraw_trainer(w: Watched) -> None:
    who = w.scene.other_coordinator.person_id
    assert who is not None
    await w.works.run(STAFF, schedule.withdraw_trainer, w.scene.session_id, who)


async def book_another(w: Watched) -> None:
    await book(w.works, w.scene, 1)


async def book_nameless(w: Watched) -> None:
    await w.works.run(w.scene.coordinator, book_places, order(w.scene, open_places=1))


async def give_up_nameless(w: Watched) -> None:
    booked = await w.works.run(w.scene.coordinator, book_places, order(w.scene, open_places=1))
    assert booked.booking_id is not None
    (place,) = await list_open_of_booking(booked.booking_id)
    await w.works.run(w.scene.coordinator, release_place, place.id)
    await w.works.run(w.scene.coordinator, book_places, order(w.scene, open_places=2))


async def give_back(w: Watched) -> None:
    await w.works.run(w.scene.coordinator, cancel_enrollment, w.enrollment_id)


async def replace(w: Watched) -> None:
    instead = Substitute(person=Wanted(membership_id=w.scene.members[2]))
    await w.works.run(w.scene.coordinator, replace_person, w.enrollment_id, instead)


async def go_online(w: Watched) -> None:
    await w.works.run(w.scene.coordinator, change_mode, w.enrollment_id, (Mode.ONLINE,))


LEARNER, TRAINER, PARTNER, ROOM = ("mine", "teaching", "coordinating", "room")
PUBLIC, PROGRAM, COURSE = ("public", "program", "course")
EVERYBODY = frozenset({LEARNER, TRAINER, PARTNER, ROOM, PUBLIC, PROGRAM, COURSE})
CASES: list[tuple[Callable[[Watched], Awaitable[Any]], frozenset[str]]] = [
    (rename_session, EVERYBODY),
    (hide_session, frozenset({PUBLIC, PROGRAM, COURSE})),
    (move_meeting, EVERYBODY),
    (leave_room, EVERYBODY),
    (add_meeting, EVERYBODY),
    (drop_meeting, EVERYBODY),
    (cancel, EVERYBODY),
    (rename_room, EVERYBODY),
    (rename_venue, EVERYBODY),
    (rename_program, frozenset({PROGRAM})),
    (rename_partner, frozenset({PARTNER})),
    (rename_member, frozenset({PARTNER})),
    (rename_trainer, EVERYBODY),
    (one_more_trainer, EVERYBODY),
    (withdraw_trainer, EVERYBODY),
    (book_another, frozenset({PARTNER})),
    (book_nameless, frozenset({PARTNER})),
    (give_up_nameless, frozenset({PARTNER})),
    (give_back, frozenset({LEARNER, PARTNER})),
    (replace, frozenset({LEARNER, PARTNER})),
    (go_online, frozenset({LEARNER, PARTNER})),
]


@pytest.fixture
async def watched(works: Works, clock: FrozenClock) -> Watched:
    """A public session with everything around it that a calendar shows."""
    scene = await make_feed_scene(
        works, meetings=2, audience="public", mode="hybrid", capacity_in_person=3, capacity_online=3
    )
    room_id = await in_room(works, scene)
    await teach(works, scene, scene.other_coordinator)
    (enrollment_id,) = await book(works, scene, 0)
    starts_at = (clock() + timedelta(days=14)).replace(microsecond=0)
    return Watched(works=works, scene=scene, room_id=room_id, enrollment_id=enrollment_id, starts_at=starts_at)


async def addresses(w: Watched) -> dict[str, str]:
    """Every kind of calendar that shows the scene."""
    scene = w.scene
    return {
        LEARNER: (await feed(w.works, learner(scene))).path,
        TRAINER: (await feed(w.works, scene.other_coordinator, "teaching")).path,
        PARTNER: (await feed(w.works, scene.coordinator, "coordinating", scene.partner_id)).path,
        ROOM: (await feed(w.works, scene.manager, "room", w.room_id)).path,
        PUBLIC: "/calendars/public.ics",
        PROGRAM: f"/calendars/programs/{scene.program_id}.ics",
        COURSE: f"/calendars/courses/{scene.course_id}.ics",
    }


@pytest.mark.parametrize(("change", "changes"), CASES, ids=[case.__name__ for case, _ in CASES])
async def test_a_change_is_in_the_next_answer(
    client: httpx.AsyncClient,
    clock: FrozenClock,
    watched: Watched,
    change: Callable[[Watched], Awaitable[Any]],
    changes: frozenset[str],
) -> None:
    paths = await addresses(watched)
    for path in paths.values():
        await client.get(path)
    clock.move(minutes=20)
    before = {kind: (await client.get(path)).content for kind, path in paths.items()}
    await change(watched)
    after = {kind: await client.get(path) for kind, path in paths.items()}
    changed = {kind for kind, answer in after.items() if answer.content != before[kind]}
    assert changed == changes
    clock.move(minutes=2)
    for kind, path in paths.items():
        answer = await client.get(path, headers={"if-none-match": after[kind].headers["etag"]})
        assert answer.status_code == 304, kind
        with watch_statements() as seen:
            again = await client.get(path)
        assert (len(seen), again.content) == (1, after[kind].content), kind


async def test_who_moves_up_moves_over_and_comes_back_sees_it(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    first = await make_feed_scene(works, capacity_in_person=1)
    ((second_id, _),) = await more_sessions(works, first, 1, audience="public", capacity_in_person=5)
    (enrollment, _) = await book(works, first, 0, 1)
    paths = [(await feed(works, learner(first, number))).path for number in (0, 1)]
    clock.move(minutes=2)

    async def entries() -> list[int]:
        return [(await client.get(path)).text.count("BEGIN:VEVENT") for path in paths]

    assert await entries() == [1, 0]
    await works.run(first.coordinator, cancel_enrollment, enrollment)
    assert await entries() == [0, 1]
    (promoted,) = await list_of_person(first.people[1])
    moved = await works.run(STAFF, move_over, promoted.id, Target(session_id=second_id))
    assert await entries() == [0, 1]
    assert "SUMMARY:Session 0" in (await client.get(paths[1])).text
    await works.run(first.coordinator, undo_cancellation, enrollment)
    assert await entries() == [1, 1]
    await works.run(STAFF, cancel_enrollment, moved.new_enrollment_id)
    assert await entries() == [1, 0]


async def test_a_booking_that_is_undone_is_gone(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene = await make_feed_scene(works)
    path = (await feed(works, learner(scene))).path
    clock.move(minutes=2)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    assert (await client.get(path)).text.count("BEGIN:VEVENT") == 1
    assert booked.booking_id is not None
    await works.run(scene.coordinator, undo_booking, booked.booking_id)
    assert (await client.get(path)).text.count("BEGIN:VEVENT") == 0


async def test_a_file_of_many_sessions_raises_every_mark_once(works: Works) -> None:
    scene = await make_feed_scene(works)
    await feed(works, learner(scene))

    async def import_many(work: Work) -> None:
        for number in range(50):
            work.emit(
                SessionImported(
                    session_id=scene.session_id,
                    program_id=scene.program_id,
                    course_id=scene.course_id,
                    partner_id=scene.partner_id,
                    external_key=str(number),
                    title="T",
                    state=State.PUBLISHED,
                )
            )
            work.emit(SessionPublished(session_id=scene.session_id))

    with watch_statements() as seen:
        await works.run(STAFF, import_many)
    assert len([text for text in seen if text.startswith("UPDATE calendar_mark")]) == 1
    assert [row["changed"] for row in await execute("SELECT changed FROM calendar_mark")] == [2]
