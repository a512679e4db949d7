"""Lists as the platforms write them, and lists that nobody should be able to break anything with."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attendance.online import ALL, MEET, OTHER, TEAMS, WEBEX, ZOOM
from training.attendance.rules.online_files import (
    MOST_LIST_BYTES,
    NobodyOnList,
    OnlineListColumns,
    OnlineListTooLarge,
    Platform,
    read_list,
)
from training.schedule.rules.sheets import FileEmpty, FileNotUtf8, FileUnreadable, QuotesBroken


@pytest.mark.parametrize(
    ("which", "platform", "names"),
    [
        ("zoom", Platform.ZOOM, ["Lea Lead", "Ana Ćosić", "Ana Ćosić", "Bo", "Papadopoulou, Olga"]),
        ("zoom-now", Platform.ZOOM, ["Ana Ćosić", "Bo Petrov"]),
        ("zoom-webinar", Platform.ZOOM, ["Lea Lead", "Ana Ćosić"]),
        ("teams", Platform.TEAMS, ["Lea Lead", "Ana Ćosić", "Bo Petrov"]),
        ("teams-before", Platform.TEAMS, ["Ana Ćosić", "Bo Petrov"]),
        ("meet", Platform.MEET, ["Ana Ćosić", "Bo Petrov"]),
        ("webex", Platform.WEBEX, ["Ana Ćosić", "Bo Petrov"]),
        ("other", Platform.OTHER, ["Ana Ćosić", "Bo Petrov"]),
    ],
)
def test_every_platform_is_read(which: str, platform: Platform, names: list[str]) -> None:
    read = read_list(ALL[which].encode())
    assert (read.platform, [one.name for one in read.joinings]) == (platform, names)
    assert read.joinings[names.index("Ana Ćosić")].email == "ana@example.org"
    assert all(one.seconds is not None for one in read.joinings)
    assert read.notes == ()


@pytest.mark.parametrize("text", [ZOOM, TEAMS, MEET, WEBEX, OTHER], ids=["zoom", "teams", "meet", "webex", "other"])
def test_every_encoding_and_line_end_is_read_alike(text: str) -> None:
    plain = read_list(text.encode()).joinings
    for data in (
        codecs.BOM_UTF8 + text.encode(),
        codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        text.encode("utf-16-le"),
        text.replace("\n", "\r\n").encode(),
        b"\r\n\r\n" + text.encode(),
    ):
        read = [(one.name, one.email, one.seconds, one.joined) for one in read_list(data).joinings]
        assert read == [(one.name, one.email, one.seconds, one.joined) for one in plain]


def test_windows_letters_are_read_and_that_is_said() -> None:
    read = read_list("Name;Minutes\nJosé;30".encode("cp1252"))
    assert read.joinings[0].name == "José"
    assert "Windows-1252" in read.notes[0]


def test_a_name_that_was_changed_keeps_the_one_before() -> None:
    bo = read_list(ZOOM.encode()).joinings[3]
    assert (bo.name, bo.also) == ("Bo", "Boris Petrov")


def test_who_waited_or_was_only_registered_was_not_there() -> None:
    assert [one.seconds for one in read_list(ZOOM.encode()).joinings if one.name == "Bo"] == [5400]
    assert "Bo Petrov" not in [one.name for one in read_list(ALL["zoom-webinar"].encode()).joinings]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", FileEmpty, "empty"),
        (b" \n \n", FileEmpty, "empty"),
        (codecs.BOM_UTF16_LE, FileEmpty, "empty"),
        (b"x" * (MOST_LIST_BYTES + 1), OnlineListTooLarge, "900 KB"),
        (b"Name,Minutes\n" + b"A,1\n" * 5_001, OnlineListTooLarge, "5,000 rows"),
        (b"Name,Minutes\nAna\0,3", FileUnreadable, "NUL"),
        (codecs.BOM_UTF16_LE + "Name,Minutes\nAna\0,3".encode("utf-16-le"), FileUnreadable, "NUL"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8x", FileNotUtf8, "UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), FileUnreadable, ""),
        (b"PK\x03\x04 this is a workbook", OnlineListColumns, "No line of this file"),
        (b"Name,Shoe size\nAna,38", OnlineListColumns, "No line of this file"),
        (b"Name,Join time\nAna,10:00", OnlineListColumns, "No line of this file"),
        (b"Name,Minutes\n", NobodyOnList, "nobody"),
        (b"Name,Minutes\n,5\n", NobodyOnList, "nobody"),
        (b'Name,Minutes\n"Ana,5\n', QuotesBroken, "quotation"),
        (b'Name,Minutes\n"' + b"x" * 140_000 + b'",5\n', QuotesBroken, "quotation"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, error: type[FileUnreadable], said: str) -> None:
    with pytest.raises(error) as refused:
        read_list(data)
    assert said in f"{refused.value.detail}"


def test_formulas_and_strange_signs_are_only_text() -> None:
    rows = '=HYPERLINK("http://x"),5\n"=""Ana""",6\n\u202eevil\u2066\x07,7\n<script>alert(1)</script>,8\n'
    read = read_list(("Name,Minutes\n" + rows).encode())
    assert [one.name for one in read.joinings] == [
        '=HYPERLINK("http://x")',
        "Ana",
        "evil",
        "<script>alert(1)</script>",
    ]


def test_what_cannot_be_read_of_a_duration_is_said() -> None:
    read = read_list(b"Name,Minutes\nAna,long\nBo,5\n")
    assert [one.seconds for one in read.joinings] == [None, 300]
    assert read.notes == ("How long somebody was there cannot be read in 1 of 2 rows.",)


def test_the_host_before_the_participants_is_nobody() -> None:
    wide = "Topic,User Name,User Email,Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    read = read_list((wide + "T,Host,host@x.example,Ana,ana@x.example,10:00,11:00,60\n").encode())
    assert [(one.name, one.email) for one in read.joinings] == [("Ana", "ana@x.example")]


@given(st.binary(max_size=400))
def test_no_file_breaks_anything_but_itself(data: bytes) -> None:
    try:
        read_list(b"Name,Email,Duration,Join time\n" + data)
    except FileUnreadable as error:
        assert error.detail
