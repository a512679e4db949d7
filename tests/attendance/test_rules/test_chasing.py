"""When a roster that stays open is asked for, as a table; and the link in the message."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.attendance.rules.chasing import (
    LINK_KEPT,
    Asked,
    OpenRoster,
    RosterLinkExpired,
    RosterLinkUnknown,
    Step,
    asked_first,
    by_mail_link,
    by_mail_token,
    check_link,
    step_due,
)
from training.outbox.rules import token_id

END = datetime(2026, 5, 4, 9, tzinfo=UTC)
KEY = "a key for tests only"
ROSTER = OpenRoster(
    meeting_id=UUID(int=1), session_id=UUID(int=2), ends_at=END, chases=0, chased_at=None, escalated_at=None
)
ASKED = Asked(
    assignment_id=UUID(int=3), meeting_id=UUID(int=1), person_id=UUID(int=4), name="Tilda", email="t@example.org",
    zone="UTC", locale="en", role="lead", ends_at=END,
)  # fmt: skip


@pytest.mark.parametrize(
    ("chases", "chased", "hours", "step"),
    [
        (0, None, 1.9, None),
        (0, None, 2, Step.ASK),
        (0, None, 14 * 24, Step.ASK),
        (0, None, 14 * 24 + 1, None),
        (1, 2, 25.9, None),
        (1, 2, 26, Step.ASK),
        (2, 26, 47.9, None),
        (2, 26, 48, Step.ESCALATE),
        # After a standstill there is a night between.
        (2, 100, 111, None),
        (2, 100, 112, Step.ESCALATE),
        # Opened again at an hour when nothing had been asked.
        (0, 50, 60, None),
        (0, 50, 74, Step.ASK),
    ],
)
def test_step_due(chases: int, chased: float | None, hours: float, step: Step | None) -> None:
    at = END + timedelta(hours=chased) if chased is not None else None
    roster = replace(ROSTER, chases=chases, chased_at=at)
    assert step_due(roster, END + timedelta(hours=hours)) is step


def test_what_is_escalated_is_on_the_board_already() -> None:
    roster = replace(ROSTER, chases=2, chased_at=END, escalated_at=END)
    assert step_due(roster, END + timedelta(days=3)) is None


def test_whom_to_ask() -> None:
    lead, co, assistant, shadow = (replace(ASKED, role=role) for role in ("lead", "co", "assistant", "shadow"))
    assert asked_first([shadow, assistant, co, lead]) == [co, lead]
    assert asked_first([shadow, assistant]) == [assistant]
    assert asked_first([shadow]) == []


def test_a_link_is_of_one_assignment_and_ends() -> None:
    token = by_mail_token(KEY, ASKED)
    assert token_id(token) == ASKED.assignment_id == by_mail_link(ASKED).id
    check_link(KEY, token, ASKED, END)
    for other in (
        replace(ASKED, person_id=UUID(int=9)),
        replace(ASKED, meeting_id=UUID(int=9)),
        replace(ASKED, assignment_id=UUID(int=9)),
        replace(ASKED, role="shadow"),
    ):
        with pytest.raises(RosterLinkUnknown):
            check_link(KEY, token, other, END)
    with pytest.raises(RosterLinkUnknown):
        check_link(KEY, "\ud800", ASKED, END)
    with pytest.raises(RosterLinkExpired):
        check_link(KEY, token, ASKED, END + LINK_KEPT)
