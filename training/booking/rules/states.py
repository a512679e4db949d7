"""What an enrollment is, and what a booking comes to for one person."""

from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.catalogue.rules import Mode


class State(StrEnum):
    """What an enrollment is."""

    REQUESTED = "requested"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    REMOVED = "removed"
    COMPLETED = "completed"
    NOT_COMPLETED = "not completed"


KEEPS_PLACE = frozenset({State.REQUESTED, State.OFFERED, State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED})


ACTIVE = KEEPS_PLACE | {State.WAITLISTED}
# What is not a place yet, or not for sure: it ends with whatever it rested on.
UNSETTLED = frozenset({State.REQUESTED, State.WAITLISTED, State.OFFERED})
# What can still be given up: whoever has completed a session can no longer leave it.
CAN_LEAVE = frozenset({State.REQUESTED, State.WAITLISTED, State.OFFERED, State.ENROLLED})


class Outcome(StrEnum):
    """What a booking came to for one person."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"


class Verdict(Frozen, frozen=True, kw_only=True):
    """What a booking comes to for one person, and why. `position` counts from 1 on the waitlist."""

    name: str
    email: str
    outcome: Outcome
    code: str = ""
    reason: str = ""
    mode: Mode | None = None
    position: int | None = None
    enrollment_id: UUID | None = None
    membership_id: UUID | None = None
