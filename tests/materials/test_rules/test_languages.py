"""What somebody writes as a language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.catalogue.rules import language_name
from training.materials.rules.languages import tag_of

CASES = {
    "English": "en",
    " spanish ": "es",
    "ES_mx": "es-MX",
    "Spanish (Mexico)": "es-MX",
    "Mexican Spanish": "es-MX",
    "Chinese (Traditional)": "zh-Hant",
    "Chinese (Traditional, Taiwan)": "zh-Hant-TW",
    "British Sign Language": "bfi",
    "ga": "ga",
    "bfi": "bfi",
}


@pytest.mark.parametrize("written", CASES)
def test_a_name_is_as_good_as_a_code(written: str) -> None:
    assert tag_of(written) == CASES[written]


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant", "sr-Latn-RS", "bfi", "nzs"])
def test_what_the_pages_call_it_is_read_again(tag: str) -> None:
    assert tag_of(language_name(tag)) == tag


@pytest.mark.parametrize("written", ["", "Klingonish", "English (Nowhere)", "(Mexico)", "en-", "English)", "a" * 60])
def test_what_is_no_language_is_told_how_to_write_one(written: str) -> None:
    with pytest.raises(ValueError, match="Write a language by its English name"):
        tag_of(written)


@given(written=st.text(max_size=60))
def test_whatever_comes_is_a_language_or_refused(written: str) -> None:
    try:
        tag = tag_of(written)
    except ValueError:
        return
    assert tag_of(tag) == tag
