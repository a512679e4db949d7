"""Which meeting somebody at the door means, and how many statements the door costs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day
from tests.attendance.test_actions.test_check_in import learner, opened
from tests.conftest import FrozenClock
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.check_in import (
    MeetingNow,
    count_in,
    find_code_holder,
    list_code_people,
    list_meetings_now,
    list_open_for,
    marks_session,
    meant_now,
)
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Works

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def sitting(number: int, start: datetime | None = None) -> MeetingNow:
    start = start or START + timedelta(days=number)
    return MeetingNow(
        id=UUID(int=number),
        number=number,
        title="",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        zone="UTC",
        place="",
        status=None,
    )


@pytest.mark.parametrize(
    ("hours", "meant"),
    [(-2, None), (-1, 0), (1, 0), (2.9, 0), (4, 0), (22.9, 0), (23, 1), (25, 1), (48, 2), (60, 2), (24 * 40, None)],
)
def test_the_meeting_that_is_meant(hours: float, meant: int | None) -> None:
    found = meant_now([sitting(0), sitting(1), sitting(2)], START + timedelta(hours=hours))
    assert (found[0].number if found else None) == meant


@pytest.mark.parametrize(
    ("gap", "minutes", "meant"),
    [
        pytest.param(0, 59, [0], id="back to back, the second is not open"),
        pytest.param(0, 110, [0, 1], id="back to back, in the first"),
        pytest.param(0, 120, [1, 0], id="back to back, between"),
        pytest.param(0, 150, [1, 0], id="back to back, in the second"),
        pytest.param(-60, 30, [0, 1], id="overlapping, in the first"),
        pytest.param(-60, 90, [1, 0], id="overlapping, in both"),
        pytest.param(-60, 130, [1, 0], id="overlapping, in the second"),
        pytest.param(30, 100, [0, 1], id="lunch of 30, before it"),
        pytest.param(30, 125, [1, 0], id="lunch of 30, in it"),
        pytest.param(30, 155, [1, 0], id="lunch of 30, after it"),
        pytest.param(60, 119, [0], id="lunch of 60, before it"),
        pytest.param(60, 125, [1, 0], id="lunch of 60, in it"),
        pytest.param(60, 185, [1, 0], id="lunch of 60, after it"),
        pytest.param(90, 130, [0], id="lunch of 90, the second is not open"),
        pytest.param(90, 150, [1, 0], id="lunch of 90, in it"),
        pytest.param(90, 215, [1, 0], id="lunch of 90, after it"),
        pytest.param(90, 600, [1, 0], id="in the evening"),
    ],
)
def test_of_two_meetings_on_one_day(gap: int, minutes: int, meant: list[int]) -> None:
    second = sitting(1, START + timedelta(minutes=120 + gap))
    found = meant_now([sitting(0), second], START + timedelta(minutes=minutes))
    assert [one.number for one in found] == meant


async def test_who_marks_a_session(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    holder = await find_code_holder(day.enrollments[0])
    assert holder is not None
    asked = (day.lead, day.assistant, day.manager, day.shadow, day.stranger, day.scene.coordinator, Viewer())
    assert [await marks_session(viewer, holder) for viewer in asked] == [True] * 3 + [False] * 4


async def test_one_statement_for_each_question(works: Works, clock: FrozenClock) -> None:
    day, _ = await opened(works, clock, people=9)
    meeting = await get_roster_meeting(day.lead, day.meeting_id)
    holder, who = await find_code_holder(day.enrollments[0]), await learner(day.enrollments[0])
    assert holder is not None
    assert who.person_id is not None
    with watch_statements() as seen:
        assert len(await list_code_people(meeting)) == 9
        assert (await count_in(meeting)).expected == 9
        assert len(await list_meetings_now(holder)) == 1
        assert len(await list_open_for(who.person_id, clock())) == 1
    assert len(seen) == 4


async def test_a_closed_or_cancelled_meeting_takes_nobody(works: Works, clock: FrozenClock) -> None:
    day, _ = await opened(works, clock)
    who = await learner(day.enrollments[0])
    assert who.person_id is not None

    async def cancel(work: object) -> None:
        await work.execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", clock(), day.meeting_id)  # type: ignore[attr-defined]

    await works.run(day.manager, cancel)
    assert await list_open_for(who.person_id, clock()) == []
