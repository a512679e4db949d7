"""A message to many: who gets one, and how many are written at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.structs import Frozen

MOST_AT_ONCE = 50
"""Up to so many messages are rows of their cause; for more there is one row, and the worker makes the messages."""
BATCH = 200


class Recipient(Frozen, frozen=True, kw_only=True):
    """Somebody who gets a message to many. `cursor` is where they stand in the order of their audience.

    `email` is a folded address, '' for a stand-in to whom nothing is sent. `values` are their own and go before those
    of the message; an own `topic` replaces the message's. Nothing is sent to them before the instant `not_before`.
    """

    cursor: str
    email: str
    name: str = ""
    person_id: UUID | None = None
    subject_id: UUID | None = None
    partner_id: UUID | None = None
    topic: str = ""
    not_before: datetime | None = None
    values: Mapping[str, Any] = {}


Audience = Callable[[Mapping[str, Any], str, int], Awaitable[Sequence[Recipient]]]
"""Who knows the recipients: `(args, after, limit)` gives the next at most `limit` of them whose cursor comes after
`after`, in a fixed order, leaving out whoever is not concerned any more. `args["now"]` is the instant of asking."""
