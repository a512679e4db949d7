"""Checking in: when it is possible, how somebody was who checks in then, and what a person has to look at. Pure."""

import secrets
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from training.attendance.rules.statuses import ABSENT, ATTENDED, BY_MACHINE, Status, Way
from training.base.errors import Conflict, Gone, Invalid, NotFound, TooMany
from training.base.structs import Frozen
from training.booking.rules.check_in import SELF_AFTER, SELF_BEFORE
from training.outbox.rules.scannable import code_token

WORD_AFTER = timedelta(hours=24)
LATE_AFTER = timedelta(minutes=10)
MOST_WRONG = 5
# At a device for all many people type, and few of them wrong: more than so many in so long are somebody's guesses.
MOST_WRONG_AT_KIOSK = 10
KIOSK_RESTS = timedelta(minutes=10)

Phase = Literal["before", "open", "word", "over"]

SAME_DEVICE = "Somebody else checked in with the same device."
AFTER_THE_END = "They checked in after the end."
SAID_OTHERWISE = "Somebody looked and said otherwise."
# Where nobody gets a place any more, either.
NO_PLACE = "This person had no place here any more: it was given back or taken back before the session was cancelled."


class CodeUnknown(NotFound):
    """Nobody on this roster has this code. Was it read whole? Otherwise find the person by name on the roster."""

    code = "check-in-code-unknown"


class CodeOfOtherSession(Conflict):
    """This code is for another session. Is the person in the right room?"""

    code = "check-in-other-session"


class PlaceGone(Conflict):
    """This person has no place here any more: it was given back or taken back. They can be added as a walk-in."""

    code = "check-in-no-place"


class CodeReplaced(Gone):
    """This code was replaced by a newer one. The newest message about the place has it."""

    code = "check-in-code-replaced"


class CheckInNotOn(Conflict):
    """People do not check in themselves here now. Somebody who teaches can tick you off on the roster."""

    code = "self-check-in-off"


class SelfCheckInOver(Conflict):
    """This meeting is over: people check in themselves until 15 minutes after it. The roster can still be marked."""

    code = "self-check-in-over"


class WrongCheckInCode(Invalid):
    """This is not what the screen shows now. The code there changes every half minute: please look again."""

    code = "check-in-code-wrong"


class TooManyWrongCodes(TooMany):
    """That was wrong five times. Please tell somebody who teaches: they tick you off on the roster."""

    code = "check-in-tries-over"


class KioskRests(TooMany):
    """Too many wrong words were typed here, so this device takes none for ten minutes. Your own phone still does."""

    code = "kiosk-rests"


class NothingToCheckIn(NotFound):
    """You have no place in a meeting that takes check-ins now: from 30 minutes before it begins to 15 after its end."""

    code = "nothing-to-check-in"


class DecidedAlready(Conflict):
    """Somebody has decided this already."""

    code = "check-in-decided"


class DoubtSettled(Conflict):
    """Somebody recorded this person meanwhile, and that stands. It can be changed on the roster."""

    code = "check-in-settled"


class KioskOver(Gone):
    """This page is not open now. Somebody who teaches opens it anew from the check-in page of the roster."""

    code = "kiosk-over"


class Sitting(Frozen, frozen=True, kw_only=True):
    """When a meeting is."""

    starts_at: datetime
    ends_at: datetime


class SelfHours(Frozen, frozen=True, kw_only=True):
    """When people may check in themselves: from `opens_at` to `closes_at`; until `word_until` by the word, for somebody
    who teaches to look at."""

    opens_at: datetime
    closes_at: datetime
    word_until: datetime

    def phase(self, now: datetime) -> Phase:
        """Where in these hours `now` is."""
        if now < self.opens_at:
            return "before"
        if now <= self.closes_at:
            return "open"
        return "word" if now <= self.word_until else "over"


class Arrival(Frozen, frozen=True, kw_only=True):
    """How somebody is marked who checks in now."""

    status: Status
    minutes_late: int = 0


def kiosk_token(secret_key: str, meeting_id: UUID, generation: int) -> str:
    """What opens the page at which several people check in to one meeting, one after the other, with one device."""
    return code_token(secret_key, f"kiosk {generation}", meeting_id)


def opens_kiosk(secret_key: str, token: str, meeting_id: UUID, generation: int) -> bool:
    """Whether a token is the present one of a meeting; compared in constant time."""
    known = kiosk_token(secret_key, meeting_id, generation)
    return secrets.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))


def self_hours(starts_at: datetime, ends_at: datetime) -> SelfHours:
    """When people may check in themselves in a meeting: from 30 minutes before it to 15 minutes after it, and by the
    word until a day after it."""
    return SelfHours(opens_at=starts_at - SELF_BEFORE, closes_at=ends_at + SELF_AFTER, word_until=ends_at + WORD_AFTER)


def takes_code(sitting: Sitting, now: datetime) -> bool:
    """Whether the code on the screen is taken."""
    return self_hours(sitting.starts_at, sitting.ends_at).phase(now) == "open"


def takes_word(sitting: Sitting, now: datetime) -> bool:
    """Whether the word is taken: as the code, and for a day longer, for somebody to look at."""
    return self_hours(sitting.starts_at, sitting.ends_at).phase(now) in ("open", "word")


def arrival(sitting: Sitting, at: datetime) -> Arrival:
    """Present until 10 minutes after the start, then late by the minutes since the start.

    Whoever checks in after the end was there before, for how long nobody knows: present, unless somebody says else.
    """
    if at <= sitting.starts_at + LATE_AFTER or at >= sitting.ends_at:
        return Arrival(status=Status.PRESENT)
    return Arrival(status=Status.LATE, minutes_late=int((at - sitting.starts_at).total_seconds() // 60))


def doubt(sitting: Sitting, at: datetime, *, shared: bool, kiosk: bool) -> str:
    """Why somebody who teaches has to look at a check-in before it counts; empty when nobody has to.

    `shared`: another person has checked in to this meeting with the same device. `kiosk`: a device that somebody who
    teaches set up for all.
    """
    if at >= sitting.ends_at:
        return AFTER_THE_END
    return SAME_DEVICE if shared and not kiosk else ""


def already(status: Status | None) -> bool:
    """Whether somebody is marked as having been there, so that checking in again changes nothing."""
    return status in ATTENDED


def arrived(sitting: Sitting, status: Status | None, minutes_late: int, now: datetime) -> bool:
    """Whether somebody came, as far as can be said now: that they will be late or there for a part only may be on the
    roster before."""
    begun = sitting.starts_at + timedelta(minutes=minutes_late)
    return status is Status.PRESENT or (already(status) and begun <= now)


def settled(status: Status | None, way: Way | None) -> bool:
    """Whether no check-in of somebody who is recorded like this has to be looked at any more.

    They were there, whoever said so, or somebody who looked said that they were not. That a machine missed them, or
    that they were filled in with all who were left, does not settle it.
    """
    return status in ATTENDED or (status in ABSENT and way is not Way.ALL and way not in BY_MACHINE)


class CheckedInNow(Frozen, frozen=True, kw_only=True):
    """What came of checking somebody in. `already`: they were in before, since `at`. `doubtful` says why somebody has
    to look first; `kept` why something else stands, where a person had said otherwise before. `status` is how they are
    recorded now."""

    enrollment_id: UUID
    meeting_id: UUID
    name: str
    way: Way
    at: datetime
    status: Status = Status.NOT_RECORDED
    minutes_late: int = 0
    already: bool = False
    doubtful: str = ""
    kept: str = ""
