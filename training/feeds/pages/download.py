"""One session as a file, to be opened once. It is a copy: nothing changes it afterwards, and the page says so."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.queries.entries import Source, list_entries
from training.feeds.rules.entries import Style
from training.feeds.rules.window import window_at
from training.ics.writing import write_download
from training.people.guards import code_tried
from training.schedule.queries import get_session


class DownloadPages(Controller):
    """The meetings of one session."""

    path = "/sessions/{session_id:uuid}"
    include_in_schema = False

    @get("/calendar.ics")
    async def session_file(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        code: FromQuery[str] = "",
    ) -> Response[bytes]:
        """Every meeting of a session for whoever sees its page, with what everybody sees who does."""
        async with code_tried(request, code):
            session = await get_session(viewer, session_id, code)
        source = Source(kind="session", scope_id=session.id)
        listing = await list_entries(source, Style(base_url=works.site.base_url), window_at(works.clock()))
        headers = {"content-disposition": 'attachment; filename="session.ics"', "x-robots-tag": "noindex"}
        return Response(write_download(listing.entries).data, media_type="text/calendar", headers=headers)
