"""Which meetings are looked at when the rules of clocks changed."""

from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.schedule.made import NEXT_WEEK, STAFF, WEEK_AFTER, a_course, a_program, a_session
from training.base.work import Works
from training.schedule.actions import cancel_session
from training.schedule.queries import clocks, find_outdated, list_dated, list_meetings
from training.schedule.rules.clocks import Outdated


async def test_meetings_to_come_page_by_page(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER, publish=True)
    gone = await a_session(works, course.id, publish=True)
    await works.run(STAFF, cancel_session, gone, "Storm")
    ids = sorted(meeting.id for meeting in await list_meetings([key]))
    found = await list_dated(clock.now, after=UUID(int=0), most=1)
    assert [dated.id for dated in found] == ids[:1]
    assert [dated.id for dated in await list_dated(clock.now, after=ids[0], most=9)] == ids[1:]
    (first, _) = await list_meetings([key])
    assert first.id not in [dated.id for dated in await list_dated(first.starts_at, after=UUID(int=0), most=9)]
    monkeypatch.setattr(clocks, "_PAGE", 1)
    assert await find_outdated(clock.now) == Outdated()
