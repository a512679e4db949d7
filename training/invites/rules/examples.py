"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from training.booking.rules.check_in import check_in_code
from training.booking.rules.guests import place_link
from training.outbox.rules.examples import NOBODY, Example

_STARTS = datetime(2026, 5, 18, 9, tzinfo=UTC)
_HOURS_2 = timedelta(hours=2)
_NOW: dict[str, Any] = {
    "title": "Safe messaging in a crisis",
    "starts_at": _STARTS,
    "ends_at": _STARTS + _HOURS_2,
    "zone": "Europe/Dublin",
    "place": "Blue room, Harbour House, 3 Quay Street, Dublin",
    "trainers": ["Tess Moran", "Luca Grey"],
}
_WAS = _NOW | {
    "title": "Safe messaging",
    "starts_at": _STARTS - timedelta(days=7),
    "ends_at": _STARTS - timedelta(days=7) + _HOURS_2,
    "place": "Green room, Harbour House, 3 Quay Street, Dublin",
}
_ABOUT: dict[str, Any] = {
    "title": _NOW["title"],
    "path": f"/sessions/{NOBODY}",
    "join_path": "",
    "role": "learner",
    "part": 1,
    "parts_count": 1,
    "mode": "in_person",
    "now": _NOW,
    "was": None,
    "changed": [],
    "why": "",
    "reason": "",
    "name": "Ada Brown",
    "meeting_id": NOBODY,
    "reader_zone": "America/New_York",
    "place_link": place_link(NOBODY, 1),
    "check_in": check_in_code(NOBODY, 1),
}
_PART = {"part": 2, "parts_count": 3}
_ONLINE = {"mode": "online", "join_path": f"/join/{NOBODY}", "now": _NOW | {"place": ""}}
_TRAINER = {key: value for key, value in _ABOUT.items() if key not in ("place_link", "check_in")} | {"role": "trainer"}
_DECLINED = {
    "trainer": "Tess Moran",
    "title": _NOW["title"],
    "starts_at": _STARTS,
    "ends_at": _STARTS + _HOURS_2,
    "zone": "Europe/Dublin",
    "path": f"/manage/sessions/{NOBODY}/trainers",
    "name": "Mona Reyes",
    "reader_zone": "America/New_York",
    "locale": "en",
}
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("new", "A further meeting", _ABOUT | _PART),
    ("new", "Online", _ABOUT | _ONLINE),
    ("new", "For a trainer", _TRAINER),
    ("update", "Another time and place", _ABOUT | {"was": _WAS, "changed": ["title", "times", "place"]}),
    ("update", "For a trainer", _TRAINER | {"was": _WAS, "changed": ["times"]}),
    ("update", "Sent once more", _ABOUT | {"was": _NOW}),
    ("withdrawn", "Given back", _ABOUT | _PART | {"why": "left"}),
    ("withdrawn", "Taken back by a manager", _ABOUT | {"why": "removed"}),
    ("withdrawn", "Another session", _ABOUT | {"why": "moved"}),
    ("withdrawn", "Somebody else", _ABOUT | {"why": "replaced"}),
    ("withdrawn", "The session is cancelled", _ABOUT | {"why": "session", "reason": "The trainer is ill."}),
    ("withdrawn", "One meeting is cancelled", _ABOUT | _PART | {"why": "meeting"}),
    ("withdrawn", "No longer a trainer", _TRAINER | {"why": "trainer"}),
    ("trainer-declined", "For a manager", _DECLINED),
)
EXAMPLES = tuple(
    Example(template=f"invites/{key}", kind=f"invite-{key}", case=case, given=given, recipient_name=given["name"])
    for key, case, given in _TABLE
)
