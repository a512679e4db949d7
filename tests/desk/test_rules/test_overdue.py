"""Lines of the board about what is over, as tables."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from training.desk.rules.board import Kind
from training.desk.rules.overdue import Contested, LeftOpen, marks_contested, rosters_left_open

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "session_id": UUID(int=1),
    "program_id": UUID(int=2),
    "program_name": "Program",
    "title": "Safe messaging",
    "starts_at": AT,
}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "The roster is open: 3 of 12 recorded. Nobody teaches it."),
        (
            {"trainers": ("Ben", "Tilda")},
            "The roster is open: 3 of 12 recorded. Ben and Tilda did not answer two mails.",
        ),
        ({"meeting_count": 3}, "The roster of meeting 2 is open: 3 of 12 recorded. Nobody teaches it."),
    ],
)
def test_a_roster_left_open(more: dict[str, Any], why: str) -> None:
    row = {"meeting_id": UUID(int=3), "number": 2, "meeting_count": 1, "people": 12, "recorded": 3, **ABOUT, **more}
    (need,) = rosters_left_open([LeftOpen(**row)])
    assert (need.kind, need.why, need.fix) == (Kind.ROSTER, why, f"/rosters/{UUID(int=3)}")


def test_contested_marks_of_a_session_are_one_line() -> None:
    def row(number: int, session: int = 1) -> Contested:
        told = {**ABOUT, "session_id": UUID(int=session), "contest_id": UUID(int=number), "meeting_id": UUID(int=9)}
        return Contested(name=f"Ada {number}", claims="present", **told)

    first, second = marks_contested([row(1), row(2), row(3, session=2)])
    assert first.why == "Ada 1 says that the roster is wrong: present. And one more."
    assert first.fix == f"/rosters/sessions/{UUID(int=1)}/contests"
    assert second.why == "Ada 3 says that the roster is wrong: present."
    assert second.fix == f"/rosters/{UUID(int=9)}/contests/{UUID(int=3)}"
