"""What happens to feed links. No event holds an address or its secret. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event


class FeedMade(Event, frozen=True, kw_only=True):
    """Somebody has a new address for one of their calendars."""

    feed_id: UUID
    person_id: UUID
    kind: str
    scope_id: UUID | None
    label: str


class FeedRenewed(Event, frozen=True, kw_only=True):
    """A calendar has a new address; the old one is as unknown as any other."""

    feed_id: UUID
    person_id: UUID
    label: str


class FeedRevoked(Event, frozen=True, kw_only=True):
    """The address of a calendar opens nothing any more."""

    feed_id: UUID
    person_id: UUID
    label: str
