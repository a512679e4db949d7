"""Which letters paper can show."""

import shutil
from pathlib import Path

import pytest

from tests.attendance.paper import SIX_SCRIPTS
from training.web.fonts import OURS, known_characters, missing_scripts, our_folders


def test_six_scripts_are_there_out_of_the_box() -> None:
    assert missing_scripts([text for pair in SIX_SCRIPTS for text in pair]) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë O’Brien-Đorđević", {}),
        ("中村", {"Han": "中村"}),
        ("สมชาย ใจดี", {"Thai": "จชดมย"}),
        ("გია 김 太", {"Georgian": "აგი", "Han": "太", "Hangul": "김"}),
        ("Ana 😀", {"Symbols": "😀"}),
        ("Ana\u200d\ufe0f\u202e\n", {}),
    ],
)
def test_missing_scripts_are_named_with_some_of_their_letters(text: str, expected: dict[str, str]) -> None:
    assert missing_scripts([text]) == expected


def test_the_operators_fonts_are_looked_through_and_strange_files_passed_over(tmp_path: Path) -> None:
    more = tmp_path / "fonts"
    more.mkdir()
    (more / "broken.ttf").write_bytes(b"\0\1\0\0" + b"x" * 100)
    (more / "empty.otf").write_bytes(b"")
    (more / "many.ttc").write_bytes(b"ttcf")
    (more / "words.txt").write_text("no font")
    source = next(path for folder in our_folders() for path in folder.rglob("NotoSansHebrew*.ttf"))
    shutil.copy(source, more / "more.ttf")
    assert our_folders(str(more))[-1] == more
    assert known_characters(str(more)) == known_characters()
    assert our_folders(str(tmp_path / "nowhere")) == our_folders()


def test_families_of_ours_are_installed() -> None:
    names = {
        path.stem.partition("[")[0].removesuffix("-Regular")
        for folder in our_folders()
        for path in folder.rglob("*.ttf")
    }
    assert {family.replace(" ", "") for family in OURS} <= names
