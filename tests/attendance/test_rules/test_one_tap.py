"""What ticks come to, as a table."""

from uuid import UUID

import pytest

from training.attendance.rules.one_tap import Stands, changes_of, ticked
from training.attendance.rules.statuses import Status

ONE = UUID(int=1)


@pytest.mark.parametrize(
    ("status", "present", "becomes"),
    [
        (Status.NOT_RECORDED, True, Status.PRESENT),
        (Status.NOT_RECORDED, False, Status.NO_SHOW),
        (Status.LATE, True, None),
        (Status.LATE, False, Status.NO_SHOW),
        (Status.PRESENT, True, None),
        (Status.EXCUSED, False, None),
        (Status.EXCUSED, True, Status.PRESENT),
        (Status.NO_SHOW, False, None),
    ],
)
def test_changes_of(status: Status, present: bool, becomes: Status | None) -> None:
    there = frozenset({ONE} if present else ())
    expected = {} if becomes is None else {ONE: becomes}
    assert changes_of([Stands(key=ONE, status=status)], shown=frozenset({ONE}), present=there) == expected


def test_who_was_not_shown_is_not_judged() -> None:
    stands = [Stands(key=ONE, status=Status.NOT_RECORDED)]
    assert changes_of(stands, shown=frozenset(), present=frozenset({ONE})) == {}


def test_everybody_is_ticked_but_who_is_known_to_be_absent() -> None:
    found = [status for status in Status if not ticked(Stands(key=ONE, status=status))]
    assert found == [Status.EXCUSED, Status.NO_SHOW]


def test_who_had_no_place_yet_is_recorded_only_by_a_tick() -> None:
    came = Stands(key=ONE, status=Status.NOT_RECORDED, later=True)
    assert not ticked(came)
    assert changes_of([came], shown=frozenset({ONE}), present=frozenset()) == {}
    assert changes_of([came], shown=frozenset({ONE}), present=frozenset({ONE})) == {ONE: Status.PRESENT}
    # Whoever was recorded all the same is like everybody.
    known = Stands(key=ONE, status=Status.PRESENT, later=True)
    assert ticked(known)
    assert changes_of([known], shown=frozenset({ONE}), present=frozenset()) == {ONE: Status.NO_SHOW}
