"""The bytes of a CSV file become rows. What is wrong with the file as a whole is an error; a row is judged later."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from training.base.errors import Invalid
from training.base.structs import Frozen

COLUMNS = (
    "slug",
    "tags",
    "host_organization",
    "venue",
    "country",
    "latitude",
    "longitude",
    "start_date",
    "end_date",
    "trainers",
    "helpers",
)
LONGEST = {"slug": 100, "tags": 200, "host_organization": 200, "venue": 200}
LONGEST_OTHER = 40
"""So many characters fit into a cell."""
LONGEST_FOLDED = 200
"""Folding makes some letters several: what rows are recognised by must fit too."""

MAX_BYTES = 20_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 200

_FIRST_LINE = re.compile(r"[\r\n]*([^\r\n]*)")
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_OTHER_ENCODINGS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


class Row(Frozen, frozen=True, kw_only=True):
    """One row as it stands in the file. `line` counts from 1 with the header, and is where the row begins."""

    line: int
    cells: dict[str, str]
    """By column name; empty when the row has not as many cells as the header."""
    width: int
    """How many cells the row has."""


class Sheet(Frozen, frozen=True, kw_only=True):
    """A file that could be read: its rows, and what was noticed on the way."""

    rows: tuple[Row, ...]
    width: int
    """How many columns the header names."""
    notes: tuple[str, ...] = ()
    """Sentences for a person about the file as a whole."""


class FileUnreadable(Invalid):
    """This file cannot be read, so nothing of it was imported."""

    code = "file-unreadable"


class FileEmpty(FileUnreadable):
    """The file is empty."""

    code = "file-empty"


class FileTooLarge(FileUnreadable):
    """The file is larger than 20 MB. Split it; rows that were imported before are recognised."""

    code = "file-too-large"


class TooManyRows(FileUnreadable):
    """The file has more than 50,000 rows. Split it; rows that were imported before are recognised."""

    code = "file-too-many-rows"


class TooManyColumns(FileUnreadable):
    """The first line names more than 200 columns. Delete those that are not needed."""

    code = "file-too-many-columns"


class FileNotUtf8(FileUnreadable):
    """The file is not UTF-8. Save it as "CSV UTF-8" and try again."""

    code = "file-not-utf-8"


class ColumnsMissing(FileUnreadable):
    """The first line does not name all the columns that are needed."""

    code = "file-columns-missing"


class ColumnsRepeated(FileUnreadable):
    """The first line names a column twice."""

    code = "file-columns-repeated"


class QuotesBroken(FileUnreadable):
    """A quotation mark is opened and not properly closed."""

    code = "file-quotes-broken"


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file in UTF-8, separated by commas, semicolons or tabs. Blank lines are no rows.

    Raises a FileUnreadable that says what to do; then no row may be used, because the rest cannot be accounted for.
    """
    text, notes = decoded(data)
    lines = lines_of(text)
    _, header = next(lines, (0, []))
    columns = [name.strip().casefold() for name in header]
    _check_columns(columns)
    notes += separator_notes(text)
    notes += [f'The column "{name}" is not known and was not read.' for name in columns if name not in COLUMNS]
    rows: list[Row] = []
    for line, cells in lines:
        if cells and len(rows) == MOST_ROWS:
            raise TooManyRows(rows=MOST_ROWS)
        if cells:
            rows.append(_row(line, columns, cells))
    return Sheet(rows=tuple(rows), width=len(columns), notes=tuple(notes))


def decoded(data: bytes, *, windows: bool = False) -> tuple[str, list[str]]:
    """The text of a file, and sentences about how it was read. Raises FileTooLarge, FileNotUtf8, FileEmpty.

    `windows`: what is no UTF-8 is read as Windows-1252, as spreadsheets of the West save it, and that is said.
    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(bytes=len(data))
    for mark, name in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            raise FileNotUtf8(f'The file is {name}, not UTF-8. Save it as "CSV UTF-8" and try again.')
    notes = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        notes.append("The file begins with a byte order mark, which was skipped.")
    if not data.strip():
        raise FileEmpty
    try:
        return data.decode(), notes
    except UnicodeDecodeError as error:
        if windows and (text := _as_windows(data)) is not None:
            return text, [*notes, "The file is not UTF-8 and was read as Windows-1252: look at names with accents."]
        line = data.count(b"\n", 0, error.start) + 1
        raise FileNotUtf8(f'Line {line} is not UTF-8. Save the file as "CSV UTF-8" and try again.', line=line) from None


def _as_windows(data: bytes) -> str | None:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None


def separator_notes(text: str) -> list[str]:
    """That cells are not separated by commas, if so."""
    separator = _separator(text)
    return [] if separator == "," else [f"Cells are separated by {_SEPARATORS[separator]}."]


def _separator(text: str) -> str:
    header = _FIRST_LINE.match(text)
    return max(_SEPARATORS, key=(header[1] if header else "").count)


def lines_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; the first is the header, whatever blank lines come before it.

    Raises QuotesBroken, while it is read.
    """
    reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=_separator(text), strict=True)
    line = 1 + _line_ends(text[: len(text) - len(text.lstrip("\r\n"))])
    skipped = line - 1
    try:
        for cells in reader:
            yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise QuotesBroken(
            f"The record that begins on line {line} cannot be read: a quotation mark is opened there and not properly "
            f'closed, or a cell is far too long. Write a quotation mark inside a cell as two: "".',
            line=line,
            reason=str(error),
        ) from None


def _line_ends(text: str) -> int:
    return len(text.splitlines())


def _check_columns(columns: list[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise TooManyColumns(columns=len(columns))
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ColumnsMissing(
            f"The first line must name the columns {', '.join(COLUMNS)}. Missing: {', '.join(missing)}. "
            "Cells below may stay empty where something is not known.",
            missing=missing,
        )
    repeated = sorted({name for name in COLUMNS if columns.count(name) > 1})
    if repeated:
        raise ColumnsRepeated(f"The first line names a column twice: {', '.join(repeated)}.", repeated=repeated)


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    named = dict(zip(columns, cells, strict=True)) if len(cells) == len(columns) else {}
    return Row(line=line, cells={name: named[name] for name in COLUMNS if name in named}, width=len(cells))
