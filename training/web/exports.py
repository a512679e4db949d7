"""Tables as files that a spreadsheet opens: CSV, XLSX, JSON. Numbers stay numbers, text never becomes a formula.

A cell that a stranger typed is code to a spreadsheet when it starts with = + - @ (or a look-alike that Asian
keyboards produce), and a comma-separated file that is opened with another separator makes new cells out of the
middle of a text. Both are defused with an apostrophe, which a spreadsheet takes as "this is text".
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import xlsxwriter
from litestar import Response

from training.base.errors import Invalid
from training.base.names import disposition, safe_name

Rows = Iterable[Sequence[Any]]

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
# The columns of every file that tells when something takes place: on the clocks there, and the instant.
WHEN = ("Starts there", "Ends there", "Time zone", "Starts (UTC)")
_MODE_WORDS = {"in_person": "In person", "online": "Online", "hybrid": "In person and online"}
# Excel's own limit for the text of one cell.
_MOST_IN_A_CELL = 32_767
# What starts a formula, its full-width and small forms, and the mathematical minus, which some programs read as "-".
_STARTERS = "=+\\-@" + "＝＋－＠" + "﹦﹢﹣﹫" + "−"
# After the start of a cell, or after anything that another program may take for the start of one, only blanks, quotes
# and invisible characters before a starter: all of that is skipped when a cell is judged.
_FORMULA = re.compile(rf"(^|[;\t\r\n|])((?:[^\S\t\r\n]|[\"'\u00ad\u200b-\u200f\u2060-\u2064\ufeff])*)(?=[{_STARTERS}])")


class UnknownFormat(Invalid):
    """A table can be had as csv or xlsx."""

    code = "unknown-format"


def table_response(fmt: str, filename: str, header: Sequence[str], rows: Rows) -> Response[bytes]:
    """The answer that a browser saves as `filename`.`fmt`. Raises UnknownFormat unless `fmt` is csv, xlsx or json."""
    body = table_bytes(fmt, header, rows)
    name = safe_name(f"{filename}.{fmt}", (f".{fmt}",))
    # The charset of text is added by the response itself.
    media_type = CONTENT_TYPES[fmt].partition(";")[0]
    return Response(body, media_type=media_type, headers={"content-disposition": disposition(name)})


def when_cells(starts_at: datetime | None, ends_at: datetime | None, zone: str) -> tuple[object, ...]:
    """The cells below WHEN: wall times in `zone` (an IANA name) as text, and the aware `starts_at`; empty for None."""
    place = ZoneInfo(zone)
    there = [at.astimezone(place).strftime("%Y-%m-%d %H:%M") if at else None for at in (starts_at, ends_at)]
    return (*there, zone, starts_at)


def mode_words(mode: str) -> str:
    """In person, online or both, in the words of the pages; "" for "", where somebody waits for either."""
    return _MODE_WORDS[mode] if mode else ""


def table_bytes(fmt: str, header: Sequence[str], rows: Rows) -> bytes:
    """A table as the bytes of a file. Raises UnknownFormat unless `fmt` is csv, xlsx or json."""
    if fmt == "csv":
        return csv_bytes(header, rows)
    if fmt == "xlsx":
        return xlsx_bytes(header, rows)
    if fmt == "json":
        return json_bytes(header, rows)
    raise UnknownFormat(fields={"format": "csv or xlsx"})


def csv_text(header: Sequence[str], rows: Rows) -> str:
    """A table as CSV (RFC 4180, every text quoted): instants in UTC as ISO 8601, nothing for None."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([defused(name) for name in header])
    for row in rows:
        writer.writerow([_for_csv(value) for value in row])
    return out.getvalue()


def csv_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """CSV in UTF-8 with a byte order mark: without one, Excel reads names as the code page of the machine."""
    return csv_text(header, rows).encode("utf-8-sig", errors="replace")


def xlsx_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """A workbook with one sheet. Text is stored as text and marked so; instants are dates of Excel, in UTC."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Table")
        formats = {
            "header": book.add_format({"bold": True}),
            "text": book.add_format({"quote_prefix": True}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, _fitting(name), formats["header"])
            sheet.set_column(column, column, max(10, min(40, len(name) + 4)))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, plain_value(value), formats)
    return out.getvalue()


def json_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """A list of objects, keys as in the header ("Starts (UTC)" is `starts_utc`). For programs: nothing is defused."""
    names = [re.sub(r"[^\w]+", "_", name.lower()).strip("_") for name in header]
    return msgspec.json.format(msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]), indent=1)


def defused(text: str) -> str:
    """`text` with an apostrophe wherever a spreadsheet would otherwise begin a formula; other text is unchanged."""
    safe = _FORMULA.sub(r"\1'\2", text)
    return f"'{safe}" if safe[:1] in ("\t", "\r", "\n") else safe


def plain_value(value: Any) -> Any:
    """What goes into a cell: number, text, instant, day or None. Yes and no are words, lists are joined by commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return plain_value(value.value)
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, int | float | Decimal | str | date):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(plain_value(item)) for item in value)
    return str(value)


def _for_csv(value: Any) -> Any:
    plain = plain_value(value)
    if isinstance(plain, datetime):
        return _utc(plain).isoformat().replace("+00:00", "Z")
    if isinstance(plain, date):
        return plain.isoformat()
    if isinstance(plain, Decimal):
        # csv would quote a Decimal although it is a number.
        return float(plain)
    return defused(plain) if isinstance(plain, str) else plain


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, str):
        risky = defused(value) != value
        sheet.write_string(row, column, _fitting(value), *([formats["text"]] if risky else []))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, _utc(value), formats["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["day"])
    elif value is not None:
        sheet.write_number(row, column, value)


def _fitting(text: str) -> str:
    return text if len(text) <= _MOST_IN_A_CELL else text[: _MOST_IN_A_CELL - 1] + "…"
