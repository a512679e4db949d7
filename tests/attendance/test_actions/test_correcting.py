"""What counts for a whole session, said by hand."""

from typing import Literal
from uuid import UUID

import pytest

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from tests.schedule.made import events
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_marks
from training.attendance.rules.overall import MinutesImpossible
from training.attendance.rules.rosters import NotOnRoster, ReasonMissing
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.cli.days import find_wrong_days

CAUGHT_UP = Correction(status="present", minutes=90, reason="Caught up")


async def test_a_correction_counts_and_is_taken_back(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.NO_SHOW)])
    corrected = await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=1)
    assert (corrected.counts, corrected.counted_minutes, corrected.version) == (Status.PRESENT, 90, 2)
    assert await overall(a) == corrected
    with pytest.raises(Stale):
        await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=1)
    back = await works.run(day.manager, correct_overall, a, Correction(status="", minutes=5, reason="Not after all"))
    assert (back.counts, back.counted_minutes, back.corrected_at) == (Status.NO_SHOW, 0, None)
    assert await events("OverallCorrected") == ["OverallCorrected"] * 2
    assert await find_wrong_days() == []


@pytest.mark.parametrize(
    ("status", "minutes"),
    [("present", 121), ("present", 0), ("partial", 1440), ("no-show", 60), ("excused", 1)],
)
async def test_minutes_that_nobody_can_have_been_there(
    works: Works, clock: FrozenClock, status: Literal["present", "partial", "excused", "no-show"], minutes: int
) -> None:
    day = await make_day(works, clock)
    asked = Correction(status=status, minutes=minutes, reason="Caught up")
    with pytest.raises(MinutesImpossible):
        await works.run(day.lead, correct_overall, day.enrollments[0], asked)
    assert await events("OverallCorrected") == []


async def test_before_anybody_was_marked(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    with pytest.raises(Stale):
        await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=3)
    assert (await works.run(day.lead, correct_overall, a, CAUGHT_UP, expected_version=0)).counts is Status.PRESENT
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", b)
    with pytest.raises(NotOnRoster):
        await works.run(day.lead, correct_overall, b, CAUGHT_UP)


async def test_who_may_and_why(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    for viewer in (day.shadow, day.stranger, day.scene.coordinator):
        with pytest.raises(NotFound):
            await works.run(viewer, correct_overall, a, CAUGHT_UP)
    with pytest.raises(NotFound):
        await works.run(day.lead, correct_overall, UUID(int=404), CAUGHT_UP)
    with pytest.raises(ReasonMissing):
        await works.run(day.lead, correct_overall, a, Correction(status="present", reason="  "))
