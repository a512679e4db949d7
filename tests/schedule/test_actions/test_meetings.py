"""Adding, moving and dropping meetings against the real database."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.schedule.made import (
    MISSING,
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
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.schedule.actions import (
    add_meeting,
    assign_trainer,
    cancel_session,
    drop_meeting,
    edit_meeting,
    move_meetings,
)
from training.schedule.queries import SessionFilter, list_meetings, list_sessions, lock_session
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.placing import MeetingFacts, MeetingHasStarted, MeetingIsOver, MeetingMove, TooManyMeetings
from training.schedule.rules.sessions import Meeting, SessionOver
from training.schedule.rules.steps import WrongState
from training.schedule.rules.times import TimeDoesNotExist, TimeIsAmbiguous
from training.schedule.rules.values import Assignment, MeetingChange, MeetingValues


async def planned(works: Works, *meetings: MeetingValues, publish: bool = True) -> tuple[UUID, list[Meeting]]:
    """A session and its meetings."""
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, *meetings, publish=publish)
    return key, await list_meetings([key])


async def test_meetings_are_numbered_by_their_start(works: Works) -> None:
    key, _ = await planned(works, WEEK_AFTER, publish=False)
    await works.run(STAFF, add_meeting, key, NEXT_WEEK, expected_version=1)
    meetings = await list_meetings([key])
    assert [(m.number, m.starts_at) for m in meetings] == [
        (1, T("2026-05-11T08:00Z")),
        (2, T("2026-05-18T08:00Z")),
    ]
    session = await lock_session(key)
    assert (session.starts_at, session.ends_at, session.version) == (
        T("2026-05-11T08:00Z"),
        T("2026-05-18T10:00Z"),
        2,
    )


async def test_a_meeting_added_to_a_published_session_takes_its_learners_time(works: Works) -> None:
    key, meetings = await planned(works)
    learner = await a_person(works, "Lea")
    await enroll(works, key, [meetings[0].id], learner, ("2026-05-11T08:00Z", "2026-05-11T10:00Z"))
    added = await works.run(STAFF, add_meeting, key, WEEK_AFTER)
    assert [(row.kind, row.subject_id, row.starts_at) for row in await occupied(key) if row.meeting_id == added] == [
        ("learner", learner, T("2026-05-18T08:00Z"))
    ]


async def test_people_are_not_called_to_what_is_over(works: Works) -> None:
    over = MeetingValues(local_start=T("2026-05-01T10:00"), local_end=T("2026-05-01T12:00"))
    draft, _ = await planned(works, publish=False)
    await works.run(STAFF, add_meeting, draft, over)
    key, (meeting,) = await planned(works)
    with pytest.raises(Invalid):
        await works.run(STAFF, add_meeting, key, over)
    change = MeetingChange(meeting_id=meeting.id, local_start=over.local_start, local_end=over.local_end)
    with pytest.raises(Invalid):
        await works.run(STAFF, move_meetings, key, [change])


async def test_a_session_has_a_bounded_number_of_meetings(works: Works) -> None:
    days = [replace(NEXT_WEEK, zone="UTC") for _ in range(100)]
    key, _ = await planned(works, *days, publish=False)
    with pytest.raises(TooManyMeetings):
        await works.run(STAFF, add_meeting, key, NEXT_WEEK)


async def test_a_moved_meeting_takes_everybody_with_it(works: Works) -> None:
    blue, red = await a_room(works), await a_room(works, "Red room")
    key, (meeting, other) = await planned(works, replace(NEXT_WEEK, room_id=blue), WEEK_AFTER)
    trainer, learner = await a_person(works, "Tara"), await a_person(works, "Lea")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=trainer))
    await enroll(works, key, [meeting.id], learner, ("2026-05-11T08:00Z", "2026-05-11T10:00Z"))
    change = MeetingChange(
        meeting_id=meeting.id, local_start=T("2026-05-20T09:00"), local_end=T("2026-05-20T10:30"), room_id=red
    )
    moves = await works.run(STAFF, move_meetings, key, [change], expected_version=3)
    before = MeetingFacts(
        title="",
        starts_at=T("2026-05-11T08:00Z"),
        ends_at=T("2026-05-11T10:00Z"),
        zone="Europe/Berlin",
        room_name="Blue room",
        venue_name="House of the Blue room",
        has_link=False,
    )
    after = replace(
        before,
        starts_at=T("2026-05-20T07:00Z"),
        ends_at=T("2026-05-20T08:30Z"),
        room_name="Red room",
        venue_name="House of the Red room",
    )
    assert moves == (
        MeetingMove(meeting_id=meeting.id, number=1, sequence=1, changed=("time", "place"), before=before, after=after),
    )
    at = (T("2026-05-20T07:00Z"), T("2026-05-20T08:30Z"))
    assert [
        (row.kind, row.subject_id, row.starts_at, row.ends_at)
        for row in await occupied(key)
        if row.meeting_id == meeting.id
    ] == [("learner", learner, *at), ("room", red, *at), ("trainer", trainer, *at)]
    # The other one is part 1 instead of part 2 now, and calendars say so.
    assert [(m.id, m.number, m.sequence) for m in await list_meetings([key])] == [(other.id, 1, 1), (meeting.id, 2, 1)]
    session = await lock_session(key)
    assert (session.starts_at, session.ends_at, session.version) == (T("2026-05-18T08:00Z"), at[1], 4)
    for words, found in (("red room", [key]), ("blue room", [])):
        page = await list_sessions(STAFF, SessionFilter(search=words), now=T("2026-05-04T00:00Z"))
        assert [listed.id for listed in page.items] == found
    assert await events("MeetingsMoved", "MeetingsEdited") == ["MeetingsMoved"]


async def test_only_what_an_attendee_sees_raises_the_sequence(works: Works, clock: FrozenClock) -> None:
    key, (meeting,) = await planned(works)
    clock.move(minutes=1)
    same = MeetingChange(meeting_id=meeting.id, local_start=meeting.local_start, title="")
    assert await works.run(STAFF, move_meetings, key, [same]) == ()
    assert (await lock_session(key)).version == 2
    link = MeetingChange(meeting_id=meeting.id, link="https://meet.example/1")
    (move,) = await works.run(STAFF, move_meetings, key, [link])
    assert (move.changed, move.sequence, move.after.has_link) == (("link",), 1, True)
    (now,) = await list_meetings([key])
    assert (now.sequence, now.changed_at, now.link) == (1, clock.now, "https://meet.example/1")


async def test_a_draft_is_changed_without_sequences(works: Works) -> None:
    key, (meeting,) = await planned(works, publish=False)
    await works.run(STAFF, edit_meeting, MeetingChange(meeting_id=meeting.id, title="Part one"), expected_version=1)
    (now,) = await list_meetings([key])
    assert (now.title, now.sequence) == ("Part one", 0)
    assert await events("MeetingsMoved", "MeetingsEdited") == ["MeetingsEdited"]


async def test_several_meetings_move_together_or_not_at_all(works: Works) -> None:
    key, (first, second) = await planned(works, NEXT_WEEK, WEEK_AFTER)
    good = MeetingChange(meeting_id=first.id, title="Good")
    for bad, error in (
        (MeetingChange(meeting_id=second.id, local_start=T("2026-03-29T02:30")), TimeDoesNotExist),
        (MeetingChange(meeting_id=second.id, local_start=T("2026-10-25T02:30")), TimeIsAmbiguous),
        (MeetingChange(meeting_id=second.id, local_end=T("2026-05-18T09:00")), Invalid),
        (MeetingChange(meeting_id=MISSING), NotFound),
        (MeetingChange(meeting_id=first.id, title="Twice"), Invalid),
    ):
        with pytest.raises(error):
            await works.run(STAFF, move_meetings, key, [good, bad])
    assert [m.title for m in await list_meetings([key])] == ["", ""]
    with pytest.raises(Stale):
        await works.run(STAFF, move_meetings, key, [good], expected_version=1)


async def test_an_ambiguous_time_keeps_the_answer_it_was_given(works: Works) -> None:
    night = MeetingValues(local_start=T("2026-10-25T02:30"), local_end=T("2026-10-25T05:00"), start_fold=1)
    key, (meeting,) = await planned(works, night)
    await works.run(STAFF, move_meetings, key, [MeetingChange(meeting_id=meeting.id, title="Night shift")])
    (now,) = await list_meetings([key])
    assert (now.starts_at, now.start_fold) == (T("2026-10-25T01:30Z"), 1)
    elsewhere = MeetingChange(meeting_id=meeting.id, zone="Europe/Paris")
    with pytest.raises(TimeIsAmbiguous):
        await works.run(STAFF, move_meetings, key, [elsewhere])


async def test_a_new_zone_alone_moves_a_meeting(works: Works) -> None:
    key, (meeting,) = await planned(works)
    (move,) = await works.run(STAFF, move_meetings, key, [MeetingChange(meeting_id=meeting.id, zone="Europe/London")])
    assert move.changed == ("zone", "time")
    assert move.after.starts_at - move.before.starts_at == timedelta(hours=1)
    assert (await lock_session(key)).zone == "Europe/London"


async def test_what_has_begun_keeps_its_time_and_what_is_over_stays(works: Works, clock: FrozenClock) -> None:
    key, (meeting, _) = await planned(works, NEXT_WEEK, WEEK_AFTER)
    clock.now = T("2026-05-11T09:00Z")
    earlier = MeetingChange(meeting_id=meeting.id, local_start=T("2026-05-11T09:00"))
    with pytest.raises(MeetingHasStarted):
        await works.run(STAFF, move_meetings, key, [earlier])
    await works.run(STAFF, move_meetings, key, [MeetingChange(meeting_id=meeting.id, link="https://meet.example/2")])
    clock.now = T("2026-05-11T10:00Z")
    with pytest.raises(MeetingIsOver):
        await works.run(STAFF, move_meetings, key, [MeetingChange(meeting_id=meeting.id, title="History")])


async def test_a_clash_at_the_new_time_is_told_and_can_be_accepted(works: Works) -> None:
    room = await a_room(works)
    key, (meeting,) = await planned(works, replace(NEXT_WEEK, room_id=room))
    course = await a_course(works, await a_program(works, "Second"))
    other = await a_session(works, course.id, replace(WEEK_AFTER, room_id=room))
    change = MeetingChange(meeting_id=meeting.id, local_start=T("2026-05-18T11:00"), local_end=T("2026-05-18T13:00"))
    with pytest.raises(ClashesFound) as caught:
        await works.run(STAFF, move_meetings, key, [change])
    (clash,) = caught.value.clashes
    assert (clash.kind, clash.subject_name, clash.other_session_id) == ("room", "Blue room", other)
    assert (clash.starts_at, clash.ends_at) == (T("2026-05-18T09:00Z"), T("2026-05-18T10:00Z"))
    await works.run(STAFF, move_meetings, key, [change], accept_warnings=True)
    assert await events("ClashesAccepted") == ["ClashesAccepted"]
    touching = MeetingChange(meeting_id=meeting.id, local_start=T("2026-05-18T12:00"))
    assert len(await works.run(STAFF, move_meetings, key, [touching])) == 1


async def test_meetings_of_a_draft_can_be_dropped(works: Works) -> None:
    room, trainer = await a_room(works), await a_person(works, "Tara")
    key, (first, second) = await planned(works, replace(NEXT_WEEK, room_id=room), WEEK_AFTER, publish=False)
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=trainer, meeting_ids=(first.id,)))
    await works.run(STAFF, drop_meeting, first.id, expected_version=2)
    assert [(m.id, m.number) for m in await list_meetings([key])] == [(second.id, 1)]
    assert await occupied(key) == []
    assert (await lock_session(key)).starts_at == second.starts_at
    await works.run(STAFF, drop_meeting, second.id)
    assert (await lock_session(key)).starts_at is None
    for missing in (first.id, MISSING):
        with pytest.raises(NotFound):
            await works.run(STAFF, drop_meeting, missing)


async def test_one_meeting_that_people_know_of_is_called_off(works: Works, clock: FrozenClock) -> None:
    room, trainer = await a_room(works), await a_person(works, "Tara")
    key, (first, second) = await planned(works, replace(NEXT_WEEK, room_id=room), WEEK_AFTER)
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=trainer))
    clock.move(hours=1)
    await works.run(STAFF, drop_meeting, first.id)
    off, held = await list_meetings([key])
    assert (off.id, off.cancelled_at, off.sequence, held.cancelled_at) == (first.id, clock.now, 1, None)
    assert {row.meeting_id for row in await occupied(key)} == {second.id}
    assert (await lock_session(key)).starts_at == second.starts_at
    assert "MeetingDropped" in await events("MeetingDropped")
    with pytest.raises(MeetingIsOver):
        await works.run(STAFF, drop_meeting, first.id)
    with pytest.raises(WrongState, match="cancel the session"):
        await works.run(STAFF, drop_meeting, second.id)
    clock.now = second.starts_at
    with pytest.raises(MeetingHasStarted):
        await works.run(STAFF, drop_meeting, second.id)


async def test_meetings_that_people_know_of_are_not_dropped(works: Works) -> None:
    key, (meeting,) = await planned(works)
    with pytest.raises(WrongState):
        await works.run(STAFF, drop_meeting, meeting.id)
    await works.run(STAFF, cancel_session, key, "Nobody came.")
    with pytest.raises(SessionOver):
        await works.run(STAFF, edit_meeting, MeetingChange(meeting_id=meeting.id, title="Late"))


async def test_strangers_change_nothing(works: Works) -> None:
    key, (meeting,) = await planned(works, publish=False)
    with pytest.raises(NotFound):
        await works.run(NOBODY, add_meeting, key, NEXT_WEEK)
    with pytest.raises(NotFound):
        await works.run(NOBODY, move_meetings, key, [])
    with pytest.raises(NotFound):
        await works.run(NOBODY, drop_meeting, meeting.id)
    with pytest.raises(NotFound):
        await works.run(STAFF, edit_meeting, MeetingChange(meeting_id=MISSING))


async def test_occupancy_always_agrees_with_meetings(works: Works) -> None:
    room = await a_room(works)
    key, (first, second) = await planned(works, replace(NEXT_WEEK, room_id=room), WEEK_AFTER)
    changes = [
        MeetingChange(meeting_id=first.id, room_id=None),
        MeetingChange(meeting_id=second.id, room_id=room, local_end=T("2026-05-18T13:00")),
    ]
    await works.run(STAFF, move_meetings, key, changes)
    rows = await execute(
        "SELECT 1 FROM occupancy o JOIN meeting m ON m.id = o.meeting_id WHERE o.kind = 'room' AND o.session_id = {}"
        " AND (o.starts_at <> m.starts_at OR o.ends_at <> m.ends_at OR m.room_id IS NULL OR o.subject_id <> m.room_id)",
        key,
    )
    assert rows == []
    assert [row.meeting_id for row in await occupied(key)] == [second.id]
