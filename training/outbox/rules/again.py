"""Which messages may go out a second time by hand, which may be taken back, and how long a repetition lives. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from training.base.errors import Conflict
from training.outbox.rules.kinds import KINDS, find_kind
from training.outbox.rules.states import MessageState

REPEATABLE = frozenset({MessageState.FAILED, MessageState.BOUNCED, MessageState.EXPIRED})
"""The states of a message that did not arrive, and that nobody tries any more."""

# What names the times of a session and how somebody takes part: old words, once newer ones changed either.
_TELLS_MODE = frozenset({"booking-enrolled", "booking-promoted", "booking-restored", "booking-moved-over"})
_TELLS_TIMES = _TELLS_MODE | {
    "booking-mode-changed",
    "booking-moved",
    "booking-offered",
    "booking-session-confirmed",
    "booking-waitlisted",
}
REPLACES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "booking-moved": _TELLS_TIMES,
        "booking-moved-over": _TELLS_TIMES,
        "booking-mode-changed": _TELLS_MODE,
        "booking-cancelled": _TELLS_TIMES,
        "booking-session-cancelled": _TELLS_TIMES,
    }
)
"""Which kinds say anew what older ones of other kinds said about the same thing. Each replaces its own kind, too."""

# What is worth sending no longer than this holds a link that is over soon: whoever needs one asks for a new one.
_SOON_OVER = timedelta(hours=1)


class MessageChanged(Conflict):
    """This message stands differently now, so nothing was done. Look at how it stands."""

    code = "message-changed"


class MessageSentAlready(Conflict):
    """This message was sent again already. Look at that one."""

    code = "message-sent-already"


class MessageLinkOver(Conflict):
    """The link in this message is good for a short time only. Whoever needs one asks for a new one."""

    code = "message-link-over"


class MessageOver(Conflict):
    """What this message is about is over, so it is not sent again."""

    code = "message-over"


class MessageReplaced(Conflict):
    """A newer message says how things stand now. Look at that one, and send it again if it did not arrive."""

    code = "message-replaced"


class MessageUnreached(Conflict):
    """Mail to this address comes back, so this would, too. When the address is repaired, what they missed is sent."""

    code = "message-unreached"


PASSING = tuple(kind for kind, known in KINDS.items() if known.passes)
"""Kinds, and families of kinds, that are about a moment and worth nothing after it."""
SOON_OVER = tuple(kind for kind, known in KINDS.items() if known.lifetime <= _SOON_OVER)
"""Kinds that hold a link which is over soon."""


def is_repeatable(state: str, kind: str, *, over: bool = False) -> bool:
    """Whether a message of this state and kind may be sent again, as long as nobody did. `over`: it has expired."""
    return find_obstacle(state, kind, over=over) is None


def find_obstacle(
    state: str,
    kind: str,
    *,
    over: bool = False,
    repeated_by: UUID | None = None,
    newer_id: UUID | None = None,
    unreached: bool = False,
) -> Conflict | None:
    """What stands in the way of sending a message again; None when nothing does.

    MessageChanged for one that arrived or still may, MessageLinkOver for one whose link is worth nothing any more,
    MessageOver for one that has expired (`over`) and is about a moment, as a reminder is; MessageSentAlready and
    MessageReplaced name the message that took its place, MessageUnreached is about its address.
    """
    if state not in REPEATABLE:
        return MessageChanged(state=state)
    if _is_over_soon(kind):
        return MessageLinkOver()
    if repeated_by is not None:
        return MessageSentAlready(message_id=str(repeated_by))
    if over and passes(kind):
        return MessageOver()
    if newer_id is not None:
        return MessageReplaced(message_id=str(newer_id))
    return MessageUnreached() if unreached else None


def passes(kind: str) -> bool:
    """Whether a kind is about a moment, and worth nothing after it."""
    known = find_kind(kind)
    return known is not None and known.passes


def _is_over_soon(kind: str) -> bool:
    known = find_kind(kind)
    return known is not None and known.lifetime <= _SOON_OVER


def repeated_until(created_at: datetime, expires_at: datetime | None, now: datetime) -> datetime | None:
    """Until when a repetition made at `now` may go out: until then as well, or as long again when that is over."""
    if expires_at is None or expires_at > now:
        return expires_at
    return now + (expires_at - created_at)
