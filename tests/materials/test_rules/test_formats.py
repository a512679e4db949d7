"""What names promise, and under which name a file is kept."""

import pytest

from training.materials.rules.formats import (
    ALSO,
    FORMATS,
    NotAccepted,
    check_name,
    ending_of,
    file_name,
    known_format,
    refusal_of,
)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.PDF", "pdf"),
        ("a", ""),
        (".profile", ""),
        ("a.tar.gz", "gz"),
        ("a.exe. .", "exe"),
        ("a.b c", ""),
        ("", ""),
        ("a.exe\u200b", "exe"),
        ("a.\u2060exe\ufe0f ", "exe"),
        ("a.appref-ms", "appref-ms"),
        ("a.b-c", ""),
    ],
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending


def test_no_ending_is_taken_and_refused() -> None:
    assert not [ending for ending in (*FORMATS, *ALSO) if refusal_of(ending)]
    assert set(ALSO.values()) <= set(FORMATS)
    known = known_format("A.JPEG")
    assert known is not None
    assert known.media_type == "image/jpeg"


@pytest.mark.parametrize(
    "name",
    [
        "a.html",
        "a.SVG",
        "a.exe ",
        "a.docm",
        "a.doc",
        "a.heic",
        "a.mkv",
        "a.wma",
        "a.rar",
        "a.exe::$DATA",
        "a.pyw",
        "a.exe\u200b.",
        "a.msc",
        "a.txt:b.exe",
    ],
)
def test_a_refusal_says_what_can_be_done(name: str) -> None:
    with pytest.raises(NotAccepted) as refusal:
        check_name(name)
    assert refusal.value.fields["name"] == refusal.value.detail
    assert any(word in refusal.value.detail for word in ("Save it", "upload it as", "Pack the files"))


@pytest.mark.parametrize(
    ("name", "ending", "kept"),
    [
        ("Notes.txt", "txt", "Notes.txt"),
        ("photo.jpeg", "jpg", "photo.jpeg"),
        ("photo.exe", "png", "photo.png"),
        ("Talk v1.2", "pdf", "Talk v1.2.pdf"),
        ("slides.pptx", "pdf", "slides.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\Users\\a\\b.txt", "txt", "b.txt"),
        (".txt", "txt", "file.txt"),
        ("", "txt", "file.txt"),
        ("CON.txt", "txt", "_CON.txt"),
        ("photo.exe\u200b", "png", "photo.png"),
    ],
)
def test_the_name_a_file_is_kept_by(name: str, ending: str, kept: str) -> None:
    assert file_name(name, ending) == kept
