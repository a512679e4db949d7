"""The attendance sheet of a meeting: a page to read and to print, and the same as a PDF in several sizes."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec.structs import asdict

from training.attendance.queries.sheets import get_sheet
from training.attendance.rules.sheets import Column, SheetChoices, Size, Who
from training.attendance.schemas.sheets import facts_of, sheet_data
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.web.forms import Form, read_query
from training.web.paper import make_pdf
from training.web.render import page

Asked = Request[Any, Any, Any]


class SheetPages(Controller):
    """Attendance sheets."""

    path = "/rosters/{meeting_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/sheet")
    async def sheet(self, request: Asked, viewer: NamedDependency[Viewer], meeting_id: FromPath[UUID]) -> Response[Any]:
        """The sheet as a table, and how it should be on paper."""
        form = read_query(request, SheetChoices)
        choices = form.value or SheetChoices()
        found = await get_sheet(viewer, meeting_id, choices.who)
        return _page(request, found, form, choices)

    @get("/sheet.pdf")
    async def pdf(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[Any]:
        """The sheet to print. What cannot be used of the address is shown on the page instead."""
        form = read_query(request, SheetChoices)
        found = await get_sheet(viewer, meeting_id, form.value.who if form.value else Who.ALL)
        if form.value is None:
            return _page(request, found, form, SheetChoices())
        data = sheet_data(found, form.value, works.site.name)
        body = await make_pdf("attendance/sheet.typ", data, fonts=works.site.fonts_dir)
        named = f"attendance-{found.meeting.starts_at:%Y-%m-%d}.pdf"
        headers = {"content-disposition": f'inline; filename="{named}"', "x-robots-tag": "noindex"}
        return Response(body, media_type="application/pdf", headers=headers)


def _page(request: Asked, found: Any, form: Form[SheetChoices], choices: SheetChoices) -> Response[Any]:
    plain = {name: getattr(value, "value", value) for name, value in asdict(choices).items()}
    return page(
        request,
        "attendance/sheet.html",
        status=422 if form.errors else 200,
        sheet=found,
        facts=facts_of(found),
        choices=choices,
        errors=form.errors,
        raw=form.raw if form.errors else plain,
        pdf=f"/rosters/{found.meeting.meeting_id}/sheet.pdf?{urlencode(plain)}",
        sizes=[(size.value, words) for size, words in _SIZES.items()],
        columns=[(column.value, words) for column, words in _COLUMNS.items()],
        whose=[(who.value, words) for who, words in _WHOSE.items()],
    )


_SIZES = {Size.A4: "A4", Size.LETTER: "Letter", Size.A5: "A5, for a clipboard"}
_COLUMNS = {Column.SIGNATURE: "A signature", Column.BOXES: "A tick: present, late, left early"}
_WHOSE = {Who.ALL: "Everybody", Who.IN_PERSON: "Who takes part in the room", Who.ONLINE: "Who takes part online"}
