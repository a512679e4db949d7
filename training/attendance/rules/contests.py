"""Whether a learner may still say that a mark is wrong, and what they may claim. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.rules.statuses import Status
from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

CONTESTED_FOR = timedelta(days=14)
# Whoever closes a roster late leaves this much time at least.
LEAST_TIME = timedelta(days=7)
CLAIMS = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.PARTIAL, Status.EXCUSED)
TIMED = frozenset({Status.LATE, Status.LEFT_EARLY, Status.PARTIAL})


class ContestTooLate(Gone):
    """This can be contested for two weeks after the meeting. Please ask the program manager."""

    code = "contest-too-late"


class NothingToContest(Conflict):
    """Nobody has closed this roster yet, so the mark can still change by itself."""

    code = "nothing-to-contest"


class ContestedAlready(Conflict):
    """You have said so already. Whoever taught the meeting will answer."""

    code = "contested-already"


class ClaimsTheSame(Invalid):
    """This is what the roster says already. Choose how it was instead."""

    code = "claims-the-same"


class ClaimImpossible(Invalid):
    """The meeting was not that long, or a part of it was no minute at all."""

    code = "claim-impossible"


class ContestDecidedAlready(Conflict):
    """Somebody has answered this already."""

    code = "contest-decided"


class CorrectionStands(Conflict):
    """What counts for the whole session was corrected by hand. Take that correction back first, or leave the mark."""

    code = "correction-stands"


class NothingToTakeBack(Conflict):
    """Nothing of this waits for an answer any more."""

    code = "nothing-to-take-back"


class Claim(Frozen, frozen=True, kw_only=True):
    """What a learner says of their mark in one meeting. `minutes`: how late they came, how early they left, or how long
    they were there for a part of the time, as they claim; None where they do not say."""

    meeting_id: UUID
    claims: Status
    minutes: int | None = None
    words: str = ""


class OwnMark(Frozen, frozen=True, kw_only=True):
    """What matters of one's own mark in one meeting of `whole` minutes; `status` is not recorded where there is none.
    `minutes` is how late, how early, or for partial how long, as it is recorded."""

    status: Status
    minutes: int | None = None
    whole: int
    ends_at: datetime
    closed_at: datetime | None
    contested: bool


def timed_minutes(claims: Status, minutes: int | None) -> tuple[int, int, int | None]:
    """What a mark that says this has as minutes late, minutes left early and minutes there."""
    late = minutes if claims is Status.LATE else None
    early = minutes if claims is Status.LEFT_EARLY else None
    return late or 0, early or 0, minutes if claims is Status.PARTIAL else None


def by_minutes(claims: Status) -> bool:
    """Whether its minutes are those that somebody was not there, as late by ten minutes; a part lasts its minutes."""
    return claims in TIMED and claims is not Status.PARTIAL


def contest_until(mark: OwnMark) -> datetime | None:
    """Until when the mark can be contested: two weeks after the meeting, or a week after the roster was closed, if
    that is later. None while the roster is open."""
    if mark.closed_at is None:
        return None
    return max(mark.ends_at + CONTESTED_FOR, mark.closed_at + LEAST_TIME)


def can_contest(mark: OwnMark, now: datetime) -> bool:
    """Whether the mark can be contested now."""
    until = contest_until(mark)
    return until is not None and now < until and not mark.contested


def check_contest(mark: OwnMark, claims: Status, minutes: int | None, now: datetime) -> None:
    """Raise NothingToContest, ContestTooLate, ContestedAlready, ClaimsTheSame or ClaimImpossible, the latter two with
    what to put right. Other minutes of the same are something else: who came five minutes late was not thirty late."""
    until = contest_until(mark)
    if until is None:
        raise NothingToContest
    if now >= until:
        raise ContestTooLate
    if mark.contested:
        raise ContestedAlready
    if claims not in CLAIMS or (claims is mark.status and claims not in TIMED):
        raise ClaimsTheSame(fields={"claims": "This is what the roster says already. Choose how it was instead."})
    if claims is mark.status and minutes is None:
        raise ClaimsTheSame(fields={"minutes": "Say by how many minutes." if by_minutes(claims) else "Say how long."})
    if claims is mark.status and minutes == mark.minutes:
        raise ClaimsTheSame(fields={"minutes": "These are the minutes that the roster says already."})
    if claims in TIMED and minutes is not None and not _possible(claims, minutes, mark.whole):
        raise ClaimImpossible(fields={"minutes": f"The meeting lasted {mark.whole} minutes."})


def check_granted(claims: Status, minutes: int | None, whole: int) -> None:
    """Raise ClaimImpossible, with what to put right, unless a mark can say this of a meeting of `whole` minutes. Late
    and left early are nothing without minutes; a part may have none, where nobody knows."""
    if claims not in TIMED or (minutes is None and not by_minutes(claims)):
        return
    if minutes is None:
        raise ClaimImpossible("Say by how many minutes.", fields={"minutes": "Say by how many minutes."})
    if not _possible(claims, minutes, whole):
        most = max(1, whole - 1) if by_minutes(claims) else whole
        raise ClaimImpossible(fields={"minutes": f"From 1 to {most}: the meeting lasted {whole} minutes."})


def _possible(claims: Status, minutes: int, whole: int) -> bool:
    return 1 <= minutes <= whole if claims is Status.PARTIAL else 1 <= minutes < max(2, whole)
