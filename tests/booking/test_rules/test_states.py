"""States: which keep a place, and which are over."""

from training.booking.rules import ACTIVE, KEEPS_PLACE, State


def test_who_waits_is_active_without_a_place() -> None:
    assert {State.WAITLISTED} == ACTIVE - KEEPS_PLACE


def test_what_is_over_keeps_nothing() -> None:
    assert set(State) - ACTIVE == {State.CANCELLED, State.DECLINED, State.REMOVED}
