"""What is asked after sessions, for those who manage a program: of the program, and of a course of its own."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.people.guards import permitted
from training.people.rules import Permission
from training.surveys.actions.editing import add_question, edit_question, move_question, retire_question, save_survey
from training.surveys.queries.surveys import (
    Scope,
    find_survey,
    get_course_scope,
    get_program_scope,
    list_questions,
    list_retired,
    scope_of_question,
)
from training.surveys.rules.questions import BUILT_IN, MOST_QUESTIONS, Question, QuestionDetails, SurveyDetails
from training.surveys.schemas import MoveForm, QuestionForm, SurveyForm
from training.web.forms import Form, read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
LABELS = {
    "introduction": "What people read first",
    "minimum": "Answers are shown in groups of",
    "open_days": "Open for, days",
    "active": "People are asked",
}
SAVED = "Saved. Whoever has been asked already still sees what was asked then."


class SurveyPages(Controller):
    """The survey of a program, or of a course."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.SURVEY_SEE)]

    @get("/programs/{program_id:uuid}/survey")
    async def of_program(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is asked after the sessions of a program."""
        return await _page(request, viewer, await get_program_scope(viewer, program_id))

    @post("/programs/{program_id:uuid}/survey")
    async def save_for_program(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Say how it is asked."""
        return await _save(request, viewer, works, await get_program_scope(viewer, program_id))

    @post("/programs/{program_id:uuid}/survey/questions")
    async def add_to_program(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask one question more."""
        return await _add(request, viewer, works, await get_program_scope(viewer, program_id))

    @get("/courses/{course_id:uuid}/survey")
    async def of_course(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is asked after the sessions of a course."""
        return await _page(request, viewer, await get_course_scope(viewer, course_id))

    @post("/courses/{course_id:uuid}/survey")
    async def save_for_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Say how it is asked; the first time, the course gets questions of its own."""
        return await _save(request, viewer, works, await get_course_scope(viewer, course_id))

    @post("/courses/{course_id:uuid}/survey/questions")
    async def add_to_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask one question more."""
        return await _add(request, viewer, works, await get_course_scope(viewer, course_id))


class SurveyQuestionPages(Controller):
    """Questions one by one."""

    path = "/manage/survey-questions/{survey_question_id:uuid}"
    include_in_schema = False
    guards = [permitted(Permission.SURVEY_SEE)]

    @get("/")
    async def question(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], survey_question_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form of a question."""
        scope = await scope_of_question(viewer, survey_question_id)
        return await _question_page(request, scope, survey_question_id)

    @post("/")
    async def edit(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        survey_question_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put a new question in its place."""
        scope = await scope_of_question(viewer, survey_question_id)
        form = await read_form(request, QuestionForm)
        if form.value is None:
            return await _question_page(request, scope, survey_question_id, form)
        try:
            await works.run(viewer, edit_question, scope, survey_question_id, form.value.details())
        except REFUSALS as error:
            return await _question_page(request, scope, survey_question_id, refused(form, error))
        return redirect(f"{scope.path}/survey", SAVED)

    @post("/retire")
    async def retire(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], survey_question_id: FromPath[UUID]
    ) -> Response[Any]:
        """Ask it no longer."""
        scope = await scope_of_question(viewer, survey_question_id)
        await works.run(viewer, retire_question, scope, survey_question_id)
        return redirect(f"{scope.path}/survey", "Retired. Nobody is asked this any more; its answers are kept.")

    @post("/move")
    async def move(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        survey_question_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put it one step up or down."""
        scope = await scope_of_question(viewer, survey_question_id)
        typed = (await read_form(request, MoveForm)).value or MoveForm()
        await works.run(viewer, move_question, scope, survey_question_id, up=typed.step == "up")
        return redirect(f"{scope.path}/survey")


async def _save(request: HttpRequest, viewer: Viewer, works: Works, scope: Scope) -> Response[Any]:
    form = await read_form(request, SurveyForm)
    if form.value is None:
        return await _page(request, viewer, scope, form)
    try:
        await works.run(viewer, save_survey, scope, form.value.details(), form.value.version)
    except REFUSALS as error:
        return await _page(request, viewer, scope, refused(form, error))
    return redirect(f"{scope.path}/survey", SAVED)


async def _add(request: HttpRequest, viewer: Viewer, works: Works, scope: Scope) -> Response[Any]:
    form = await read_form(request, QuestionForm)
    if form.value is None:
        return await _page(request, viewer, scope, adding=form)
    try:
        await works.run(viewer, add_question, scope, form.value.details())
    except REFUSALS as error:
        return await _page(request, viewer, scope, adding=refused(form, error))
    return redirect(f"{scope.path}/survey", SAVED)


def _blank() -> dict[str, Any]:
    return {"kind": "rating", "about": "session", "label": "", "options": "", "required": False}


async def _page(
    request: HttpRequest,
    viewer: Viewer,
    scope: Scope,
    form: Form[SurveyForm] | None = None,
    adding: Form[QuestionForm] | None = None,
) -> Response[Any]:
    survey = await find_survey(scope.program_id, scope.course_id)
    above = await find_survey(scope.program_id, None) if scope.course_id and survey is None else None
    shown = survey or above
    now = survey or SurveyDetails()
    version = survey.version if survey else 0
    refusal = form or adding
    questions: list[Any] = await list_questions(shown.id) if shown else list(BUILT_IN)
    return page(
        request,
        "surveys/editor.html",
        status=refusal.status if refusal else 200,
        scope=scope,
        survey=survey,
        above=above,
        questions=questions,
        retired=await list_retired(survey.id) if survey else [],
        most=MOST_QUESTIONS,
        typed=form.raw if form else as_data(now) | {"version": version},
        errors=form.errors if form else {},
        meanwhile=await overtaken(viewer, survey.id, form, LABELS, as_data(survey)) if survey else None,
        question=adding.raw if adding else _blank(),
        question_errors=adding.errors if adding else {},
    )


async def _question_page(
    request: HttpRequest, scope: Scope, question_id: UUID, form: Form[QuestionForm] | None = None
) -> Response[Any]:
    survey = await find_survey(scope.program_id, scope.course_id)
    present = await list_questions(survey.id) if survey else []
    found = next((one for one in present if one.id == question_id), None)
    if found is None:
        raise NotFound
    return page(
        request,
        "surveys/question.html",
        status=form.status if form else 200,
        scope=scope,
        known=found,
        typed=form.raw if form else _typed(found),
        errors=form.errors if form else {},
    )


def _typed(question: Question) -> dict[str, Any]:
    """A question as its form has it."""
    said = {name: getattr(question, name) for name in QuestionDetails.__struct_fields__}
    return said | {"kind": question.kind.value, "about": question.about.value, "options": "\n".join(question.options)}
