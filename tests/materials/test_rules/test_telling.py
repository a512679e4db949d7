"""When changes are told, and what is new to whom."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.materials.rules.telling import SETTLES, WAITS, Change, NewVersion, changes_of, is_due, materials_of

NOW = datetime(2026, 5, 18, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE = UUID(int=1)


def version(number: int, ago: int) -> NewVersion:
    return NewVersion(material_id=ONE, number=number, note=f"Note {number}", published_at=NOW - ago * MINUTE)


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [(9, 9, False), (10, 10, True), (30, 5, False), (60, 5, True), (59, 9, False), (-5, -5, False)],
)
def test_after_ten_quiet_minutes_or_an_hour(first: int, last: int, due: bool) -> None:
    assert is_due(NOW - first * MINUTE, NOW - last * MINUTE, NOW) is due


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_what_is_due_stays_due(first: int, between: int, later: int) -> None:
    begun, ended = NOW - first * MINUTE, NOW - max(first - between, 0) * MINUTE
    if is_due(begun, ended, NOW):
        assert is_due(begun, ended, NOW + later * MINUTE)
    assert is_due(begun, ended, ended + SETTLES)
    assert is_due(begun, NOW, begun + WAITS)


def test_only_what_came_after_they_asked_in_the_order_of_versions() -> None:
    known = [version(4, 10), version(2, 50), version(3, 30)]
    both = Change(material_id=ONE, title="Slides", notes=("Note 3", "Note 4"))
    for ends_at in (None, NOW, NOW - 10 * MINUTE):
        assert changes_of(ONE, "Slides", known, NOW - 40 * MINUTE, ends_at) == (both,)
    assert changes_of(ONE, "Slides", known, NOW, None) == ()


def test_what_came_by_the_end_is_told_apart_from_what_came_after() -> None:
    known = [version(4, 10), version(2, 50), version(3, 30)]
    by_then = Change(material_id=ONE, title="Slides", notes=("Note 2", "Note 3"))
    after = Change(material_id=ONE, title="Slides", notes=("Note 4",), after=True)
    assert changes_of(ONE, "Slides", known, NOW - 60 * MINUTE, NOW - 20 * MINUTE) == (by_then, after)
    assert changes_of(ONE, "Slides", known, NOW - 20 * MINUTE, NOW - 20 * MINUTE) == (after,)


def test_a_message_knows_of_what_it_tells() -> None:
    one, two = [{"id": str(UUID(int=number)), "title": "Slides", "notes": []} for number in (1, 2)]
    assert materials_of({"changes": [one]}) == (ONE,)
    assert materials_of({"changes": [one], "earlier": [two, one]}) == (ONE, UUID(int=2))
    assert materials_of({}) == ()
