"""Months, and hours as people read them."""

from datetime import UTC, datetime

import pytest

from training.base.errors import Invalid
from training.reports.rules.hours import HoursAsked, in_hours, span_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        (None, None, ("2025-06", "2026-05", "2025-06-01", "2026-06-01")),
        ("2026-01", None, ("2026-01", "2026-05", "2026-01-01", "2026-06-01")),
        (None, "2025-12", ("2025-01", "2025-12", "2025-01-01", "2026-01-01")),
        ("2026-05", "2026-05", ("2026-05", "2026-05", "2026-05-01", "2026-06-01")),
    ],
)
def test_months(first: str | None, last: str | None, span: tuple[str, str, str, str]) -> None:
    found = span_of(HoursAsked(first=first, last=last), NOW)
    assert (found.first, found.last, str(found.starts_at.date()), str(found.ends_at.date())) == span


@pytest.mark.parametrize(("first", "last"), [("2026-06", "2026-05"), ("0001-01", None), ("2026-01", "9999-12")])
def test_months_that_cannot_be(first: str, last: str | None) -> None:
    with pytest.raises(Invalid):
        span_of(HoursAsked(first=first, last=last), NOW)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (150, "2 h 30 min"), (60_000, "1000 h")]
)
def test_in_hours(minutes: int, words: str) -> None:
    assert in_hours(minutes) == words
