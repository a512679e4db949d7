"""The link to one's place: whose it is, what it opens, and until when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.booking.rules.guests import (
    PlaceLinkExpired,
    check_place_link,
    guest_of,
    is_place_link_over,
    opens_place,
    place_link,
    place_token,
)
from training.outbox.rules import freeze, thaw, token_id

KEY = "a key for tests only"
ONE, TWO = UUID(int=1), UUID(int=2)
END = datetime(2026, 5, 4, 9, tzinfo=UTC)


def test_a_token_opens_one_enrollment_in_one_generation() -> None:
    token = place_token(KEY, ONE, 1)
    assert token_id(token) == ONE
    assert opens_place(KEY, token, ONE, 1)
    assert not opens_place(KEY, token, TWO, 1)
    assert not opens_place(KEY, token, ONE, 2)
    assert not opens_place("another key for tests", token, ONE, 1)
    assert not opens_place(KEY, place_token(KEY, TWO, 1), ONE, 1)


@pytest.mark.parametrize("guess", ["", "x", "A" * 64, "é" * 64, "\ud800", "\x00"])
def test_a_guess_opens_nothing(guess: str) -> None:
    assert not opens_place(KEY, guess, ONE, 1)


def test_what_is_stored_is_no_secret_and_the_mail_has_the_link() -> None:
    frozen = freeze({"link": place_link(ONE, 3)})
    assert place_token(KEY, ONE, 3) not in str(frozen)
    assert thaw(frozen, "https://x.example", KEY)["link"] == f"https://x.example/places/{place_token(KEY, ONE, 3)}"
    assert thaw(frozen, "https://x.example", "")["link"] == "https://x.example/places/..."


def test_thirty_days_after_the_end() -> None:
    check_place_link(None, END)
    check_place_link(END, END + timedelta(days=30) - timedelta(microseconds=1))
    with pytest.raises(PlaceLinkExpired):
        check_place_link(END, END + timedelta(days=30))
    assert [is_place_link_over(END, END + timedelta(days=days)) for days in (29, 30)] == [False, True]


def test_one_page_may_open_longer_and_never_shorter() -> None:
    longer = END + timedelta(days=40)
    check_place_link(END, longer - timedelta(microseconds=1), longer)
    check_place_link(END, END + timedelta(days=20), END + timedelta(days=10))
    with pytest.raises(PlaceLinkExpired):
        check_place_link(END, longer, longer)


def test_a_guest_has_no_role() -> None:
    guest = guest_of(ONE, "Ada", "Europe/Berlin")
    assert (guest.person_id, guest.grants, guest.staff, guest.sign_in_id) == (ONE, frozenset(), False, None)
