"""Plans in the journal, as sentences."""

import pytest

from training.desk.rules.planned import clash_words, moved_words, told_of_move


@pytest.mark.parametrize(
    ("clash", "words"),
    [
        ({"other_title": "Listening"}, "also in “Listening”"),
        ({"other_title": ""}, "also in another session"),
        ({"other_title": "", "own_calendar": False}, "also in another session"),
        ({"other_title": "", "own_calendar": True}, "busy in their own calendar"),
    ],
)
def test_what_else_somebody_has(clash: dict[str, object], words: str) -> None:
    assert clash_words(clash) == words


def test_who_moved_it() -> None:
    assert moved_words({}, "2 meetings") == ("who", "moved 2 meetings.")
    who, words = moved_words({"zone_data": "2026g"}, "one meeting")
    assert (who, words) == (
        "",
        "The rules for clocks changed (2026g): one meeting kept the local time, which is another moment now.",
    )


def test_a_move_by_new_rules_is_told_in_utc() -> None:
    facts = {"starts_at": "2026-05-11T08:00:00Z", "zone": "Africa/Cairo"}
    assert told_of_move(facts, {}) == facts
    assert told_of_move(facts, {"zone_data": "2026g"}) == {**facts, "zone": "UTC"}
