"""What every page about one session begins with."""

from typing import Any
from uuid import UUID

from training.base.structs import Viewer
from training.people.rules import Permission, require
from training.schedule.queries import get_session
from training.schedule.rules.sessions import SessionView


async def load_managed(viewer: Viewer, session_id: UUID) -> SessionView:
    """The session, if the viewer may manage it. Raises NotFound alike for a missing and a foreign one."""
    session = await get_session(viewer, session_id)
    require(viewer, Permission.SESSION_MANAGE, session.program_id)
    return session


def tabs(session_id: UUID, here: str, meetings: int | None = None) -> list[tuple[str, str, bool, Any]]:
    """The pages about one session: (address, words, whether one is there, a count or None)."""
    places: tuple[tuple[str, str, int | None], ...] = (
        ("", "Overview", None),
        ("/roster", "Roster", None),
        ("/edit", "Details", None),
        ("/meetings", "Meetings", meetings),
        ("/trainers", "Trainers", None),
        ("/questions", "Questions", None),
        ("/journal", "Journal", None),
    )
    pages = [(f"/manage/sessions/{session_id}{path}", words, path == here, count) for path, words, count in places]
    # Whoever may read answers reads them on one page, whatever their role.
    pages.insert(-1, (f"/sessions/{session_id}/answers", "Answers", False, None))
    pages.insert(-1, (f"/manage/reminders/session/{session_id}", "Reminders", here == "/reminders", None))
    pages.insert(-1, (f"/rosters/sessions/{session_id}", "Attendance", False, None))
    pages.insert(-1, (f"/manage/sessions/{session_id}/completion", "Completion", here == "/completion", None))
    pages.insert(-1, (f"/manage/sessions/{session_id}/certificates", "Certificates", here == "/certificates", None))
    return pages
