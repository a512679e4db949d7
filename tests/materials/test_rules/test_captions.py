"""Captions as browsers read them."""

import pytest

from training.materials.rules.captions import as_vtt

SRT = (
    "1\r\n00:00:01,500 --> 00:00:04,000\r\nHola <i>a todos</i>\r\n\r\n"
    "2\r\n00:00:04,5 --> 1:00:06,25 X1:1 X2:2\r\n¿Qué?\r\n"
)


def test_subrip_becomes_webvtt() -> None:
    assert as_vtt(SRT.encode()).decode() == (
        "WEBVTT\n\n1\n00:00:01.500 --> 00:00:04.000\nHola <i>a todos</i>\n\n2\n00:00:04.500 --> 01:00:06.250\n¿Qué?\n"
    )


@pytest.mark.parametrize("text", ["WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "WEBVTT - A title\n", "WEBVTT"])
def test_webvtt_stays_as_it_is(text: str) -> None:
    assert as_vtt(text.encode()).decode() == text


def test_marks_of_bytes_and_line_ends_go() -> None:
    assert as_vtt(b"\xef\xbb\xbfWEBVTT\r\n\r\nNOTE x\r\r") == b"WEBVTT\n\nNOTE x\n\n"


def test_what_browsers_would_show_as_it_is_written_goes() -> None:
    styled = b'1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="#fff">Up</font> <b>there</b>\n'
    assert as_vtt(styled).endswith(b"\nUp <b>there</b>\n")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"nothing of the kind", b"WEBVTTX\n"])
def test_whatever_it_is_it_is_text(content: bytes) -> None:
    assert as_vtt(content).startswith(b"WEBVTT\n\n")
