"""A file of people to enroll: what its cells mean, and what became of each row. Pure; the file is a stranger's."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from training.base.structs import Frozen, clean_text
from training.booking.rules.times import cancel_until
from training.catalogue.rules import Mode
from training.people.rules import AddressUnusable, fold_email
from training.schedule.rules.sessions import folded
from training.schedule.rules.sheets import FileUnreadable, decoded, lines_of, separator_notes

MOST_FILE_BYTES = 200_000
MOST_FILE_ROWS = 500
MOST_FILE_SESSIONS = 50
_LONGEST = {"e-mail": 254, "name": 200, "session": 400, "date": 20, "mode": 20, "note": 300}
ALIASES: dict[str, frozenset[str]] = {
    "e-mail": frozenset({"e-mail", "email", "mail", "e-mail address", "email address", "address"}),
    "name": frozenset({"name", "full name", "person", "participant"}),
    "session": frozenset({"session", "session id", "session_id", "training", "event", "link"}),
    "date": frozenset({"date", "day", "session date", "start date"}),
    "mode": frozenset({"mode", "how", "takes part"}),
    "note": frozenset({"note", "notes", "comment", "remark"}),
}
_NEEDED = ("e-mail", "session")
_MODES: dict[str, tuple[Mode, ...]] = {
    "": (),
    "any": (),
    "online": (Mode.ONLINE,),
    "online first": (Mode.ONLINE, Mode.IN_PERSON),
    "in person": (Mode.IN_PERSON,),
    "room": (Mode.IN_PERSON,),
    "in the room": (Mode.IN_PERSON,),
}
_WAYS: dict[tuple[Mode, ...], str] = {
    (): "either way",
    (Mode.ONLINE,): "online",
    (Mode.ONLINE, Mode.IN_PERSON): "online first",
    (Mode.IN_PERSON,): "in person",
}
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
# A day as people write it elsewhere: 02.12.2026, 12/2/26, 2026/12/02. Which number is the month nobody can know.
_OTHER_DATE = re.compile(r"\d{1,4}([./-])\s?\d{1,2}\1\s?\d{1,4}\)?$")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_FORM = "date-form", "Write the date as year-month-day, for example 2026-05-18."
_DATE = re.compile(r"^(?P<title>.*?)[\s,;+()]*(?P<day>\d{4}-\d{2}-\d{2})\)?$", re.DOTALL)


class EnrollmentFileTooLarge(FileUnreadable):
    """The file is larger than 200 KB or has more than 500 rows. Split it; rows enrolled before are recognised."""

    code = "enrollment-file-too-large"


class EnrollmentColumnsMissing(FileUnreadable):
    """The first line must name the columns "e-mail" and "session", each once."""

    code = "enrollment-file-columns"


class Fate(StrEnum):
    """What became of a row, or would become of it."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Asking(Frozen, frozen=True, kw_only=True):
    """One row that can be read. `session` is as it was written, with the date behind it where that has its own cell."""

    line: int
    email: str
    name: str
    session: str
    accepts: tuple[Mode, ...]
    note: str


class RowOutcome(Frozen, frozen=True, kw_only=True):
    """What became of a row, and why. `position` counts from 1 on the waitlist; `accepts` is None if it was not read;
    `session_id` is None where the row names no session."""

    line: int
    email: str
    name: str
    session: str
    fate: Fate
    code: str = ""
    reason: str = ""
    position: int | None = None
    accepts: tuple[Mode, ...] | None = None
    session_id: UUID | None = None

    @property
    def way(self) -> str:
        """How the row wants to take part, as the file may say it; '' where that could not be read."""
        return "" if self.accepts is None else _WAYS[self.accepts]


class Meant(Frozen, frozen=True, kw_only=True):
    """A session that a file names, as whoever sent it may see it."""

    id: UUID
    title: str
    mode: Mode
    starts_at: datetime | None
    zone: str
    cancellation_hours: int

    @property
    def cancel_until(self) -> datetime | None:
        """Until when a place can be given back without asking."""
        return cancel_until(self.starts_at, self.cancellation_hours) if self.starts_at else None


class FileOutcome(Frozen, frozen=True, kw_only=True):
    """One outcome per row, in the order of the file, what was noticed about the whole, and the sessions it names."""

    outcomes: tuple[RowOutcome, ...]
    notes: tuple[str, ...]
    sessions: tuple[Meant, ...] = ()

    def late(self, now: datetime) -> tuple[Meant, ...]:
        """The sessions in which somebody is enrolled whose place can no longer be given back without asking."""
        enrolled = {one.session_id for one in self.outcomes if one.fate is Fate.ENROLLED}
        return tuple(
            one
            for one in self.sessions
            if one.id in enrolled and one.cancel_until is not None and one.cancel_until < now
        )

    def count(self, fate: Fate) -> int:
        """How many rows came to this."""
        return sum(one.fate is fate for one in self.outcomes)


class FileRead(Frozen, frozen=True, kw_only=True):
    """A file: rows that can be read, rows that cannot, and what was noticed about the whole."""

    rows: tuple[Asking, ...]
    refused: tuple[RowOutcome, ...]
    notes: tuple[str, ...]


class Titled(Frozen, frozen=True, kw_only=True):
    """A session to come that somebody may mean by its title and day. `cancelled`: meant only if no other fits."""

    id: UUID
    title: str
    starts_at: datetime
    zone: str
    cancelled: bool = False


def read_file(data: bytes) -> FileRead:
    """The rows of a CSV file, its columns in any order. Raises FileUnreadable, with what to do."""
    if len(data) > MOST_FILE_BYTES:
        raise EnrollmentFileTooLarge
    text, notes = decoded(data, windows=True)
    lines = lines_of(text)
    _, header = next(lines, (0, []))
    columns, unknown = _columns(header)
    notes += separator_notes(text)
    notes += [f"The column “{name}” is not known and was not read." for name in unknown if name]
    rows: list[Asking] = []
    refused: list[RowOutcome] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(refused) == MOST_FILE_ROWS:
            raise EnrollmentFileTooLarge
        found = _row(line, columns, cells, len(header))
        (rows if isinstance(found, Asking) else refused).append(found)  # type: ignore[arg-type]
    return FileRead(rows=tuple(rows), refused=tuple(refused), notes=tuple(notes))


def _columns(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where which column stands, and the names that are not known. Raises EnrollmentColumnsMissing."""
    found: dict[str, int] = {}
    unknown: list[str] = []
    for place, name in enumerate(header):
        plain = " ".join(name.casefold().split())
        known = next((column for column, names in ALIASES.items() if plain in names), None)
        if known is None:
            unknown.append("".join(char for char in name if char.isprintable()).strip()[:60])
        elif known in found:
            raise EnrollmentColumnsMissing(f"The first line names the column “{known}” twice.")
        else:
            found[known] = place
    if missing := [name for name in _NEEDED if name not in found]:
        words = ", ".join(f"“{name}”" for name in missing)
        raise EnrollmentColumnsMissing(
            "The first line must name the columns “e-mail” and “session”; name, date, mode and note may be there, too."
            f" Missing: {words}."
        )
    return found, unknown


def _row(line: int, columns: Mapping[str, int], cells: Sequence[str], width: int) -> Asking | RowOutcome:
    told = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    shown = RowOutcome(
        line=line,
        email=_printable(told["e-mail"])[:254],
        name=_printable(told.get("name", ""))[:200],
        session=_printable(told["session"])[:200],
        fate=Fate.REFUSED,
    )
    if len(cells) != width:
        return _because(shown, "row-width", f"This row has {len(cells)} cells; the first line names {width} columns.")
    return _read_cells(shown, told)


def _read_cells(shown: RowOutcome, told: Mapping[str, str]) -> Asking | RowOutcome:
    for name, text in told.items():
        if len(text) > _LONGEST[name]:
            return _because(shown, "cell-too-long", f"“{name}” has more than {_LONGEST[name]} characters.")
        try:
            clean_text(text)
        except ValueError as error:
            return _because(shown, "cell-unusable", f"{error}.")
    try:
        email = fold_email(clean_text(told["e-mail"]))
    except AddressUnusable:
        return _because(shown, "address-unusable", "This is not an e-mail address.")
    if not told["session"]:
        return _because(shown, "session-missing", "The row names no session.")
    # Beside an address or an id the day is not needed, and not read.
    if (day := told.get("date", "")) and not _ISO_DATE.fullmatch(day) and session_id_in(told["session"]) is None:
        return _because(shown, *_DATE_FORM)
    mode = " ".join(told.get("mode", "").casefold().replace("_", " ").replace("-", " ").split())
    if mode not in _MODES:
        return _because(shown, "mode-unknown", "Write online, online first, in person, or leave the mode empty.")
    return Asking(
        line=shown.line,
        email=email,
        name=" ".join(clean_text(told.get("name", "")).split()),
        session=" ".join(f"{clean_text(told['session'])} {told.get('date', '')}".split()),
        accepts=_MODES[mode],
        note=clean_text(told.get("note", "")),
    )


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _because(row: RowOutcome, code: str, reason: str) -> RowOutcome:
    return RowOutcome(
        line=row.line, email=row.email, name=row.name, session=row.session, fate=Fate.REFUSED, code=code, reason=reason
    )


def outcome_of(row: Asking, fate: Fate, code: str = "", reason: str = "", position: int | None = None) -> RowOutcome:
    """What became of a row that could be read."""
    return RowOutcome(
        line=row.line,
        email=row.email,
        name=row.name,
        session=row.session[:200],
        fate=fate,
        code=code,
        reason=reason,
        position=position,
        accepts=row.accepts,
    )


def session_id_in(text: str) -> UUID | None:
    """The id that a cell holds, alone or inside the address of the session's page."""
    found = _UUID.search(text)
    if found is None or not (found[0] == text.strip() or f"/sessions/{found[0]}" in text):
        return None
    return UUID(found[0])


def meant_by(text: str, sessions: Sequence[Titled]) -> UUID | tuple[str, str]:
    """The session that a title (with a day on its own clocks) means, or why it means none: (code, sentence)."""
    found = _DATE.match(text)
    day: date | None = None
    if found:
        try:
            day = date.fromisoformat(found["day"])
        except ValueError:
            return "session-unknown", "The date of this row does not exist."
    if found is None and _OTHER_DATE.search(text) and not any(folded(one.title) == folded(text) for one in sessions):
        return _DATE_FORM
    wanted = folded(found["title"] if found else text)
    called = [
        one
        for one in sessions
        if folded(one.title) == wanted and day in (None, one.starts_at.astimezone(ZoneInfo(one.zone)).date())
    ]
    # Who means one that was cancelled is told so by the booking.
    fitting = [one.id for one in called if not one.cancelled] or [one.id for one in called]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return "session-ambiguous", f"{len(fitting)} sessions are called this: add the date, or use its page’s address."
    return "session-unknown", "No session to come that you may book is called this, or it is on another day."


def in_parts(rows: Sequence[Asking], size: int) -> Iterator[tuple[Asking, ...]]:
    """The rows in parts that one booking can hold."""
    for start in range(0, len(rows), size):
        yield tuple(rows[start : start + size])


REPORT_HEADER = ("Line", "E-mail", "Name", "Session", "Outcome", "Waitlist position", "Code", "Reason")


def report_rows(outcomes: Iterable[RowOutcome]) -> Iterator[tuple[object, ...]]:
    """The outcomes as rows under `REPORT_HEADER`, for a file."""
    for one in outcomes:
        yield (one.line, one.email, one.name, one.session, one.fate, one.position, one.code, one.reason)
