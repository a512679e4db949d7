"""Sessions for those who plan them: the list with its filters, and the same as a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT
from training.base.structs import Input, Viewer
from training.catalogue.queries import list_programs
from training.catalogue.rules import Mode, language_name
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.queries import SessionFilter, list_sessions
from training.schedule.rules.sessions import Listed, State
from training.web.exports import WHEN, mode_words, table_response, when_cells
from training.web.forms import read_query
from training.web.render import page

Asked = Request[Any, Any, Any]
MOST_ROWS = 20_000
HEADER = (
    "Title", "Course", "Program", "State", *WHEN, "Venue", "How", "Language",
    "Places in person", "Taken in person", "Places online", "Taken online", "Waiting",
)  # fmt: skip


class ListQuery(Input, frozen=True, kw_only=True):
    """What a manager asked the list for."""

    q: str = ""
    program: UUID | None = None
    course: UUID | None = None
    state: State | None = None
    mode: Mode | None = None
    free: bool = False
    past: bool = False
    cursor: str = ""

    def filter(self) -> SessionFilter:
        """The same as a filter over the sessions one may manage."""
        return SessionFilter(
            search=self.q[:200],
            program_id=self.program,
            course_id=self.course,
            states=(State(self.state),) if self.state else (),
            mode=Mode(self.mode) if self.mode else None,
            free_only=self.free,
            past=self.past,
            undated=True,
            managed=True,
        )


class ListPages(Controller):
    """The list of sessions."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def sessions(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Sessions by start, a page at a time."""
        form = read_query(request, ListQuery)
        asked = form.value or ListQuery()
        now = request.app.state.works.clock()
        found = await list_sessions(viewer, asked.filter(), now=now, cursor=asked.cursor)
        programs = await list_programs(viewer, managed=True, limit=MOST_LIMIT)
        return page(
            request,
            "schedule/manage_sessions.html",
            sessions=found.items,
            asked=asked,
            errors=form.errors,
            programs=[(str(program.id), program.name) for program in programs.items],
            links=_links(form.raw, found.next_cursor),
        )

    @get("/export/{fmt:str}")
    async def export(self, request: Asked, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[Any]:
        """The same sessions as a file, at most 20,000."""
        asked = read_query(request, ListQuery).value or ListQuery()
        now = request.app.state.works.clock()
        rows = [_row(session) async for session in _all(viewer, asked.filter(), now)]
        return table_response(fmt, "sessions", HEADER, rows)


def _links(raw: dict[str, Any], next_cursor: str | None) -> dict[str, Any]:
    """Addresses around the list: its files, its next page, and each filter taken away."""
    asked = {name: value for name, value in raw.items() if value and name != "cursor"}
    words = {"q": "Search", "program": "Program", "course": "Course", "state": "State", "mode": "Mode",
             "free": "Free places only", "past": "Past ones too"}  # fmt: skip
    return {
        "csv": f"/manage/sessions/export/csv?{urlencode(asked)}",
        "xlsx": f"/manage/sessions/export/xlsx?{urlencode(asked)}",
        "next": f"/manage/sessions?{urlencode({**asked, 'cursor': next_cursor})}" if next_cursor else None,
        "active": [
            (words[name], f"/manage/sessions?{urlencode({k: v for k, v in asked.items() if k != name})}")
            for name in asked
        ],
    }


async def _all(viewer: Viewer, chosen: SessionFilter, now: datetime) -> AsyncIterator[Listed]:
    """Every session of a filter, as many statements as there are pages of the greatest size."""
    cursor: str | None = ""
    rows = 0
    while cursor is not None and rows < MOST_ROWS:
        found = await list_sessions(viewer, chosen, now=now, cursor=cursor, limit=MOST_LIMIT)
        for session in found.items:
            rows += 1
            yield session
        cursor = found.next_cursor


def _row(session: Listed) -> tuple[object, ...]:
    return (
        session.title,
        session.course_title,
        session.program_name,
        session.state.value.capitalize(),
        *when_cells(session.starts_at, session.ends_at, session.zone),
        session.venue_name,
        mode_words(session.mode),
        language_name(session.language),
        session.capacity_in_person,
        session.taken_in_person,
        session.capacity_online,
        session.taken_online,
        session.waiting,
    )
