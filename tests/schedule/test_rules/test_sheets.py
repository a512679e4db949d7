"""Bytes to rows: encodings, separators, quotes and columns that are not as they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.schedule.rules.sheets import (
    COLUMNS,
    MAX_BYTES,
    ColumnsMissing,
    ColumnsRepeated,
    FileEmpty,
    FileNotUtf8,
    FileTooLarge,
    FileUnreadable,
    QuotesBroken,
    Row,
    Sheet,
    decoded,
    read_sheet,
)

HEADER = ",".join(COLUMNS)
ROW = "s,SWC,Höst,v,DE,1,2,2019-01-01,,0,0"
CELLS = dict(zip(COLUMNS, ROW.split(","), strict=True))


def _sheet(*, line: int = 2, notes: tuple[str, ...] = (), width: int = 11) -> Sheet:
    return Sheet(rows=(Row(line=line, cells=CELLS, width=width),), width=width, notes=notes)


@pytest.mark.parametrize(
    ("data", "sheet"),
    [
        (f"{HEADER}\n{ROW}\n".encode(), _sheet()),
        (f"{HEADER}\r\n{ROW}\r\n\r\n".encode(), _sheet()),
        (f"{HEADER}\r{ROW}".encode(), _sheet()),
        (f"\n\n{HEADER}\n\n{ROW}\n".encode(), _sheet(line=5)),
        (
            f"{HEADER}\n{ROW}".encode("utf-8-sig"),
            _sheet(notes=("The file begins with a byte order mark, which was skipped.",)),
        ),
        (f"{HEADER}\n{ROW}".replace(",", ";").encode(), _sheet(notes=("Cells are separated by semicolons.",))),
        (f"{HEADER}\n{ROW}".replace(",", "\t").encode(), _sheet(notes=("Cells are separated by tabs.",))),
        (f"{HEADER.replace('venue', ' Venue ')}\n{ROW}".encode(), _sheet()),
        (
            f"{HEADER},Price\n{ROW},9".encode(),
            _sheet(width=12, notes=('The column "price" is not known and was not read.',)),
        ),
        (HEADER.encode(), Sheet(rows=(), width=11)),
    ],
    ids=["plain", "crlf", "cr", "blank lines", "mark", "semicolons", "tabs", "header case", "extra column", "no rows"],
)
def test_a_file_becomes_rows(data: bytes, sheet: Sheet) -> None:
    assert read_sheet(data) == sheet


def test_a_row_knows_the_line_it_begins_on() -> None:
    sheet = read_sheet(f"{HEADER}\n{ROW.replace('v', chr(34) + 'two' + chr(10) + 'lines' + chr(34))}\n{ROW}".encode())
    assert [(row.line, row.cells["venue"]) for row in sheet.rows] == [(2, "two\nlines"), (4, "v")]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", FileEmpty, "empty"),
        (b"\xef\xbb\xbf \r\n", FileEmpty, "empty"),
        (b"x" * (MAX_BYTES + 1), FileTooLarge, "20 MB"),
        (HEADER.encode("utf-16"), FileNotUtf8, "UTF-16"),
        (f"{HEADER}\n\n{ROW}".encode("latin-1"), FileNotUtf8, "Line 3 is not UTF-8"),
        (b"slug,tags\na,b", ColumnsMissing, "Missing: host_organization, venue"),
        (HEADER.encode("utf-16-le"), ColumnsMissing, "Missing: slug"),
        (f"{HEADER},slug\n".encode(), ColumnsRepeated, "twice: slug"),
        (f'{HEADER}\n{ROW}\na,"b\nc,d\n'.encode(), QuotesBroken, "begins on line 3"),
        (f'{HEADER}\na,"b"c\n'.encode(), QuotesBroken, "begins on line 2"),
        (f"{HEADER}\na,{'b' * 200_000}\n".encode(), QuotesBroken, "far too long"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(data: bytes, error: type[FileUnreadable], said: str) -> None:
    with pytest.raises(error) as caught:
        read_sheet(data)
    assert said in caught.value.detail
    assert caught.value.code.startswith("file-")


@given(data=st.binary(max_size=200) | st.binary(max_size=200).map(lambda body: HEADER.encode() + b"\n" + body))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        sheet = read_sheet(data)
    except FileUnreadable as error:
        assert error.detail
    else:
        assert all(row.line > 1 for row in sheet.rows)


def test_what_is_no_utf8_is_read_as_windows_only_where_that_was_asked_for() -> None:
    data = "name\nJosé".encode("cp1252")
    with pytest.raises(FileNotUtf8):
        decoded(data)
    text, notes = decoded(data, windows=True)
    assert (text, len(notes)) == ("name\nJosé", 1)
    with pytest.raises(FileNotUtf8):
        decoded(b"name\n\x81", windows=True)
    assert decoded("name\nJosé".encode(), windows=True) == ("name\nJosé", [])
