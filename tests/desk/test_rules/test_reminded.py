"""The journal of reminders, as sentences."""

from typing import Any

import pytest

from training.desk.rules.reminded import REMINDED


@pytest.mark.parametrize(
    ("event", "data", "sentence"),
    [
        (
            "ReminderPlanAdded",
            {"scope": "course"},
            "added the reminder “1 day before each meeting starts” of the course.",
        ),
        (
            "ReminderPlanEdited",
            {"scope": "session"},
            "changed the reminder “1 day before each meeting starts” of this session.",
        ),
        (
            "ReminderPlanSwitched",
            {"scope": "program", "active": False},
            "switched the reminder “1 day before each meeting starts” of the program off.",
        ),
        (
            "ReminderPlanSwitched",
            {"active": True},
            "switched the reminder “1 day before each meeting starts” of it on.",
        ),
        (
            "ReminderPlanRemoved",
            {"scope": "course"},
            "removed the reminder “1 day before each meeting starts” of the course, so that the wider one holds again"
            " if there is one.",
        ),
        ("RemindersStopped", {"reminders": 1}, "stopped one reminder “1 day before each meeting starts” to Ana."),
        ("RemindersStopped", {"reminders": 3, "key": ""}, "stopped 3 reminders to Ana."),
        (
            "RemindersResumed",
            {"reminders": 2},
            "let 2 reminders “1 day before each meeting starts” to Ana go out after all.",
        ),
        ("RemindersStopped", {"reminders": 2, "key": "own"}, "stopped 2 reminders “own” to Ana."),
        (
            "RemindersStopped",
            {"reminders": 2, "key": "own", "said": "2 days after booking closes"},
            "stopped 2 reminders “2 days after booking closes” to Ana.",
        ),
    ],
)
def test_each_is_told(event: str, data: dict[str, Any], sentence: str) -> None:
    assert REMINDED[event]({"key": "day-before", **data}, "Ana") == sentence
