"""A file of people to enroll: what its cells mean."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.booking.rules.files import (
    MOST_FILE_BYTES,
    EnrollmentColumnsMissing,
    EnrollmentFileTooLarge,
    Fate,
    Titled,
    in_parts,
    meant_by,
    outcome_of,
    read_file,
    report_rows,
    session_id_in,
)
from training.catalogue.rules import Mode
from training.schedule.rules.sheets import FileEmpty, FileUnreadable
from training.web.exports import csv_text

KEY = "01a1364a-5d88-7339-aeaf-0f93f339125f"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (f"e-mail,session,name\nAna@x.example,{KEY},Ana", 0),
        (f"Name;SESSION;E-Mail Address\nAna;{KEY};ana@x.example", 1),
        (f"\ufeffname\tlink\temail\nAna\t{KEY}\tana@X.example", 2),
        (f"\r\nshoe,session,name,mail\r\n42,{KEY},  Ana ,ana@x.example\r\n\r\n,,,\r\n", 1),
    ],
)
def test_columns_are_found_by_their_names(text: str, notes: int) -> None:
    read = read_file(text.encode())
    (row,) = read.rows
    assert (row.email, row.name, row.session, row.accepts) == ("ana@x.example", "Ana", KEY, ())
    assert (read.refused, len(read.notes)) == ((), notes)


def test_windows_files_are_read_and_that_is_said() -> None:
    read = read_file("name,email,session\nJosé,jose@x.example,A".encode("cp1252"))
    assert read.rows[0].name == "José"
    assert "Windows-1252" in read.notes[0]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("nobody,A,,,", "address-unusable"),
        (",A,,,", "address-unusable"),
        ("a@x.example,,,,", "session-missing"),
        ("a@x.example,A,,by post,", "mode-unknown"),
        ("a@x.example,A,,,,,", "row-width"),
        ("a@x.example,A", "row-width"),
        ("a@x.example,A,A\x07na,,", "cell-unusable"),
        ("a@x.example,A,A\x00na,,", "cell-unusable"),
        (f"a@x.example,A,{'x' * 201},,", "cell-too-long"),
        (f"{'x' * 250}@x.example,A,,,", "cell-too-long"),
    ],
)
def test_a_row_that_cannot_be_read_is_that_rows_affair(row: str, code: str) -> None:
    read = read_file(f"e-mail,session,name,mode,note\n{row}\nb@x.example,A,,online,".encode())
    assert [(one.line, one.fate, one.code) for one in read.refused] == [(2, Fate.REFUSED, code)]
    assert [(one.line, one.accepts) for one in read.rows] == [(3, (Mode.ONLINE,))]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"name,session\n", EnrollmentColumnsMissing),
        (b"email,mail,session\n", EnrollmentColumnsMissing),
        (b"email,session\n" + b"a@x.example,A\n" * 501, EnrollmentFileTooLarge),
        (b"x" * (MOST_FILE_BYTES + 1), EnrollmentFileTooLarge),
        (b'email,session\n"a@x.example,A\n', FileUnreadable),
        ("email,session\n".encode("utf-16"), FileUnreadable),
        (b"email,session\n\x81\x8d", FileUnreadable),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_once(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_file(data)


def test_five_hundred_rows_are_read() -> None:
    assert len(read_file(b"email,session\n" + b"a@x.example,A\n" * 500).rows) == 500


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_told(data: bytes) -> None:
    try:
        read = read_file(b"e-mail,session,name\n" + data)
    except FileUnreadable:
        return
    assert all(one.fate is Fate.REFUSED and one.reason for one in read.refused)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (KEY, True),
        (f"https://training.example/sessions/{KEY}?code=x", True),
        (f"/sessions/{KEY}/book", True),
        (f"see {KEY}", False),
        ("Listening first", False),
    ],
)
def test_a_session_is_meant_by_its_id_or_its_page(cell: str, found: bool) -> None:
    assert session_id_in(cell) == (UUID(KEY) if found else None)


def titled(number: int, title: str, day: int) -> Titled:
    at = datetime(2026, 5, day, 23, 0, tzinfo=UTC)
    return Titled(id=UUID(int=number), title=title, starts_at=at, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Listening first", 3),
        ("  listening  FIRST ", 3),
        ("Écouter 2026-05-19", 1),
        ("ecouter, (2026-05-20)", 2),
        ("Écouter", "session-ambiguous"),
        ("Écouter 2026-05-18", "session-unknown"),
        ("Écouter 2026-13-45", "session-unknown"),
        ("Something else", "session-unknown"),
        ("2026-05-19", "session-unknown"),
        ("Écouter 19.05.2026", "date-form"),
        ("Écouter (5/19/26)", "date-form"),
        ("Learning 24/7 2026/05/19", "date-form"),
        ("Open 24/7", "session-unknown"),
    ],
)
def test_a_session_is_meant_by_its_title_and_its_day_there(cell: str, meant: int | str) -> None:
    sessions = [titled(1, "Écouter", 18), titled(2, "Écouter", 19), titled(3, "Listening first", 18)]
    found = meant_by(cell, sessions)
    assert (found[0] if isinstance(found, tuple) else found.int) == meant


@pytest.mark.parametrize("day", ["02.12.2026", "2 Dec 2026", "2026-12-2"])
def test_a_day_in_another_form_is_the_reason(day: str) -> None:
    read = read_file(f"e-mail,session,date\na@x.example,Listening,{day}\nb@x.example,{KEY},{day}".encode())
    assert [(one.code, one.reason) for one in read.refused] == [
        ("date-form", "Write the date as year-month-day, for example 2026-05-18.")
    ]
    assert [one.line for one in read.rows] == [3], "beside an id the day is not needed"


def test_no_cell_of_the_report_is_a_formula() -> None:
    read = read_file(b'email,session,name\na@x.example,=1+1,"=HYPERLINK(""x"")"\n')
    told = csv_text(("a",), report_rows([outcome_of(read.rows[0], Fate.REFUSED, "x", "y")]))
    assert '"\'=1+1"' in told
    assert "\"'=HYPERLINK" in told


def test_rows_go_into_bookings_of_a_size() -> None:
    rows = read_file(b"email,session\n" + b"a@x.example,A\n" * 5).rows
    assert [len(part) for part in in_parts(rows, 2)] == [2, 2, 1]
