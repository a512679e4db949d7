"""Meetings under two versions of the rules of clocks, against the real database."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.schedule.busied import busy
from tests.schedule.clocked import LIKE_LAGOS, new_rules
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
from training.base.errors import NotFound
from training.base.work import Works
from training.base.zones import zone_data_version
from training.schedule.actions import assign_trainer, cancel_session, follow_clocks
from training.schedule.jobs import follow_zone_data
from training.schedule.queries import find_outdated, list_meetings, lock_session
from training.schedule.rules.clocks import Outdated
from training.schedule.rules.values import Assignment, MeetingValues

BERLIN = {"Europe/Berlin": LIKE_LAGOS}
LATE = MeetingValues(local_start=T("2026-12-14T10:00"), local_end=T("2026-12-14T12:00"))


async def test_the_local_time_stays_and_everything_follows(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    room, tara, lea = await a_room(works), await a_person(works, "Tara"), await a_person(works, "Lea")
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, replace(NEXT_WEEK, room_id=room), WEEK_AFTER, LATE, publish=True)
    first, _, late = await list_meetings([key])
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await enroll(works, key, [first.id], lea, ("2026-05-11T08:00Z", "2026-05-11T10:00Z"))
    clock.move(hours=1)
    assert await find_outdated(clock.now) == Outdated()
    assert await works.run(STAFF, follow_clocks, key) == ()
    with new_rules(tmp_path, BERLIN):
        assert await find_outdated(clock.now) == Outdated(session_ids=(key,))
        moves = await works.run(STAFF, follow_clocks, key)
        assert [(move.number, move.changed, move.sequence) for move in moves] == [
            (1, ("clocks",), 1),
            (2, ("clocks",), 1),
        ]
        assert (moves[0].before.starts_at, moves[0].after.starts_at) == (T("2026-05-11T08:00Z"), T("2026-05-11T09:00Z"))
        # Once is enough.
        assert await find_outdated(clock.now) == Outdated()
        assert await works.run(STAFF, follow_clocks, key) == ()
    now = await list_meetings([key])
    assert [(m.local_start, m.starts_at, m.sequence) for m in now] == [
        (T("2026-05-11T10:00"), T("2026-05-11T09:00Z"), 1),
        (T("2026-05-18T10:00"), T("2026-05-18T09:00Z"), 1),
        (T("2026-12-14T10:00"), T("2026-12-14T09:00Z"), 0),
    ]
    assert (now[0].changed_at, now[2].changed_at) == (clock.now, late.changed_at)
    session = await lock_session(key)
    assert (session.starts_at, session.ends_at) == (T("2026-05-11T09:00Z"), T("2026-12-14T11:00Z"))
    spans = {(row.kind, row.starts_at, row.ends_at) for row in await occupied(key) if row.meeting_id == first.id}
    assert spans == {(kind, T("2026-05-11T09:00Z"), T("2026-05-11T11:00Z")) for kind in ("learner", "room", "trainer")}
    assert await events("MeetingsMoved", "MeetingsEdited", "ClashesAccepted") == ["MeetingsMoved"]
    written = await execute("SELECT CAST(data AS TEXT) AS data FROM journal_entry WHERE event = 'MeetingsMoved'")
    assert zone_data_version() in str(written)


async def test_a_draft_follows_too_and_nobody_is_told(works: Works, tmp_path: Path) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id)
    with new_rules(tmp_path, BERLIN):
        assert await follow_zone_data(works) == 1
        assert await follow_zone_data(works) == 0
    (meeting,) = await list_meetings([key])
    assert (meeting.starts_at, meeting.sequence) == (T("2026-05-11T09:00Z"), 0)
    assert await events("MeetingsMoved", "MeetingsEdited") == ["MeetingsEdited"]


async def test_what_has_begun_is_over_or_cancelled_stays(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER, publish=True)
    gone = await a_session(works, course.id, WEEK_AFTER, publish=True)
    await works.run(STAFF, cancel_session, gone, "Storm")
    clock.now = T("2026-05-11T08:30Z")
    with new_rules(tmp_path, BERLIN):
        assert await follow_zone_data(works) == 1
        assert await works.run(STAFF, follow_clocks, gone) == ()
    assert [m.starts_at for m in await list_meetings([key])] == [T("2026-05-11T08:00Z"), T("2026-05-18T09:00Z")]
    assert [m.starts_at for m in await list_meetings([gone])] == [T("2026-05-18T08:00Z")]


async def test_which_of_two_is_written_down_and_nobody_is_told(works: Works, tmp_path: Path) -> None:
    night = MeetingValues(local_start=T("2026-10-25T02:15"), local_end=T("2026-10-25T05:00"), zone=LIKE_LAGOS)
    key = await a_session(works, (await a_course(works, await a_program(works))).id, night, publish=True)
    await execute(
        "UPDATE meeting SET zone = 'UTC', local_start = {} WHERE zone = 'Europe/Berlin'", T("2026-05-18T08:00")
    )
    await execute("UPDATE meeting SET local_end = {} WHERE zone = 'UTC'", T("2026-05-18T10:00"))
    with new_rules(tmp_path, {LIKE_LAGOS: "Europe/Berlin"}):
        assert await works.run(STAFF, follow_clocks, key) == ()
    (meeting,) = await list_meetings([key])
    assert (meeting.start_fold, meeting.starts_at, meeting.sequence) == (1, T("2026-10-25T01:15Z"), 0)
    assert await events("MeetingsMoved") == []


async def test_what_is_skipped_now_stays_and_is_named(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    gap = MeetingValues(local_start=T("2027-03-28T02:30"), local_end=T("2027-03-28T05:00"), zone=LIKE_LAGOS)
    key = await a_session(works, (await a_course(works, await a_program(works))).id, gap, publish=True)
    (meeting,) = await list_meetings([key])
    with new_rules(tmp_path, {LIKE_LAGOS: "Europe/Berlin"}):
        (stuck,) = (await find_outdated(clock.now)).stuck
        assert (stuck.session_id, stuck.meeting_id) == (key, meeting.id)
        assert "02:30 does not happen" in stuck.why
        assert await follow_zone_data(works) == 0
    assert await list_meetings([key]) == [meeting]


async def test_clashes_that_clocks_make_are_noted_and_stop_nothing(works: Works, tmp_path: Path) -> None:
    room, tara = await a_room(works), await a_person(works, "Tara")
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, replace(NEXT_WEEK, room_id=room), publish=True)
    later = replace(NEXT_WEEK, local_start=T("2026-05-11T10:00"), local_end=T("2026-05-11T11:00"), zone="UTC")
    await a_session(works, course.id, replace(later, room_id=room), publish=True)
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await busy(works, tara, (T("2026-05-11T10:30Z"), T("2026-05-11T12:00Z")))
    with new_rules(tmp_path, BERLIN):
        assert len(await works.run(STAFF, follow_clocks, key)) == 1
    (entry,) = await execute("SELECT CAST(data AS TEXT) AS data FROM journal_entry WHERE event = 'ClashesAccepted'")
    assert ('"room"' in entry["data"], '"own_calendar"' in entry["data"]) == (True, True)


async def test_only_those_who_manage_it(works: Works) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id)
    for viewer, session_id in ((NOBODY, key), (STAFF, MISSING)):
        with pytest.raises(NotFound):
            await works.run(viewer, follow_clocks, session_id)
