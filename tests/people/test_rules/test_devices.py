"""Device passwords: easy to type, hard to guess; what a program sends is read and nothing else."""

import base64
import re

import pytest

from training.base.errors import Invalid
from training.people.rules.devices import (
    DEVICE_LETTERS,
    Basic,
    checked_label,
    new_device_password,
    read_basic,
    typed_password,
)


def header(text: str, encoding: str = "utf-8") -> str:
    return "Basic " + base64.b64encode(text.encode(encoding)).decode()


def test_a_password_can_be_typed_and_not_guessed() -> None:
    made = {new_device_password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"([a-z0-9]{4}-){5}[a-z0-9]{4}", password) for password in made)
    assert len(DEVICE_LETTERS) == len(set(DEVICE_LETTERS)) == 29
    assert len(DEVICE_LETTERS) ** 24 > 2**116
    assert not set("0o1il5s8b") & (set(DEVICE_LETTERS) - {"b", "s"})


@pytest.mark.parametrize("change", [str.upper, lambda text: text.replace("-", ""), lambda text: f" {text}\n"])
def test_it_is_known_however_it_is_typed(change: object) -> None:
    password = new_device_password()
    assert callable(change)
    assert typed_password(change(password)) == password
    assert typed_password(password.replace("-", " ")) == password


@pytest.mark.parametrize("text", ["", "x", "x" * 25, "\x00", "ß" * 24])
def test_what_is_none_stays_none(text: str) -> None:
    assert len(typed_password(text)) != 29 or typed_password(text) != new_device_password()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (header("ada@example.org:pass:word"), Basic(name="ada@example.org", password="pass:word")),
        (header("ada@example.org:pass").replace("Basic", "bAsIc"), Basic(name="ada@example.org", password="pass")),
        (header("zoë@example.org:ü"), Basic(name="zoë@example.org", password="ü")),
        (header(":"), Basic(name="", password="")),
        (header("no colon"), None),
        (header("zoë:x", "latin-1"), None),
        ("", None),
        ("Basic", None),
        ("Basic !!!", None),
        ("Basic =", None),
        ("Bearer abc", None),
        ("Basic \u00e9", None),
        ("Basic " + "A" * 100_000, None),
    ],
)
def test_what_a_program_sends_is_read(given: str, expected: Basic | None) -> None:
    assert read_basic(given) == expected


def test_a_representation_holds_no_password() -> None:
    assert "pass" not in repr(Basic(name="ada", password="pass"))


@pytest.mark.parametrize("label", ["", "  ", "x" * 81])
def test_a_device_has_a_name(label: str) -> None:
    assert checked_label("  My \n phone ") == "My phone"
    with pytest.raises(Invalid) as caught:
        checked_label(label)
    assert caught.value.fields.keys() == {"label"}
