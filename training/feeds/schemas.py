"""What pages and programs say about feeds, and what they are told."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from msgspec import Meta

from training.base.errors import Invalid
from training.base.site import Site
from training.base.structs import Frozen, Input
from training.feeds.actions.feeds import NewFeed
from training.feeds.rules.feeds import FeedKind, FeedOrder, FeedRecord

FeedLabel = Annotated[str, Meta(min_length=1, max_length=80, description="Where it is used, for example My phone.")]
AlarmMinutes = Annotated[
    Literal[0, 10, 30, 60, 120, 1440],
    Meta(description="An alarm so many minutes before each meeting; 0 for none. For one's own calendars only."),
]


class FeedForm(Input, frozen=True, kw_only=True):
    """The form for a new calendar address. `what` is a kind, or a kind and an id with a colon between."""

    what: Annotated[str, Meta(min_length=1, max_length=60)]
    label: FeedLabel
    names: bool = False
    alarm_minutes: AlarmMinutes = 0

    def order(self) -> FeedOrder:
        """The same for the action. Raises Invalid for something that was not offered."""
        kind, _, scope = self.what.partition(":")
        try:
            chosen, scope_id = FeedKind(kind), UUID(scope) if scope else None
        except ValueError as error:
            raise Invalid(fields={"what": "Choose one of those offered."}) from error
        return FeedOrder(
            kind=chosen, label=self.label, scope_id=scope_id, names=self.names, alarm_minutes=self.alarm_minutes
        )


class FeedIn(Input, frozen=True, kw_only=True):
    """Make a calendar address. `scope_id` is the partner for `coordinating` and the room for `room`."""

    kind: FeedKind
    label: FeedLabel
    scope_id: UUID | None = None
    names: Annotated[bool, Meta(description="For coordinating: whether entries name who takes part.")] = True
    alarm_minutes: AlarmMinutes = 0

    def order(self) -> FeedOrder:
        """The same for the action."""
        return FeedOrder(
            kind=self.kind,
            label=self.label,
            scope_id=self.scope_id,
            names=self.names,
            alarm_minutes=self.alarm_minutes,
        )


class FeedOut(Frozen, frozen=True, kw_only=True):
    """A calendar address without its secret. `ended_at` is when the right to it was lost."""

    id: UUID
    kind: FeedKind
    scope_id: UUID | None
    scope_name: str
    label: str
    names: bool
    alarm_minutes: int
    created_at: datetime
    renewed_at: datetime | None
    fetched_at: datetime | None
    fetched_by: str
    ended_at: datetime | None

    @classmethod
    def of(cls, feed: FeedRecord) -> Self:
        """What its owner is told of a feed."""
        return cls(**{name: getattr(feed, name) for name in cls.__struct_fields__})


class FeedList(Frozen, frozen=True, kw_only=True):
    """One's own calendar addresses, newest first."""

    items: list[FeedOut]


class MadeFeed(Frozen, frozen=True, kw_only=True):
    """A calendar address just made or renewed. `address` is the secret: shown this once."""

    id: UUID
    label: str
    address: str
    webcal: str

    @classmethod
    def of(cls, made: NewFeed, site: Site) -> Self:
        """The whole addresses, as calendar programs take them."""
        address = site.url(made.path)
        return cls(id=made.id, label=made.label, address=address, webcal=f"webcal://{address.partition('://')[2]}")


class RevokedFeeds(Frozen, frozen=True, kw_only=True):
    """How many calendar addresses ended."""

    revoked: int
