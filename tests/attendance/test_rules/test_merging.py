"""Which of two marks counts: a table of cases, and what holds whatever comes in whatever order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules.marks import Mark, MarkInput
from training.attendance.rules.merging import Merged, authority, foreseen, merge, moment, seen_version, unrecorded
from training.attendance.rules.statuses import Status, Way

START = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
WHO = UUID(int=1)
S, W = Status, Way


def made(status: Status = S.PRESENT, way: Way = W.ROSTER, at: float = 0, *, version: int = 1, came: float = 0) -> Mark:
    """A mark made so many minutes after the start, which we learned of `came` minutes later."""
    made_at = START + timedelta(minutes=at)
    learned = made_at + timedelta(minutes=came)
    return Mark(enrollment_id=WHO, status=status, way=way, made_at=made_at, marked_at=learned, version=version)


@pytest.mark.parametrize(
    ("current", "new", "base", "code"),
    [
        (None, made(at=5), None, ""),
        (None, made(at=5), 3, ""),
        # Whoever saw what stood there changes it, whatever the clocks say.
        (made(at=9), made(S.LATE, at=5), 1, ""),
        (made(at=9), made(S.LATE, W.ALL, at=5), 1, ""),
        # Otherwise the one made later counts.
        (made(at=5), made(S.LATE, at=9), 0, ""),
        (made(at=9), made(S.LATE, at=5), 0, "marked-later"),
        (made(at=9), made(S.LATE, at=5), None, "marked-later"),
        (made(at=5), made(S.LATE, at=5), 0, "marked-first"),
        # A person knows better than a machine, and a machine better than what was filled in.
        (made(at=5), made(S.LATE, W.QR, at=9), None, "person-said"),
        (made(way=W.IMPORT, at=9), made(S.LATE, at=5), 0, ""),
        (made(way=W.ALL, at=9), made(S.LATE, W.CODE, at=5), None, ""),
        (made(way=W.WORD, at=5), made(S.LATE, W.ALL, at=9), None, "person-said"),
        (made(way=W.QR, at=5), made(S.LATE, W.IMPORT, at=9), None, ""),
        (made(way=W.IMPORT, at=9), made(S.LATE, W.QR, at=5), None, "marked-later"),
    ],
)
def test_one_against_another(current: Mark | None, new: Mark, base: int | None, code: str) -> None:
    merged = merge(current, new, base)
    assert (merged.code, merged.taken, bool(merged.why)) == (code, not code, bool(code))
    if current is not None and code:
        assert merged.mark == current
    else:
        assert (merged.mark.status, merged.mark.version) == (new.status, current.version + 1 if current else 1)


@pytest.mark.parametrize(
    ("current", "status", "code"),
    [
        (None, S.LATE, ""),
        (made(at=9), S.LATE, "person-said"),
        (made(at=9), S.PRESENT, "same"),
        (made(way=W.QR, at=9, came=50), S.LATE, ""),
        (made(way=W.ALL, at=9), S.LATE, ""),
        # What was taken back holds nothing against a machine.
        (made(S.NOT_RECORDED, at=9, version=2), S.LATE, ""),
    ],
)
def test_what_a_list_would_do_is_known_before(current: Mark | None, status: Status, code: str) -> None:
    asked = MarkInput(enrollment_id=WHO, status=status, minutes_late=7 if status is S.LATE else 0)
    assert foreseen(current, asked, W.IMPORT) == code
    assert seen_version(W.ROSTER, current, 9) == 9


def test_two_who_agree_lose_nothing() -> None:
    kept = made(at=9)
    agreed = merge(kept, made(at=5, way=W.QR), None)
    assert (agreed.taken, agreed.changed, agreed.mark, agreed.why) == (True, False, kept, "")
    # Somebody's word for what a machine said before is worth writing down.
    stronger = merge(made(at=5, way=W.QR), made(at=3), None)
    assert (stronger.taken, stronger.changed, stronger.mark.way) == (True, True, W.ROSTER)


def test_knowing_what_stood_there_makes_it_later() -> None:
    merged = merge(made(at=9), made(S.LATE, at=5), 1)
    assert merged.mark.made_at == START + timedelta(minutes=9)


def test_what_was_corrected_after_closing_beats_what_comes_from_offline() -> None:
    closed = START + timedelta(hours=2)
    corrected = made(S.NO_SHOW, at=180)
    late_device = made(S.PRESENT, W.OFFLINE, at=200)
    assert merge(corrected, late_device, 0, closed).code == "corrected-later"
    assert merge(corrected, made(S.PRESENT, W.ROSTER, at=200), 0, closed).taken
    # Whoever saw the correction may answer to it, but not with what was made before the roster was closed.
    assert merge(corrected, late_device, 1, closed).taken
    assert merge(corrected, made(S.PRESENT, W.OFFLINE, at=30), 1, closed).code == "corrected-later"
    # What was filled in by closing is no correction, and neither is what another device brought after it.
    assert merge(made(S.NO_SHOW, W.ALL, at=120), made(S.PRESENT, W.OFFLINE, at=30), 0, closed).taken
    brought = made(S.NO_SHOW, W.OFFLINE, at=20, came=120)
    assert merge(brought, made(S.PRESENT, W.OFFLINE, at=30), 0, closed).taken
    assert merge(brought, made(S.PRESENT, W.OFFLINE, at=10), 1, closed).code == "marked-later"


def test_what_closing_fills_in_yields_to_everybody_is_present_from_a_device() -> None:
    closed = START + timedelta(hours=2)
    filled = made(S.NO_SHOW, W.ALL, at=120)
    assert merge(filled, made(S.PRESENT, W.ALL, at=30), 0, closed).taken
    assert merge(filled, made(S.PRESENT, W.ALL, at=30), 0).code == "marked-later"
    assert merge(filled, made(S.NOT_RECORDED, W.ALL, at=30), 0, closed).code == "marked-later"
    # No correction yields.
    corrected = made(S.NO_SHOW, at=180)
    for base in (0, 1):
        assert merge(corrected, made(S.PRESENT, W.ALL, at=30), base, closed).code == "person-said"
    # What a device filled in before the closing and brought after it stands against one that did so earlier.
    brought = made(S.PRESENT, W.ALL, at=30, came=120)
    assert merge(brought, made(S.NO_SHOW, W.ALL, at=20), 0, closed).code == "marked-later"


def test_when_it_was_made_by_our_clock() -> None:
    now, minute = START + timedelta(minutes=30), timedelta(minutes=1)
    assert moment(None, None, now, START) == now
    assert moment(START + 5 * minute, None, now, START) == START + 5 * minute
    # A device that is an hour ahead sent it now, and one that is a day behind.
    assert moment(START + 65 * minute, now + 60 * minute, now, START) == START + 5 * minute
    assert moment(START - timedelta(hours=23), now - timedelta(days=1), now, START) == START + 60 * minute - 30 * minute
    assert moment(now + minute, now, now, START) == now
    assert moment(START - timedelta(days=9), now, now, START) == START - 60 * minute
    assert moment(START, None, START - timedelta(days=3), START) == START - timedelta(days=3)
    assert moment(datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), now, START) == now


def test_nothing_recorded() -> None:
    assert unrecorded(None)
    assert unrecorded(made(S.NOT_RECORDED))
    assert not unrecorded(made())
    assert [authority(way) for way in (W.ALL, W.QR, W.ROSTER)] == [0, 1, 2]


MARKS = st.builds(
    made,
    st.sampled_from([status for status in Status if status is not S.NOT_RECORDED]),
    st.sampled_from([way for way in Way if way is not W.OFFLINE]),
    st.integers(0, 120),
)


def told(marks: Iterable[Mark]) -> tuple[Mark | None, list[Merged]]:
    """What stands after these came one after the other, none knowing of another."""
    current, all_merged = None, []
    for mark in marks:
        merged = merge(current, mark, None)
        current = merged.mark
        all_merged.append(merged)
    return current, all_merged


def moments(marks: Sequence[Mark]) -> bool:
    """Whether times decide: no two marks of the same authority were made at the same moment."""
    return len({(authority(mark.way), mark.made_at) for mark in marks}) == len(marks)


@given(st.lists(MARKS, min_size=1, max_size=5).filter(moments))
def test_in_whatever_order_they_come_the_same_one_counts(marks: list[Mark]) -> None:
    standing = set()
    for order in permutations(marks):
        current, _ = told(order)
        assert current is not None
        standing.add((current.value, current.way, current.made_at))
    best = max(marks, key=lambda mark: (authority(mark.way), mark.made_at))
    assert standing == {(best.value, best.way, best.made_at)}


@given(st.lists(MARKS, min_size=1, max_size=12))
def test_each_is_told_what_became_of_it_and_versions_only_rise(marks: list[Mark]) -> None:
    current: Mark | None = None
    for mark in marks:
        merged = merge(current, mark, None)
        before = current.version if current else 0
        assert merged.mark.version == before + merged.changed
        assert merged.taken or (merged.why and merged.mark == current)
        # Whoever agrees with what stands is never told that they lost.
        assert merged.taken or (current is not None and mark.value != current.value)
        current = merged.mark


@given(MARKS, MARKS, st.integers(-600, 600))
def test_a_clock_that_is_off_changes_nothing(one: Mark, other: Mark, minutes: int) -> None:
    """A device whose clock is off by anything comes to the same moment, because it says what its clock says now."""
    now, off = START + timedelta(minutes=121), timedelta(minutes=minutes)
    for mark in (one, other):
        assert moment(mark.made_at + off, now + off, now, START) == mark.made_at
