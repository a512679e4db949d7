"""Asking for a place oneself, as far as rules decide it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.base.errors import NotFound
from training.booking.rules import REQUEST_KEPT, Standing
from training.booking.rules.requests import (
    OwnPartner,
    PartnerNotChosen,
    chosen_partner,
    is_nobody,
    may_keep,
    nobodys_address,
    nobodys_pattern,
    prolonged,
    request_share,
)
from training.catalogue.rules import Audience, Mode
from training.outbox.rules import safe_recipient
from training.people.rules import LIFETIMES, AddressUnusable, Purpose, fold_email

KEY = "a key for tests only"
A = OwnPartner(membership_id=UUID(int=11), id=UUID(int=1), name="A")
B = OwnPartner(membership_id=UUID(int=12), id=UUID(int=2), name="B")
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("places", "share"), [(0, 1), (1, 1), (2, 1), (3, 1), (5, 1), (6, 2), (7, 2), (9, 3), (100, 33)]
)
def test_a_third_and_at_least_one(places: int, share: int) -> None:
    assert request_share(places) == share


@pytest.mark.parametrize(("requested", "keeps"), [(0, True), (3, True), (4, False), (9, False)])
def test_the_share_counts_every_mode(requested: int, keeps: bool) -> None:
    nobody = {Mode.IN_PERSON: 0, Mode.ONLINE: 0}
    capacity = {Mode.IN_PERSON: 4, Mode.ONLINE: 8}
    standing = Standing(capacity=capacity, taken=nobody, waiting=nobody, overtaking=True, promotes=True)
    assert may_keep(standing, requested) is keeps


def test_the_link_lives_as_long_as_the_place_is_kept() -> None:
    assert LIFETIMES[Purpose.CONFIRM] == REQUEST_KEPT


@pytest.mark.parametrize(("minutes", "longer"), [(0, True), (59, True), (60, False), (90, False)])
def test_asking_again_prolongs_within_the_hour(minutes: int, longer: bool) -> None:
    assert prolonged(NOW, NOW + timedelta(minutes=minutes)) is longer


@pytest.mark.parametrize(
    ("audience", "partners", "wanted", "chosen"),
    [
        (Audience.PUBLIC, (), None, None),
        (Audience.PUBLIC, (A, B), None, None),
        (Audience.PUBLIC, (A, B), B.id, B),
        (Audience.PARTICIPATING, (A,), None, A),
        (Audience.PARTICIPATING, (A, B), A.id, A),
        (Audience.INVITED, (), None, None),
    ],
)
def test_for_whom(
    audience: Audience, partners: tuple[OwnPartner, ...], wanted: UUID | None, chosen: OwnPartner | None
) -> None:
    assert chosen_partner(audience, partners, wanted) == chosen


def test_a_choice_is_asked_for_and_only_ones_own_counts() -> None:
    with pytest.raises(PartnerNotChosen) as refused:
        chosen_partner(Audience.PARTICIPATING, (A, B), None)
    assert refused.value.fields == {"partner": "Please say for which organization you take part."}
    for audience in Audience:
        with pytest.raises(NotFound):
            chosen_partner(audience, (A,), B.id)


def test_a_stand_in_tells_nothing_and_is_one_for_each_address_and_session() -> None:
    one = nobodys_address(KEY, "ada@example.org", UUID(int=1))
    assert one == nobodys_address(KEY, "ada@example.org", UUID(int=1))
    others = {
        nobodys_address(KEY, "ada@example.org", UUID(int=2)),
        nobodys_address(KEY, "eve@example.org", UUID(int=1)),
        nobodys_address("another key for tests", "ada@example.org", UUID(int=1)),
    }
    assert len(others | {one}) == 4
    assert "ada" not in one
    assert safe_recipient(one) == one
    assert is_nobody(one)
    with pytest.raises(AddressUnusable):
        fold_email(one)
    assert not is_nobody("ada@example.org")
    prefix, _, suffix = nobodys_pattern(KEY, "ada@example.org").partition("%")
    assert one.startswith(prefix)
    assert one.endswith(suffix)
    assert not {"_", "%"} & set(prefix + suffix)
