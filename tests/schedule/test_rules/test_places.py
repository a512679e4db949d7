"""Where a calendar says that a meeting is."""

import pytest

from training.catalogue.rules import Mode
from training.schedule.rules.places import place_words, room_words


def test_a_room_is_one_line() -> None:
    assert (
        room_words("Red room", "Quay House", "1 Quay Street\n Dublin") == "Red room, Quay House, 1 Quay Street Dublin"
    )
    assert room_words("Red room", None, None) == "Red room"
    assert room_words(None, None, "\n") == ""


@pytest.mark.parametrize(
    ("mode", "room", "expected"),
    [
        (Mode.ONLINE, "Red room", "Online"),
        (Mode.ONLINE, "", "Online"),
        (Mode.IN_PERSON, "Red room", "Red room"),
        (Mode.HYBRID, "Red room", "Red room"),
        ("", "", "The room will be announced"),
    ],
)
def test_who_comes_online_is_not_sent_to_a_room(mode: str, room: str, expected: str) -> None:
    assert place_words(mode, room) == expected
