"""What happened to messages by hand."""

from uuid import UUID

from training.base.structs import Event


class MessageSentAgain(Event, frozen=True, kw_only=True):
    """A message that had not arrived was written once more; `state` is how the old one ended."""

    message_id: UUID
    again_id: UUID
    kind: str
    state: str


class MessageTakenBack(Event, frozen=True, kw_only=True):
    """Somebody took back a message before it left."""

    message_id: UUID
    kind: str
