"""What whoever clicks on joining a meeting finds. Pure."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules import State
from training.catalogue.rules import Mode
from training.invites.rules.wanting import HAS_PLACE
from training.schedule.rules.joining import joining_opens


class Way(StrEnum):
    """What stands behind the door: the link, or why there is none."""

    ONLINE = "online"
    EARLY = "early"
    LATER = "later"
    ROOM = "room"
    OVER = "over"
    CANCELLED = "cancelled"
    NO_PLACE = "no place"


class Door(Frozen, frozen=True, kw_only=True):
    """A meeting as somebody stands before it. `state` is that of their enrollment, None for who has none.

    `inside` are those who teach the session or manage it.
    """

    meeting_id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    link: str
    session_state: str
    cancelled_at: datetime | None
    room_name: str | None
    venue_name: str | None
    state: State | None
    mode: str
    inside: bool


def way_in(door: Door, now: datetime) -> Way:
    """Decided in the moment of the click: only who may join now is shown the link.

    Learners may from a quarter of an hour before the start to the end; who teaches or manages, at any time until then.
    """
    if not door.inside and door.state not in HAS_PLACE:
        return Way.NO_PLACE
    if door.cancelled_at is not None or door.session_state == "cancelled":
        return Way.CANCELLED
    if door.ends_at <= now:
        return Way.OVER
    if not door.inside and door.mode == Mode.IN_PERSON:
        return Way.ROOM
    if not door.inside and now < joining_opens(door.starts_at):
        return Way.EARLY
    return Way.ONLINE if door.link else Way.LATER
