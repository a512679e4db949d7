"""What the messages of this room are shown with before they are sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from training.attendance.rules.chasing import BY_MAIL_PATH
from training.booking.rules.examples import ABOUT, STARTS
from training.outbox.rules.examples import NOBODY, Example
from training.outbox.rules.links import SecretLink

_MEETING: dict[str, Any] = ABOUT | {
    "meetings": ABOUT["meetings"][:1],
    "ends_at": STARTS + timedelta(hours=2),
    "part": 1,
    "mode": "",
    "meeting_id": NOBODY,
}
_OPEN = {key: value for key, value in _MEETING.items() if key != "place_link"} | {
    "name": "Tilda Moss",
    "people": 12,
    "recorded": 0,
    "again": False,
    "link": SecretLink(path=BY_MAIL_PATH, purpose="roster", id=NOBODY),
    "roster_path": f"/rosters/{NOBODY}",
}
_DATES = [
    {
        "title": ABOUT["title"],
        "path": f"/sessions/{UUID(int=number)}",
        "starts_at": STARTS + timedelta(days=14 * number),
        "ends_at": STARTS + timedelta(days=14 * number, hours=2) if number == 1 else None,
        "zone": "Europe/Dublin",
        "free": number,
    }
    for number in (1, 2)
]
_ABSENT = _MEETING | {
    "status": "absent and not excused",
    "was": "",
    "reason": "",
    "excused": False,
    "dates": _DATES,
    "coordinated": True,
    "contest_until": STARTS + timedelta(days=14),
    "place_open": True,
}
_PEOPLE = {key: value for key, value in _MEETING.items() if key != "place_link"} | {
    "name": "Cora Lane",
    "partner": "Harbour Crisis Line",
    "partner_path": f"/partners/{NOBODY}",
    "people": [
        {"name": "Ada Brown", "status": "absent and not excused", "was": "", "reason": "", "excused": False},
        {"name": "Ben Okoye", "status": "excused", "was": "", "reason": "On a night shift", "excused": True},
    ],
    "enrollments": [NOBODY],
    "dates": _DATES,
    "corrected": False,
}
_PUT_RIGHT = [{"name": "Ada Brown", "status": "present", "was": "excused", "reason": "", "excused": False}]
_DECIDED = _MEETING | {
    "granted": True,
    "claims": "present",
    "status": "present",
    "words": "You sat in the last row, I remember.\nSorry!",
    "own_path": f"/my/attendance/{NOBODY}",
}
_LATE = {key: value for key, value in _DECIDED.items() if key != "place_link"}
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("roster-open", "First", _OPEN),
    ("roster-open", "Once more, partly recorded", _OPEN | {"again": True, "recorded": 4}),
    ("absence", "", _ABSENT),
    ("absence", "Excused, and nothing to propose", _ABSENT | {"status": "excused", "excused": True, "dates": []}),
    ("absence", "Long after the meeting", _ABSENT | {"contest_until": None, "place_open": False, "dates": []}),
    ("absence-corrected", "", _ABSENT | {"status": "present", "was": "absent and not excused", "dates": []}),
    ("absence-people", "", _PEOPLE),
    ("absence-people", "Put right", _PEOPLE | {"corrected": True, "people": _PUT_RIGHT, "dates": []}),
    ("contest-decided", "Granted", _DECIDED),
    ("contest-decided", "Refused", _DECIDED | {"granted": False, "status": "excused", "words": ""}),
    ("contest-decided", "The meeting was cancelled", _DECIDED | {"granted": False, "dropped": True, "words": ""}),
    ("contest-decided", "Long after the meeting", _LATE),
)
EXAMPLES = tuple(Example(template=f"attendance/{key}", kind=key, case=case, given=given) for key, case, given in _TABLE)
