"""Input is cleaned, values do not change, viewers have what was granted to them."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.structs import (
    ANONYMOUS,
    EmailAddress,
    Event,
    Grant,
    Input,
    Line,
    Slug,
    Viewer,
    as_data,
    clean_text,
    seen,
)


class Colour(StrEnum):
    """A choice."""

    RED = "red"


class Typed(Input, frozen=True, kw_only=True):
    """What somebody typed."""

    name: str = ""
    lines: list[str] = []
    pair: tuple[str, str] = ("", "")
    colour: Colour = Colour.RED
    number: int = 0


class Rang(Event, frozen=True, kw_only=True):
    """A bell rang."""

    bell_id: UUID
    times: int = 1


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("  a b \t", "a b"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("e\u0301", "\u00e9"),
        ("\u1100\u1161", "\uac00"),
        ("\U0001f600", "\U0001f600"),
        ("a\tb", "a\tb"),
        ("\u202e", ""),
        ("Ada \u202eLovelace\u202c", "Ada Lovelace"),
        ("\u2067علي\u2069", "علي"),
        ("\u200fعلي", "\u200fعلي"),
        ("one\n\u202etwo\u202c", "one\n\u202etwo\u202c"),
        ("one\n\u202etwo", "one\ntwo"),
        ("\u202eone\ntwo\u202c", "one\ntwo"),
        ("one\n\u2067\u202etwo\u2069", "one\n\u2067two\u2069"),
        ("one\n\u2067two\u202c\u2069", "one\n\u2067two\u2069"),
        ("one\n\u202atwo\u2069\u202c three", "one\ntwo three"),
        ("one\n\u202a\u202btwo\u202c\u202c", "one\n\u202a\u202btwo\u202c\u202c"),
    ],
)
def test_texts_are_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize("character", ["\0", "\x01", "\x07", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\ud800"])
def test_characters_that_no_text_has(character: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
        clean_text(f"a{character}b")


@pytest.mark.parametrize("character", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_code_points_that_never_are_characters(character: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
        clean_text(f"Walk{character}in")


@pytest.mark.parametrize("character", ["\ufdcf", "\ufdf0", "\ufffd", "\U0001fae0", "\U0001fbff", "\ue000"])
def test_what_only_our_tables_or_fonts_do_not_know_stays(character: str) -> None:
    assert clean_text(f"Ana{character}B") == f"Ana{character}B"


@given(st.text())
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    try:
        clean = clean_text(text)
    except ValueError:
        return
    assert clean_text(clean) == clean


def test_every_text_of_an_input_is_cleaned() -> None:
    typed = msgspec.json.decode(
        b'{"name": " a ", "lines": [" b\\r\\n"], "pair": [" c", "d "], "colour": "red"}', type=Typed
    )
    assert typed == Typed(name="a", lines=["b"], pair=("c", "d"), colour=Colour.RED)
    assert typed.colour is Colour.RED


@pytest.mark.parametrize(
    "body", ['{"name": "a\\u0000"}', '{"lines": ["a", "\\u0000"]}', '{"pair": ["", "\\u001b"]}', '{"other": 1}', "[]"]
)
def test_what_an_input_refuses(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Typed)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Line, ["a", "a" * 200], ["", "a" * 201]),
        (Slug, ["a", "a-b", "a1"], ["", "A", "a--b", "-a", "a_b", "a" * 81, "\u00e9"]),
        (
            EmailAddress,
            ["a@b.c", "\u00fc@\u00fc.example"],
            ["a", "a@b", "a@b.", "a b@c.d", "<a@b.c>", "a@b@c.d", "@b.c"],
        ),
    ],
)
def test_kinds_of_text(kind: Any, good: list[str], bad: list[str]) -> None:
    assert [msgspec.convert(text, type=kind) for text in good] == good
    for text in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, type=kind)


def test_values_do_not_change() -> None:
    with pytest.raises(AttributeError):
        ANONYMOUS.name = "somebody"  # type: ignore[misc]
    assert Grant(role="staff") == Grant(role="staff", scope_id=None)
    assert len({Grant(role="staff"), Grant(role="staff")}) == 1


def test_an_event_is_about_its_first_field() -> None:
    assert Rang(bell_id=UUID(int=3)).subject_id == UUID(int=3)
    assert as_data(Rang(bell_id=UUID(int=3))) == {"bell_id": UUID(int=3), "times": 1}


def test_what_a_viewer_holds() -> None:
    one, other = UUID(int=1), UUID(int=2)
    grants = frozenset({Grant(role="coordinator", scope_id=one), Grant(role="member", scope_id=other)})
    viewer = Viewer(person_id=UUID(int=9), grants=grants)
    assert (viewer.signed_in, viewer.staff) == (True, False)
    assert viewer.has("coordinator", one)
    assert not viewer.has("coordinator", other)
    assert not viewer.has("coordinator")
    assert viewer.scopes("coordinator") == {one}
    assert viewer.scopes("coordinator", "member") == {one, other}


def test_who_is_staff() -> None:
    assert (ANONYMOUS.signed_in, ANONYMOUS.staff) == (False, False)
    assert (Viewer.machine("worker").signed_in, Viewer.machine("worker").staff) == (False, True)
    assert Viewer(grants=frozenset({Grant(role="staff")})).staff
    assert not Viewer(grants=frozenset({Grant(role="staff", scope_id=UUID(int=1))})).staff, "staff of one thing is none"


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u200b\u2060", "\ufeff \u00ad", "\u200d\u200c", "\u3164\u115f", "\u2800\u0301", "\ufe0f", "\n\u200b"],
)
def test_text_in_which_nothing_can_be_seen_is_empty(text: str) -> None:
    assert not seen(text)
    assert clean_text(text) == ""
    assert Typed(name=text).name == ""


@pytest.mark.parametrize(
    "text", ["\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\u2764\ufe0f", "0"]
)
def test_joiners_inside_words_stay(text: str) -> None:
    assert clean_text(text) == text
