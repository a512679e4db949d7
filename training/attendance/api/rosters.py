"""Rosters as JSON: read, mark, close, open again, walk-ins, who changed what."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.actions.walking_in import add_walk_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Way
from training.attendance.schemas.rosters import (
    ChangeOut,
    ChangePage,
    ClosedOut,
    ClosingIn,
    MarksIn,
    ReopenedOut,
    ReopeningIn,
    RestIn,
    RosterOut,
    SavedOut,
    WalkInOut,
)
from training.attendance.schemas.walking_in import WalkInIn
from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.people.guards import needs, newcomers_tried, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str, QueryParameter(max_length=500)]


async def _reopened(work: Work, meeting_id: UUID, reason: str) -> ReopenedOut:
    return ReopenedOut(meeting_id=meeting_id, roster_version=await reopen_roster(work, meeting_id, reason))


class RosterApi(Controller):
    """The roster of a meeting, for those who teach its session and those who run its program."""

    tags = ["Rosters"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @get("/meetings/{meeting_id:uuid}/roster")
    async def read(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], meeting_id: FromPath[UUID]
    ) -> Response[RosterOut]:
        """Everybody with a place, with the mark of each and our clock."""
        roster = await load_roster(await get_roster_meeting(viewer, meeting_id))
        return answer(RosterOut.of(roster, works.clock()))

    @post("/meetings/{meeting_id:uuid}/roster/marks", status_code=200)
    async def mark(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[MarksIn]
    ) -> Response[SavedOut]:
        """Save up to 500 marks. Each is judged by itself; one that lost against another is told and kept in the
        history. The same `operation` again is done once."""
        how: dict[str, Any] = {"way": Way(data.way), "sent_at": data.sent_at, "made_by": data.made_by}
        return await once(request, works, save_marks, meeting_id, data.marks, to=SavedOut.of, status=200, **how)

    @post("/meetings/{meeting_id:uuid}/roster/all-present", status_code=200)
    async def mark_rest(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[RestIn]
    ) -> Response[SavedOut]:
        """All who are not recorded were present, except those named, who were no-shows, and those who got their place
        after the meeting."""
        excepted = data.except_ids
        return await once(request, works, save_all_but, meeting_id, excepted, to=SavedOut.of, status=200)

    @post("/meetings/{meeting_id:uuid}/roster/closing", status_code=200)
    async def close(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[ClosingIn]
    ) -> Response[ClosedOut]:
        """Say that the roster is complete. `marks` are those of people who were filled in. Before the end of the
        meeting, `runs_until` says so: who comes still is marked as a correction then."""
        return await once(request, works, close_roster, meeting_id, rest=data.rest, to=ClosedOut.of, status=200)

    @post("/meetings/{meeting_id:uuid}/roster/reopening", status_code=200)
    async def reopen(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[ReopeningIn]
    ) -> Response[ReopenedOut]:
        """Work on a closed roster again, for a reason."""
        return await once(request, works, _reopened, meeting_id, data.reason, status=200)

    @post("/meetings/{meeting_id:uuid}/roster/walk-ins")
    async def walk_in(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[WalkInIn]
    ) -> Response[WalkInOut]:
        """Give somebody who came without a place one, by the rules of booking, and mark them. Above the capacity only
        as far as the overbooking allowance, with a reason."""
        tried = [newcomers_tried(request, data.membership_id is None)]
        return await once(
            request, works, add_walk_in, meeting_id, data.comer(), data.there(), to=WalkInOut.of, tried=tried
        )

    @get("/meetings/{meeting_id:uuid}/roster/changes")
    async def changes(
        self,
        viewer: NamedDependency[Viewer],
        meeting_id: FromPath[UUID],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[ChangePage]:
        """Who marked what when, the newest first; also what lost against something else."""
        await get_roster_meeting(viewer, meeting_id)
        page = await page_changes(meeting_id, cursor=cursor, limit=limit)
        return answer(ChangePage(items=[ChangeOut.of(one) for one in page.items], next_cursor=page.next_cursor))
