"""Lists of participants of online meetings as JSON: hand one in, see who is who, mark the roster by it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.attendance.actions.marking import get_markable
from training.attendance.actions.online import apply_list, take_list
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.apart import apart
from training.attendance.queries.online import get_list, get_matching, match_list
from training.attendance.rules.online_files import ListRead, read_list
from training.attendance.schemas.online import ApplicationIn, AppliedOut, OnlineListIn, OnlineListOut
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]


class OnlineListApi(Controller):
    """Lists of participants."""

    tags = ["Rosters"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @post("/meetings/{meeting_id:uuid}/online-lists")
    async def take(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        data: JSONBody[OnlineListIn],
    ) -> Response[OnlineListOut]:
        """Hand in the list of an online meeting. Nobody is marked: the answer says who is who and what would follow."""
        await get_markable(viewer, meeting_id, works.clock())
        read = await apart(read_list, data.text.encode(errors="replace"))
        return await once(request, works, _taken, meeting_id, read, data.file_name)

    @get("/meetings/{meeting_id:uuid}/online-lists/{list_id:uuid}")
    async def read(
        self, viewer: NamedDependency[Viewer], meeting_id: FromPath[UUID], list_id: FromPath[UUID]
    ) -> Response[OnlineListOut]:
        """A list as it is matched now."""
        found = await get_matching(viewer, meeting_id, list_id)
        return answer(OnlineListOut.of(found), version=found.listed.version)

    @post("/meetings/{meeting_id:uuid}/online-lists/{list_id:uuid}/application", status_code=200)
    async def apply(
        self,
        request: Asked,
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        list_id: FromPath[UUID],
        data: JSONBody[ApplicationIn],
    ) -> Response[AppliedOut]:
        """Mark the roster by the list. What somebody marked by hand stays, and is told. Send the ETag as If-Match."""
        wishes = data.wishes(required_version(request))
        return await once(request, works, apply_list, meeting_id, list_id, wishes, to=AppliedOut.of, status=200)


async def _taken(work: Work, meeting_id: UUID, read: ListRead, file_name: str) -> OnlineListOut:
    list_id = await take_list(work, meeting_id, read, file_name)
    await work.flush()
    meeting = await get_roster_meeting(work.actor, meeting_id)
    return OnlineListOut.of(await match_list(meeting, await get_list(meeting_id, list_id)))
