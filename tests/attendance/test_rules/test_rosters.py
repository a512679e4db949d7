"""When a roster may be marked, and by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.attendance.rules.rosters import (
    RosterMeeting,
    RosterNotOpen,
    RosterShut,
    check_open,
    minutes_between,
    placed_later,
)
from training.base.errors import TrainingError

START = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=2)


def meeting(**more: Any) -> RosterMeeting:
    values: dict[str, Any] = {
        "meeting_id": UUID(int=1),
        "session_id": UUID(int=2),
        "program_id": UUID(int=3),
        "course_id": UUID(int=4),
        "session_title": "Safe messaging",
        "session_state": "running",
        "program_name": "Program",
        "mode": "in_person",
        "number": 1,
        "title": "",
        "starts_at": START,
        "ends_at": END,
        "zone": "UTC",
        "meeting_count": 1,
        "may_mark": True,
        "may_manage": False,
    }
    return RosterMeeting(**values | more)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (START - timedelta(minutes=61), RosterNotOpen),
        (START - timedelta(minutes=60), None),
        (END + timedelta(days=30), None),
        (END + timedelta(days=30, seconds=1), RosterShut),
    ],
)
def test_from_an_hour_before_until_thirty_days_after(at: datetime, error: type[TrainingError] | None) -> None:
    assert meeting().can_mark(at) == (error is None)
    assert not meeting(may_mark=False).can_mark(at)
    assert meeting(may_manage=True).can_mark(at)
    check_open(meeting(may_manage=True), at)
    if error is None:
        check_open(meeting(), at)
    else:
        with pytest.raises(error):
            check_open(meeting(), at)


def test_it_is_complete_at_its_beginning_at_the_earliest() -> None:
    assert not meeting().begun(START - timedelta(seconds=1))
    assert meeting().begun(START)


def test_who_got_a_place_at_the_end_or_after_it_came_later() -> None:
    assert not placed_later(START - timedelta(days=1), meeting())
    assert not placed_later(END - timedelta(seconds=1), meeting())
    assert placed_later(END, meeting())


def test_minutes() -> None:
    assert meeting().minutes == 120
    assert minutes_between(END, START) == 0
