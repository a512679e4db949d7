"""Enrolling from a file: choose it, see what would become of every row, enroll, take the report along."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.importer import enroll_file, preview_file
from training.booking.rules.files import MOST_FILE_BYTES, REPORT_HEADER, Fate, FileOutcome, read_file, report_rows
from training.booking.schemas.files import EnrollmentFileForm, EnrollmentFileReport
from training.partners.queries import get_partner
from training.people.guards import newcomers_tried, signed_in
from training.people.rules import Permission, require
from training.schedule.rules.sheets import FileUnreadable, decoded
from training.web.exports import table_response
from training.web.forms import read_form
from training.web.render import page

Asked = Request[Any, Any, Any]
Cells = list[tuple[str | int | None, ...]]


class FilePages(Controller):
    """Enrolling from a file."""

    path = "/partners/{partner_id:uuid}/enroll-from-file"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def choose(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[Any]:
        """What the file holds, and a field for it."""
        return await _choose(request, viewer, partner_id)

    @post("/")
    async def take(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """What would become of every row; or, when that was looked at, what became of it."""
        require(viewer, Permission.PLACES_BOOK, partner_id)
        # As it was sent: one cell that cannot be used is that row's affair and must not refuse the whole file.
        typed = (await read_form(request, EnrollmentFileForm)).raw
        text, enrolls = typed["text"] or await _uploaded(request), typed["step"] == "enroll"
        try:
            read = read_file(text if isinstance(text, bytes) else text.encode(errors="replace"))
            if enrolls:
                async with newcomers_tried(request, typed=True):
                    found = await works.run(viewer, enroll_file, partner_id, read)
            else:
                found = await preview_file(viewer, partner_id, read, works.clock())
        except FileUnreadable as error:
            return await _choose(request, viewer, partner_id, error.detail)
        return await _told(request, viewer, partner_id, found, "" if enrolls else _as_text(text), works.clock())

    @post("/report", status_code=200)
    async def report(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[Any]:
        """The rows that the page shows, as a file for a spreadsheet."""
        require(viewer, Permission.PLACES_BOOK, partner_id)
        await get_partner(viewer, partner_id)
        form = await read_form(request, EnrollmentFileReport)
        try:
            rows = msgspec.json.decode(form.value.rows if form.value else "", type=Cells)
        except msgspec.MsgspecError as error:
            raise Invalid("This report cannot be read. Please check the file again.") from error
        return table_response("csv", "enrollment-report", REPORT_HEADER, [row[: len(REPORT_HEADER)] for row in rows])


async def _uploaded(request: Asked) -> bytes:
    """The bytes of the file, one more than allowed at most."""
    sent = (await request.form()).get("file")
    return await sent.read(MOST_FILE_BYTES + 1) if isinstance(sent, UploadFile) else b""


def _as_text(data: bytes | str) -> str:
    """The file as the next step sends it back: decoded once, so that it is read the same way again."""
    return data if isinstance(data, str) else decoded(data, windows=True)[0]


async def _choose(request: Asked, viewer: Viewer, partner_id: UUID, error: str = "") -> Response[Any]:
    require(viewer, Permission.PLACES_BOOK, partner_id)
    return page(
        request,
        "booking/file.html",
        status=422 if error else 200,
        partner=await get_partner(viewer, partner_id),
        error=error,
    )


async def _told(
    request: Asked, viewer: Viewer, partner_id: UUID, found: FileOutcome, text: str, now: datetime
) -> Response[Any]:
    return page(
        request,
        "booking/file_rows.html",
        partner=await get_partner(viewer, partner_id),
        found=found,
        sessions={one.id: one for one in found.sessions},
        late=found.late(now),
        counts={fate.value: found.count(fate) for fate in Fate},
        text=text,
        report=msgspec.json.encode(list(report_rows(found.outcomes))).decode(),
    )
