"""What is asked, as JSON, for those who manage a program."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.surveys.actions.editing import add_question, edit_question, retire_question, save_survey
from training.surveys.queries.surveys import (
    Scope,
    find_survey,
    get_course_scope,
    get_program_scope,
    list_questions,
    scope_of_question,
)
from training.surveys.rules.questions import BUILT_IN, SurveyDetails
from training.surveys.schemas import QuestionIn, QuestionOut, SurveyChange, SurveyOut
from training.web.answers import answer, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]


class SurveyApi(Controller):
    """Surveys of programs and courses."""

    tags = ["Surveys"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @get("/programs/{program_id:uuid}/survey")
    async def of_program(self, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]) -> Response[SurveyOut]:
        """What is asked after the sessions of a program."""
        return await _shown(await get_program_scope(viewer, program_id))

    @get("/courses/{course_id:uuid}/survey")
    async def of_course(self, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[SurveyOut]:
        """What is asked after the sessions of a course: its own questions, or those of its program."""
        return await _shown(await get_course_scope(viewer, course_id))

    @patch("/programs/{program_id:uuid}/survey")
    async def change_of_program(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
        data: JSONBody[SurveyChange],
    ) -> Response[SurveyOut]:
        """Say how it is asked. Needs If-Match; "0" where there is no survey yet, which writes one down."""
        version = required_version(request)
        return await _change(works, viewer, await get_program_scope(viewer, program_id), data, version)

    @patch("/courses/{course_id:uuid}/survey")
    async def change_of_course(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        data: JSONBody[SurveyChange],
    ) -> Response[SurveyOut]:
        """The same for a course; "0" gives it questions of its own, which begin as its program's."""
        version = required_version(request)
        return await _change(works, viewer, await get_course_scope(viewer, course_id), data, version)

    @post("/programs/{program_id:uuid}/survey/questions")
    async def add_to_program(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
        data: JSONBody[QuestionIn],
    ) -> Response[QuestionOut]:
        """Ask one question more after the sessions of a program."""
        scope = await get_program_scope(viewer, program_id)
        return await once(request, works, add_question, scope, data.details(), to=QuestionOut.of)

    @post("/courses/{course_id:uuid}/survey/questions")
    async def add_to_course(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        data: JSONBody[QuestionIn],
    ) -> Response[QuestionOut]:
        """Ask one question more after the sessions of a course that has a survey of its own."""
        scope = await get_course_scope(viewer, course_id)
        return await once(request, works, add_question, scope, data.details(), to=QuestionOut.of)


class SurveyQuestionApi(Controller):
    """Questions one by one."""

    path = "/survey-questions/{survey_question_id:uuid}"
    tags = ["Surveys"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @patch("/")
    async def edit(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        survey_question_id: FromPath[UUID],
        data: JSONBody[QuestionIn],
    ) -> Response[QuestionOut]:
        """Put a question in the place of this one, which is retired; the answer names the new one."""
        scope = await scope_of_question(viewer, survey_question_id)
        edited = await works.run(viewer, edit_question, scope, survey_question_id, data.details())
        return answer(QuestionOut.of(edited))

    @delete("/", status_code=200)
    async def retire(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], survey_question_id: FromPath[UUID]
    ) -> Response[QuestionOut]:
        """Ask it no longer; what was answered is kept."""
        scope = await scope_of_question(viewer, survey_question_id)
        retired = await works.run(viewer, retire_question, scope, survey_question_id)
        return answer(QuestionOut.of(retired))


async def _shown(scope: Scope) -> Response[SurveyOut]:
    survey = await find_survey(scope.program_id, scope.course_id)
    above = await find_survey(scope.program_id, None) if survey is None and scope.course_id else None
    kept = survey or above
    questions: list[Any] = await list_questions(kept.id) if kept else list(BUILT_IN)
    return answer(SurveyOut.of(scope, survey, questions), version=survey.version if survey else 0)


async def _change(works: Works, viewer: Viewer, scope: Scope, data: SurveyChange, version: int) -> Response[SurveyOut]:
    current = await find_survey(scope.program_id, scope.course_id)
    await works.run(viewer, save_survey, scope, data.details(current or SurveyDetails()), version)
    return await _shown(scope)
