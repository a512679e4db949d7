"""The journal of rosters in words."""

from typing import Any

import pytest

from training.attendance import events as attendance
from training.base.structs import Event
from training.desk.rules.attended import ATTENDED


@pytest.mark.parametrize(
    ("event", "data", "told"),
    [
        ("AttendanceMarked", {"enrollments": ["a"], "way": "qr"}, ("who", "marked 1 person by their code.")),
        (
            "AttendanceMarked",
            {"enrollments": ["a", "b"], "way": "offline"},
            ("who", "marked 2 people on a device without a connection."),
        ),
        ("AttendanceMarked", {"enrollments": ["a", "b"], "way": "new"}, ("who", "marked 2 people.")),
        (
            "AttendanceMarked",
            {"enrollments": ["a", "b"], "way": "moved"},
            ("who", "marked 2 people as not recorded, because the meeting was moved."),
        ),
        ("RosterClosed", {"way": "roster"}, ("who", "closed a roster.")),
        ("RosterClosed", {"way": "mail"}, ("who", "closed a roster by the link in a message.")),
        ("RosterReopened", {}, ("who", "opened a closed roster again.")),
        (
            "OverallCorrected",
            {"status": "present"},
            ("who", "corrected the attendance of Ada for the whole session: present."),
        ),
        (
            "OverallCorrected",
            {"status": ""},
            ("who", "took the correction of Ada back, so that the roster counts again."),
        ),
        ("WalkInAdded", {"above_capacity": True}, ("who", "gave Ada a place at the door, above the capacity.")),
        ("WalkInAdded", {}, ("who", "gave Ada a place at the door.")),
        ("CheckedIn", {"way": "code"}, ("", "Ada was checked in by the code on the screen.")),
        (
            "CheckedIn",
            {"way": "word", "doubtful": True},
            ("", "Ada was checked in by the word; somebody has to say whether that is right."),
        ),
        ("SelfCheckInSwitched", {"on": True}, ("who", "let people check in themselves.")),
        ("SelfCheckInSwitched", {"on": False}, ("who", "stopped people from checking in themselves.")),
        ("MarkContested", {}, ("", "Ada said that a mark is wrong.")),
        ("ContestWithdrawn", {}, ("", "Ada took back having said that a mark is wrong.")),
        ("ContestDropped", {}, ("", "The meeting was cancelled, so nobody answers Ada, who contested a mark.")),
        ("ContestDecided", {"granted": True}, ("who", "agreed with Ada, who contested a mark.")),
        ("ContestDecided", {"granted": False}, ("who", "did not agree with Ada, who contested a mark.")),
        ("RosterEscalated", {}, ("", "A roster stayed open, and the program's managers were told.")),
        ("OnlineListTaken", {"people": 1}, ("who", "brought in the list of an online platform: 1 person.")),
        ("OnlineListTaken", {"people": 7}, ("who", "brought in the list of an online platform: 7 people.")),
        ("OnlineListApplied", {"marked": 1}, ("who", "marked one person from the list of an online platform.")),
        ("OnlineListApplied", {"marked": 7}, ("who", "marked 7 people from the list of an online platform.")),
    ],
)
def test_sentences(event: str, data: dict[str, Any], told: tuple[str, str]) -> None:
    assert ATTENDED[event](data, "Ada") == told


def test_every_event_has_a_sentence() -> None:
    events = {
        value.__name__
        for value in vars(attendance).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }
    assert events == ATTENDED.keys()
