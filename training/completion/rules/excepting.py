"""Completion decided by hand."""

from typing import Annotated

from msgspec import Meta

from training.base.errors import Conflict, Invalid
from training.base.structs import Input
from training.booking.rules.states import State

# Whoever takes part, or took part: nobody else can complete anything.
JUDGED = frozenset({State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED})


class NotJudged(Conflict):
    """Only somebody who takes part, or took part, can have completed this."""

    code = "completion-not-judged"


class NotExcepted(Conflict):
    """Nobody decided this by hand: the rule decides already."""

    code = "completion-not-excepted"


class ExceptionValues(Input, frozen=True, kw_only=True):
    """Whether somebody has completed it, whatever the rule says, and why. The person reads the reason."""

    completed: bool
    reason: Annotated[str, Meta(max_length=300)] = ""


def checked_exception(values: ExceptionValues) -> ExceptionValues:
    """The values, with a reason. Raises Invalid."""
    if not values.reason:
        raise Invalid(fields={"reason": "Say why: the person and whoever asks later will want to know."})
    return values
