"""An attendance sheet in words: what stands above the names, on paper and on the page."""

from typing import Any

from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.sheets import Sheet, SheetChoices
from training.base.texts import clock, day, zone_name


def meeting_words(meeting: RosterMeeting) -> str:
    """'Mon 18 May 2026, 11:00–13:00 Dublin time (UTC+1)', on the clocks where it takes place."""
    first, last = (day(at, meeting.zone) for at in (meeting.starts_at, meeting.ends_at))
    ends = clock(meeting.ends_at, meeting.zone)
    until = ends if first == last else f"{last}, {ends}"
    clocks = zone_name(meeting.zone, meeting.starts_at, meeting.ends_at)
    return f"{first}, {clock(meeting.starts_at, meeting.zone)}–{until} {clocks}"


def facts_of(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What stands above the names: (term, words), only what there is."""
    meeting = sheet.meeting
    which = f"{meeting.number} of {meeting.meeting_count}" if meeting.meeting_count > 1 else ""
    told = (
        ("Session", meeting.session_title),
        ("Meeting", ": ".join(part for part in (which, meeting.title) if part)),
        ("When", meeting_words(meeting)),
        ("Room", sheet.room),
        ("Trainers" if len(sheet.trainers) > 1 else "Trainer", ", ".join(sheet.trainers)),
        ("Program", meeting.program_name),
    )
    return tuple((term, words) for term, words in told if words)


def sheet_data(sheet: Sheet, choices: SheetChoices, issuer: str) -> dict[str, Any]:
    """What the template `attendance/sheet.typ` is given. `issuer` is what this installation is called."""
    return {
        "title": f"Attendance sheet: {sheet.meeting.session_title}, {meeting_words(sheet.meeting)}",
        "author": issuer,
        "language": "en",
        "heading": "Attendance sheet",
        "session": sheet.meeting.session_title,
        "meeting": meeting_words(sheet.meeting),
        "facts": facts_of(sheet),
        "column": choices.column.value,
        "size": choices.size.value,
        "rows": [{"name": row.name, "partner": row.partner} for row in sheet.rows],
        "blank": choices.blank,
        "note": "The empty lines are for people who come without a place." if choices.blank else "",
    }
