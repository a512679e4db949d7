"""One's own attendance, contested marks and their answers, for programs."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.attendance.actions.contesting import contest_mark, decide_contest, withdraw_contest
from training.attendance.queries.contests import find_told_overall, list_contests, list_own_meetings
from training.attendance.schemas.contests import (
    ContestIn,
    ContestList,
    ContestOut,
    ContestTaken,
    DecisionIn,
    OwnAttendance,
    TakingBackForm,
    contest_out,
    own_meeting_out,
    own_overall_out,
)
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import get_enrollment
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]


class OwnAttendanceApi(Controller):
    """How one was recorded oneself."""

    tags = ["Attendance"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @get("/enrollments/{enrollment_id:uuid}/attendance")
    async def own(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[OwnAttendance]:
        """Your own attendance of each meeting, once its roster is closed, and what counts for the whole session."""
        found = await get_enrollment(viewer, enrollment_id)
        if viewer.person_id is None or found.person_id != viewer.person_id:
            raise NotFound
        meetings, now = await list_own_meetings(found.id, found.session_id), works.clock()
        told = tuple(own_meeting_out(one, now) for one in meetings)
        whole = own_overall_out(await find_told_overall(found.id, meetings, now))
        return answer(OwnAttendance(enrollment_id=found.id, session_id=found.session_id, meetings=told, overall=whole))

    @post("/enrollments/{enrollment_id:uuid}/contests")
    async def contest(
        self, request: Asked, works: NamedDependency[Works], enrollment_id: FromPath[UUID], data: JSONBody[ContestIn]
    ) -> Response[ContestTaken]:
        """Say that your own mark in a meeting is wrong. Whoever taught it, or runs the program, answers."""
        return await once(request, works, contest_mark, enrollment_id, data.claim(), to=ContestTaken.of)

    @post("/enrollments/{enrollment_id:uuid}/contests/withdrawal", status_code=200)
    async def withdraw(
        self,
        request: Asked,
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[TakingBackForm],
    ) -> Response[ContestTaken]:
        """Take back that your own mark in a meeting is wrong, while nobody has answered."""
        meeting = data.meeting_id
        return await once(request, works, withdraw_contest, enrollment_id, meeting, to=ContestTaken.of, status=200)


class ContestApi(Controller):
    """What learners contested, for those who teach the session or run its program."""

    tags = ["Rosters"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @get("/sessions/{session_id:uuid}/contests")
    async def of_session(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[ContestList]:
        """The contested marks of a session, open ones first; at most 500."""
        found = await list_contests(viewer, session_id)
        return answer(ContestList(items=tuple(contest_out(one) for one in found)))

    @post("/contests/{contest_id:uuid}/decision", status_code=200)
    async def decide(
        self, request: Asked, works: NamedDependency[Works], contest_id: FromPath[UUID], data: JSONBody[DecisionIn]
    ) -> Response[ContestOut]:
        """Put the mark right as the learner claims, or leave it. They are told either way, with the answer."""
        how: dict[str, Any] = {"granted": data.granted, "answer": data.checked_answer()}
        how |= {"minutes": data.minutes, "other_minutes": data.other_minutes}
        return await once(request, works, decide_contest, contest_id, to=contest_out, status=200, **how)
