"""Codes to scan: short, stable, made by nobody without the key."""

from uuid import UUID

import pytest

from training.outbox.rules.scannable import code_token, code_words, token_code_id

KEY = "a key for tests only"
ONE, OTHER = UUID(int=7 << 64 | 1), UUID(int=7 << 64 | 2)


def test_a_token_is_short_and_holds_its_id() -> None:
    token = code_token(KEY, "check-in 1", ONE)
    assert len(token) == 32
    assert token == code_token(KEY, "check-in 1", ONE)
    assert token_code_id(token) == ONE


def test_key_purpose_and_id_make_another_code() -> None:
    made = [
        (code_token(key, purpose, one), code_words(key, purpose, one))
        for key in (KEY, KEY + "!")
        for purpose in ("check-in 1", "check-in 2")
        for one in (ONE, OTHER)
    ]
    assert len({token for token, _ in made}) == len({words for _, words in made}) == 8


def test_words_can_be_read_aloud() -> None:
    words = code_words(KEY, "check-in 1", ONE)
    assert len(words) == 7
    assert words[3] == "-"
    assert not set(words) & set("0O1IL2Z5S8BUV")


@pytest.mark.parametrize("token", ["", "A" * 31, "A" * 33, "!" * 32, "é" * 32, "A" * 31 + "\n"])
def test_what_is_no_token_has_no_id(token: str) -> None:
    assert token_code_id(token) is None


def test_without_a_key_there_is_no_code() -> None:
    for make in (code_token, code_words):
        with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
            make("short", "check-in 1", ONE)
