"""What calendars answered, as sentences."""

import pytest

from training.desk.rules.placed import PLACED, calendar_answered, invite_answered


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer": "accepted"}, "The calendar of Ada says yes."),
        ({"answer": "partly"}, "The calendar of Ada says no to some of the meetings."),
        ({"answer": ""}, "The calendar of Ada has not answered for all meetings."),
        (
            {"answer": "declined", "gives_back_at": "2026-05-04T10:00:00Z"},
            "The calendar of Ada says no. The place goes back unless somebody keeps it.",
        ),
    ],
)
def test_what_a_calendar_says_to_all_meetings(data: dict[str, str], words: str) -> None:
    assert calendar_answered(data, "Ada") == words


def test_what_it_says_to_one() -> None:
    assert invite_answered({"answer": "tentative"}, "Tess") == "Tess answered the invitation to a meeting: maybe."


def test_every_sentence_names_somebody_and_ends() -> None:
    assert all("{name}" in sentence and sentence.endswith(".") for _, sentence in PLACED.values())
