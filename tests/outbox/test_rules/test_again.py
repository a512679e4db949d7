"""What may go out a second time, and until when."""

from datetime import timedelta

import pytest

from tests.conftest import START
from training.outbox.rules import MessageState
from training.outbox.rules.again import (
    REPEATABLE,
    MessageChanged,
    MessageLinkOver,
    MessageOver,
    check_repeatable,
    is_repeatable,
    repeated_until,
)


@pytest.mark.parametrize("state", MessageState)
def test_only_what_did_not_arrive_is_repeated(state: MessageState) -> None:
    assert is_repeatable(state, "booking-enrolled") is (state in REPEATABLE)
    assert not is_repeatable(state, "sign-in")
    assert not is_repeatable(state, "booking-confirm")
    if state not in REPEATABLE:
        with pytest.raises(MessageChanged) as refused:
            check_repeatable(state, "booking-enrolled")
        assert refused.value.data == {"state": state}
    else:
        check_repeatable(state, "booking-enrolled")
        check_repeatable(state, "a kind that nobody knows")
        with pytest.raises(MessageLinkOver):
            check_repeatable(state, "sign-in")


@pytest.mark.parametrize("kind", ["reminder-upcoming", "briefing", "digest"])
def test_what_is_about_a_moment_is_not_repeated_after_it(kind: str) -> None:
    assert is_repeatable("failed", kind)
    check_repeatable("failed", kind)
    assert not is_repeatable("failed", kind, over=True)
    with pytest.raises(MessageOver):
        check_repeatable("failed", kind, over=True)
    assert is_repeatable("expired", "booking-enrolled", over=True)
    check_repeatable("expired", "booking-enrolled", over=True)


@pytest.mark.parametrize(
    ("expires", "until"),
    [(None, None), (5, 5), (-1, 2)],
    ids=["never", "still good", "over, so as long again"],
)
def test_how_long_a_repetition_lives(expires: int | None, until: int | None) -> None:
    made = START - timedelta(hours=3)
    expires_at = None if expires is None else START + timedelta(hours=expires)
    assert repeated_until(made, expires_at, START) == (None if until is None else START + timedelta(hours=until))
