"""Forms: everything that is wrong is told at once, beside its field, and nothing that can be typed breaks them."""

from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from tests.reference import modules
from tests.web.test_wire import shapes
from training.base.structs import EmailAddress, Input, Line, OptionalLine, Slug
from training.web.forms import Form, fill, sentence_for


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Wish(Input, frozen=True, kw_only=True):
    """A form with a field of every kind."""

    name: Line
    email: EmailAddress | None = None
    slug: Slug | None = None
    note: OptionalLine = ""
    colour: Colour = Colour.RED
    places: Annotated[int, Meta(ge=1, le=20)] = 1
    wanted: bool = False
    tags: list[str] = []


GOOD = Wish(name="Ada", email="a@b.example", colour=Colour.BLUE, places=3, wanted=True, tags=["x", "y"])


def errors(**typed: str | list[str]) -> dict[str, str]:
    pairs = [(name, value) for name, given in typed.items() for value in ([given] if isinstance(given, str) else given)]
    return fill(Wish, pairs).errors


def test_a_good_form_is_a_value() -> None:
    pairs = [
        ("name", " Ada "), ("email", "a@b.example"), ("colour", "blue"), ("places", "3"), ("wanted", "on"),
        ("tags", "x"), ("tags", ""), ("tags", "y"), ("surprise", "1"), ("slug", ""),
    ]  # fmt: skip
    form = fill(Wish, pairs)
    assert (form.value, form.errors) == (GOOD, {})
    assert form.raw["name"] == " Ada "
    assert form.raw["tags"] == ["x", "", "y"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert errors(email="no address", slug="Not This", colour="green", places="99", note="x" * 201) == {
        "name": "Please fill this in.",
        "email": "This does not look like an e-mail address. It needs a name, an @ and a domain.",
        "slug": "Only small letters, digits and hyphens can be used here.",
        "colour": "Please choose one of the list.",
        "places": "This number must be at most 20.",
        "note": "This is too long: at most 200 characters.",
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("x", "Please enter a number."), ("0", "This number must be at least 1."), ("1.5", "Please enter a number.")],
)
def test_numbers(typed: str, sentence: str) -> None:
    assert errors(name="a", places=typed) == {"places": sentence}


def test_a_character_that_no_text_has_is_told_beside_its_field() -> None:
    assert errors(name="a\0b") == {"name": "The character U+0000 cannot be used here."}


def test_an_error_that_only_an_action_knows() -> None:
    form: Form[Wish] = fill(Wish, [("name", "Ada")])
    assert form.with_error("name", "Taken.").errors == {"name": "Taken."}
    assert form.errors == {}


@given(st.lists(st.tuples(st.sampled_from(Wish.__struct_fields__), st.text(max_size=50))))
def test_whatever_is_typed_there_is_a_value_or_a_sentence(pairs: list[tuple[str, str]]) -> None:
    form = fill(Wish, pairs)
    assert (form.value is None) is bool(form.errors)
    assert all(sentence.endswith(".") for sentence in form.errors.values())


HOSTILE = ("a\0b", "\x1b", "\ud800", "", " ", "x" * 100_000, "-1", "9" * 400, "NaN", "9999-99-99", "0001-01-01", "[]")


def test_every_form_of_the_product_stands_whatever_is_typed() -> None:
    for name in modules():
        import_module(name)
    kinds: list[Any] = [kind for kind in shapes(Input) if kind.__module__.startswith("training.")]
    assert len(kinds) > 20
    for kind in kinds:
        for typed in HOSTILE:
            form = fill(kind, [(field, typed) for field in kind.__struct_fields__])
            assert (form.value is None) is bool(form.errors), f"{kind.__name__}: {typed[:10]!r}"
        nul = fill(kind, [(field, "a\0b") for field in kind.__struct_fields__])
        assert nul.value is None or "a\0b" not in repr(nul.value), kind.__name__


def test_what_is_too_short_or_too_long_is_called_so() -> None:
    assert sentence_for("Expected `str` of length >= 3 - at `$.email`") == "This is too short: at least 3 characters."
    assert sentence_for("Expected `str` of length >= 10") == "This is too short: at least 10 characters."
    assert sentence_for("Expected `str` of length <= 20000") == "This is too long: at most 20,000 characters."
    assert sentence_for("Expected `str` of length >= 1") == "Please fill this in."
    assert sentence_for("Expected `int | null`, got `str`") == "Please enter a number."
