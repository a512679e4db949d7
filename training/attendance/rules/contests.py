"""Whether a learner may still say that a mark is wrong, and what they may claim. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.rules.absences import TOLD_FOR, recorded_words
from training.attendance.rules.overall import counted_minutes
from training.attendance.rules.statuses import ATTENDED, Status
from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

CONTESTED_FOR = timedelta(days=14)
# Whoever closes a roster late leaves this much time at least.
LEAST_TIME = timedelta(days=7)
CLAIMS = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.PARTIAL, Status.EXCUSED)
TIMED = frozenset({Status.LATE, Status.LEFT_EARLY, Status.PARTIAL})
# Two things that one mark can say at once.
BOTH = frozenset({Status.LATE, Status.LEFT_EARLY})

# What a learner reads of an objection when the meeting was cancelled while it ran.
MEETING_CANCELLED = "The meeting was cancelled while it ran, so nobody is recorded in it."


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


class Recorded(Frozen, frozen=True, kw_only=True):
    """What a mark says, or is to say: how late, how much too early, and how long somebody was there (`minutes`), None
    where that follows from the others."""

    status: Status
    late: int = 0
    early: int = 0
    minutes: int | None = None

    def said(self, claims: Status) -> int | None:
        """The minutes that it has of what somebody claims; None where it has none."""
        if claims in BOTH and self.status in BOTH:
            return (self.late if claims is Status.LATE else self.early) or None
        return self.minutes if claims is self.status is Status.PARTIAL else None

    def says(self, claims: Status) -> bool:
        """Whether that is what it says, whatever the minutes."""
        return claims is self.status or self.said(claims) is not None

    def besides(self, claims: Status) -> int:
        """Of late and left early the minutes that it has of the one that is not claimed."""
        if claims not in BOTH:
            return 0
        return self.said(Status.LEFT_EARLY if claims is Status.LATE else Status.LATE) or 0

    def words(self, whole: int) -> str:
        """The same in words, with what counts of a meeting of `whole` minutes."""
        there = self.minutes if self.status is Status.PARTIAL else None
        words = recorded_words(self.status, self.late, self.early, there)
        if self.status not in ATTENDED:
            return words
        counted = counted_minutes(self.status, self.late, self.early, self.minutes, whole)
        return f"{words}; {counted} of {whole} minutes count"


class OwnMark(Recorded, frozen=True, kw_only=True):
    """What matters of one's own mark in one meeting of `whole` minutes; `status` is not recorded where there is
    none."""

    whole: int
    ends_at: datetime
    closed_at: datetime | None
    contested: bool


def by_minutes(claims: Status) -> bool:
    """Whether its minutes are those that somebody was not there, as late by ten minutes; a part lasts its minutes."""
    return claims in BOTH


def contest_until(mark: OwnMark) -> datetime | None:
    """Until when the mark can be contested: two weeks after the meeting, or a week after the roster was closed, if
    that is later. None while the roster is open."""
    if mark.closed_at is None:
        return None
    return max(mark.ends_at + CONTESTED_FOR, mark.closed_at + LEAST_TIME)


def link_until(mark: OwnMark, *news: datetime | None) -> datetime | None:
    """Until when at least the link to one's place opens the page of one's own attendance, for this meeting: while the
    mark can be contested, and for a week after `news` of it, when it was changed or what they said was answered.

    Only what comes within 60 days of the meeting counts; None without any. So the link never opens it later than 67
    days after the meeting, unless it opens everything still.
    """
    told = [at for at in (mark.closed_at, *news) if at is not None and at <= mark.ends_at + TOLD_FOR]
    until = contest_until(mark) if mark.closed_at in told else None
    return max([at + LEAST_TIME for at in told] + ([until] if until else []), default=None)


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
    if mark.says(claims) and minutes is None:
        raise ClaimsTheSame(fields={"minutes": "Say by how many minutes." if by_minutes(claims) else "Say how long."})
    if minutes is not None and minutes == mark.said(claims):
        raise ClaimsTheSame(fields={"minutes": "These are the minutes that the roster says already."})
    if claims in TIMED and minutes is not None and not _possible(claims, minutes, mark.whole):
        raise ClaimImpossible(fields={"minutes": f"The meeting lasted {mark.whole} minutes."})


def granted_mark(stands: Recorded, claims: Status, minutes: int | None, other: int | None, whole: int) -> Recorded:
    """What a mark of a meeting of `whole` minutes becomes when whoever claims this, with these minutes, is right.

    Late and left early are two things: of the one that is not claimed it says `other`, and without that what stands.
    Minutes there that stand beside them change by as much as those do. Raises ClaimImpossible, with what to put right.
    """
    _check_granted(claims, minutes, whole)
    if claims not in BOTH:
        return Recorded(status=claims, minutes=minutes if claims is Status.PARTIAL else None)
    beside = stands.besides(claims) if other is None else other
    late, early = (minutes or 0, beside) if claims is Status.LATE else (beside, minutes or 0)
    if late + early >= max(1, whole):
        raise ClaimImpossible(fields={"minutes": f"Late and left early together leave none of its {whole} minutes."})
    status, most = Status.LATE if late else Status.LEFT_EARLY, whole - late - early
    there = _minutes_beside(stands, late + early)
    return Recorded(status=status, late=late, early=early, minutes=None if there is None or there >= most else there)


def _minutes_beside(stands: Recorded, missed: int) -> int | None:
    """The minutes there of somebody who missed so many at the beginning and the end, by those that stand; None without
    any. Whoever stands as present may have missed them among those that they were not there."""
    if stands.minutes is None or not (stands.status in BOTH or stands.status is Status.PRESENT):
        return None
    more = stands.late + stands.early - missed if stands.status in BOTH else 0
    return max(1, stands.minutes + more)


def _check_granted(claims: Status, minutes: int | None, whole: int) -> None:
    """Late and left early are nothing without minutes; a part may have none, where nobody knows."""
    if claims not in TIMED or (minutes is None and not by_minutes(claims)):
        return
    if minutes is None:
        raise ClaimImpossible("Say by how many minutes.", fields={"minutes": "Say by how many minutes."})
    if not _possible(claims, minutes, whole):
        most = max(1, whole - 1) if by_minutes(claims) else whole
        raise ClaimImpossible(fields={"minutes": f"From 1 to {most}: the meeting lasted {whole} minutes."})


def _possible(claims: Status, minutes: int, whole: int) -> bool:
    return 1 <= minutes <= whole if claims is Status.PARTIAL else 1 <= minutes < max(2, whole)
