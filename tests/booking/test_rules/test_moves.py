"""Two changes before anybody was told are one notice, with what was before the first of them."""

from typing import Any

from training.booking.rules.moves import merged


def move(key: str, was: int | None, now: int, *changed: str, number: int = 1) -> dict[str, Any]:
    return {
        "meeting_id": key,
        "number": number,
        "changed": list(changed),
        "was_at": was,
        "was_ends_at": was,
        "was_zone": "UTC",
        "was_place": "",
        "now_at": now,
        "now_ends_at": now,
    }


def test_each_meeting_keeps_what_was_before_the_first_change() -> None:
    first = [move("a", 1, 2, "times")]
    assert merged(first, [move("a", 2, 3, "place")]) == [move("a", 1, 3, "times", "place")]
    other = move("b", 5, 6, "times", number=2)
    assert merged(first, [other]) == [first[0], other]
    assert merged([], [other]) == [other]


def test_what_was_added_and_moved_is_new() -> None:
    assert merged([move("a", None, 2, "added")], [move("a", 2, 3, "times")]) == [move("a", None, 3, "added", "times")]


def test_nobody_hears_of_what_came_and_went() -> None:
    gone = move("a", 2, 2, "cancelled")
    assert merged([move("a", None, 2, "added"), move("b", 1, 2, "times")], [gone]) == [move("b", 1, 2, "times")]
    assert merged([move("a", None, 2, "added")], [gone]) == [gone]
