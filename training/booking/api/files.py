"""Enrolling from a file, as JSON."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.importer import enroll_file, preview_file
from training.booking.rules.files import FileOutcome, read_file
from training.booking.schemas.files import EnrollmentFileIn, EnrollmentFileOut, file_out
from training.people.guards import needs, newcomers_tried, signed_in
from training.people.rules import Permission, TokenScope, require
from training.web.answers import answer
from training.web.keys import once


class EnrollmentFileApi(Controller):
    """Files of people to enroll."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @post("/partners/{partner_id:uuid}/enrollment-files", status_code=200)
    async def enroll(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        data: JSONBody[EnrollmentFileIn],
        dry_run: FromQuery[bool] = False,
    ) -> Response[EnrollmentFileOut]:
        """Enroll the people of a CSV file, and say what became of each row. With `dry_run` nothing changes."""
        require(viewer, Permission.PLACES_BOOK, partner_id)
        read = read_file(data.text.encode(errors="replace"))
        if dry_run:
            return answer(file_out(await preview_file(viewer, partner_id, read, works.clock()), dry_run=True))
        how: dict[str, Any] = {"to": _enrolled, "status": 200, "tried": [newcomers_tried(request, typed=True)]}
        return await once(request, works, enroll_file, partner_id, read, **how)


def _enrolled(found: FileOutcome) -> EnrollmentFileOut:
    return file_out(found, dry_run=False)
