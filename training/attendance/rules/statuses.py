"""How somebody was at a meeting, and how that came to be known."""

from enum import StrEnum


class Status(StrEnum):
    """A mark of one person at one meeting. `NOT_RECORDED`: nobody said, or what was said was taken back."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left early"
    PARTIAL = "partial"
    EXCUSED = "excused"
    NO_SHOW = "no-show"
    NOT_RECORDED = "not recorded"


# Whoever was there at all, and so counts as having attended the meeting.
ATTENDED = frozenset({Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.PARTIAL})
ABSENT = frozenset({Status.EXCUSED, Status.NO_SHOW})


class Way(StrEnum):
    """How a mark came about."""

    ROSTER = "roster"
    ALL = "all"
    OFFLINE = "offline"
    MAIL = "mail"
    QR = "qr"
    CODE = "code"
    WORD = "word"
    IMPORT = "import"
    WALK_IN = "walk-in"
    CONTEST = "contest"


# What a machine concluded; a person who looked knows better.
BY_MACHINE = frozenset({Way.QR, Way.CODE, Way.WORD, Way.IMPORT})
# What a device may bring long after it was made.
BROUGHT = frozenset({Way.OFFLINE, Way.ALL})
