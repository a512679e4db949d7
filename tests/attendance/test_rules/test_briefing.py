"""Whose briefing stays theirs, as a table."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.attendance.test_rules.times import Sitting
from training.attendance.rules.briefing import Left, taught_anyway

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ME, OTHER, MEETING = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize(
    ("person", "minutes", "meeting", "kept"),
    [
        (ME, 0, MEETING, True),
        (ME, 60, MEETING, True),
        (ME, -1, MEETING, False),
        (OTHER, 60, MEETING, False),
        (ME, 60, UUID(int=4), False),
    ],
)
def test_taught_anyway(person: UUID, minutes: int, meeting: UUID, kept: bool) -> None:
    left = Left(at=AT + timedelta(minutes=minutes), person_id=person, meeting_ids=(meeting,))
    assert taught_anyway(ME, [left], [Sitting(id=MEETING, starts_at=AT)]) is kept
