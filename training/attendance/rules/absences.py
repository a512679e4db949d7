"""Who is told of which absence once a roster is closed, and when that was wrong. Pure."""

from datetime import timedelta
from enum import StrEnum

from training.attendance.rules.statuses import ABSENT, Status

# Whoever closes old rosters tells nobody what they have long forgotten.
TOLD_FOR = timedelta(days=60)


class News(StrEnum):
    """What there is to tell of a mark in a closed roster."""

    ABSENCE = "absence"
    CORRECTION = "correction"


def news_of(status: Status, told: str) -> News | None:
    """What is to be told now, when `told` is the absence that people were told of last ('' for none)."""
    if not told:
        return News.ABSENCE if status in ABSENT else None
    return News.CORRECTION if status != told else None


def told_after(status: Status) -> str:
    """What people know then."""
    return status.value if status in ABSENT else ""


_WORDS = {
    Status.PRESENT: "present",
    Status.LATE: "there, but late",
    Status.LEFT_EARLY: "there, but left early",
    Status.PARTIAL: "there for a part",
    Status.EXCUSED: "excused",
    Status.NO_SHOW: "absent and not excused",
    Status.NOT_RECORDED: "not recorded",
}


def status_words(status: Status) -> str:
    """How somebody was, as a part of a sentence: 'You are recorded as ...'."""
    return _WORDS[status]


def claimed_words(claims: Status, minutes: int | None) -> str:
    """The same with the minutes that somebody says, None where they say none."""
    if minutes is None or claims not in (Status.LATE, Status.LEFT_EARLY, Status.PARTIAL):
        return _WORDS[claims]
    by = "" if claims is Status.PARTIAL else "by "
    return f"{_WORDS[claims]}, {by}{minutes} {'minute' if minutes == 1 else 'minutes'}"


def recorded_words(status: Status, late: int, early: int, minutes: int | None) -> str:
    """How the roster has somebody: the same with its minutes, 0 or None where it has none. Whoever was there for fewer
    than that leaves is told so."""
    told = {Status.LATE: late or None, Status.LEFT_EARLY: early or None, Status.PARTIAL: minutes}
    said = claimed_words(status, told.get(status))
    if late and early:
        said = f"{claimed_words(Status.LATE, late)}, and left {early} {'minute' if early == 1 else 'minutes'} early"
    if minutes is None or status not in (Status.PRESENT, Status.LATE, Status.LEFT_EARLY):
        return said
    return f"{said} ({minutes} {'minute counts' if minutes == 1 else 'minutes count'})"


def absence_said(words: str) -> str:
    """The absence that a message told in these words, as `told_after` has it; '' when it told of none."""
    return next((status.value for status in ABSENT if status_words(status) == words), "")
