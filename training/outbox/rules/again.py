"""Which messages may go out a second time by hand, which may be taken back, and how long a repetition lives. Pure."""

from datetime import datetime, timedelta

from training.base.errors import Conflict
from training.outbox.rules.kinds import find_kind
from training.outbox.rules.states import MessageState

REPEATABLE = frozenset({MessageState.FAILED, MessageState.BOUNCED, MessageState.EXPIRED})
"""The states of a message that did not arrive, and that nobody tries any more."""

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


def is_repeatable(state: str, kind: str, *, over: bool = False) -> bool:
    """Whether a message of this state and kind may be sent again, as long as nobody did. `over`: it has expired."""
    return state in REPEATABLE and not _is_over_soon(kind) and not (over and _passes(kind))


def check_repeatable(state: str, kind: str, *, over: bool = False) -> None:
    """Raise MessageChanged for a message that arrived or still may, MessageLinkOver for one that is worth nothing.

    Raise MessageOver for one that has expired (`over`) and is about a moment, as a reminder is.
    """
    if state not in REPEATABLE:
        raise MessageChanged(state=state)
    if _is_over_soon(kind):
        raise MessageLinkOver
    if over and _passes(kind):
        raise MessageOver


def _passes(kind: str) -> bool:
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
