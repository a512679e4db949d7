"""Sound and video from their first byte to their last."""

import io

import pytest

from tests.materials.files import AVIF, FLAC, M4A, MOV, MP3, MP4, OGG, WAV, WEBM, box, ogg, webm
from training.materials.rules.contents import Content
from training.materials.rules.formats import NotAccepted
from training.materials.rules.recordings import (
    check_boxes,
    check_flac,
    check_mp3,
    check_ogg,
    check_wav,
    check_webm,
)


def content(whole: bytes) -> Content:
    return Content(io.BytesIO(whole), len(whole))


def test_the_relatives_of_mp4_are_told_apart() -> None:
    for whole, name, ending in (
        (MP4, "a", "mp4"),
        (MP4, "a.m4a", "m4a"),
        (MOV, "a.mp4", "mov"),
        (M4A, "a.mp4", "m4a"),
        (AVIF, "a.mp4", "avif"),
        (MP4 + box(b"free", b"\0" * 9), "a", "mp4"),
    ):
        assert check_boxes(content(whole), name).ending == ending


def test_a_box_to_the_end_of_the_file_holds_sound_or_pictures() -> None:
    assert check_boxes(content(MP4 + b"\0\0\0\0mdat" + b"\0" * 9), "a").ending == "mp4"
    with pytest.raises(NotAccepted):
        check_boxes(content(MP4 + b"\0\0\0\0free" + b"\0" * 9), "a")


def test_webm_is_one_kind_of_its_container() -> None:
    assert check_webm(content(WEBM)).ending == "webm"
    for whole in (webm(b"matroska"), webm(behind=b"x"), WEBM[:-1], b"\x1aE\xdf\xa3\x80"):
        with pytest.raises(NotAccepted):
            check_webm(content(whole))


def test_sound() -> None:
    check_mp3(content(MP3))
    check_wav(content(WAV))
    check_flac(content(FLAC))
    check_ogg(content(OGG))
    check_ogg(content(ogg(b"\x01vorbis" + b"\0" * 20)))
    for check, whole in (
        (check_mp3, MP3[:300]),
        (check_mp3, b"ID3\x04\0\0\xff\xff\xff\xff"),
        (check_wav, WAV + b"more"),
        (check_flac, FLAC[:-4] + b"<html>"),
        (check_ogg, OGG + b"more"),
        (check_ogg, ogg(flags=0)),
    ):
        with pytest.raises(NotAccepted):
            check(content(whole))
