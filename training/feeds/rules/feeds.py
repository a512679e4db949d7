"""Feed links: what one may be for, what its secret looks like, which mark tells that it may have changed."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen

SECRET_BYTES = 32
MOST_FEEDS = 30
MOST_LABEL = 80
# Being fetched is written down at most this often, so that reading hardly ever writes.
FETCHED_EVERY = timedelta(minutes=15)
# How long a feed whose right was lost shows its last entry.
FAREWELL = timedelta(days=30)
# Feeds that were revoked or have said farewell are forgotten after this.
FORGOTTEN_AFTER = timedelta(days=60)
# A program that did not synchronise for so long starts afresh.
DAV_STATES_KEPT = timedelta(days=30)
# Alarms that may be asked for, in minutes before the start; 0 is none.
ALARMS = (0, 10, 30, 60, 120, 1440)


class FeedKind(StrEnum):
    """What a feed shows."""

    MINE = "mine"
    TEACHING = "teaching"
    COORDINATING = "coordinating"
    ROOM = "room"


class TooManyFeeds(Conflict):
    """You have 30 calendar links already. Please revoke those that no device uses."""

    code = "too-many-feeds"


class FeedEnded(Conflict):
    """You lost access to what this calendar shows, so it gets no new address. You can only remove it."""

    code = "feed-ended"


class FeedOrder(Frozen, frozen=True, kw_only=True):
    """A feed somebody wants. `scope_id` is the partner or the room; `label` says on which device it will be."""

    kind: FeedKind
    label: str
    scope_id: UUID | None = None
    names: bool = True
    alarm_minutes: int = 0


class FeedRecord(Frozen, frozen=True, kw_only=True):
    """A feed link as its owner sees it. Holds no secret. `scope_name` is the partner's or the room's."""

    id: UUID
    person_id: UUID
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
    allowed: bool

    @property
    def farewell(self) -> bool:
        """Whether the right to it was lost, so that it shows one last entry only."""
        return not self.allowed


def new_secret() -> str:
    """The secret part of a fresh address: 256 random bits, in characters that any program copies whole."""
    return secrets.token_urlsafe(SECRET_BYTES)


def path_of(secret: str) -> str:
    """Where a feed is fetched."""
    return f"/calendars/{secret}.ics"


def mark_of(kind: FeedKind, person_id: UUID, scope_id: UUID | None) -> str:
    """The id of the calendar mark that rises when such a feed may have changed."""
    if kind in (FeedKind.MINE, FeedKind.TEACHING):
        return f"person:{person_id}"
    return f"{'partner' if kind is FeedKind.COORDINATING else 'room'}:{scope_id}"


def checked_order(order: FeedOrder) -> FeedOrder:
    """The order when it can be met. Raises Invalid naming every field that cannot."""
    wrong = {}
    label = " ".join(order.label.split())
    if not 1 <= len(label) <= MOST_LABEL:
        wrong["label"] = f"Say where you will use it, in at most {MOST_LABEL} characters."
    if order.alarm_minutes not in ALARMS:
        wrong["alarm_minutes"] = "Choose one of the times offered."
    scoped = order.kind in (FeedKind.COORDINATING, FeedKind.ROOM)
    if scoped and order.scope_id is None:
        wrong["kind"] = "Choose the organization or the room."
    if wrong:
        raise Invalid(fields=wrong)
    personal = not scoped
    return FeedOrder(
        kind=order.kind,
        label=label,
        scope_id=order.scope_id if scoped else None,
        names=order.names if order.kind is FeedKind.COORDINATING else True,
        # Only in one's own calendar does an alarm concern oneself.
        alarm_minutes=order.alarm_minutes if personal else 0,
    )


def said_farewell(ended_at: datetime | None, now: datetime) -> bool:
    """Whether a feed whose right was lost has shown its last entry long enough."""
    return ended_at is not None and now >= ended_at + FAREWELL
