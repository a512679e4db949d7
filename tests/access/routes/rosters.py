"""Who may ask what of rosters and of what they come to, as JSON."""

from typing import Any

from tests.access.entry import get, post
from tests.access.facts import Rule, either, holds
from training.people.rules import Permission

SEES = either(
    "the session's trainers, and `attendance.mark` in its program",
    holds(Permission.ATTENDANCE_MARK, "program"),
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
MARKS = either(
    "the session's trainers but a shadow, and `attendance.mark` in its program",
    holds(Permission.ATTENDANCE_MARK, "program"),
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
API = "/api/v1"
ROSTER = f"{API}/meetings/{{meeting_id}}/roster"
PRESENT = {"marks": [{"enrollment_id": "@enrollment", "status": "present"}]}
COMER = {"partner_id": "@partner", "name": "New", "email": "new@mail.example"}
EARLY: dict[str, Any] = {"ok": (200, 409), "why": "before the roster opens a trainer is told when it does"}
AT_THE_DOOR: dict[str, Any] = {"ok": (201, 409), "why": "before the roster opens a trainer is told when it does"}
NOT_NOW: dict[str, Any] = {"ok": (409,), "why": "asked before the meeting: told that it has not begun, or is open"}

ENTRIES = (
    get(ROSTER, SEES),
    post(f"{ROSTER}/marks", MARKS, PRESENT, aside=("marks.enrollment_id",), **EARLY),
    post(f"{ROSTER}/all-present", MARKS, {}, **EARLY),
    post(f"{ROSTER}/closing", MARKS, {}, **NOT_NOW),
    post(f"{ROSTER}/reopening", MARKS, {"reason": "Wrong list"}, **NOT_NOW),
    post(f"{ROSTER}/walk-ins", MARKS, COMER, aside=("partner_id",), **AT_THE_DOOR),
    get(f"{ROSTER}/changes", SEES),
    get(f"{API}/sessions/{{session_id}}/attendance", SEES),
    post(
        f"{API}/enrollments/{{enrollment_id}}/attendance-correction", MARKS, {"status": "", "reason": "Made up"},
        ids={"enrollment_id": "attended"}, ok=(200, 412),
        why="asked with another version; before the meeting a correction can only be taken back",
    ),
)  # fmt: skip
