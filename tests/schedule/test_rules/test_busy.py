"""What is kept of somebody's own calendar, and when it is read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.schedule.rules.busy import (
    AHEAD,
    BEHIND,
    MOST_TIMES,
    READ_EVERY,
    ReadJustNow,
    asks_for_changes,
    check_not_just_read,
    kept,
    merged,
    pause_after,
)
from training.schedule.rules.times import Span

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def span(start: float, end: float) -> Span:
    """Hours after NOW."""
    return Span(start=NOW + timedelta(hours=start), end=NOW + timedelta(hours=end))


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], ()),
        ([span(1, 2)], (span(1, 2),)),
        ([span(3, 4), span(1, 2)], (span(1, 2), span(3, 4))),
        ([span(1, 2), span(2, 3)], (span(1, 3),)),
        ([span(1, 5), span(2, 3)], (span(1, 5),)),
        ([span(1, 3), span(2, 5), span(6, 7)], (span(1, 5), span(6, 7))),
        ([span(1, 1)], ()),
    ],
)
def test_overlapping_times_become_one(spans: list[Span], found: tuple[Span, ...]) -> None:
    assert merged(spans) == found


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=20))
def test_merging_keeps_every_busy_hour_and_adds_none(drawn: list[tuple[int, int]]) -> None:
    spans = [span(start, start + length) for start, length in drawn]
    hours = {hour for start, length in drawn for hour in range(start, start + length)}
    found = merged(spans)
    told = {hour for hour in range(60) if any(s.start <= span(hour, hour).start < s.end for s in found)}
    assert told == hours
    assert all(before.end < after.start for before, after in pairwise(found))


def test_a_year_ahead_is_kept_and_a_day_behind() -> None:
    far = Span(start=NOW - timedelta(days=400), end=NOW + timedelta(days=800))
    assert kept([far], NOW) == (Span(start=NOW - BEHIND, end=NOW + AHEAD),)
    before = Span(start=NOW - timedelta(days=3), end=NOW - BEHIND)
    after = Span(start=NOW + AHEAD, end=NOW + AHEAD + timedelta(hours=1))
    assert kept([before, after], NOW) == ()


def test_not_more_than_can_be_kept() -> None:
    many = [span(hour, hour + 0.5) for hour in range(MOST_TIMES + 100)]
    assert kept(reversed(many), NOW) == tuple(many[:MOST_TIMES])


def test_who_fails_is_asked_sooner_and_then_seldom() -> None:
    hours = [pause_after(failures) / timedelta(hours=1) for failures in (0, 1, 2, 3, 4, 39, 40, 1000)]
    assert hours == [6, 0.25, 1, 3, 6, 6, 24, 24]


def test_once_a_day_everything_is_read() -> None:
    assert not asks_for_changes(None, NOW)
    assert asks_for_changes(NOW - timedelta(hours=6), NOW)
    assert not asks_for_changes(NOW - timedelta(hours=10), NOW)


def test_a_press_waits_ten_minutes() -> None:
    check_not_just_read(NOW, 0, NOW)
    check_not_just_read(NOW - timedelta(minutes=10) + READ_EVERY, 0, NOW)
    with pytest.raises(ReadJustNow) as refused:
        check_not_just_read(NOW - timedelta(minutes=4) + READ_EVERY, 0, NOW)
    assert refused.value.retry_after == 361
    with pytest.raises(ReadJustNow):
        check_not_just_read(NOW + pause_after(1), 1, NOW)
