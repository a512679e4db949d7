"""An address of ours proves which message came back or which invite is answered, and nobody else can make one."""

from uuid import UUID

import pytest

from training.base.envelopes import (
    MOST_LOCAL,
    answer_address,
    envelope_sender,
    invite_of_address,
    message_of_envelope,
)

KEY = "a key for tests only"
ID = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
MADE = envelope_sender("bounces@mail.example.org", ID, KEY)


def test_what_was_made_is_recognised() -> None:
    local, host = MADE.split("@")
    assert local.startswith(f"bounces+{ID.hex}.")
    assert host == "mail.example.org"
    assert len(local) <= 64
    assert message_of_envelope(MADE, KEY) == ID


@pytest.mark.parametrize(
    "written", [MADE.upper(), f"<{MADE}>", f"  {MADE} ", MADE.replace("mail.example.org", "x.example")]
)
def test_what_mail_systems_do_to_it_does_not_matter(written: str) -> None:
    assert message_of_envelope(written, KEY) == ID


@pytest.mark.parametrize(
    "written",
    [
        "",
        "bounces@mail.example.org",
        MADE.replace(".", ".0", 1),
        MADE.replace(ID.hex, UUID(int=7).hex),
        MADE.replace("+", "-"),
        f"{MADE}>, <eve@example.org",
        "bounces+" + "0" * 32 + "." + "0" * 16 + "@mail.example.org",
        "\0" * 100_000,
    ],
)
def test_what_nobody_made_proves_nothing(written: str) -> None:
    assert message_of_envelope(written, KEY) is None


def test_another_key_proves_nothing() -> None:
    assert message_of_envelope(MADE, "another key for tests") is None
    assert message_of_envelope(MADE, "") is None


@pytest.mark.parametrize(
    "address", ["", "bounces", "@x.example", "bounces@", "a+b@x.example", "x" * (MOST_LOCAL + 1) + "@x"]
)
def test_an_address_without_room_for_the_proof(address: str) -> None:
    with pytest.raises(ValueError, match="at most"):
        envelope_sender(address, ID, KEY)


def test_an_address_for_answers_is_no_envelope_sender_and_the_other_way_round() -> None:
    made = answer_address("bounces@mail.example.org", ID, KEY)
    assert invite_of_address(made.upper(), KEY) == ID
    assert message_of_envelope(made, KEY) is None
    assert invite_of_address(MADE, KEY) is None
    assert invite_of_address(made, "another key for tests") is None
    with pytest.raises(ValueError, match="at most"):
        answer_address("invites+x@mail.example.org", ID, KEY)
