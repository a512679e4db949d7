"""What only the desk does: rehearsals that leave nothing, moves as agreed, roles by staff, steering messages."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day, mark
from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, a_viewer, another_program, foreign_manager, full_scene, messages, staff
from tests.desk.posted import end, ids_of
from tests.schedule.made import a_room
from training.attendance.actions.marking import save_marks
from training.attendance.queries.marks import LeftBehind
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.desk.actions import (
    SentMany,
    end_calendars,
    give_role,
    give_role_to_address,
    move_as_agreed,
    send_message_again,
    send_messages_again,
    switch_off,
    take_message_back,
    take_role,
    try_move,
)
from training.desk.rules.accounts import OwnAccount
from training.desk.rules.messages import Wanted
from training.desk.rules.moves import clash_mark
from training.people.actions import add_device
from training.people.queries import get_person, list_grants
from training.people.rules import Role
from training.schedule.actions import add_meeting
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.values import MeetingChange, MeetingValues


async def everything() -> list[object]:
    """All rows that a move or a removal could touch."""
    tables = ("session", "meeting", "occupancy", "enrollment", "message", "journal_entry")
    return [await execute(f"SELECT * FROM {table} ORDER BY id") for table in tables]


async def later(scene: Scene, hours: int = 1) -> list[MeetingChange]:
    meeting = (await list_meetings([scene.session_id]))[0]
    start, end = (at + timedelta(hours=hours) for at in (meeting.local_start, meeting.local_end))
    return [MeetingChange(meeting_id=meeting.id, local_start=start, local_end=end)]


async def test_a_rehearsed_move_tells_all_and_keeps_nothing(works: Works) -> None:
    scene, _ = await full_scene(works)
    before = await everything()
    plan = await works.rehearse(scene.manager, try_move, scene.session_id, await later(scene), 1)
    assert [(move.number, move.changed) for move in plan.moves] == [(1, ("time",))]
    assert plan.clashes == ()
    assert await everything() == before


async def test_a_rehearsed_move_counts_what_rosters_lose(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(minutes=-40)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments[:2]])

    async def left(number: int, hours: int) -> LeftBehind:
        meeting = next(one for one in await list_meetings([day.session_id]) if one.id == day.meeting_ids[number])
        start, end = (at + timedelta(hours=hours) for at in (meeting.local_start, meeting.local_end))
        change = MeetingChange(meeting_id=meeting.id, local_start=start, local_end=end, title=f"{hours}")
        version = (await lock_session(day.session_id)).version
        return (await works.rehearse(day.manager, try_move, day.session_id, [change], version)).left_behind

    assert await left(0, 72) == LeftBehind(marks=2)
    assert await left(0, 0) == LeftBehind()
    assert await left(1, 72) == LeftBehind()
    assert len(await execute("SELECT id FROM mark WHERE status = 'present'")) == 2


async def test_a_rehearsed_removal_says_who_moves_up_and_keeps_nothing(works: Works) -> None:
    scene, booked = await full_scene(works)
    first, *_, waiting = [verdict.enrollment_id for verdict in booked.verdicts]
    before = await everything()
    assert first is not None
    left = await works.rehearse(scene.manager, cancel_enrollment, first)
    assert left.promoted == (waiting,)
    assert await everything() == before


async def test_a_rehearsal_raises_what_the_action_raises(works: Works) -> None:
    scene, _ = await full_scene(works)
    with pytest.raises(Stale):
        await works.rehearse(scene.manager, try_move, scene.session_id, await later(scene), 7)
    with pytest.raises(NotFound):
        await works.rehearse(scene.other_coordinator, try_move, scene.session_id, await later(scene), 1)


async def test_moving_to_later_lets_the_waitlist_move_again_and_the_rehearsal_says_so(works: Works) -> None:
    scene, booked = await full_scene(works, waitlist_cutoff_hours=24 * 15)
    first, *_, waiting = [verdict.enrollment_id for verdict in booked.verdicts]
    assert first is not None
    assert (await works.run(scene.manager, cancel_enrollment, first)).promoted == (), "the cut-off has passed"
    before = await everything()
    changes = await later(scene, 24 * 7)
    plan = await works.rehearse(scene.manager, try_move, scene.session_id, changes, 1)
    assert plan.promoted == (waiting,)
    assert await everything() == before
    await works.run(scene.manager, move_as_agreed, scene.session_id, changes, 1, {})
    assert await messages("booking-promoted") == ["northern-line-3@example.org"]


async def clashing(works: Works) -> tuple[Scene, list[MeetingChange], UUID]:
    """A second meeting in a room, and a change that would put the first into the same room at that time."""
    scene, _ = await full_scene(works)
    room_id = await a_room(works, zone="UTC")
    change = (await later(scene, 24))[0]
    wanted = MeetingValues(local_start=change.local_start, local_end=change.local_end, zone="UTC", room_id=room_id)  # type: ignore[arg-type]
    await works.run(scene.manager, add_meeting, scene.session_id, wanted)
    # One more meeting is told, too; only what comes after counts here.
    await execute("DELETE FROM message WHERE kind = 'booking-moved'")
    told = MeetingChange(
        meeting_id=change.meeting_id, local_start=change.local_start, local_end=change.local_end, room_id=room_id
    )
    return scene, [told], room_id


async def test_only_clashes_that_were_agreed_to_are_accepted(works: Works) -> None:
    scene, changes, _ = await clashing(works)
    plan = await works.rehearse(scene.manager, try_move, scene.session_id, changes, 2)
    assert [clash.kind for clash in plan.clashes] == ["room"]
    for agreed in ({}, {changes[0].meeting_id: "something else"}):
        with pytest.raises(ClashesFound):
            await works.run(scene.manager, move_as_agreed, scene.session_id, changes, 2, agreed)
    by_meeting = {clash.meeting_id: clash_mark([clash]) for clash in plan.clashes}
    moves = await works.run(scene.manager, move_as_agreed, scene.session_id, changes, 2, by_meeting)
    assert len(moves) == 1
    assert len(await messages("booking-moved")) == 4
    assert len(await execute("SELECT id FROM journal_entry WHERE event = 'ClashesAccepted'")) == 1


async def test_a_move_without_clashes_needs_no_agreement(works: Works) -> None:
    scene, _ = await full_scene(works)
    await works.run(scene.manager, move_as_agreed, scene.session_id, await later(scene), 1, {})
    assert (await works.run(scene.manager, _version, scene.session_id)) == 2


async def _version(_: object, session_id: UUID) -> int:
    return (await lock_session(session_id)).version


async def test_roles_are_given_and_taken_by_staff(works: Works) -> None:
    me, somebody, program_id = await staff(works), await a_viewer(works, "Ada"), await another_program(works)
    assert somebody.person_id is not None
    ada = somebody.person_id
    assert await works.run(me, give_role, ada, Role.PROGRAM_MANAGER, program_id)
    assert not await works.run(me, give_role, ada, Role.PROGRAM_MANAGER, program_id)
    assert await works.run(me, give_role, ada, Role.STAFF, program_id), "staff is of the platform, whatever was chosen"
    assert {(grant.role, grant.scope_id) for grant in await list_grants(ada)} == {
        ("program_manager", program_id),
        ("staff", None),
    }
    assert await works.run(me, take_role, ada, Role.STAFF, None)
    assert not await works.run(me, take_role, ada, Role.STAFF, None)
    assert {grant.role for grant in await list_grants(ada)} == {"program_manager"}


async def test_a_role_for_a_new_address_makes_an_account(works: Works) -> None:
    me, program_id = await staff(works), await another_program(works)
    new = await works.run(me, give_role_to_address, " New@Host.Example", "Newt", Role.PROGRAM_MANAGER, program_id)
    person = await get_person(new)
    assert (person.email, person.name) == ("new@host.example", "Newt")
    assert {grant.scope_id for grant in await list_grants(new)} == {program_id}


async def test_refusals_about_roles(works: Works) -> None:
    me, somebody = await staff(works), await a_viewer(works, "Ada")
    assert me.person_id is not None
    assert somebody.person_id is not None
    with pytest.raises(Invalid):
        await works.run(me, give_role, somebody.person_id, Role.PROGRAM_MANAGER, None)
    for person_id, program_id in ((MISSING, None), (somebody.person_id, MISSING)):
        with pytest.raises(NotFound):
            await works.run(me, give_role, person_id, Role.PROGRAM_MANAGER, program_id or MISSING)
    with pytest.raises(OwnAccount):
        await works.run(me, take_role, me.person_id, Role.STAFF, None)
    with pytest.raises(OwnAccount):
        await works.run(me, switch_off, me.person_id)


async def test_only_staff_may(works: Works) -> None:
    manager = await a_viewer(works, "Mona", "program_manager", await another_program(works))
    somebody = await a_viewer(works, "Ada")
    for action, *args in (
        (give_role, somebody.person_id, Role.STAFF, None),
        (give_role_to_address, "x@host.example", "", Role.STAFF, None),
        (take_role, somebody.person_id, Role.STAFF, None),
        (switch_off, somebody.person_id),
    ):
        with pytest.raises(NotFound):
            await works.run(manager, action, *args)


async def test_ending_what_calendar_programs_use(works: Works) -> None:
    me, ada = await staff(works), await a_viewer(works, "Ada")
    assert ada.person_id is not None
    await works.run(ada, add_device, "Phone")
    with pytest.raises(NotFound):
        await works.run(ada, end_calendars, ada.person_id)
    assert await works.run(me, end_calendars, ada.person_id) == 1
    assert await works.run(me, end_calendars, ada.person_id) == 0
    with pytest.raises(NotFound):
        await works.run(me, end_calendars, UUID(int=404))


async def test_switching_off(works: Works) -> None:
    me, somebody = await staff(works), await a_viewer(works, "Ada")
    assert somebody.person_id is not None
    await works.run(me, switch_off, somebody.person_id)
    assert (await get_person(somebody.person_id)).disabled_at == works.clock()


async def test_messages_are_steered_by_those_who_run_the_program(works: Works) -> None:
    scene, _ = await full_scene(works)
    failed, waiting = (await ids_of("booking-enrolled"))[:2]
    await end(failed, "failed")
    for viewer in (await foreign_manager(works), scene.coordinator):
        for action in (send_message_again, take_message_back):
            for message_id in (failed, waiting, MISSING):
                with pytest.raises(NotFound):
                    await works.run(viewer, action, message_id)
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, send_messages_again, Wanted())
    assert await works.run(await foreign_manager(works), send_messages_again, Wanted()) == SentMany(
        number=0, unreached=0
    )
    assert await works.run(scene.manager, take_message_back, waiting) == waiting
    assert await works.run(scene.manager, send_messages_again, Wanted()) == SentMany(number=1, unreached=0)
    assert await works.run(scene.manager, send_messages_again, Wanted()) == SentMany(number=0, unreached=0)
    await execute("UPDATE message SET again_of = NULL")
    assert await works.run(scene.manager, send_message_again, failed) != failed
