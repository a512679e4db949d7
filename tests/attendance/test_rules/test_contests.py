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
    Recorded,
    can_contest,
    check_contest,
    contest_until,
    granted_mark,
    link_until,
)
from training.attendance.rules.statuses import Status

END = datetime(2026, 5, 4, 9, tzinfo=UTC)
MARK = OwnMark(status=Status.NO_SHOW, whole=90, ends_at=END, closed_at=END + timedelta(hours=1), contested=False)
LATE = replace(MARK, status=Status.LATE, late=30)


def test_two_weeks_or_a_week_after_a_late_closing() -> None:
    assert contest_until(MARK) == END + timedelta(days=14)
    assert contest_until(replace(MARK, closed_at=END + timedelta(days=12))) == END + timedelta(days=19)
    assert contest_until(replace(MARK, closed_at=None)) is None
    assert can_contest(MARK, END + timedelta(days=13))
    assert not can_contest(replace(MARK, contested=True), END)


@pytest.mark.parametrize(
    ("closed", "news", "until"),
    [
        (0, (), 14),
        (29, (), 36),
        (60, (), 67),
        (61, (), None),
        (None, (), None),
        (10, (50,), 57),
        (10, (61,), 17),
        (61, (59,), 66),
        (None, (None, 40), 47),
    ],
)
def test_the_link_lives_as_long_as_what_was_written(
    closed: int | None, news: tuple[int | None, ...], until: int | None
) -> None:
    def day(number: int | None) -> datetime | None:
        return None if number is None else END + timedelta(days=number)

    assert link_until(replace(MARK, closed_at=day(closed)), *map(day, news)) == day(until)


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
        check_contest(replace(LATE, status=status, early=10), status, minutes, END)
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


@pytest.mark.parametrize(
    ("claims", "minutes", "error"),
    [
        (Status.LEFT_EARLY, None, ClaimsTheSame),
        (Status.LEFT_EARLY, 20, ClaimsTheSame),
        (Status.LEFT_EARLY, 30, None),
        (Status.LATE, 30, ClaimsTheSame),
        (Status.PARTIAL, 30, None),
    ],
)
def test_a_mark_that_says_two_things(claims: Status, minutes: int | None, error: type[Exception] | None) -> None:
    with pytest.raises(error) if error else nullcontext():
        check_contest(replace(LATE, early=20), claims, minutes, END)


S = Status
TWICE = Recorded(status=S.LATE, late=30, early=20)
BROKEN = Recorded(status=S.LATE, late=20, minutes=60)


@pytest.mark.parametrize(
    ("stands", "claims", "minutes", "other", "becomes", "words"),
    [
        (TWICE, S.LATE, 25, None, (S.LATE, 25, 20, None), "late, by 25 minutes, and left 20 minutes early; 75 of 120"),
        (TWICE, S.LEFT_EARLY, 5, None, (S.LATE, 30, 5, None), "and left 5 minutes early; 85 of 120 minutes count"),
        (TWICE, S.LATE, 25, 0, (S.LATE, 25, 0, None), "late, by 25 minutes; 95 of 120 minutes count"),
        (TWICE, S.LEFT_EARLY, 5, 0, (S.LEFT_EARLY, 0, 5, None), "left early, by 5 minutes; 115 of 120 minutes count"),
        (TWICE, S.PRESENT, None, None, (S.PRESENT, 0, 0, None), "present; 120 of 120 minutes count"),
        (
            TWICE,
            S.PARTIAL,
            100,
            None,
            (S.PARTIAL, 0, 0, 100),
            "there for a part, 100 minutes; 100 of 120 minutes count",
        ),
        (TWICE, S.PARTIAL, None, None, (S.PARTIAL, 0, 0, None), "there for a part; 60 of 120 minutes count"),
        (TWICE, S.EXCUSED, None, None, (S.EXCUSED, 0, 0, None), "excused"),
        (BROKEN, S.LATE, 15, None, (S.LATE, 15, 0, 65), "there, but late, by 15 minutes; 65 of 120 minutes count"),
        (BROKEN, S.LEFT_EARLY, 5, None, (S.LATE, 20, 5, 55), "55 of 120 minutes count"),
        (BROKEN, S.LATE, 90, None, (S.LATE, 90, 0, 1), "1 of 120 minutes count"),
        (BROKEN, S.LATE, 19, 100, (S.LATE, 19, 100, None), "1 of 120 minutes count"),
        (Recorded(status=S.PRESENT, minutes=60), S.LATE, 15, None, (S.LATE, 15, 0, 60), "60 of 120 minutes count"),
        (Recorded(status=S.PARTIAL, minutes=40), S.LATE, 15, None, (S.LATE, 15, 0, None), "105 of 120 minutes count"),
        (Recorded(status=S.NO_SHOW), S.LEFT_EARLY, 15, None, (S.LEFT_EARLY, 0, 15, None), "105 of 120 minutes count"),
    ],
)
def test_what_is_granted_starts_from_what_stands(
    stands: Recorded,
    claims: Status,
    minutes: int | None,
    other: int | None,
    becomes: tuple[object, ...],
    words: str,
) -> None:
    found = granted_mark(stands, claims, minutes, other, 120)
    assert (found.status, found.late, found.early, found.minutes) == becomes
    assert words in found.words(120)


def test_late_and_early_leave_something() -> None:
    assert granted_mark(TWICE, S.LATE, 99, None, 120).words(120).endswith("; 1 of 120 minutes count")
    with pytest.raises(ClaimImpossible) as refused:
        granted_mark(TWICE, S.LATE, 100, None, 120)
    assert refused.value.fields == {"minutes": "Late and left early together leave none of its 120 minutes."}
    assert granted_mark(TWICE, S.LATE, 100, 0, 120).early == 0
