"""Names to save files by, in every script and with everything that could mislead."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.names import MOST_BYTES, disposition, on_disk, plain_name, safe_name, unique, without_ends

PDF = (".pdf",)

SCRIPTS = [
    "Übung zur Vorbereitung.pdf",
    "материалы курса.pdf",
    "תרגול לפני המפגש.pdf",
    "تمرين قبل الجلسة.pdf",
    "练习 第一部分.pdf",
    "ワークショップ資料.pdf",
    "연습 자료.pdf",
    "अभ्यास सामग्री.pdf",
    "தமிழ் பயிற்சி.pdf",
    "แบบฝึกหัด.pdf",
    "መልመጃ.pdf",
    "ασκήσεις.pdf",
    "سلام\u200cعلیکم.pdf",
    "👩\u200d🏫 slides.pdf",
]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_stays_as_it_is(name: str) -> None:
    assert safe_name(name, PDF) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("slides", "slides.pdf"),
        ("slides.PDF", "slides.PDF"),
        ("slides.exe", "slides.exe.pdf"),
        ("slides.pdf.exe", "slides.pdf.exe.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ("C:\\Windows\\system.ini", "C__Windows_system.ini.pdf"),
        ("/etc/passwd.pdf", "_etc_passwd.pdf"),
        ('say "hello".pdf', "say _hello_.pdf"),
        ("a\r\nset-cookie: x=y.pdf", "a set-cookie_ x=y.pdf"),
        ("a\nb\tc\x00d\x7fe.pdf", "a b c d e.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        ("hand\u00adout\u200f.pdf", "handout.pdf"),
        ("\u2066slides\u2069.pdf", "slides.pdf"),
        ("line\u2028paragraph\u2029.pdf", "line paragraph.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul.pdf"),
        ("com1.txt.pdf", "_com1.txt.pdf"),
        ("LPT9.pdf", "_LPT9.pdf"),
        ("console.pdf", "console.pdf"),
        ("trailing dots....pdf", "trailing dots.pdf"),
        ("trailing blanks   .pdf", "trailing blanks.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("100%25.pdf", "100_25.pdf"),
        ("a.b.c.pdf", "a.b.c.pdf"),
        ("what?*|<>.pdf", "what_____.pdf"),
        ("\ud800half.pdf", "_half.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("x.a-long-ending-that-is-none", "x.a-long-ending-that-is-none.pdf"),
    ],
)
def test_what_could_mislead_goes(name: str, safe: str) -> None:
    assert safe_name(name, PDF) == safe


def test_one_of_several_endings_fits() -> None:
    assert safe_name("a.jpeg", (".jpg", ".jpeg")) == "a.jpeg"
    assert safe_name("a.png", (".jpg", ".jpeg")) == "a.png.jpg"
    assert safe_name("a.png") == "a.png"


def test_a_long_name_keeps_its_ending_and_whole_signs() -> None:
    long = safe_name("資" * 300 + ".pdf", PDF)
    assert long.endswith("資.pdf")
    assert MOST_BYTES - 3 < len(long.encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Übung 1.pdf", "Ubung-1.pdf"),
        ("练习.pdf", "file.pdf"),
        ("练习 2.pdf", "2.pdf"),
        ("a_b-c.pdf", "a_b-c.pdf"),
        ("say it; x=y.pdf", "say-it-x-y.pdf"),
        ("no ending", "no-ending"),
    ],
)
def test_in_plain_letters(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_as_a_header_says_it() -> None:
    assert disposition("Übung's 1.pdf") == (
        "attachment; filename=\"Ubung-s-1.pdf\"; filename*=UTF-8''%C3%9Cbung%27s%201.pdf"
    )
    assert disposition("a.pdf", shown=True) == "inline; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_reader_of_headers_finds_the_name_again(name: str) -> None:
    exact = disposition(safe_name(name)).partition("; filename*=UTF-8''")[2]
    assert re.fullmatch(r"([A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+", exact)
    assert unquote(exact) == safe_name(name)


@given(st.text(max_size=300))
def test_whatever_it_was_it_is_one_name(name: str) -> None:
    safe = safe_name(name, PDF)
    assert safe == safe_name(safe, PDF)
    assert 0 < len(safe.encode()) <= MOST_BYTES
    assert safe.lower().endswith(".pdf")
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*%\u202a-\u202e\u2066-\u2069]', safe)
    assert not safe.startswith((".", " "))
    header = disposition(safe)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@given(
    st.lists(st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "ﬁ.pdf", "fi.pdf", "b", "資" * 66 + ".x"]), max_size=12)
)
def test_no_two_are_the_same(names: list[str]) -> None:
    found = list(unique(names))
    assert len(found) == len(names)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in found}) == len(names)
    assert all(len(name.encode()) <= MOST_BYTES for name in found)


def test_the_second_is_numbered() -> None:
    assert list(unique(["a.pdf", "a.pdf", "A.pdf", "b"])) == ["a.pdf", "a (2).pdf", "A (3).pdf", "b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Übung.pdf", "U\u0308BUNG.PDF"),
        ("Straße", "STRASSE"),
        ("ΐ", "Ϊ\u0301"),
        ("ᾳ", "α\u0345"),
        ("می\u200cخوانم", "میخوانم"),
        ("\u2764\ufe0f", "\u2764"),
        ("a. /b.. ", "a/b"),
        ("a/", "A"),
    ],
)
def test_what_some_disk_takes_for_the_same(one: str, other: str) -> None:
    assert on_disk(one) == on_disk(other)
    assert list(unique([one, other]))[1] != other


@pytest.mark.parametrize(("one", "other"), [("ab", "a b"), ("Sınıf", "Sinif"), ("²", "2"), ("a/b", "a"), ("й", "и")])
def test_what_every_disk_keeps_apart(one: str, other: str) -> None:
    assert on_disk(one) != on_disk(other)


def test_dots_and_blanks_at_the_ends_of_names() -> None:
    assert [without_ends(path) for path in ("a. ./b. ", "a./", " .a", "a.b c")] == ["a/b", "a", " .a", "a.b c"]
