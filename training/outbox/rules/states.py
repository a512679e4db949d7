"""Where a message stands."""

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands. Only a waiting one can be withdrawn or superseded."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
