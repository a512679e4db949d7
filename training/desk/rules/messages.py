"""Messages as those read them who run a program: states, what went wrong in plain words, and what helps. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.desk.rules.journal import UNTOLD, Entry, InWords, told
from training.outbox.rules import MessageState
from training.outbox.rules.again import REPEATABLE, SOON_OVER, passes
from training.outbox.rules.delivery import DEAD_ADDRESS

STUCK = timedelta(minutes=5)
"""A message that is due for longer than this waits for a mail server, or for a worker that is not there."""
RECENT = timedelta(days=14)
"""What did not arrive before this is no news for the board; the list of messages keeps it."""


class Shown(StrEnum):
    """Which messages of a list are shown: those of one state, or `undelivered`: what failed, bounced or was too late,
    and that nobody sent again."""

    UNDELIVERED = "undelivered"
    WAITING = MessageState.WAITING.value
    CLAIMED = MessageState.CLAIMED.value
    SENT = MessageState.SENT.value
    FAILED = MessageState.FAILED.value
    BOUNCED = MessageState.BOUNCED.value
    EXPIRED = MessageState.EXPIRED.value
    WITHDRAWN = MessageState.WITHDRAWN.value
    SUPERSEDED = MessageState.SUPERSEDED.value


class Wanted(Frozen, frozen=True, kw_only=True):
    """Which messages somebody asks for. `address` is a part of it or the whole; the instants bound when it was
    written: from the first on, before the second."""

    shown: Shown | None = None
    kind: str = ""
    program_id: UUID | None = None
    partner_id: UUID | None = None
    person_id: UUID | None = None
    announcement_id: UUID | None = None
    address: str = ""
    since: datetime | None = None
    before: datetime | None = None


_YEARS = range(1900, 2200)


def day_span(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which a day begins and ends on the clocks of `zone`. Raises Invalid for one far away."""
    if day.year not in _YEARS:
        raise Invalid(fields={"day": "The year must lie between 1900 and 2199."})
    first, second = (datetime.combine(d, time(), ZoneInfo(zone)) for d in (day, day + timedelta(days=1)))
    return first, second


def news_since(now: datetime, zone: str) -> date:
    """The first day whose messages are news for the board, on the clocks of `zone`."""
    return (now - RECENT).astimezone(ZoneInfo(zone)).date()


class Trouble(Frozen, frozen=True, kw_only=True):
    """What went wrong, and what helps."""

    what: str
    do: str


_CODE = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"\b([45])\d\d\b")
_NO_MAILBOX = Trouble(
    what="There is no such mailbox.",
    do="Ask them, or their coordinator, for the right address. When it is put right, what they missed is sent again.",
)
_FULL = Trouble(what="Their mailbox is full.", do="Tell them some other way, and send it again when there is room.")
_REFUSED = Trouble(
    what="The receiving server does not take mail from us.",
    do="Ask whoever operates this installation to check the sender's SPF and DKIM records; then send it again.",
)
_TOO_BIG = Trouble(what="The message is too big for the receiving server.", do="Tell them some other way.")
_WORDLESS = Trouble(
    what="The words of this message could not be made.",
    do="Tell whoever operates this installation; send it again when it is put right.",
)
_PASSING = Trouble(
    what="The receiving server asked us to come back later, until we gave up.",
    do="Send it again; if that fails too, tell them some other way.",
)
_FOR_GOOD = Trouble(
    what="The mail server refused it for good.",
    do="Read what it answered, put the address right if it is wrong, and send it again.",
)
_KNOWN = Trouble(
    what="It was not sent, because mail to this address has come back before.",
    do="Sending it again would fail the same way. Ask them, or their coordinator, for the right address: when it is"
    " repaired, what they missed is sent again.",
)
_BACK = Trouble(what="It came back without a reason that we understand.", do=_NO_MAILBOX.do)
_LATE = Trouble(
    what="It waited longer than it was worth sending: for the mail server, or for a worker.",
    do="If it still helps them, send it again.",
)
_OVER = Trouble(
    what="It waited longer than it was worth sending: for the mail server, or for a worker.",
    do="What it is about is over, so it is not sent again.",
)
_LINK_OVER = Trouble(what=_OVER.what, do="The link in it is over. Whoever needs one asks for a new one.")
_BY_SUBJECT: Mapping[str, Trouble] = {"1": _NO_MAILBOX, "7": _REFUSED}
_BY_CODE: Mapping[tuple[str, str], Trouble] = {("2", "2"): _FULL, ("2", "3"): _TOO_BIG, ("3", "4"): _TOO_BIG}
_WORDS: Sequence[tuple[str, Trouble]] = (
    ("user unknown", _NO_MAILBOX),
    ("no such user", _NO_MAILBOX),
    ("mailbox full", _FULL),
    ("over quota", _FULL),
    ("render", _WORDLESS),
    ("template", _WORDLESS),
    ("undefined", _WORDLESS),
)


def trouble_of(state: str, error: str, kind: str = "") -> Trouble | None:
    """What went wrong with a message of this state and kind, in plain words; None when nothing did."""
    if state == MessageState.EXPIRED:
        return _OVER if passes(kind) else _LINK_OVER if kind in SOON_OVER else _LATE
    if state not in (MessageState.FAILED, MessageState.BOUNCED):
        return None
    if error == DEAD_ADDRESS:
        return _KNOWN
    if code := _CODE.search(error):
        known = _BY_CODE.get((code[2], code[3])) or _BY_SUBJECT.get(code[2])
        if known:
            return known
    lower = error.lower()
    for word, trouble in _WORDS:
        if word in lower:
            return trouble
    if state == MessageState.BOUNCED:
        return _BACK
    reply = code or _REPLY.search(error)
    return _PASSING if reply and reply[1] == "4" else _FOR_GOOD


def needs_somebody(state: str, *, repeated: bool) -> bool:
    """Whether a message did not arrive and nobody sent it again."""
    return state in REPEATABLE and not repeated


def cause_among(entries: Sequence[Entry], subject_id: UUID | None) -> Entry | None:
    """Of what one piece of work wrote into the journal, why a message about `subject_id` was written.

    What happened to its subject itself comes first, then what began it all; None when nothing was written down.
    """
    told = [entry for entry in entries if entry.event not in UNTOLD]
    own = [entry for entry in told if entry.subject_id == subject_id]
    return next(iter(own or told), None)


def whys(causes: Mapping[UUID, Entry], names: Mapping[str, str], zone: str, in_words: InWords) -> dict[UUID, str]:
    """Why each message was written, in a sentence, by the id of the message; as `told` for the rest."""
    lines = {message_id: told(entry, names, zone, in_words) for message_id, entry in causes.items()}
    return {message_id: f"{line.who} {line.what}".strip() for message_id, line in lines.items()}
