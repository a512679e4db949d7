"""Names in six scripts, as partners write them, and an attendance sheet of them."""

from datetime import UTC, datetime
from uuid import UUID

from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.sheets import Sheet, SheetRow

SIX_SCRIPTS = (
    ("Łukasz Żółć", "Telefon Zaufania"),
    ("Ολγα Παπαδοπούλου", "Γραμμή Ζωής"),
    ("Дарья Кузнецова", "Телефон доверия"),
    ("محمد علي", "خط النجدة"),
    ("דוד לוי", "ער״ן"),
    ("अनिता शर्मा", "आसरा"),
)


def a_meeting(**values: object) -> RosterMeeting:
    """The second of three meetings, in a room in Dublin."""
    told = {
        "meeting_id": UUID(int=1),
        "session_id": UUID(int=2),
        "program_id": UUID(int=3),
        "course_id": UUID(int=4),
        "session_title": "Listening first",
        "session_state": "published",
        "program_name": "Awareness Month",
        "mode": "in_person",
        "number": 2,
        "title": "",
        "starts_at": datetime(2026, 5, 18, 10, tzinfo=UTC),
        "ends_at": datetime(2026, 5, 18, 12, tzinfo=UTC),
        "zone": "Europe/Dublin",
        "meeting_count": 3,
        "may_mark": True,
        "may_manage": False,
        "room_name": "Blue room",
        "venue_name": "Harbour House",
    } | values
    return RosterMeeting(**told)  # type: ignore[arg-type]


def a_row(name: str, partner: str = "", mode: str = "in_person", number: int = 0) -> SheetRow:
    """Somebody on the sheet."""
    return SheetRow(enrollment_id=UUID(int=number), name=name, partner=partner, mode=mode)


def a_sheet(*names: tuple[str, str], **values: object) -> Sheet:
    """A sheet with these names, in this order."""
    rows = tuple(a_row(name, partner, number=at) for at, (name, partner) in enumerate(names or SIX_SCRIPTS))
    return Sheet(meeting=a_meeting(**values), trainers=("Ada Lovelace", "محمد علي"), rows=rows)
