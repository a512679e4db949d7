"""The journal of reminders, as sentences."""

from typing import Any

import pytest

from training.desk.rules.reminded import REMINDED


@pytest.mark.parametrize(
    ("event", "data", "sentence"),
    [
        ("ReminderPlanAdded", {"scope": "course"}, "added the reminder “day-before” of the course."),
        ("ReminderPlanEdited", {"scope": "session"}, "changed the reminder “day-before” of this session."),
        (
            "ReminderPlanSwitched",
            {"scope": "program", "active": False},
            "switched the reminder “day-before” of the program off.",
        ),
        ("ReminderPlanSwitched", {"active": True}, "switched the reminder “day-before” of it on."),
        (
            "ReminderPlanRemoved",
            {"scope": "course"},
            "removed the reminder “day-before” of the course, so that the wider one holds again if there is one.",
        ),
        ("RemindersStopped", {"reminders": 1}, "stopped one reminder “day-before” to Ana."),
        ("RemindersStopped", {"reminders": 3, "key": ""}, "stopped 3 reminders to Ana."),
        ("RemindersResumed", {"reminders": 2}, "let 2 reminders “day-before” to Ana go out after all."),
    ],
)
def test_each_is_told(event: str, data: dict[str, Any], sentence: str) -> None:
    assert REMINDED[event]({"key": "day-before", **data}, "Ana") == sentence
