"""Hours taught, and what waits for whom."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.attendance.rules.teaching import (
    Person,
    Taught,
    hours_of,
    latest_year,
    split_taught,
    sums_of,
    trained_of,
)
from training.schedule.rules.sessions import TrainerRole

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def taught(hours: float, **more: Any) -> Taught:
    """A meeting of an hour and a half that ended so many hours ago."""
    ends_at = NOW - timedelta(hours=hours)
    told: dict[str, Any] = {
        "meeting_id": UUID(int=1),
        "session_id": UUID(int=2),
        "program_id": UUID(int=3),
        "program_name": "Program",
        "person_id": UUID(int=4),
        "title": "Safe messaging",
        "number": 1,
        "meeting_count": 1,
        "starts_at": ends_at - timedelta(minutes=90),
        "ends_at": ends_at,
        "zone": "UTC",
        "mode": "online",
        "role": TrainerRole.LEAD,
        "people": 3,
        "closed_at": None,
        "gone": False,
        "draft": False,
    }
    return Taught(**{**told, **more})


@pytest.mark.parametrize(
    ("row", "counts", "waits"),
    [
        (taught(1), True, True),
        (taught(-1), False, False),
        (taught(1, gone=True), False, False),
        (taught(1, draft=True), False, False),
        (taught(1, role=TrainerRole.SHADOW), False, False),
        (taught(1, role=TrainerRole.ASSISTANT), True, True),
        (taught(1, closed_at=NOW), True, False),
        (taught(1, people=0), True, False),
    ],
)
def test_what_counts_and_what_waits(row: Taught, counts: bool, waits: bool) -> None:
    assert row.counts(NOW) is counts
    assert row.left_open(NOW) is waits


def test_hours_are_summed_by_the_year_of_the_place() -> None:
    new_year = datetime(2025, 12, 31, 23, tzinfo=UTC)
    there = taught(0, starts_at=new_year, ends_at=new_year + timedelta(hours=1), zone="Asia/Kolkata")
    here = taught(0, starts_at=new_year, ends_at=new_year + timedelta(hours=1))
    sums = sums_of([there, here, taught(1), taught(-5)], NOW)
    assert [(one.year, one.meetings, one.minutes) for one in sums] == [(2026, 2, 150), (2025, 1, 60)]
    assert hours_of(50) == 0.83


@pytest.mark.parametrize(("hour", "year"), [(9, 2026), (10, 2027), (23, 2027)])
def test_a_year_begins_in_the_east(hour: int, year: int) -> None:
    assert latest_year(datetime(2026, 12, 31, hour, tzinfo=UTC)) == year


def test_open_ones_first_the_next_next_the_latest_last() -> None:
    rows = [taught(9, closed_at=NOW), taught(5), taught(-1), taught(-9)]
    waiting, coming, over = split_taught(rows, NOW)
    assert (waiting, coming, over) == ([rows[1]], [rows[2], rows[3]], [rows[1], rows[0]])


def test_trainers_with_open_rosters_come_first() -> None:
    people = [Person(id=UUID(int=5), name="Ann", email="a@x.example"), Person(id=UUID(int=4), name="Zed", email="z")]
    first, second = trained_of(people, [taught(5), taught(-3)], 2026, NOW)
    assert (first.name, first.left_open, first.hours, first.next_title) == ("Zed", 1, 1.5, "Safe messaging")
    assert (second.name, second.left_open, second.hours, second.next_at) == ("Ann", 0, 0.0, None)
