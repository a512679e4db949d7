"""Attendance of whole sessions as JSON: what the rosters come to, and what was corrected by hand."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.attendance.actions.correcting import correct_overall, get_markable_enrollment
from training.attendance.queries.access import get_roster_session
from training.attendance.queries.overall import list_attendance
from training.attendance.schemas.rosters import AttendanceOut, CorrectionIn, OverallOut
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer, required_version
from training.web.keys import once


class AttendanceApi(Controller):
    """What the rosters of a session come to, for those who teach it and those who run its program."""

    tags = ["Rosters"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @get("/sessions/{session_id:uuid}/attendance")
    async def of_session(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[AttendanceOut]:
        """Everybody with a place, with meetings attended, minutes and what counts."""
        session = await get_roster_session(viewer, session_id)
        return answer(AttendanceOut.of(session, await list_attendance(session_id)))

    @post("/enrollments/{enrollment_id:uuid}/attendance-correction", status_code=200)
    async def correct(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[CorrectionIn],
    ) -> Response[OverallOut]:
        """Say what counts for the whole session, for a reason. Needs If-Match: the `version` of the sum, or 0."""
        # Strangers learn nothing by leaving the version out, as everywhere else.
        await get_markable_enrollment(viewer, enrollment_id)
        how: dict[str, Any] = {"expected_version": required_version(request), "status": 200}
        return await once(request, works, correct_overall, enrollment_id, data, to=OverallOut.of, **how)
