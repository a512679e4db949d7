"""Who marked what when: every attempt on the roster of a meeting, those that lost too."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import Change, page_changes
from training.base.structs import Viewer
from training.people.guards import signed_in
from training.web.exports import table_response
from training.web.render import page

Asked = Request[Any, Any, Any]
HEADER = (
    *("Name", "Status", "Minutes late", "Minutes early", "Minutes there", "Reason", "How"),
    *("Marked at (UTC)", "Known at (UTC)", "Marked by", "Taken", "Why not"),
)
MOST_EXPORTED = 20_000


class ChangesPages(Controller):
    """The history of one roster."""

    path = "/rosters/{meeting_id:uuid}/changes"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def changes(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        meeting_id: FromPath[UUID],
        cursor: FromQuery[str] = "",
    ) -> Response[str]:
        """The newest first, a hundred at a time."""
        meeting = await get_roster_meeting(viewer, meeting_id)
        found = await page_changes(meeting_id, cursor=cursor)
        values: dict[str, Any] = {"changes": found.items, "next_cursor": found.next_cursor, "first": not cursor}
        return page(request, "attendance/changes.html", meeting=meeting, here="changes", **values)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], meeting_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """All of them as a file."""
        meeting = await get_roster_meeting(viewer, meeting_id)
        found = await page_changes(meeting_id, limit=MOST_EXPORTED)
        name = f"{meeting.session_title} meeting {meeting.number} marks"
        return table_response(fmt, name, HEADER, [_row(each) for each in found.items])


def _row(each: Change) -> tuple[object, ...]:
    minutes = (each.minutes_late or None, each.minutes_early or None, each.minutes)
    when = (each.made_at, each.marked_at, each.marked_by_name)
    return (each.name, each.status, *minutes, each.reason, each.way, *when, each.taken, each.why)
