"""The list of participants that an online platform gives after a meeting, as a file. Pure; the file is a stranger's.

Zoom, Teams, Meet and Webex name their columns differently and put other tables around the one that matters; whoever
else has a name or an address and a duration, or times of joining and leaving, is understood as well.
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from training.attendance.rules.online_times import Told, seconds_of, told_time
from training.base.structs import Frozen, clean_text, without_directions
from training.schedule.rules.sheets import FileEmpty, FileNotUtf8, FileUnreadable, QuotesBroken, decoded

MOST_LIST_BYTES = 900_000
MOST_LIST_ROWS = 5_000
# The header stands below a summary of the meeting at the most.
_HEADER_WITHIN = 60
_MOST_CELLS = 100
_SEPARATORS = "\t,;"
_LONGEST = 200
_NAME, _EMAIL, _OTHER_EMAIL, _FIRST, _LAST = "name", "email", "other email", "first", "last"
_JOINED, _LEFT, _DURATION, _WAITING, _ATTENDED = "joined", "left", "duration", "waiting", "attended"
_ALIASES: dict[str, frozenset[str]] = {
    _NAME: frozenset(
        {
            "name",
            "full name",
            "name (original name)",
            "user name (original name)",
            "user name",
            "display name",
            "participant",
            "participant name",
            "attendee",
            "attendee name",
            "vollständiger name",
            "anzeigename",
            "nom complet",
            "nombre completo",
            "nome completo",
            "nome de exibição",
        }
    ),
    _EMAIL: frozenset(
        {
            "email",
            "e-mail",
            "mail",
            "user email",
            "email address",
            "e-mail address",
            "attendee email",
            "participant email",
            "e-mail-adresse",
            "correo electrónico",
            "e-mail do convidado",
        }
    ),
    _OTHER_EMAIL: frozenset({"participant id (upn)", "user principal name", "upn"}),
    _FIRST: frozenset({"first name", "given name", "vorname"}),
    _LAST: frozenset({"last name", "family name", "surname", "nachname"}),
    _JOINED: frozenset({"join time", "joined", "joined at", "time joined", "first join", "first joined", "first seen"}),
    _LEFT: frozenset({"leave time", "left", "left at", "time exited", "last leave", "last left", "last seen"}),
    _DURATION: frozenset(
        {
            "duration",
            "duration (minutes)",
            "duration (min)",
            "total duration",
            "total duration (minutes)",
            "in-meeting duration",
            "attendance duration",
            "time in session (minutes)",
            "time in call",
            "minutes",
            "dauer",
            "durée",
            "duración",
            "duração",
        }
    ),
    _WAITING: frozenset({"in waiting room"}),
    _ATTENDED: frozenset({"attended"}),
}
_COLUMN_OF = {alias: column for column, aliases in _ALIASES.items() for alias in aliases}


class Platform(StrEnum):
    """Whose list it is, as its columns tell."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    WEBEX = "webex"
    OTHER = "other"


_MARKS_OF: dict[Platform, frozenset[str]] = {
    Platform.ZOOM: frozenset({"name (original name)", "user name (original name)", "in waiting room"}),
    Platform.TEAMS: frozenset({"in-meeting duration", "participant id (upn)", "first join", "last leave"}),
    Platform.MEET: frozenset({"time joined", "time exited"}),
    Platform.WEBEX: frozenset({"attendee email", "attendance duration"}),
}


class OnlineListTooLarge(FileUnreadable):
    """The list is larger than 900 KB or has more than 5,000 rows. Is it the list of one meeting?"""

    code = "online-list-too-large"


class OnlineListColumns(FileUnreadable):
    """No line of this file names a column of names or addresses and one of minutes, or two for joining and leaving."""

    code = "online-list-columns"


class NobodyOnList(FileUnreadable):
    """The file names its columns and nobody below them."""

    code = "online-list-empty"


class Joining(Frozen, frozen=True, kw_only=True):
    """One row: somebody joined once, or was there in all. `also` is the name that they had before they changed it."""

    line: int
    name: str
    also: str
    email: str
    joined: Told | None
    left: Told | None
    seconds: int | None


class ListRead(Frozen, frozen=True, kw_only=True):
    """A file that could be read. `notes` are sentences about it as a whole."""

    platform: Platform
    joinings: tuple[Joining, ...]
    notes: tuple[str, ...]


def read_list(data: bytes) -> ListRead:
    """The rows of a list of participants. Raises FileUnreadable, with what to do."""
    if len(data) > MOST_LIST_BYTES:
        raise OnlineListTooLarge
    text, notes = _text_of(data)
    start, separator, header = _header(text)
    columns = _columns(header)
    joinings: list[Joining] = []
    unclear = 0
    for line, cells in _rows(text, start, separator):
        if len(joinings) == MOST_LIST_ROWS:
            raise OnlineListTooLarge
        if _names_columns(again := _columns(cells)):
            # A webinar's list has a table for those who spoke and one for the others.
            columns = again
            continue
        told = {column: _plain(cells[place]) for column, place in columns.items() if place < len(cells)}
        if (found := _joining(line, told)) is not None:
            joinings.append(found)
            unclear += bool(told.get(_DURATION)) and found.seconds is None
    if not joinings:
        raise NobodyOnList
    if unclear:
        notes.append(f"How long somebody was there cannot be read in {unclear} of {len(joinings)} rows.")
    return ListRead(platform=_platform(header), joinings=tuple(joinings), notes=tuple(notes))


def _text_of(data: bytes) -> tuple[str, list[str]]:
    """The text of the file. Teams and Webex write UTF-16, with a mark at the beginning or without."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return _utf16(data.removeprefix(mark), name)
    beginning = data[:200]
    # Half of what is written in Latin letters are NUL then; one of them is in no text otherwise.
    if beginning[1::2].count(0) * 2 > len(beginning[1::2]):
        return _utf16(data, "utf-16-le")
    text, notes = decoded(data, windows=True)
    return _checked(text), [note for note in notes if "byte order" not in note]


def _utf16(data: bytes, name: str) -> tuple[str, list[str]]:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        raise FileNotUtf8("The file begins like UTF-16 and is not. Save it as “CSV UTF-8” and try again.") from None
    if not text.strip():
        raise FileEmpty
    return _checked(text), []


def _checked(text: str) -> str:
    if "\0" in text:
        raise FileUnreadable("The file holds NUL characters, so it is no list of names. Download it once more.")
    return text


def _header(text: str) -> tuple[int, str, list[str]]:
    """The number of the line that names the columns (from 0), its separator, and its cells."""
    lines = text.splitlines()
    if not any(line.strip() for line in lines):
        raise FileEmpty
    found = [
        (_NAME not in columns and _FIRST not in columns, number, separator, cells)
        for number, line in enumerate(lines[:_HEADER_WITHIN])
        for separator in _SEPARATORS
        if len(line) < 5000
        if _names_columns(columns := _columns(cells := next(csv.reader([line], delimiter=separator), [])))
    ]
    if not found:
        raise OnlineListColumns
    # One with names before one with addresses only: Zoom's summary of the meeting tells the host's address.
    _, number, separator, cells = min(found, key=lambda one: one[:2])
    return number, separator, cells


def _names_columns(columns: Mapping[str, int]) -> bool:
    who = columns.keys() & {_NAME, _EMAIL, _FIRST}
    return bool(who) and (_DURATION in columns or {_JOINED, _LEFT} <= columns.keys())


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where which column stands; the first of two that mean the same. Before Zoom's word for names stands its host."""
    names = [_plain(cell).casefold() for cell in header[:_MOST_CELLS]]
    begin = next((place for place, name in enumerate(names) if "(original name)" in name), 0)
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        column = _COLUMN_OF.get(name)
        if column is not None and (place >= begin or column == _ATTENDED):
            found.setdefault(column, place)
    return found


def _rows(text: str, start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header until the next table of the file begins: each with the line it begins on, from 1."""
    below = "\n".join(text.splitlines()[start + 1 :])
    reader = csv.reader(io.StringIO(below, newline=""), delimiter=separator, strict=True)
    line = start + 2
    begun = False
    try:
        for cells in reader:
            filled = [cell for cell in cells if cell.strip()]
            if begun and not filled:
                return
            if len(cells) > 1 and filled:
                begun = True
                yield line, cells
            line = start + 2 + reader.line_num
    except csv.Error as error:
        raise QuotesBroken(line=line, reason=str(error)) from None


def _plain(cell: str) -> str:
    """A cell without what cannot be seen, without Webex's ="..." around it, and not longer than a name can be."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    seen = "".join(char if unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn") else " " for char in text)
    return without_directions(" ".join(clean_text(seen).split()))[:_LONGEST]


def _joining(line: int, told: Mapping[str, str]) -> Joining | None:
    """What a row says; None for one who only waited, was only registered, or has neither name nor address."""
    if told.get(_WAITING, "").casefold() == "yes" or told.get(_ATTENDED, "").casefold() == "no":
        return None
    full = told.get(_NAME) or " ".join(filter(None, (told.get(_FIRST, ""), told.get(_LAST, ""))))
    name, also = _names(full)
    email = next((mail for mail in (told.get(_EMAIL, ""), told.get(_OTHER_EMAIL, "")) if "@" in mail), "")
    if not name and not email:
        return None
    return Joining(
        line=line,
        name=name,
        also=also,
        email=email.casefold(),
        joined=told_time(told.get(_JOINED, "")),
        left=told_time(told.get(_LEFT, "")),
        seconds=seconds_of(told.get(_DURATION, "")),
    )


def _names(full: str) -> tuple[str, str]:
    """'Ana (Ana Ćosić)' as Zoom writes somebody who changed their name: the present one, and the one before."""
    if full.endswith(")") and " (" in full:
        name, _, also = full[:-1].rpartition(" (")
        return name.strip(), also.strip()
    return full, ""


def _platform(header: Sequence[str]) -> Platform:
    names = {_plain(cell).casefold() for cell in header}
    counts = {platform: len(names & marks) for platform, marks in _MARKS_OF.items()}
    best = max(counts, key=lambda platform: counts[platform])
    return best if counts[best] else Platform.OTHER
