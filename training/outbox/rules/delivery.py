"""What becomes of a message that a mail server was offered: what its answers mean, when to try again. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.outbox.rules.kinds import find_kind
from training.outbox.rules.states import MessageState

LEASE = timedelta(seconds=45)
"""So long a claimed message belongs to a worker that says nothing. Renewed while it works; taken over afterwards."""
RENEW_SECONDS = 15.0
AT_ONCE = 20
"""So many messages a worker claims together; those it has not begun when it stops, it gives back."""
ASK_AGAIN = timedelta(seconds=2)
"""A claimed message that waited longer than this is asked once more whether it is still wanted."""
MOST_ATTEMPTS = 40
"""More than are made in three days: a message that ends its worker each time is not begun for ever."""
DEAD_ADDRESS = "This address does not work."
MOST_IN_A_ROW = 3
"""So many lines cut one after the other are the server's trouble, not that of the messages."""

_SOON = timedelta(hours=1)
_PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0)
_WAITS = (*(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)), *[timedelta(hours=3)] * 23)
_SPREAD = 0.2
_ALWAYS_TRIED = "sign-in"
_NEEDS_LOGIN = frozenset({530, 534, 535, 538})
_GOES_AWAY = 421
_MOST_SAID = 500


class Stage(StrEnum):
    """How far a conversation with a mail server had come."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class Fate(StrEnum):
    """What an answer means for a message.

    SERVER: nothing is wrong with the message; the server takes none now. PASSING: not now. PERMANENT: never.
    """

    SERVER = "server"
    PASSING = "passing"
    PERMANENT = "permanent"


class Ended(Frozen, frozen=True, kw_only=True):
    """What became of a claimed message. One that waits again waits until `not_before`; `answer` is the server's.

    Without `was_tried`, it was not offered to the server, and its attempt is not counted.
    """

    id: UUID
    state: MessageState
    answer: str = ""
    error: str = ""
    not_before: datetime | None = None
    was_tried: bool = True


class Trouble(Frozen, frozen=True, kw_only=True):
    """Why a message did not get through, or may not have. `code` is 0 when there was no answer.

    `unknown`: its last byte may have arrived before the line was cut, so the server may have it.
    """

    fate: Fate
    code: int = 0
    said: str = ""
    cut: bool = False
    unknown: bool = False

    @property
    def words(self) -> str:
        """In one line, for screens."""
        return f"{self.code} {self.said}" if self.code else self.said


def is_urgent(kind: str) -> bool:
    """Whether somebody sits at a screen and waits for this mail: it is worth little after an hour."""
    known = find_kind(kind)
    return known is not None and known.lifetime <= _SOON


def judge_answer(stage: Stage, code: int, said: str) -> Trouble:
    """What a refusal means.

    A refused login, greeting or sender is the installation's or the server's fault: it would be the same for every
    message, so no message may fail of it. 421 ends the line, but at a recipient it may speak of that recipient only. So
    does what is no answer at all.
    """
    if code in _NEEDS_LOGIN or stage in (Stage.CONNECT, Stage.SENDER):
        fate = Fate.SERVER
    elif 500 <= code <= 599:
        fate = Fate.PERMANENT
    else:
        fate = Fate.PASSING
    sense = 200 <= code <= 599
    unknown = stage is Stage.CONTENT and not sense
    return Trouble(fate=fate, code=code, said=shortened(said), cut=code == _GOES_AWAY or not sense, unknown=unknown)


def judge_silence(stage: Stage, said: str) -> Trouble:
    """What it means that the line was cut or no answer came in time."""
    fate = Fate.SERVER if stage is Stage.CONNECT else Fate.PASSING
    return Trouble(fate=fate, said=shortened(said), cut=True, unknown=stage is Stage.CONTENT)


def judge_message(
    *, kind: str, attempts: int, expires_at: datetime | None, now: datetime, dead: bool
) -> tuple[MessageState, str] | None:
    """How a claimed message ends before anybody is asked about it, and why; None while nothing speaks against it.

    `dead`: mail to its address came back for good. A link to sign in is tried all the same: whoever asks for one looks
    into that mailbox right now.
    """
    if expires_at is not None and expires_at <= now:
        return MessageState.EXPIRED, "It was not sent in time."
    if attempts > MOST_ATTEMPTS:
        return MessageState.FAILED, f"It was begun {MOST_ATTEMPTS} times and never finished."
    if dead and kind != _ALWAYS_TRIED:
        return MessageState.FAILED, DEAD_ADDRESS
    return None


def judge_refusal(message_id: UUID, trouble: Trouble, again_at: datetime | None, expires_at: datetime | None) -> Ended:
    """What becomes of a message that was not taken, when it could be tried again at `again_at` (None: never again)."""
    error = trouble.words
    if trouble.fate is Fate.PERMANENT or again_at is None:
        return Ended(id=message_id, state=MessageState.FAILED, error=error)
    if expires_at is not None and expires_at <= again_at:
        return Ended(id=message_id, state=MessageState.EXPIRED, error=error)
    return Ended(id=message_id, state=MessageState.WAITING, error=error, not_before=again_at)


def retry_at(now: datetime, attempts: int, chance: float) -> datetime | None:
    """When to try again after so many attempts: 1, 5, 15 and 60 minutes later, then every three hours for three days.

    `chance` from 0 to 1 spreads it by up to a fifth, so that those who failed together do not return together. None
    when it has been tried for three days.
    """
    if attempts > len(_WAITS):
        return None
    return now + _WAITS[attempts - 1] * (1 + _SPREAD * chance)


def pause_seconds(failures: int, chance: float) -> float:
    """How long to leave a server alone that failed so many times in a row: 2 seconds, then longer, 2 minutes at most.

    `chance` from 0 to 1 takes up to half of it away.
    """
    return _PAUSES[min(failures, len(_PAUSES)) - 1] * (1 - chance / 2)


def shortened(said: str) -> str:
    """What a server said, as one line that a row can keep."""
    shown = "".join(char if char.isprintable() else " " for char in said)
    return " ".join(shown.split())[:_MOST_SAID]
