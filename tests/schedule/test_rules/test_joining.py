"""From when to when learners can join."""

from datetime import UTC, datetime, timedelta

import pytest

from training.schedule.rules.joining import is_open, joining_opens

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
END = START + timedelta(hours=2)


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        (START - timedelta(minutes=16), False),
        (START - timedelta(minutes=15), True),
        (START, True),
        (END - timedelta(seconds=1), True),
        (END, False),
    ],
)
def test_a_quarter_of_an_hour_before_until_the_end(now: datetime, opened: bool) -> None:
    assert is_open(START, END, now) is opened
    assert joining_opens(START) == START - timedelta(minutes=15)
