"""What every page about one session begins with."""

from collections.abc import Mapping
from uuid import UUID

from training.base.structs import Viewer
from training.people.rules import Permission, may, require
from training.schedule.queries import get_session
from training.schedule.rules.sessions import SessionView

# Address, words, whether one is there, and a count or none.
Tab = tuple[str, str, bool, int | None]
MANAGED = (
    ("/roster", "Places"),
    ("/edit", "Details"),
    ("/meetings", "Meetings"),
    ("/trainers", "Trainers"),
    ("/questions", "Questions"),
)


async def load_managed(viewer: Viewer, session_id: UUID) -> SessionView:
    """The session, if the viewer may manage it. Raises NotFound alike for a missing and a foreign one."""
    session = await get_session(viewer, session_id)
    require(viewer, Permission.SESSION_MANAGE, session.program_id)
    return session


def tabs(session_id: UUID, here: str, counts: Mapping[str, int] | None = None) -> list[Tab]:
    """The pages about one session for whoever manages it; `here` is the end of the address of the one that is open,
    "/meetings" for example, and `counts` what stands beside some, by the same ends."""
    places = (
        ("", f"/manage/sessions/{session_id}", "Overview"),
        *((end, f"/manage/sessions/{session_id}{end}", words) for end, words in MANAGED),
        # Whoever may read these reads them on one page, whatever their role.
        ("/answers", f"/sessions/{session_id}/answers", "Answers"),
        ("/materials", f"/materials/sessions/{session_id}", "Materials"),
        ("/reminders", f"/manage/reminders/session/{session_id}", "Reminders"),
        ("/briefing", f"/sessions/{session_id}/briefing", "Briefing"),
        ("/attendance", f"/rosters/sessions/{session_id}", "Attendance"),
        ("/survey", f"/surveys/sessions/{session_id}", "Survey"),
        ("/completion", f"/manage/sessions/{session_id}/completion", "Completion"),
        ("/certificates", f"/manage/sessions/{session_id}/certificates", "Certificates"),
        ("/journal", f"/manage/sessions/{session_id}/journal", "Journal"),
    )
    return [(path, words, end == here, (counts or {}).get(end)) for end, path, words in places]


def tabs_for(viewer: Viewer, session_id: UUID, program_id: UUID, here: str) -> list[Tab]:
    """The same on a page that others read, too: none for who does not manage the session."""
    return tabs(session_id, here) if may(viewer, Permission.SESSION_MANAGE, program_id) else []
