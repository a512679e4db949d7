"""The code on the screen and the spoken word: what is taken, and for how long."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.attendance.rules.rotating import (
    _FIRST,
    _SECOND,
    changes_at,
    code_at,
    is_code,
    is_word,
    left_at,
    new_word,
    plain_code,
)

KEY = "a key for tests only"
ONE, OTHER = UUID(int=7 << 64 | 1), UUID(int=7 << 64 | 2)
NOW = datetime(2026, 5, 4, 9, 0, 10, tzinfo=UTC)


def test_a_code_is_six_digits_and_stays_for_half_a_minute() -> None:
    code = code_at(KEY, ONE, 1, NOW)
    assert re.fullmatch("[0-9]{6}", code)
    assert code == code_at(KEY, ONE, 1, NOW + timedelta(seconds=19))
    assert code != code_at(KEY, ONE, 1, NOW + timedelta(seconds=20))
    assert changes_at(NOW) == NOW + timedelta(seconds=20)
    assert left_at(NOW) == timedelta(seconds=20)


@pytest.mark.parametrize(
    ("later", "taken"),
    [(-1, True), (-11, False), (0, True), (19, True), (20, True), (49, True), (50, False), (3600, False)],
)
def test_one_earlier_code_is_taken_and_none_to_come(later: int, taken: bool) -> None:
    shown = code_at(KEY, ONE, 1, NOW)
    assert is_code(KEY, ONE, 1, shown, NOW + timedelta(seconds=later)) is taken


@pytest.mark.parametrize(("key", "meeting", "generation"), [(KEY + "!", ONE, 1), (KEY, OTHER, 1), (KEY, ONE, 2)])
def test_every_meeting_and_generation_has_its_own(key: str, meeting: UUID, generation: int) -> None:
    assert not is_code(key, meeting, generation, code_at(KEY, ONE, 1, NOW), NOW)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("482913", "482913"),
        (" 482 913 ", "482913"),
        ("482-913", "482913"),
        ("٤٨٢٩١٣", "482913"),
        ("48291", ""),
        ("4829131", ""),
        ("48291x", ""),
        ("48291½", ""),
        ("", ""),
    ],
)
def test_what_is_typed_is_read(typed: str, plain: str) -> None:
    assert plain_code(typed) == plain


@pytest.mark.parametrize(
    ("word", "typed", "right"),
    [
        ("quiet harbour", "quiet harbour", True),
        ("quiet harbour", "  Quiet-HARBOUR. ", True),
        ("quiet harbour", "quietharbour", True),
        ("quiet harbour", "harbour quiet", False),
        ("quiet harbour", "quiet", False),
        ("quiet harbour", "", False),
        ("", "", False),
    ],
)
def test_a_word_is_told_apart(word: str, typed: str, right: bool) -> None:
    assert is_word(word, typed) is right


def test_words_are_many_and_no_two_sound_like_one() -> None:
    assert len(set(_FIRST)) * len(set(_SECOND)) > 7000
    for words in (_FIRST, _SECOND):
        assert len(words) == len(set(words))
        assert all(re.fullmatch("[a-z]{4,9}", word) for word in words)
    assert new_word(lambda words: words[0]) == "amber acorn"
    assert len(max(_FIRST, key=len)) + len(max(_SECOND, key=len)) < 30
