"""Who may be replaced, and until when anybody may be changed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from training.booking.rules import NotReplaceable, SessionBegun, State, check_before_start, check_replaceable

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", ["running", "closed", "cancelled", "draft"])
def test_only_a_session_to_come_can_be_changed(state: str) -> None:
    with pytest.raises(SessionBegun):
        check_before_start(state, None, NOW)


def test_the_start_itself_is_too_late() -> None:
    check_before_start("published", None, NOW)
    with pytest.raises(SessionBegun):
        check_before_start("published", NOW, NOW)


@pytest.mark.parametrize("state", sorted(set(State) - {State.ENROLLED, State.OFFERED}))
def test_a_spot_on_the_waitlist_is_not_handed_on(state: State) -> None:
    with pytest.raises(NotReplaceable):
        check_replaceable(state, UUID(int=1))


def test_who_takes_part_alone_has_nobody_to_send() -> None:
    check_replaceable(State.ENROLLED, UUID(int=1))
    with pytest.raises(NotReplaceable):
        check_replaceable(State.ENROLLED, None)
