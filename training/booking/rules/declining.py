"""What a calendar's answers mean for a place. Pure.

Who declines every meeting to come gives the place back, half an hour later, so that a slip of the finger costs nothing.
Whatever else a calendar answers is told and changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from training.base.structs import Frozen
from training.booking.rules.states import State

CalendarAnswer = Literal["", "accepted", "tentative", "declined", "partly"]
"""What the answers to all meetings to come amount to; `partly`: some are declined. Empty while one is unanswered."""
DECLINED = "Declined in the calendar."
DECLINE_WINDOW = timedelta(minutes=30)
# A place that goes back at the last moment of the deadline would go back after it.
_AHEAD_OF_DEADLINE = timedelta(minutes=5)


class Follows(StrEnum):
    """What an answer leads to.

    GIVES_BACK: the place goes back after the window. TOO_LATE: it does not, because the deadline is over. PARTLY: some
    meetings are declined. KEPT: it would have gone back, and stays.
    """

    NOTHING = "nothing"
    GIVES_BACK = "gives back"
    TOO_LATE = "too late"
    PARTLY = "partly"
    KEPT = "kept"


class Standing(Frozen, frozen=True, kw_only=True):
    """How an enrollment stood before the answer. `deadline` is that for giving a place back without asking."""

    state: State
    answer: str
    declines_at: datetime | None
    deadline: datetime | None


def sum_up(answers: Sequence[str]) -> CalendarAnswer:
    """What the answers to the meetings to come amount to, one of each."""
    said = set(answers)
    if "declined" in said:
        return "declined" if len(said) == 1 else "partly"
    if not said or "" in said:
        return ""
    return "tentative" if "tentative" in said else "accepted"


def follows(stood: Standing, answer: CalendarAnswer, now: datetime) -> tuple[Follows, datetime | None]:
    """What the summed-up answer leads to, and when the place goes back (None: it does not)."""
    if stood.state is not State.ENROLLED:
        return Follows.NOTHING, None
    if answer == "declined":
        if stood.answer == "declined":
            return Follows.NOTHING, stood.declines_at
        if stood.deadline is not None and now > stood.deadline:
            return Follows.TOO_LATE, None
        return Follows.GIVES_BACK, _back_at(stood.deadline, now)
    if stood.declines_at is not None:
        return Follows.KEPT, None
    if answer == "partly" and stood.answer != "partly":
        return Follows.PARTLY, None
    return Follows.NOTHING, None


def _back_at(deadline: datetime | None, now: datetime) -> datetime:
    if deadline is None:
        return now + DECLINE_WINDOW
    return max(now, min(now + DECLINE_WINDOW, deadline - _AHEAD_OF_DEADLINE))
