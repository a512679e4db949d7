"""What the messages of this room are shown with before they are sent."""

from datetime import timedelta
from typing import Any

from training.booking.rules.examples import ABOUT, STARTS
from training.outbox.rules.examples import NOBODY, Example

_WORDS = "Please bring your own headphones.\n\nThe door is opened at a quarter to."
_BEFORE: dict[str, Any] = ABOUT | {"anchor": "start", "before": True, "at": STARTS, "words": _WORDS, "position": 0}
_NUMBERS = {
    "partner": "Harbour Crisis Line",
    "code": "QX4M-7TRP",
    "enrolled": 6,
    "waiting": 2,
    "unnamed": 1,
    "partner_path": f"/partners/{NOBODY}",
    "mode": "",
}
_ROOM = {
    "number": 1,
    "link": "https://meet.example.org/blue",
    "place": "Blue room · Harbour House",
    "address": "1 Quay Street, Dublin",
    "notes": "Ring twice; the lift is on the left.",
}
_BRIEFING = {"in_room": 14, "online": 5, "waiting": 2, "unnamed": 1, "rooms": [_ROOM, {**_ROOM, "number": 2}]}
_LETTER = {
    "test": False,
    "subject_line": "Before the first session",
    "words": ["Please read the two pages about safe words before you come.", "They are on the page\nof your place."],
    "author": "Mona Reyes",
    "title": "Safe messaging in a crisis",
    "program": "Mental Health Awareness Month",
    "path": f"/sessions/{NOBODY}",
    "group": "enrolled",
    "reader_zone": "America/New_York",
}
_DIGEST = {
    "partner": "Harbour Crisis Line",
    "name": "Cora Lane",
    "reader_zone": "Europe/Dublin",
    "partner_path": f"/partners/{NOBODY}",
    "sessions": [
        {
            "title": ABOUT["title"],
            "path": ABOUT["path"],
            "starts_at": STARTS,
            "zone": "Europe/Dublin",
            "enrolled": 6,
            "unnamed": 1,
            "waiting": 2,
        }
    ],
    "deadlines": [
        {"kind": kind, "count": 1, "title": ABOUT["title"], "path": ABOUT["path"], "at": STARTS - timedelta(days=2)}
        for kind in ("name", "booking", "cancel")
    ],
}
_PREWORK = ["Safe words, before you come", "A film of four minutes"]
_LAST = {"anchor": "cancellation_deadline", "at": STARTS - timedelta(days=2)}
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("upcoming", "The day before", _BEFORE),
    ("upcoming", "Without words of one's own", _BEFORE | {"words": "", "mode": "online"}),
    ("upcoming", "Something is still needed", _BEFORE | {"needed": 2}),
    ("upcoming", "Something is to be done before", _BEFORE | {"prework": _PREWORK, "prework_more": 3}),
    ("deadline", "", _BEFORE | _LAST),
    ("deadline", "Something is to be done before", _BEFORE | _LAST | {"prework": _PREWORK[:1]}),
    ("deadline", "Something is still needed", _BEFORE | _LAST | {"needed": 1}),
    ("prework", "", _BEFORE | {"prework": _PREWORK}),
    ("prework", "One thing, no words", _BEFORE | {"prework": _PREWORK[:1], "words": ""}),
    ("waiting", "Before", _BEFORE | {"position": 3, "mode": "", "words": ""}),
    ("waiting", "After", _BEFORE | {"position": 0, "mode": "", "before": False}),
    ("after", "", _BEFORE | {"before": False, "anchor": "end"}),
    ("coordinating", "Booking closes", _BEFORE | _NUMBERS | {"anchor": "booking_deadline"}),
    ("coordinating", "Before it starts", _BEFORE | _NUMBERS),
    ("open-places", "", _BEFORE | _NUMBERS | {"anchor": "open_place_deadline", "at": STARTS - timedelta(days=3)}),
    ("digest", "", _DIGEST),
    ("briefing", "", _BEFORE | _BRIEFING | {"mode": ""}),
    ("announcement", "To those who have a place", _LETTER),
    ("announcement", "A test copy", _LETTER | {"test": True, "group": ""}),
)
EXAMPLES = tuple(
    Example(
        template=f"reminders/{key}",
        kind=key if key in ("announcement", "briefing", "digest") else f"reminder-{key}",
        case=case,
        given=given,
    )
    for key, case, given in _TABLE
)
