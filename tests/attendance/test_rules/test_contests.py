"""Until when a mark can be contested, and what may be claimed."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from training.attendance.rules.contests import (
    ClaimsTheSame,
    ContestedAlready,
    ContestTooLate,
    NothingToContest,
    OwnMark,
    can_contest,
    check_contest,
    contest_until,
)
from training.attendance.rules.statuses import Status

END = datetime(2026, 5, 4, 9, tzinfo=UTC)
MARK = OwnMark(status=Status.NO_SHOW, ends_at=END, closed_at=END + timedelta(hours=1), contested=False)


def test_two_weeks_or_a_week_after_a_late_closing() -> None:
    assert contest_until(MARK) == END + timedelta(days=14)
    assert contest_until(replace(MARK, closed_at=END + timedelta(days=12))) == END + timedelta(days=19)
    assert contest_until(replace(MARK, closed_at=None)) is None
    assert can_contest(MARK, END + timedelta(days=13))
    assert not can_contest(replace(MARK, contested=True), END)


@pytest.mark.parametrize(
    ("mark", "claims", "days", "error"),
    [
        (replace(MARK, closed_at=None), Status.PRESENT, 1, NothingToContest),
        (MARK, Status.PRESENT, 14, ContestTooLate),
        (replace(MARK, contested=True), Status.PRESENT, 1, ContestedAlready),
        (MARK, Status.NO_SHOW, 1, ClaimsTheSame),
        (MARK, Status.NOT_RECORDED, 1, ClaimsTheSame),
    ],
)
def test_what_is_refused(mark: OwnMark, claims: Status, days: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_contest(mark, claims, END + timedelta(days=days))


def test_what_is_taken() -> None:
    check_contest(MARK, Status.PARTIAL, END + timedelta(days=13))
