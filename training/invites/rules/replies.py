"""Whether what a calendar answered counts. Pure.

An answer changes nothing but that person's own answer, and only when sender, person, entry and version fit.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.ics.entries import Answer

_CLOCKS_DIFFER = timedelta(hours=26)
"""So far ahead a stamp may be: some programs write local time as if it were UTC."""


class Outcome(StrEnum):
    """What becomes of an answer.

    TAKEN: it counts. STALE: it was overtaken. DOUBTFUL: a person must look at it. DROPPED: it is about nothing.
    """

    TAKEN = "taken"
    STALE = "stale"
    DOUBTFUL = "doubtful"
    DROPPED = "dropped"


class Replied(Frozen, frozen=True, kw_only=True):
    """What was answered: who wrote the mail, who answers in it, which version of which entry, and when."""

    sender: str
    uid: str
    attendee: str
    answer: Answer
    sequence: int
    stamp: datetime


class Asked(Frozen, frozen=True, kw_only=True):
    """The invite to whose own address the answer came, and what was answered before.

    `over`: the meeting is. `moved`: it is at another time than was told, and the new one is not told yet.
    """

    meeting_id: UUID
    address: str
    withdrawn: bool
    over: bool
    moved: bool
    sequence: int
    answer: Answer
    answer_stamp: datetime | None
    answer_sequence: int


def judge_reply(replied: Replied, asked: Asked | None, now: datetime) -> tuple[Outcome, str]:
    """What becomes of an answer, and why, in words for whoever looks at it; no words for one that is taken."""
    if asked is None:
        return Outcome.DROPPED, "There is no such invitation any more."
    if doubt := _doubt(replied, asked, now):
        return Outcome.DOUBTFUL, doubt
    if asked.withdrawn:
        return Outcome.STALE, "They no longer take part, so there is nothing to answer."
    if asked.over:
        return Outcome.STALE, "The meeting is over."
    if asked.moved or replied.sequence < asked.sequence:
        return Outcome.STALE, "The meeting changed since. It answers what was so before."
    if _overtaken(replied, asked):
        return Outcome.STALE, "A later answer is known already."
    return Outcome.TAKEN, ""


def _doubt(replied: Replied, asked: Asked, now: datetime) -> str:
    if replied.uid.casefold() != str(asked.meeting_id):
        return "It answers another entry than the one to whose address it came."
    if replied.attendee.casefold() != asked.address.casefold():
        return "Somebody answers who was not invited. The invitation may have been forwarded."
    if replied.sender.casefold() != asked.address.casefold():
        return "It was sent from another address than the one that was invited."
    if replied.sequence > asked.sequence:
        return "It answers a version that was never sent."
    if replied.stamp > now + _CLOCKS_DIFFER:
        return "It says that it was written in the future."
    return ""


def _overtaken(replied: Replied, asked: Asked) -> bool:
    if asked.answer_stamp is None or asked.answer_sequence < replied.sequence:
        return False
    if replied.stamp == asked.answer_stamp:
        # An answer that was forgotten since (the place was given up and came back) does not count once more either.
        return asked.answer in ("", replied.answer)
    return replied.stamp < asked.answer_stamp
