"""Which of many files become one material together."""

import pytest

from training.materials.rules.bulk import Brought, is_junk, plan
from training.materials.rules.formats import FileKind

VIDEO, CAPTIONS, DOCUMENT, SLIDES = FileKind.VIDEO, FileKind.CAPTIONS, FileKind.DOCUMENT, FileKind.SLIDES


def planned(*files: tuple[str, FileKind]) -> list[tuple[str, list[tuple[int, str, str]]]]:
    found = plan([Brought(path=path, kind=kind) for path, kind in files])
    return [(one.title, [(shape.index, shape.form.value, shape.language) for shape in one.shapes]) for one in found]


def test_captions_and_languages_come_to_their_video() -> None:
    assert planned(
        ("welcome_es.vtt", CAPTIONS),
        ("Welcome.mp4", VIDEO),
        ("welcome.vtt", CAPTIONS),
        ("welcome (pt-BR).vtt", CAPTIONS),
        ("welcome-transcript.txt", FileKind.TEXT),
    ) == [
        ("Welcome", [(1, "video", ""), (0, "captions", "es"), (2, "captions", ""), (3, "captions", "pt-BR")]),
        ("Welcome-transcript", [(4, "transcript", "")]),
    ]


def test_each_folder_stands_alone_and_order_stays() -> None:
    assert planned(("b/intro.pdf", DOCUMENT), ("a/intro.pdf", DOCUMENT), ("b/intro.pptx", SLIDES)) == [
        ("Intro", [(0, "document", ""), (2, "slides", "")]),
        ("Intro", [(1, "document", "")]),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "title", "form", "language"),
    [
        ("my_handout.de.pdf", DOCUMENT, "My handout", "handout", "de"),
        ("Slide deck.pdf", DOCUMENT, "Slide deck", "slides", ""),
        ("Recording of May.mp4", VIDEO, "Recording of May", "recording", ""),
        ("talk-v2.pdf", DOCUMENT, "Talk-v2", "document", ""),
        ("part.no.pdf", DOCUMENT, "Part.no", "document", ""),
        ("map.png", FileKind.IMAGE, "Map", "other", ""),
        ("recording notes.txt", FileKind.TEXT, "Recording notes", "document", ""),
        ("x" * 300 + ".pdf", DOCUMENT, "X" + "x" * 199, "document", ""),
        ("你好.pdf", DOCUMENT, "你好", "document", ""),
    ],
)
def test_what_a_name_says(name: str, kind: FileKind, title: str, form: str, language: str) -> None:
    assert planned((name, kind)) == [(title, [(0, form, language)])]


def test_what_computers_leave_behind() -> None:
    junk = ["__MACOSX/a", "a/.DS_Store", "Thumbs.db", "a/desktop.ini", "~$letter.docx", "a/.git/config"]
    assert all(is_junk(path) for path in junk)
    assert not any(is_junk(path) for path in ("a.txt", "a/b.c.txt", "my thumbs.db.txt"))
