"""The plain text of mails: columns, addresses alone, nothing hidden in values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.outbox.rules.plain import COLUMNS, harmless, preheader_of, wrapped

LONG = "https://training.example/" + "a" * 90


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Short.", "Short.\n"),
        ("A\n\n\n\nB", "A\n\nB\n"),
        ("Open the session: https://x.example/s", "Open the session:\nhttps://x.example/s\n"),
        (f"See {LONG} or ask.", f"See\n{LONG}\nor ask.\n"),
        ("- Listening, https://x.example/s", "- Listening,\n  https://x.example/s\n"),
        ("1. " + "word " * 20, "1. " + ("word " * 14).strip() + "\n   " + ("word " * 6).strip() + "\n"),
        ("   a place", "a place\n"),
        ("1. a\n   a place", "1. a\n   a place\n"),
        ("Bye\n\n-- \nSent by", "Bye\n\n-- \nSent by\n"),
        ("x" * 90, "x" * 90 + "\n"),
    ],
)
def test_lines(text: str, written: str) -> None:
    assert wrapped(text) == written


@given(st.text(alphabet="ab .,:\n-1", max_size=400))
def test_no_word_is_lost_and_no_line_too_long(text: str) -> None:
    lines = wrapped(text)
    assert lines.split() == text.split()
    assert all(len(line) <= COLUMNS or " " not in line.strip() for line in lines.splitlines())
    assert wrapped(lines) == lines


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ada", "Ada"),
        ("José 梨", "José 梨"),
        ("a\r\nb\nc\u2028d\u2029e\x85f", "a b c d e f"),
        ("a\x00b\x1b[31m\x7f", "a b [31m "),
        ("pay\u202egnp.exe\u2066x\u2069", "paygnp.exex"),
        ("\ud800", " "),
        ("ישראל", "ישראל"),
    ],
)
def test_typed_words_are_harmless(typed: str, shown: str) -> None:
    assert harmless({"title": typed, "list": [{"place": typed}]}) == {"title": shown, "list": [{"place": shown}]}


def test_a_reason_may_have_lines_and_what_is_no_text_stays() -> None:
    assert harmless({"reason": "a\r\nb\x00\u2028c"}) == {"reason": "a\nb  c"}
    assert harmless({"count": 3, "until": None}) == {"count": 3, "until": None}


def test_what_a_list_of_mails_shows() -> None:
    assert (
        preheader_of("Hello Ada,\n\nYou have a place\nin this session.\n\nMore") == "You have a place in this session."
    )
    assert preheader_of("Hello,\n\nhttps://x.example/secret\n\n" + "word " * 60).endswith("word ...")
    assert preheader_of("Hello,\n") == ""
