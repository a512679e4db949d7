"""Names and addresses as people paste them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.booking.actions import Wanted
from training.booking.schemas import Pasted, parse_people
from training.booking.schemas import pasted as pasted_file

ANA, BEN = Wanted(name="Ana Lopez", email="ana@example.org"), Wanted(name="Ben", email="ben@example.org")


def nameless(*emails: str) -> tuple[Wanted, ...]:
    return tuple(Wanted(name="", email=email) for email in emails)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", ()),
        ("ana@example.org", nameless("ana@example.org")),
        ("Ana Lopez <ana@example.org>", (ANA,)),
        ("Ana Lopez, ana@example.org", (ANA,)),
        ("Ana Lopez\tana@example.org", (ANA,)),
        ("ana@example.org, Ana Lopez", (ANA,)),
        ("ana@example.org (Ana Lopez)", (ANA,)),
        ("Ana Lopez (ana@example.org), Ben [ben@example.org]", (ANA, BEN)),
        ("Ana (they) <ana@example.org>", (Wanted(name="Ana (they)", email="ana@example.org"),)),
        ("mailto:ana@example.org", nameless("ana@example.org")),
        ("Ana Lopez <mailto:ana@example.org>.", (ANA,)),
        ("  • Ana   Lopez – Ana@Example.ORG  ", (ANA,)),
        ("Ana Lopez <ana@example.org>; Ben <ben@example.org>", (ANA, BEN)),
        ("Ana Lopez <ana@example.org>, Ben <ben@example.org>", (ANA, BEN)),
        ("ana@example.org, ben@example.org", nameless("ana@example.org", "ben@example.org")),
        (
            "ana@example.org ben@example.org\n\ncal@example.org",
            nameless(*(f"{n}@example.org" for n in ("ana", "ben", "cal"))),
        ),
        ('"Lopez, Ana" <ana@example.org>', (Wanted(name="Lopez, Ana", email="ana@example.org"),)),
        ("ana@example.org\nANA@example.org", nameless("ana@example.org")),
        ("ana@example.org\nAna Lopez <ana@example.org>", (ANA,)),
        ("Ana Lopez <ana@example.org>\nana@example.org", (ANA,)),
        ("李小龍 <li@example.org>", (Wanted(name="李小龍", email="li@example.org"),)),
    ],
)
def test_people_are_read(text: str, people: tuple[Wanted, ...]) -> None:
    pasted = parse_people(text)
    assert (pasted.people, pasted.unreadable) == (people, ())


@pytest.mark.parametrize(
    ("text", "unreadable"),
    [
        ("Ana Lopez", ("Ana Lopez",)),
        ("Ana <ana@localhost>", ("ana@localhost",)),
        ("ana@@example.org", ("ana@@example.org",)),
        ("Ana Lopez\nAna Lopez", ("Ana Lopez",)),
        ("Name;E-mail\nana@example.org", ("Name", "E-mail")),
    ],
)
def test_what_has_no_usable_address_is_named(text: str, unreadable: tuple[str, ...]) -> None:
    assert parse_people(text).unreadable == unreadable


@given(st.text(alphabet="ab@.,;<>\"' \n\t()[]é", max_size=200))
def test_nothing_pasted_breaks_it(text: str) -> None:
    pasted = parse_people(text)
    assert len({person.email for person in pasted.people}) == len(pasted.people)
    assert all(len(person.name) <= 200 and "@" in person.email for person in pasted.people)


# How an address may be told in one expression, which looks at a long word without "@" once per letter.
PLAINLY = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")


@given(st.text(alphabet="a@. ,<", max_size=60))
def test_addresses_are_found_where_they_are(text: str) -> None:
    found = [word[0] for word in pasted_file._WORD.finditer(text) if "@" in word[0][1:-1]]
    assert found == PLAINLY.findall(text)


@given(st.text(alphabet="a@. ,;<\n(", min_size=1, max_size=8))
def test_a_long_hostile_text_is_looked_at_a_bounded_number_of_times(seed: str) -> None:
    text = (seed * 20_000)[:20_000]
    looked: list[int] = []

    def counted(of: Callable[[str], Any]) -> Callable[[str], Any]:
        def count(part: str) -> Any:
            looked.append(len(part))
            return of(part)

        return count

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pasted_file, "_name", counted(pasted_file._name))
        patch.setattr(pasted_file, "_usable", counted(pasted_file._usable))
        parse_people(text)
    assert sum(looked) <= 2 * len(text)
    assert len(looked) <= 2 * len(text)


def test_the_example_of_the_manual() -> None:
    """docs/howto/book-places.md shows what can be pasted."""
    manual = Path(__file__).parents[3] / "docs" / "howto" / "book-places.md"
    example = manual.read_text(encoding="utf-8").split("```")[1]
    assert parse_people(example) == Pasted(
        people=(
            Wanted(name="Ana Lopez", email="ana@example.org"),
            Wanted(name="Ben Okafor", email="ben@example.org"),
            Wanted(name="", email="cleo@example.org"),
        ),
        unreadable=(),
    )
