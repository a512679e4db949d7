"""Announcements as JSON, for those who manage their program."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, permitted
from training.people.rules import Permission, TokenScope
from training.reminders.actions.announcements import (
    count_reached,
    delete_announcement,
    draft_announcement,
    edit_announcement,
    schedule_announcement,
    send_test_copy,
    stop_announcement,
)
from training.reminders.queries.announcements import get_announcement, get_progress, list_announcements
from training.reminders.schemas.announcements import (
    AnnouncementChange,
    AnnouncementIn,
    AnnouncementOut,
    AnnouncementPage,
    ReachOut,
    ScheduleIn,
)
from training.web.answers import answer, etag_of, not_modified, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Cursor = Annotated[str | None, QueryParameter(max_length=500)]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Chosen = Annotated[UUID | None, QueryParameter()]


def _one(request: Asked, content: AnnouncementOut) -> Response[Any]:
    """One announcement with its ETag; 304 when the caller has this version already."""
    if not_modified(request, content.version):
        return Response(b"", status_code=304, headers={"etag": etag_of(content.version)})
    return answer(content, version=content.version)


class AnnouncementApi(Controller):
    """Announcements: words that a program manager writes to a segment."""

    path = "/announcements"
    tags = ["Announcements"]
    guards = [permitted(Permission.SESSION_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def announcements(
        self,
        viewer: NamedDependency[Viewer],
        program: Chosen = None,
        session: Chosen = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[AnnouncementPage]:
        """The announcements of the programs you manage, the newest first."""
        found = await list_announcements(viewer, program_id=program, session_id=session, cursor=cursor, limit=limit)
        items = [AnnouncementOut.of(one) for one in found.items]
        return answer(AnnouncementPage(items=items, next_cursor=found.next_cursor))

    @post("/")
    async def draft(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[AnnouncementIn]
    ) -> Response[AnnouncementOut]:
        """Begin an announcement about a program, a course or a session. Nothing goes out yet."""
        return await once(request, works, draft_announcement, *data.about(), data.details(), to=AnnouncementOut.of)

    @get("/{announcement_id:uuid}")
    async def announcement(
        self, request: Asked, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[AnnouncementOut]:
        """One announcement, with its ETag."""
        return _one(request, AnnouncementOut.of(await get_announcement(viewer, announcement_id)))

    @get("/{announcement_id:uuid}/reach")
    async def reach(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], announcement_id: FromPath[UUID]
    ) -> Response[ReachOut]:
        """Whom it reaches now, in numbers, and what became of its messages."""
        found = await get_announcement(viewer, announcement_id)
        numbers = await count_reached(found.scope, found.segment, works.clock())
        return answer(ReachOut.of(numbers, await get_progress(found)))

    @patch("/{announcement_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        announcement_id: FromPath[UUID],
        data: JSONBody[AnnouncementChange],
    ) -> Response[AnnouncementOut]:
        """Change a draft. Needs If-Match."""
        version = required_version(request)
        details = data.details(await get_announcement(viewer, announcement_id))
        edited = await works.run(viewer, edit_announcement, announcement_id, details, version)
        return answer(AnnouncementOut.of(edited), version=edited.version)

    @delete("/{announcement_id:uuid}", status_code=204)
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        announcement_id: FromPath[UUID],
    ) -> None:
        """Delete a draft. Needs If-Match."""
        await works.run(viewer, delete_announcement, announcement_id, required_version(request))

    @post("/{announcement_id:uuid}/test", status_code=200)
    async def test(
        self, request: Asked, works: NamedDependency[Works], announcement_id: FromPath[UUID]
    ) -> Response[AnnouncementOut]:
        """Write one copy to yourself."""
        return await once(request, works, send_test_copy, announcement_id, to=AnnouncementOut.of, status=200)

    @post("/{announcement_id:uuid}/schedule", status_code=200)
    async def schedule(
        self,
        request: Asked,
        works: NamedDependency[Works],
        announcement_id: FromPath[UUID],
        data: JSONBody[ScheduleIn],
    ) -> Response[AnnouncementOut]:
        """Let a draft go out at a time, or at once. Needs If-Match."""
        version, to = required_version(request), AnnouncementOut.of
        return await once(request, works, schedule_announcement, announcement_id, data.at(), version, to=to, status=200)

    @post("/{announcement_id:uuid}/stop", status_code=200)
    async def stop(
        self, request: Asked, works: NamedDependency[Works], announcement_id: FromPath[UUID]
    ) -> Response[AnnouncementOut]:
        """Stop it: before its time it is a draft again; of what goes out already, the rest is stopped."""
        return await once(request, works, stop_announcement, announcement_id, to=AnnouncementOut.of, status=200)
