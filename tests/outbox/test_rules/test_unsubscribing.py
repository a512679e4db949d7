"""The address that stops one sort of messages: who made it, and what it cannot do."""

from uuid import UUID

import pytest

from training.base.site import Site
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import read_unsubscribe_token, unsubscribe_link, unsubscribe_token

KEY = "a key for tests only"
ADA, EVE = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("sort", [Sort.REMINDERS, Sort.DIGESTS, Sort.ANNOUNCEMENTS])
def test_a_token_says_who_and_what(sort: Sort) -> None:
    token = unsubscribe_token(KEY, ADA, sort)
    assert len(token) == 64
    assert read_unsubscribe_token(KEY, token) == (ADA, sort)
    assert read_unsubscribe_token("another key for tests", token) is None
    assert token != unsubscribe_token(KEY, EVE, sort)


def test_no_letter_of_a_token_can_be_changed() -> None:
    token = unsubscribe_token(KEY, ADA, Sort.DIGESTS)
    for at in range(len(token)):
        other = "A" if token[at] != "A" else "B"
        assert read_unsubscribe_token(KEY, token[:at] + other + token[at + 1 :]) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "=" * 64, "é" * 64, "A" * 63 + "\n", "A" * 65])
def test_what_we_did_not_make(token: str) -> None:
    assert read_unsubscribe_token(KEY, token) is None
    assert read_unsubscribe_token("", token) is None


def test_what_always_comes_has_no_link() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        unsubscribe_token(KEY, ADA, Sort.NONE)
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        unsubscribe_token("short", ADA, Sort.DIGESTS)


def test_the_address_is_absolute_and_can_be_masked() -> None:
    site = Site(base_url="https://training.example", secret_key=KEY)
    token = unsubscribe_token(KEY, ADA, Sort.REMINDERS)
    assert unsubscribe_link(site, ADA, Sort.REMINDERS) == f"https://training.example/unsubscribe/{token}"
    assert unsubscribe_link(site, ADA, Sort.REMINDERS, reveal=False) == "https://training.example/unsubscribe/..."
