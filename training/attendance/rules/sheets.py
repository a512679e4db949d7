"""An attendance sheet: who stands on it in which order, and what is written around them. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.attendance.rules.rosters import RosterMeeting
from training.base.structs import Frozen, Input
from training.schedule.rules.sessions import folded

MOST_BLANK = 40
# These letters are no letter with an accent, and still stand with the one that they look like.
_STAND_WITH = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class Size(StrEnum):
    """The paper: A4 and Letter for a table, A5 for a clipboard."""

    A4 = "a4"
    LETTER = "letter"
    A5 = "a5"


class Column(StrEnum):
    """What people put beside their names: a signature, or a tick in a box."""

    SIGNATURE = "signature"
    BOXES = "boxes"


class Who(StrEnum):
    """Whose names are on it, where a session takes place in a room and online."""

    ALL = "all"
    IN_PERSON = "in_person"
    ONLINE = "online"


class SheetChoices(Input, frozen=True, kw_only=True):
    """How the sheet should be. `blank` lines for people who come without a place."""

    size: Size = Size.A4
    column: Column = Column.SIGNATURE
    who: Who = Who.ALL
    blank: Annotated[int, Meta(ge=0, le=MOST_BLANK)] = 5


class SheetRow(Frozen, frozen=True, kw_only=True):
    """Somebody on it, by the name that their partner uses. Nothing else that is known of them is on paper."""

    enrollment_id: UUID
    name: str
    partner: str
    mode: str


class Sheet(Frozen, frozen=True, kw_only=True):
    """The attendance sheet of a meeting. `trainers` are names, the lead first; `rows` are sorted by name."""

    meeting: RosterMeeting
    trainers: tuple[str, ...]
    rows: tuple[SheetRow, ...]

    @property
    def room(self) -> str:
        """Where it is: room and venue, or "" without a room."""
        return ", ".join(name for name in (self.meeting.room_name, self.meeting.venue_name) if name)


def by_name(name: str) -> tuple[str, str]:
    """What names are sorted by: as people look for them, so Élodie before Erik and Łukasz before Mia."""
    return folded(name.lower().translate(_STAND_WITH)), name


def on_sheet(rows: Iterable[SheetRow], who: Who) -> tuple[SheetRow, ...]:
    """Those who are asked for, by name."""
    wanted = [row for row in rows if who is Who.ALL or row.mode == who.value]
    return tuple(sorted(wanted, key=lambda row: (*by_name(row.name), row.partner, str(row.enrollment_id))))
