"""Lists of sessions: filters, order, pages, and how many statements they take."""

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_partner,
    a_person,
    a_program,
    a_room,
    a_session,
    coordinator_of,
)
from training.base.database import execute, watch_statements
from training.base.errors import Invalid
from training.base.paging import encode_cursor
from training.base.work import Work, Works
from training.catalogue.rules import Mode
from training.schedule.actions import assign_trainer, create_session
from training.schedule.queries import (
    SessionFilter,
    get_room,
    list_meetings,
    list_month,
    list_sessions,
    list_trainers,
)
from training.schedule.rules.sessions import Listed, State
from training.schedule.rules.values import Assignment, MeetingValues, SessionValues

NOW = T("2026-05-04T09:00Z")


async def listed(now: datetime = NOW, **chosen: Any) -> list[UUID]:
    page = await list_sessions(STAFF, SessionFilter(**chosen), now=now)
    assert page.next_cursor is None
    return [session.id for session in page.items]


async def many(works: Works, number: int, **values: Any) -> UUID:
    """So many published sessions of one course, an hour apart; returns the program."""
    program = await a_program(works)
    course = await a_course(works, program)

    async def make(work: Work) -> None:
        for index in range(number):
            start = T("2026-06-01T08:00") + timedelta(hours=index // 2)
            meeting = MeetingValues(local_start=start, local_end=start + timedelta(hours=1))
            await create_session(work, course.id, SessionValues(**values), meetings=(meeting,))

    await works.run(STAFF, make)
    await execute("UPDATE session SET state = 'published'")
    return program


async def test_every_filter_finds_what_it_says(works: Works) -> None:
    program, second = await a_program(works), await a_program(works, "Second")
    course, other = await a_course(works, program), await a_course(works, second, title="Éditer, c’est écouter")
    room = await a_room(works)
    plain = await a_session(works, course.id, publish=True)
    online = await a_session(works, course.id, mode=Mode.ONLINE, capacity_online=5, language="de", title="100%_online")
    placed = await a_session(works, other.id, replace(WEEK_AFTER, room_id=room), publish=True)
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, placed, Assignment(person_id=tara))
    await execute("UPDATE session SET taken_in_person = 12 WHERE id = {}", plain)
    everything = [*sorted([plain, online]), placed]
    cases: list[tuple[dict[str, Any], list[UUID]]] = [
        ({}, everything),
        ({"program_id": program}, sorted([plain, online])),
        ({"course_id": other.id}, [placed]),
        ({"mode": Mode.ONLINE}, [online]),
        ({"language": "de"}, [online]),
        ({"venue_id": (await get_room(room)).venue_id}, [placed]),
        ({"trainer_id": tara}, [placed]),
        ({"free_only": True}, [placed]),
        ({"states": (State.DRAFT,)}, [online]),
        ({"starts_from": T("2026-05-18T08:00Z")}, [placed]),
        ({"starts_before": T("2026-05-18T08:00Z")}, sorted([plain, online])),
        ({"search": "EDITER ecouter"}, [placed]),
        ({"search": "blue room"}, [placed]),
        ({"search": "100%_"}, [online]),
        ({"search": "0_%"}, []),
        ({"search": "'; DROP TABLE session; --"}, []),
        ({"managed": True}, everything),
    ]
    for chosen, expected in cases:
        assert await listed(**chosen) == expected, chosen


async def test_what_is_over_or_has_no_date_is_shown_on_request(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    over = await a_session(works, course.id, NEXT_WEEK, publish=True)
    coming = await a_session(works, course.id, WEEK_AFTER, publish=True)
    undated = await works.run(STAFF, create_session, course.id, SessionValues())
    now = T("2026-05-12T00:00Z")
    assert await listed(now) == [coming]
    assert await listed(now, undated=True) == [coming, undated]
    assert await listed(now, past=True) == [over, coming]
    assert await listed(now, past=True, undated=True) == [over, coming, undated]


async def test_a_line_says_what_a_person_needs(works: Works) -> None:
    course = await a_course(works, await a_program(works), summary="How to listen.")
    room = await a_room(works)
    key = await a_session(works, course.id, replace(NEXT_WEEK, room_id=room), WEEK_AFTER, publish=True)
    await execute("UPDATE session SET taken_in_person = 3, waiting = 0 WHERE id = {}", key)
    (line,) = (await list_sessions(STAFF, SessionFilter(), now=T("2026-05-12T00:00Z"))).items
    assert (line.title, line.course_title, line.program_name) == (
        "Listening first",
        "Listening first",
        "Awareness Month",
    )
    assert (line.venue_name, line.meeting_count, line.free_in_person) == ("House of the Blue room", 2, 9)
    assert (line.starts_at, line.next_starts_at) == (T("2026-05-11T08:00Z"), T("2026-05-18T08:00Z"))


async def test_pages_follow_each_other_without_gap_or_repetition(works: Works) -> None:
    await many(works, 11)
    course = await a_course(works, await a_program(works, "Second"))
    for _ in range(3):
        await works.run(STAFF, create_session, course.id, SessionValues())
    for chosen in (SessionFilter(), SessionFilter(undated=True), SessionFilter(undated=True, past=True)):
        whole = (await list_sessions(STAFF, chosen, now=NOW, limit=50)).items
        seen: list[Listed] = []
        cursor = ""
        while True:
            page = await list_sessions(STAFF, chosen, now=NOW, cursor=cursor, limit=4)
            seen += page.items
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert tuple(seen) == whole
        assert len(seen) == (14 if chosen.undated else 11)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "AAAA",
        "W10",
        "bnVsbA",
        "é",
        "WyIyMDI2IiwxXQ",
        encode_cursor([datetime(2026, 5, 4), MISSING]),
        encode_cursor([datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))), MISSING]),
    ],
)
@pytest.mark.usefixtures("database")
async def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await list_sessions(STAFF, SessionFilter(), now=NOW, cursor=cursor)


async def test_a_month_shows_meetings_that_touch_it(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    night = MeetingValues(local_start=T("2026-05-31T22:00"), local_end=T("2026-06-01T06:00"))
    key = await a_session(works, course.id, NEXT_WEEK, night, publish=True)
    may = {"starts_from": T("2026-04-30T22:00Z"), "starts_before": T("2026-05-31T22:00Z")}
    june = {"starts_from": T("2026-05-31T22:00Z"), "starts_before": T("2026-06-30T22:00Z")}
    shown = await list_month(STAFF, SessionFilter(), **may)
    assert [(m.session_id, m.number, m.meeting_count) for m in shown] == [(key, 1, 2), (key, 2, 2)]
    assert [m.number for m in await list_month(STAFF, SessionFilter(), **june)] == [2]
    assert await list_month(STAFF, SessionFilter(mode=Mode.ONLINE), **may) == []


@pytest.mark.parametrize("number", [10, 500])
async def test_a_list_takes_the_same_statements_however_long_it_is(works: Works, number: int) -> None:
    program = await many(works, number)
    viewer = coordinator_of(await a_partner(works, "Alba", program))
    with watch_statements() as seen:
        page = await list_sessions(viewer, SessionFilter(free_only=True, search="listening"), now=NOW)
        keys = [session.id for session in page.items]
        await list_meetings(keys)
        await list_trainers(keys)
    assert len(keys) == min(number, 50)
    assert len(seen) == 3


@pytest.mark.usefixtures("database")
async def test_nothing_is_asked_about_no_sessions() -> None:
    with watch_statements() as seen:
        assert await list_meetings([]) == []
        assert await list_trainers([]) == []
    assert seen == []
