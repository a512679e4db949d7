"""What the worker calls."""

import asyncio
from uuid import UUID

import pytest
import structlog

from tests.conftest import FrozenClock
from tests.schedule.busied import a_source
from tests.schedule.elsewhere import CALENDAR, elsewhere, packed, says, unless_changed
from tests.schedule.made import NEXT_WEEK, STAFF, WEEK_AFTER, T, a_course, a_person, a_program, a_session
from training.base.database import execute
from training.base.work import Works
from training.schedule import jobs
from training.schedule.actions import assign_trainer, move_meetings
from training.schedule.jobs import CalendarReader, advance
from training.schedule.queries import list_busy, list_meetings, list_own_sources, lock_session
from training.schedule.rules.sessions import State
from training.schedule.rules.values import Assignment, MeetingChange


async def test_sessions_start_and_end_by_the_clock(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    draft = await a_session(works, course.id)
    first = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER, publish=True)
    second = await a_session(works, course.id, WEEK_AFTER, publish=True)

    async def states() -> list[State]:
        return [(await lock_session(key)).state for key in (draft, first, second)]

    assert await advance(works) == 0
    clock.now = T("2026-05-12T00:00Z")
    assert await advance(works) == 1
    assert await states() == [State.DRAFT, State.RUNNING, State.PUBLISHED]
    clock.now = T("2026-06-01T00:00Z")
    assert await advance(works) == 3
    assert await states() == [State.DRAFT, State.CLOSED, State.CLOSED]
    assert await advance(works) == 0


async def hours_of(person_id: UUID) -> list[tuple[int, int, int]]:
    """Day and hours at which a person is known to be busy in May 2026."""
    found = await list_busy([person_id], T("2026-05-01T00:00Z"), T("2026-06-01T00:00Z"))
    return [(own.starts_at.day, own.starts_at.hour, own.ends_at.hour) for own in found]


def calendar(*events: str) -> bytes:
    """A calendar with these events, each given by its lines."""
    lines = "".join(f"BEGIN:VEVENT\nDTSTAMP:20260501T000000Z\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//a//b//EN\n{lines}END:VCALENDAR\n".replace("\n", "\r\n").encode()


async def test_a_calendar_is_read_and_read_again(works: Works, clock: FrozenClock) -> None:
    tara = await a_person(works, "Tara")
    await a_source(works, tara, "http://calendar.example.org/a.ics")
    async with elsewhere() as server:
        reader = CalendarReader(server.reach())
        server.replies["/a.ics"] = unless_changed(CALENDAR)
        assert await reader.read_due(works) == 1
        assert await hours_of(tara) == [(11, 8, 9)]
        assert await reader.read_due(works) == 0
        clock.move(hours=6)
        assert await reader.read_due(works) == 1
        assert await hours_of(tara) == [(11, 8, 9)]
        # The next day everything is asked for, whatever the server said.
        clock.move(hours=10)
        assert await reader.read_due(works) == 1
    conditional = ["if-none-match" in asked.headers for asked in server.asked]
    assert conditional == [False, True, False]


async def test_what_is_kept_of_a_calendar(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    (meeting,) = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await execute("UPDATE person SET zone = 'Asia/Tokyo' WHERE id = {}", tara)
    await a_source(works, tara, "http://calendar.example.org/a.ics")
    day = "DTSTART:202605{}T{}0000Z\nDTEND:202605{}T{}0000Z".format
    body = calendar(
        f"UID:1\nSUMMARY:Secret plan\n{day(12, '08', 12, 10)}",
        f"UID:2\n{day(12, '09', 12, 11)}",
        f"UID:3\nTRANSP:TRANSPARENT\n{day(13, '08', 13, 10)}",
        f"UID:4\nSTATUS:CANCELLED\n{day(14, '08', 14, 10)}",
        f"UID:5\nATTENDEE;PARTSTAT=DECLINED:mailto:TARA@people.example\n{day(15, '08', 15, 10)}",
        f"UID:6\nRRULE:FREQ=WEEKLY;COUNT=2\n{day(18, '08', 18, 10)}",
        "UID:7\nDTSTART:20260519T170000\nDTEND:20260519T180000",
        # Our own invitation, as a calendar program keeps it, is no reason not to move that meeting.
        f"UID:{meeting.id}\n{day(11, '08', 11, 10)}",
        "UID:8\nDTSTART:20290519T170000Z\nDTEND:20290519T180000Z",
    )
    async with elsewhere() as server:
        server.replies["/a.ics"] = packed(body)
        assert await CalendarReader(server.reach()).read_due(works) == 1
    assert await hours_of(tara) == [(12, 8, 11), (18, 8, 10), (19, 8, 9), (25, 8, 10)]
    kept = await execute("SELECT * FROM busy_time")
    assert "Secret" not in str(kept) + str(await execute("SELECT * FROM busy_source"))
    later = MeetingChange(meeting_id=meeting.id, local_start=T("2026-05-11T11:00"), local_end=T("2026-05-11T13:00"))
    assert len(await works.run(STAFF, move_meetings, key, [later])) == 1


async def test_a_failure_is_told_and_tried_again(works: Works, clock: FrozenClock) -> None:
    tara, ada = await a_person(works, "Tara"), await a_person(works, "Ada")
    await a_source(works, tara, "http://calendar.example.org/a.ics")
    await a_source(works, ada, "http://calendar.example.org/b.ics")
    async with elsewhere() as server:
        reader = CalendarReader(server.reach())
        server.replies |= {"/a.ics": says(200, b"<html>Sign in</html>"), "/b.ics": says(200, CALENDAR)}
        assert await reader.read_due(works) == 2
        assert await hours_of(ada) == [(11, 8, 9)]
        (source,) = await list_own_sources(tara)
        assert (source.error, source.read_at, source.failures) == (
            "What is at this address is no calendar that we can read.",
            None,
            1,
        )
        server.replies["/b.ics"] = says(404)
        clock.move(minutes=15)
        server.replies["/a.ics"] = says(200, CALENDAR)
        assert await reader.read_due(works) == 1
        assert await hours_of(tara) == [(11, 8, 9)]
        clock.move(hours=6)
        assert await reader.read_due(works) == 2
    (source,) = await list_own_sources(ada)
    assert source.error == "There is no calendar at this address any more. It may have a new one."
    # A server that forgot a calendar does not make a busy person free.
    assert await hours_of(ada) == [(11, 8, 9)]
    assert "calendar.example.org" not in str(await execute("SELECT error FROM busy_source"))


async def test_two_workers_read_a_calendar_once(works: Works) -> None:
    for name in ("Tara", "Ada", "Nia"):
        await a_source(works, await a_person(works, name), f"http://calendar.example.org/{name}")
    async with elsewhere() as server:
        readers = [CalendarReader(server.reach()) for _ in range(3)]
        done = await asyncio.gather(*(reader.read_due(works) for reader in readers))
    assert sum(done) == 3
    assert sorted(asked.path for asked in server.asked) == ["/Ada", "/Nia", "/Tara"]


async def test_a_fault_of_ours_is_told_logged_and_not_repeated_at_once(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    tara = await a_person(works, "Tara")
    await a_source(works, tara, "http://calendar.example.org/a.ics")

    def stumble(*_: object) -> None:
        raise KeyError("SUMMARY:Secret plan")

    monkeypatch.setattr(jobs, "read_busy_but", stumble)
    async with elsewhere() as server:
        server.replies["/a.ics"] = says(200, CALENDAR)
        with structlog.testing.capture_logs() as logged:
            assert await CalendarReader(server.reach()).read_due(works) == 1
        assert await CalendarReader(server.reach()).read_due(works) == 0
    assert "our fault" in (await list_own_sources(tara))[0].error
    assert [entry["error"] for entry in logged] == ["KeyError"]
    assert "Secret" not in str(logged)
