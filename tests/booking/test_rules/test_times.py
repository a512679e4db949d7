"""Until when what can be done."""

from datetime import UTC, datetime, timedelta

import pytest

from training.booking.rules import cancel_until, cutoff, kept_until, name_until, offered_until

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def test_deadlines_count_back_from_the_start() -> None:
    assert cutoff(NOW, 12) == NOW - timedelta(hours=12)
    assert cancel_until(NOW, 48) == NOW - timedelta(hours=48)


@pytest.mark.parametrize(
    ("starts_in", "asked", "offer"),
    [
        (None, timedelta(hours=1), timedelta(hours=24)),
        (timedelta(days=9), timedelta(hours=1), timedelta(hours=24)),
        (timedelta(hours=5), timedelta(hours=1), timedelta(hours=5)),
        (timedelta(minutes=20), timedelta(minutes=20), timedelta(minutes=20)),
    ],
    ids=["undated", "far", "today", "soon"],
)
def test_nothing_is_kept_beyond_the_start(starts_in: timedelta | None, asked: timedelta, offer: timedelta) -> None:
    starts_at = NOW + starts_in if starts_in else None
    assert kept_until(NOW, starts_at) == NOW + asked
    assert offered_until(NOW, starts_at) == NOW + offer


def test_an_open_place_is_never_kept_for_ever() -> None:
    longest = NOW + timedelta(days=180)
    assert name_until(NOW + timedelta(days=10), 72, longest) == NOW + timedelta(days=7)
    assert name_until(NOW + timedelta(days=1000), 72, longest) == longest
    assert name_until(None, 72, longest) == longest
