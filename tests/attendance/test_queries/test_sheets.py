"""Who stands on the sheet of a meeting, and who may have it."""

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from training.attendance.queries.sheets import get_sheet
from training.attendance.rules.rosters import NoRoster
from training.attendance.rules.sheets import Who
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS
from training.base.work import Works


async def test_those_with_a_place_stand_on_it_by_name(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=3, meetings=2)
    for number, name in enumerate(["Zoe", "Élodie", "Erik"]):
        await execute("UPDATE membership SET name = {} WHERE id = {}", name, day.scene.members[number])
    sheet = await get_sheet(day.lead, day.meeting_ids[1])
    assert [row.name for row in sheet.rows] == ["Élodie", "Erik", "Zoe"]
    assert {row.partner for row in sheet.rows} == {"Northern Line"}
    # Who only watches is no trainer to name.
    assert sheet.trainers == ("Lea", "Asa")
    assert (sheet.meeting.number, sheet.meeting.meeting_count) == (2, 2)


async def test_who_waits_or_left_stands_on_no_sheet(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=3)
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", day.enrollments[0])
    await execute("UPDATE enrollment SET state = 'not completed' WHERE id = {}", day.enrollments[1])
    assert {row.enrollment_id for row in (await get_sheet(day.lead, day.meeting_id)).rows} == set(day.enrollments[1:])


async def test_only_those_in_the_room(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=3)
    await execute("UPDATE enrollment SET mode = 'online' WHERE id = {}", day.enrollments[0])
    for who, count in ((Who.ALL, 3), (Who.IN_PERSON, 2), (Who.ONLINE, 1)):
        assert len((await get_sheet(day.lead, day.meeting_id, who)).rows) == count


async def test_it_is_for_whoever_may_open_the_roster(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1)
    for viewer in (day.lead, day.assistant, day.shadow, day.manager):
        assert len((await get_sheet(viewer, day.meeting_id)).rows) == 1
    for viewer in (day.stranger, day.scene.coordinator, ANONYMOUS):
        with pytest.raises(NotFound):
            await get_sheet(viewer, day.meeting_id)
    await execute("UPDATE meeting SET cancelled_at = starts_at WHERE id = {}", day.meeting_id)
    with pytest.raises(NoRoster):
        await get_sheet(day.lead, day.meeting_id)


async def test_three_statements_whatever_the_number_of_people(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=12)
    with watch_statements() as statements:
        await get_sheet(day.lead, day.meeting_id)
    assert len(statements) == 3
