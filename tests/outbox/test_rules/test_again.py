"""What may go out a second time, and until when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import START
from training.outbox.rules import MessageState
from training.outbox.rules.again import (
    PASSING,
    REPEATABLE,
    REPLACES,
    SOON_OVER,
    MessageChanged,
    MessageLinkOver,
    MessageOver,
    MessageReplaced,
    MessageSentAlready,
    MessageUnreached,
    find_obstacle,
    is_repeatable,
    repeated_until,
)
from training.outbox.rules.kinds import KINDS

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("state", MessageState)
def test_only_what_did_not_arrive_is_repeated(state: MessageState) -> None:
    assert is_repeatable(state, "booking-enrolled") is (state in REPEATABLE)
    assert is_repeatable(state, "a kind that nobody knows") is (state in REPEATABLE)
    assert not is_repeatable(state, "sign-in")
    assert not is_repeatable(state, "booking-confirm")
    if state not in REPEATABLE:
        refused = find_obstacle(state, "booking-enrolled", newer_id=ONE, unreached=True)
        assert isinstance(refused, MessageChanged)
        assert refused.data == {"state": state}
    else:
        assert isinstance(find_obstacle(state, "sign-in"), MessageLinkOver)


@pytest.mark.parametrize("kind", ["reminder-upcoming", "briefing", "digest"])
def test_what_is_about_a_moment_is_not_repeated_after_it(kind: str) -> None:
    assert is_repeatable("failed", kind)
    assert isinstance(find_obstacle("failed", kind, over=True), MessageOver)
    assert is_repeatable("expired", "booking-enrolled", over=True)


def test_what_stands_in_the_way_and_what_is_said_first() -> None:
    hindered: dict[str, Any] = {"repeated_by": ONE, "newer_id": TWO, "unreached": True}
    first = find_obstacle("failed", "booking-enrolled", **hindered)
    assert isinstance(first, MessageSentAlready)
    assert first.data == {"message_id": str(ONE)}
    second = find_obstacle("failed", "booking-enrolled", **hindered | {"repeated_by": None})
    assert isinstance(second, MessageReplaced)
    assert second.data == {"message_id": str(TWO)}
    assert isinstance(find_obstacle("failed", "booking-enrolled", unreached=True), MessageUnreached)


def test_every_kind_that_replaces_or_is_replaced_is_one_of_ours() -> None:
    named = {*REPLACES, *SOON_OVER, *PASSING}.union(*REPLACES.values())
    assert named <= KINDS.keys()
    assert set(SOON_OVER) == {"sign-in", "booking-confirm"}
    assert set(PASSING) == {"reminder", "briefing", "digest"}


@pytest.mark.parametrize(
    ("expires", "until"),
    [(None, None), (5, 5), (-1, 2)],
    ids=["never", "still good", "over, so as long again"],
)
def test_how_long_a_repetition_lives(expires: int | None, until: int | None) -> None:
    made = START - timedelta(hours=3)
    expires_at = None if expires is None else START + timedelta(hours=expires)
    assert repeated_until(made, expires_at, START) == (None if until is None else START + timedelta(hours=until))
