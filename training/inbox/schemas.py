"""What mail providers may tell us instead of handing over the mail itself."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.structs import EmailAddress, Frozen, Input


class MailEventIn(Input, frozen=True, kw_only=True):
    """What a mail provider says became of a message.

    `message_id` is the Message-ID of the message, or the address it was to be returned to; `recipient` whom it was
    for. One of the two is needed. `permanent` tells whether the next message there will come back, too. Two of the
    same content are taken as one; `id`, the provider's own, tells them apart. Without `id` and `message_id`, so does
    the time in their signatures.
    """

    kind: Literal["bounce", "complaint", "delivered"]
    message_id: Annotated[str, Meta(max_length=254)] = ""
    recipient: EmailAddress | Literal[""] = ""
    reason: Annotated[str, Meta(max_length=2_000)] = ""
    permanent: bool = False
    id: Annotated[str, Meta(max_length=200)] = ""


class TakenOut(Frozen, frozen=True, kw_only=True):
    """The mail was taken in. `new` is false for one that had come before: nothing was done again."""

    id: UUID
    new: bool
