"""What mail that came in means. The first field names the mail; what follows for messages is not decided here."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from training.base.structs import Event

Answered = Literal["accepted", "tentative", "declined"]


class BounceReceived(Event, frozen=True, kw_only=True):
    """A message came back. `message_id` is ours; without one, only the address is known. `permanent`: it will again."""

    incoming_id: UUID
    message_id: UUID | None
    recipient: str
    permanent: bool
    reason: str


class ComplaintReceived(Event, frozen=True, kw_only=True):
    """A reader marked a message as unwanted."""

    incoming_id: UUID
    message_id: UUID | None
    recipient: str
    reason: str


class DeliveryConfirmed(Event, frozen=True, kw_only=True):
    """A mail provider says that a message reached its mailbox."""

    incoming_id: UUID
    message_id: UUID | None
    recipient: str


class ReplyReceived(Event, frozen=True, kw_only=True):
    """A calendar answered to an invite's own address: accepted, tentative or declined. Nobody has judged yet whether it
    fits. `sender` wrote the mail, `attendee` is who answers, `sequence` the version that is answered, `stamp` when."""

    incoming_id: UUID
    invite_id: UUID
    sender: str
    uid: str
    attendee: str
    partstat: Answered
    sequence: int
    stamp: datetime


class MailSettled(Event, frozen=True, kw_only=True):
    """Somebody looked at a doubtful mail: `outcome` is nothing or bounce."""

    incoming_id: UUID
    outcome: str
