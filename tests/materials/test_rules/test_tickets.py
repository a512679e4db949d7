"""Tickets: what is sealed is read again, and nothing else is."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from training.materials.rules.tickets import (
    TICKET_KEPT,
    Holder,
    Ticket,
    mark_of_code,
    read_ticket,
    seal_ticket,
    ticket_ends,
)
from training.outbox.rules import derive_token
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_token

KEY = "a key for tests only"
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
VARIANT, PLACE, SOMEBODY = UUID(int=1), UUID(int=2), UUID(int=3)


def made(**other: object) -> Ticket:
    usual = {"variant_id": VARIANT, "place_id": PLACE, "holder": Holder.SIGN_IN, "holder_id": SOMEBODY}
    return Ticket(**(usual | {"expires_at": NOW + TICKET_KEPT} | other))  # type: ignore[arg-type]


@given(
    st.builds(
        Ticket,
        variant_id=st.uuids(),
        place_id=st.uuids(),
        of_course=st.booleans(),
        holder=st.sampled_from([Holder.SIGN_IN, Holder.TOKEN, Holder.ENROLLMENT]),
        holder_id=st.uuids(),
        generation=st.integers(0, 2**32 - 1),
        shown=st.booleans(),
        expires_at=st.integers(1_800_000_000, 2**32 - 1).map(lambda at: datetime.fromtimestamp(at, UTC)),
    )
)
def test_what_is_sealed_is_read_again(ticket: Ticket) -> None:
    # Who holds no place has no link that was renewed, and who holds one needs no code.
    other = {"code_mark": ticket.generation, "generation": 0} if ticket.holder is not Holder.ENROLLMENT else {}
    ticket = replace(ticket, **other)
    assert read_ticket(KEY, seal_ticket(KEY, ticket), NOW) == ticket


def test_a_ticket_for_anybody_names_nobody() -> None:
    ticket = made(holder=Holder.ANYBODY, holder_id=None)
    assert read_ticket(KEY, seal_ticket(KEY, ticket), NOW) == ticket


def test_a_mark_tells_codes_apart() -> None:
    mark = mark_of_code(KEY, PLACE, "KX7M-RT4P")
    assert 0 < mark < 2**32
    assert mark == mark_of_code(KEY, PLACE, "KX7M-RT4P")
    others = (mark_of_code(KEY, PLACE, "KX7M-RT4Q"), mark_of_code(KEY, VARIANT, "KX7M-RT4P"))
    assert mark not in (*others, mark_of_code("another key for tests", PLACE, "KX7M-RT4P"))
    assert mark_of_code(KEY, PLACE, "") == 0
    assert mark_of_code(KEY, PLACE, "\ud800") > 0


def test_a_ticket_by_code_carries_its_mark_and_not_the_code() -> None:
    ticket = made(holder=Holder.ANYBODY, holder_id=None, code_mark=mark_of_code(KEY, PLACE, "KX7M-RT4P"))
    text = seal_ticket(KEY, ticket)
    assert read_ticket(KEY, text, NOW) == ticket
    assert b"KX7M" not in base64.urlsafe_b64decode(text)


def test_it_is_made_of_letters_that_an_address_takes() -> None:
    text = seal_ticket(KEY, made())
    assert len(text) == 116
    assert text.replace("-", "").replace("_", "").isalnum()


def test_it_ends_when_it_says() -> None:
    text = seal_ticket(KEY, made())
    assert read_ticket(KEY, text, NOW + TICKET_KEPT - timedelta(seconds=1)) is not None
    assert read_ticket(KEY, text, NOW + TICKET_KEPT) is None


@pytest.mark.parametrize("position", range(116))
def test_no_letter_can_be_another(position: int) -> None:
    text = seal_ticket(KEY, made())
    other = "A" if text[position] != "A" else "B"
    assert read_ticket(KEY, text[:position] + other + text[position + 1 :], NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A" * 116,
        "=" * 116,
        "ä" * 116,
        "A" * 117,
        derive_token(KEY, "ticket for a file", VARIANT),
        unsubscribe_token(KEY, SOMEBODY, Sort.REMINDERS),
        "\ud800" * 116,
    ],
)
def test_what_is_no_ticket(text: str) -> None:
    assert read_ticket(KEY, text, NOW) is None


def test_another_key_reads_nothing() -> None:
    assert read_ticket("another key for tests", seal_ticket(KEY, made()), NOW) is None
    assert read_ticket("", seal_ticket(KEY, made()), NOW) is None


def test_without_a_key_there_are_no_tickets() -> None:
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        seal_ticket("short", made())


def test_the_proof_is_over_everything_that_is_said() -> None:
    raw = base64.urlsafe_b64decode(seal_ticket(KEY, made()))
    forged = base64.urlsafe_b64encode(raw[:53] + b"\xff\xff\xff\xff" + raw[57:]).decode()
    assert read_ticket(KEY, forged, NOW) is None


def test_one_for_somebody_ends_six_hours_later() -> None:
    assert ticket_ends(NOW.replace(microsecond=5), Holder.SIGN_IN) == NOW + TICKET_KEPT


def test_those_for_anybody_are_the_same_for_hours() -> None:
    ends = {ticket_ends(NOW + timedelta(minutes=m), Holder.ANYBODY) for m in range(0, 170, 10)}
    assert ends == {datetime(2026, 5, 4, 18, 0, tzinfo=UTC)}
    assert ticket_ends(NOW + timedelta(hours=3), Holder.ANYBODY) == datetime(2026, 5, 5, 0, 0, tzinfo=UTC)
    assert ticket_ends(NOW, Holder.ANYBODY) - NOW >= TICKET_KEPT
