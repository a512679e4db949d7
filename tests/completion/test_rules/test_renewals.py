"""When somebody is told that a completion ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.completion.rules.renewals import Letter, Renewal, due_letter, standing_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "told_days_ago", "letter"),
    [
        (61, None, None),
        (60, None, Letter.FIRST),
        (30, None, Letter.FIRST),
        (30, 30, None),
        (14, None, Letter.LAST),
        (14, 46, Letter.LAST),
        # Told late the first time: two weeks lie between the two.
        (10, 8, None),
        (3, 5, None),
        (0, None, None),
        (-1, None, None),
    ],
)
def test_case_by_case(days: int, told_days_ago: int | None, letter: Letter | None) -> None:
    told_at = None if told_days_ago is None else NOW - timedelta(days=told_days_ago)
    assert due_letter(NOW + timedelta(days=days), told_at, NOW) is letter


@given(st.lists(st.integers(1, 40), max_size=60))
def test_whenever_somebody_looks_each_message_goes_out_once_at_most(steps: list[int]) -> None:
    valid_until, now, told_at = NOW + timedelta(days=90), NOW, None
    sent: list[Letter] = []
    for step in steps:
        now += timedelta(days=step)
        if letter := due_letter(valid_until, told_at, now):
            sent.append(letter)
            told_at = now
    assert sent in ([], [Letter.FIRST], [Letter.LAST], [Letter.FIRST, Letter.LAST])


def test_how_it_stands() -> None:
    later = NOW + timedelta(days=1)
    assert standing_of(NOW, NOW) is Renewal.ENDED
    assert standing_of(later, NOW) is Renewal.ENDS
    assert standing_of(NOW, NOW, later) is Renewal.BOOKED
    assert standing_of(later, NOW, NOW) is Renewal.HELD
