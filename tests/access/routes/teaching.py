"""Who may ask what about teaching: briefings, rosters that are still open, contested marks."""

from tests.access.entry import get
from tests.access.facts import Rule, either, holds
from training.people.rules import Permission

MARKS = holds(Permission.ATTENDANCE_MARK, "program")
TEACHES = either(
    "the session's trainers, and `attendance.mark` in its program",
    MARKS,
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
BRIEFING = "/sessions/{session_id}/briefing"

ENTRIES = (
    get(BRIEFING, TEACHES),
    get(f"{BRIEFING}/export/{{fmt}}", TEACHES),
)
