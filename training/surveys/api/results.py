"""What was said, as JSON: released answers only."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.surveys.queries.results import get_course_results, get_session_results, get_trainer_results
from training.surveys.schemas import OverOut, SessionResultsOut
from training.web.answers import answer


class SurveyResultsApi(Controller):
    """Results of surveys."""

    tags = ["Surveys"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @get("/sessions/{session_id:uuid}/survey-results")
    async def of_session(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[SessionResultsOut]:
        """What was said after a session; whoever teaches it sees nothing about other trainers."""
        return answer(SessionResultsOut.of(await get_session_results(viewer, session_id)))

    @get("/courses/{course_id:uuid}/survey-results")
    async def of_course(self, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[OverOut]:
        """The averages of a course over time, for the managers of its program."""
        return answer(OverOut.of(await get_course_results(viewer, course_id)))

    @get("/trainers/{person_id:uuid}/survey-results")
    async def of_trainer(self, viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Response[OverOut]:
        """The averages of a trainer over time: for themselves, and for managers in their programs."""
        return answer(OverOut.of(await get_trainer_results(viewer, person_id)))
