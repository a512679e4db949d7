"""Messages on screens: words for states and kinds, dots for secrets."""

from uuid import UUID

import pytest

from training.outbox.rules import MessageState
from training.outbox.rules.shown import STATE_WORDS, kind_label, masked, state_word


def test_every_state_has_its_words() -> None:
    assert STATE_WORDS.keys() == {state.value for state in MessageState}
    assert state_word("bounced") == "Bounced"
    assert state_word("melted") == "Melted"


def test_kinds_in_words() -> None:
    assert kind_label("booking-enrolled") == "You have a place"
    assert kind_label("reminder-day-before") == "Reminder"
    assert kind_label("odd-one") == "Odd one"


TOKEN = "A-_9" * 16


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"https://x.example/places/{TOKEN}\n", "https://x.example/places/...\n"),
        (f"https://x.example/?t={TOKEN}&n=1", "https://x.example/?t=...&n=1"),
        (f"bounces+{'a' * 32}.{'b' * 44}@x.example", f"bounces+{'a' * 32}....@x.example"),
        (f"https://x.example/sessions/{UUID(int=1)}", f"https://x.example/sessions/{UUID(int=1)}"),
        ("A very plain sentence.", "A very plain sentence."),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
