"""Text, and what only looks like it."""

import io

import pytest

from tests.materials.files import CSV, SRT, TXT, VTT
from training.materials.rules.contents import Content
from training.materials.rules.formats import NotAccepted
from training.materials.rules.words import check_words, is_text


def judged(name: str, whole: bytes) -> str:
    return check_words(Content(io.BytesIO(whole), len(whole)), name).ending


def test_kinds_of_text() -> None:
    assert judged("a.txt", TXT) == "txt"
    assert judged("a.csv", CSV) == "csv"
    assert judged("a.srt", SRT) == "srt"
    assert judged("a.srt", SRT.replace(b"\n", b"\r\n")) == "srt"
    assert judged("whatever.txt", b"\xef\xbb\xbf" + VTT) == "vtt"
    assert judged("a.markdown", b"<div align=center>\n") == "md"


@pytest.mark.parametrize(
    ("name", "whole", "words"),
    [
        ("a.txt", b"\xff\xfea\0", "UTF-8"),
        ("a.txt", b"a" * 2_000_000 + b"\xe9", "UTF-8"),
        ("a.txt", b"a" * 2_000_000 + b"\x07", "do not know"),
        ("a.txt", b"\n\n <!-- x --> <HTML>", "Web pages"),
        ("a.csv", b"a;b\n1;@SUM(1)|cmd!A1\n", "start programs"),
        ("a.vtt", b"00:01.000 --> 00:02.000\n", "WEBVTT"),
        ("a.pdf", b"not a pdf", "broken"),
        ("a", b"text", "do not know"),
    ],
)
def test_other_things(name: str, whole: bytes, words: str) -> None:
    with pytest.raises(NotAccepted, match=words):
        judged(name, whole)


def test_what_is_worth_looking_through() -> None:
    for whole, wanted in ((TXT, True), (b"a\0", False), ("a".encode("utf-16"), True)):
        assert is_text(Content(io.BytesIO(whole), len(whole))) == wanted
