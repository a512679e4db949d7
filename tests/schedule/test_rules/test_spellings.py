"""Which spellings are the same organization, and which only look alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.partners.rules import fold_name
from training.schedule.rules.spellings import index_hosts, partner_key


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("University of Surrey", "University of surrey", True),
        (" Tech  Space ", "Tech Space", True),
        ("University of California, Riverside", "University of California Riverside", True),
        ("Urbana\u2013Champaign", "Urbana-Champaign", True),
        ("King\u2019s College", "King's College", True),
        ("Kings College", "King's College", True),
        ("Ume\u00e5", "Umea\u030a", True),
        ("STRASSE", "Straße", True),
        ("Umeå", "Umea", False),
        ("University of Surrey", "The University of Surrey", False),
        ("Delft Univeristy", "Delft University", False),
        ("North-West University", "Northwest University", False),
    ],
)
def test_two_spellings_are_one_partner_only_when_they_fold_to_the_same(a: str, b: str, same: bool) -> None:
    assert (partner_key(a) == partner_key(b)) is same


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("Delft Univeristy of Technology", "Delft University of Technology", True),
        ("The University of Chicago", "University of Chicago", True),
        ("Universite de Montreal", "Université de Montréal", True),
        ("Northeastern University", "Northwestern University", True),
        ("CERN", "CERO", False),
        ("University of Oslo", "University of Bergen", False),
        ("University of Surrey", "university of surrey", False),
    ],
)
def test_lookalikes_are_named_and_kept_apart(a: str, b: str, alike: bool) -> None:
    index = index_hosts([(2, a, ""), (3, b, "")])
    assert index.lookalikes.get(partner_key(a), ()) == ((b,) if alike else ())
    assert index.lookalikes.get(partner_key(b), ()) == ((a,) if alike else ())


def test_very_many_names_are_compared_without_typos_and_in_time() -> None:
    names = [f"Institute number {n}" for n in range(20_000)]
    index = index_hosts((n, name, "") for n, name in enumerate([*names, "The Institute, number 7", "Universit"]))
    assert index.lookalikes == {
        "institute number 7": ("The Institute, number 7",),
        "the institute number 7": ("Institute number 7",),
    }


@given(name=st.text(max_size=60))
def test_a_key_is_its_own_key_however_the_name_is_composed_and_spaced(name: str) -> None:
    key = partner_key(name)
    assert partner_key(f"  {unicodedata.normalize('NFD', name)} ") == key
    assert partner_key(key) == key


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_the_key_is_the_spelling_by_which_partners_are_known(name: str) -> None:
    assert partner_key(name) == fold_name(name)
