"""Where a message stands."""

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands. It can be withdrawn or superseded until a worker that claimed it begins to send it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
