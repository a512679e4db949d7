"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from training.booking.rules.check_in import check_in_code
from training.booking.rules.guests import place_link
from training.booking.rules.open_places import NAMING_PATH, NAMING_PURPOSE
from training.outbox.rules.examples import NOBODY, Example
from training.outbox.rules.links import SecretLink

STARTS = datetime(2026, 5, 18, 9, tzinfo=UTC)
_HOURS_2, _DAY = timedelta(hours=2), timedelta(days=1)
_MEETINGS = [
    {
        "number": number + 1,
        "starts_at": STARTS + number * _DAY,
        "ends_at": STARTS + number * _DAY + _HOURS_2,
        "zone": "Europe/Dublin",
        "place": "Blue room · Harbour House",
    }
    for number in range(2)
]
# What every message about a session says, read on other clocks than the session's.
ABOUT: dict[str, Any] = {
    "title": "Safe messaging in a crisis",
    "path": f"/sessions/{NOBODY}",
    "starts_at": STARTS,
    "ends_at": STARTS + _DAY + _HOURS_2,
    "zone": "Europe/Dublin",
    "meetings": _MEETINGS,
    "more_meetings": 0,
    "cancel_until": STARTS - 2 * _DAY,
    "too_late": False,
    "moves_until": STARTS - timedelta(hours=12),
    "list_moves": True,
    "reader_zone": "America/New_York",
    "place_link": place_link(NOBODY, 1),
    "check_in": check_in_code(NOBODY, 1),
    "mode": "in_person",
    "name": "Ada Brown",
}
_PARTNER = {"partner": "Harbour Crisis Line", "count": 3, "codes": ["QX4M-7TRP"], "until": STARTS - 3 * _DAY}
_COORDINATOR = ABOUT | _PARTNER | {"places_path": f"/partners/{NOBODY}/open-places", "mode": ""}
_ANSWERED = {key: value for key, value in ABOUT.items() if key != "place_link"} | {
    "person": "Ada Brown",
    "name": "Cora Lane",
    "gives_back_at": STARTS - 9 * _DAY,
    "keep_path": f"/enrollments/{NOBODY}/keep",
}
_NAMING = SecretLink(path=NAMING_PATH, purpose=NAMING_PURPOSE, id=NOBODY)
_INVITED = ABOUT | {"partner": "Harbour Crisis Line", "until": STARTS - 3 * _DAY, "link": _NAMING}
_REASON = "The trainer is ill.\nA new date will follow."


def _move(number: int, **other: Any) -> dict[str, Any]:
    meeting = _MEETINGS[number]
    return {
        "number": number + 1,
        "changed": ["times", "place"],
        "was_at": STARTS + (number - 7) * _DAY,
        "was_ends_at": STARTS + (number - 7) * _DAY + _HOURS_2,
        "was_zone": "Europe/Dublin",
        "was_place": "Green room · Harbour House",
        "now_at": meeting["starts_at"],
        "now_ends_at": meeting["ends_at"],
        "now_zone": "Europe/Dublin",
        "now_place": meeting["place"],
        **other,
    }


_CLOCKS = _move(
    0,
    changed=["clocks"],
    was_at=STARTS - timedelta(hours=1),
    was_ends_at=STARTS + timedelta(hours=1),
)

_SAME = _move(1, was_at=_MEETINGS[1]["starts_at"], was_ends_at=_MEETINGS[1]["ends_at"], was_place=_MEETINGS[1]["place"])
_ROOM = _SAME | {"was_place": ""}
# Key, case, and what it says beyond a session.
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("already", "Has a place", ABOUT | {"waits": False}),
    ("already", "Waits", ABOUT | {"waits": True}),
    ("calendar-answer", "The place goes back", _ANSWERED | {"outcome": "gives back"}),
    ("calendar-answer", "After the deadline", _ANSWERED | {"outcome": "too late", "gives_back_at": None}),
    ("calendar-answer", "Some meetings only", _ANSWERED | {"outcome": "partly", "gives_back_at": None}),
    ("calendar-answer", "Kept after all", _ANSWERED | {"outcome": "kept", "gives_back_at": None}),
    ("calendar-declined", "The place goes back", ABOUT | {"outcome": "gives back", "gives_back_at": STARTS - 9 * _DAY}),
    ("calendar-declined", "After the deadline", ABOUT | {"outcome": "too late", "gives_back_at": None}),
    ("cancelled", "By a coordinator", ABOUT | {"by": "Cora Lane", "reason": "Ill", "undo_until": STARTS - 9 * _DAY}),
    ("cancelled", "By oneself", ABOUT | {"by": "", "reason": ""}),
    (
        "confirm",
        "A place is kept",
        ABOUT
        | {
            "kept": True,
            "keeps_until": STARTS - 9 * _DAY,
            "link": SecretLink(path="/requests/", purpose="confirm", id=NOBODY),
        },
    ),
    (
        "confirm",
        "Nothing is kept",
        ABOUT
        | {
            "kept": False,
            "keeps_until": STARTS - 9 * _DAY,
            "link": SecretLink(path="/requests/", purpose="confirm", id=NOBODY),
        },
    ),
    (
        "consent-withdrawn",
        "",
        {
            "name": "Mona Reyes",
            "person": "Ada Brown",
            "terms": "Code of conduct",
            "title": ABOUT["title"],
            "path": f"/manage/sessions/{NOBODY}/roster",
        },
    ),
    (
        "course-missing",
        "",
        ABOUT
        | {
            "courses": [{"id": str(NOBODY), "title": "Listening first"}],
            "dates": [
                {
                    "session_id": str(NOBODY),
                    "title": "Listening first",
                    "starts_at": STARTS - 6 * _DAY,
                    "ends_at": STARTS - 6 * _DAY + _HOURS_2,
                }
            ],
        },
    ),
    ("enrolled", "Booked by a coordinator", ABOUT | {"booked_by": "Cora Lane"}),
    (
        "enrolled",
        "Online, one meeting, the session's own clocks",
        ABOUT | {"booked_by": "", "mode": "online", "reader_zone": "Europe/Dublin", "meetings": _MEETINGS[:1]},
    ),
    ("enrolled", "Came without a place", ABOUT | {"booked_by": "Tara Trainer", "came": True, "to_come": 0}),
    ("enrolled", "Came, and more is to come", ABOUT | {"booked_by": "", "came": True, "to_come": 1}),
    ("expired", "Asked and never confirmed", ABOUT | {"requested": True}),
    ("expired", "Offered and not taken", ABOUT | {"requested": False}),
    ("mode-changed", "", ABOUT | {"mode": "online", "was_mode": "in_person"}),
    ("moved", "Other times and another room", ABOUT | {"moves": [_move(0), _move(1)], "waits": False, "busy": False}),
    ("moved", "Waits; one of two meetings", ABOUT | {"moves": [_move(0)], "waits": True, "busy": False}),
    (
        "moved",
        "Only a link; busy then; one meeting more",
        ABOUT
        | {"moves": [_SAME, _move(0, was_at=None, was_ends_at=None, was_place="")], "waits": False}
        | {"busy": True},
    ),
    ("moved", "Only a room", ABOUT | {"moves": [_ROOM], "waits": False, "busy": False}),
    ("moved", "The rules for clocks changed", ABOUT | {"moves": [_CLOCKS], "waits": False, "busy": False}),
    ("moved-over", "", ABOUT | {"was_at": STARTS - 7 * _DAY, "was_zone": "Europe/Dublin"}),
    ("naming", "First time", _INVITED | {"inviter": "Cora Lane", "why": "invited"}),
    ("naming", "Again", _INVITED | {"inviter": "Cora Lane", "why": "reminder"}),
    ("naming", "The session moved", _INVITED | {"inviter": "", "why": "moved"}),
    ("naming-over", "Taken or given back", _INVITED | {"why": "over"}),
    ("naming-over", "The session is cancelled", _INVITED | {"why": "cancelled"}),
    ("new-link", "", ABOUT),
    ("offered", "", ABOUT | {"keeps_until": STARTS - 8 * _DAY}),
    ("offered", "Changed while waiting", ABOUT | {"keeps_until": STARTS - 8 * _DAY, "moves": [_move(1)]}),
    ("open-due", "", _COORDINATOR | {"sent": ["dana@example.org", "Somebody of the night shift"]}),
    ("open-due", "Two bookings", _COORDINATOR | {"codes": ["QX4M-7TRP", "H2KD-9WPA"], "sent": []}),
    ("open-moved", "", _COORDINATOR | {"sent": []}),
    ("open-released", "No name in time", _COORDINATOR | {"why": "deadline", "reason": ""}),
    ("open-released", "The session is cancelled", _COORDINATOR | {"why": "cancelled", "reason": _REASON, "count": 1}),
    ("open-released", "Taken back by the manager", _COORDINATOR | {"why": "manager", "reason": "Needed for others."}),
    ("promoted", "By itself", ABOUT),
    ("promoted", "Changed while waiting", ABOUT | {"moves": [_move(0)]}),
    ("promoted", "Came", ABOUT | {"given_by": "Tara Trainer", "came": True, "to_come": 0}),
    ("promoted", "By hand, too late to give back", ABOUT | {"given_by": "Mona Reyes", "too_late": True}),
    ("restored", "A place", ABOUT | {"waits": False}),
    ("restored", "A spot on the waitlist", ABOUT | {"waits": True}),
    ("session-cancelled", "All of it", ABOUT | {"meetings": [], "reason": _REASON}),
    (
        "session-cancelled",
        "The rest of it",
        ABOUT | {"meetings": _MEETINGS[1:], "rest": True, "stood": "enrolled", "reason": _REASON},
    ),
    ("session-confirmed", "", ABOUT),
    ("still-needed", "One thing", ABOUT | {"needed": 1}),
    ("still-needed", "Several", ABOUT | {"needed": 3}),
    ("waitlisted", "The list moves", ABOUT | {"position": 4, "booked_by": "Cora Lane", "mode": ""}),
    ("waitlisted", "A group", ABOUT | {"position": 4, "booked_by": "Cora Lane", "mode": "", "party": 3}),
    ("waitlisted", "By hand from now on", ABOUT | {"position": 1, "booked_by": "", "mode": "", "list_moves": False}),
)
EXAMPLES = tuple(
    Example(template=f"booking/{key}", kind=f"booking-{key}", case=case, given=given, recipient_name=given["name"])
    for key, case, given in _TABLE
)
