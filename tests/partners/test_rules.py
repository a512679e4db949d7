"""Names, parents, contacts: case tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from training.base.errors import Invalid
from training.partners.rules import (
    ContactDetails,
    ContactKind,
    Membership,
    MembershipState,
    ParentImpossible,
    PartnerDetails,
    ask_now,
    check_parent,
    checked_contact,
    checked_member_name,
    checked_partner,
    fold_name,
)

A, B, C, D, E, F = (UUID(int=number) for number in range(1, 7))
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("St. John's  Ambulance", "st johns ambulance"),
        ("St John’s Ambulance", "st johns ambulance"),
        ("  MIND  (UK) ", "mind uk"),
        ("Mind-UK", "mind uk"),
        ("Straße e.V.", "strasse e v"),
        ("STRASSE E.V.", "strasse e v"),
        ("Cafe\u0301", "café"),
        ("Café", "café"),
        ("Ｆｕｌｌ", "full"),
        ("zero\u200bwidth", "zerowidth"),
        ("non\u00a0breaking", "non breaking"),
        ("いのちの電話", "いのちの電話"),
        ("...!?", ""),
        ("LGBT+", "lgbt+"),
    ],
)
def test_spellings_of_one_name_are_one(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@pytest.mark.parametrize(
    ("parents", "partner", "parent", "allowed"),
    [
        ({}, A, B, True),
        ({}, A, A, False),
        ({B: A}, A, B, False),
        ({B: A, C: B}, A, C, False),
        ({B: A}, C, B, True),
        ({B: A, C: B}, D, C, False),
        ({C: B}, B, A, True),
        ({C: B, D: C}, B, A, False),
        ({B: A, D: C}, C, B, False),
        ({D: C}, C, A, True),
        ({B: A, D: C, E: C, F: C}, C, A, True),
        ({A: B, B: A}, C, A, True),
    ],
)
def test_families_have_no_circle_and_three_levels(
    parents: dict[UUID, UUID], partner: UUID, parent: UUID, allowed: bool
) -> None:
    if allowed:
        check_parent(partner, parent, parents)
        return
    with pytest.raises(ParentImpossible) as caught:
        check_parent(partner, parent, parents)
    assert set(caught.value.fields) == {"parent_id"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": "?!"}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"name": "ﷺ" * 20}, {"name"}),
        ({"country": "XX"}, {"country"}),
        ({"website": "www.example.org"}, {"website"}),
        ({"website": "javascript:alert(1)"}, {"website"}),
        ({"website": "https://"}, {"website"}),
        ({"website": "https://exa mple.org"}, {"website"}),
        ({"website": "https://[bad"}, {"website"}),
        ({"name": "", "country": "Z", "website": "x"}, {"name", "country", "website"}),
    ],
)
def test_a_partner_names_every_field_that_is_wrong(changes: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        checked_partner(replace(PartnerDetails(name="Alliance"), **changes))
    assert set(caught.value.fields) == wrong


def test_a_good_partner_passes_with_its_country_in_capitals() -> None:
    details = PartnerDetails(name="Alliance", country="de", website="https://alliance.example/path")
    assert checked_partner(details) == replace(details, country="DE")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [({"name": " "}, {"name"}), ({"name": "x" * 201}, {"name"}), ({"phone": "call me"}, {"phone"}), ({}, set())],
)
def test_a_contact_has_somebody_to_ask_for(changes: dict[str, str], wrong: set[str]) -> None:
    details = ContactDetails(kind=ContactKind.FUND, name="Fay", email="fay@a.example", phone="+49 (30) 123-45")
    details = replace(details, **changes)
    if not wrong:
        assert checked_contact(details) == details
        return
    with pytest.raises(Invalid) as caught:
        checked_contact(details)
    assert set(caught.value.fields) == wrong


def test_a_members_name_may_be_empty_but_not_endless() -> None:
    assert checked_member_name("  Ada   Lovelace ") == "Ada Lovelace"
    assert checked_member_name("") == ""
    with pytest.raises(Invalid):
        checked_member_name("x" * 201)


@pytest.mark.parametrize(
    ("asked", "minutes", "again"), [(False, 0, True), (True, 0, False), (True, 9, False), (True, 10, True)]
)
def test_nobody_is_asked_twice_within_ten_minutes(asked: bool, minutes: int, again: bool) -> None:
    member = Membership(
        id=A,
        partner_id=B,
        person_id=C,
        name="",
        contact_email="a@a.example",
        state=MembershipState.INVITED,
        coordinator=False,
        asked=asked,
        created_at=NOW,
        state_at=NOW,
        version=1,
    )
    assert ask_now(member, NOW + timedelta(minutes=minutes)) is again
    assert member.called == "a@a.example"
