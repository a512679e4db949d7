"""Until when a mark can be contested, and what may be claimed."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from training.attendance.rules.contests import (
    ClaimImpossible,
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
MARK = OwnMark(status=Status.NO_SHOW, whole=90, ends_at=END, closed_at=END + timedelta(hours=1), contested=False)
LATE = replace(MARK, status=Status.LATE, minutes=30)


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
        check_contest(mark, claims, None, END + timedelta(days=days))


@pytest.mark.parametrize(
    ("status", "minutes", "field", "sentence"),
    [
        (Status.LATE, None, "minutes", "Say by how many minutes."),
        (Status.LEFT_EARLY, None, "minutes", "Say by how many minutes."),
        (Status.PARTIAL, None, "minutes", "Say how long."),
        (Status.LATE, 30, "minutes", "These are the minutes that the roster says already."),
        (Status.EXCUSED, None, "claims", "This is what the roster says already. Choose how it was instead."),
    ],
)
def test_what_is_to_put_right_is_said(status: Status, minutes: int | None, field: str, sentence: str) -> None:
    with pytest.raises(ClaimsTheSame) as refused:
        check_contest(replace(LATE, status=status), status, minutes, END)
    assert refused.value.fields == {field: sentence}


def test_what_is_taken() -> None:
    check_contest(MARK, Status.PARTIAL, None, END + timedelta(days=13))


@pytest.mark.parametrize(
    ("claims", "minutes", "error"),
    [
        (Status.LATE, None, ClaimsTheSame),
        (Status.LATE, 30, ClaimsTheSame),
        (Status.LATE, 5, None),
        (Status.LATE, 89, None),
        (Status.LATE, 90, ClaimImpossible),
        (Status.LATE, 0, ClaimImpossible),
        (Status.LEFT_EARLY, 30, None),
        (Status.PARTIAL, 90, None),
        (Status.PARTIAL, 91, ClaimImpossible),
        (Status.PARTIAL, 0, ClaimImpossible),
        (Status.PRESENT, 1000, None),
    ],
)
def test_other_minutes_are_another_claim(claims: Status, minutes: int | None, error: type[Exception] | None) -> None:
    with pytest.raises(error) if error else nullcontext():
        check_contest(LATE, claims, minutes, END)
