"""Terms: what they may be, and what changed between two texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.errors import Invalid
from training.booking.rules.terms import Step, TermsDetails, changes, checked_body, checked_terms


def test_a_title_and_a_text() -> None:
    assert checked_terms(TermsDetails(title="  House \n rules ")) == TermsDetails(title="House rules")
    assert checked_body("\nBe kind.  \n\n- always \n") == "Be kind.\n\n- always"


@pytest.mark.parametrize("title", ["", " ", "x" * 201])
def test_titles_that_are_refused(title: str) -> None:
    with pytest.raises(Invalid):
        checked_terms(TermsDetails(title=title))


@pytest.mark.parametrize("body", ["", "\n \n", "x" * 20_001])
def test_texts_that_are_refused(body: str) -> None:
    with pytest.raises(Invalid):
        checked_body(body)


def test_what_changed() -> None:
    found = changes("Be kind to all people here.", "Be kind to everybody here, please.")
    assert [(piece.step.value, piece.text) for piece in found] == [
        ("same", "Be kind to "),
        ("gone", "all people here."),
        ("new", "everybody here, please."),
    ]
    assert [piece.step for piece in changes("a b", "a b")] == [Step.SAME]


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    found = changes(old, new)
    assert "".join(p.text for p in found if p.step is not Step.NEW) == old.lstrip()
    assert "".join(p.text for p in found if p.step is not Step.GONE) == new.lstrip()


@pytest.mark.parametrize(("old", "new"), [("a " * 10_000, "b a " * 5_000), ("a b " * 5_000, "b c a " * 3_333)])
def test_long_texts_of_equal_words_do_not_take_for_ever(old: str, new: str) -> None:
    begun = time.perf_counter()
    changes(old, new)
    assert time.perf_counter() - begun < 5
