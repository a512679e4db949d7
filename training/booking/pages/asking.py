"""Questions for those who write them: of a course, asked in all its sessions, or of one session."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.booking.actions.questions import add_question, edit_question, move_question, retire_question
from training.booking.queries.asking import list_asked
from training.booking.queries.questions import (
    Scope,
    count_answers,
    course_scope,
    get_question,
    list_questions,
    list_terms,
    scope_of,
    session_scope,
)
from training.booking.rules.asking import Asked, AskedQuestion
from training.booking.rules.fields import asking_form, words_of
from training.booking.rules.questions import (
    MOST_QUESTIONS,
    Question,
    QuestionDetails,
    possible_values,
    readers_sentence,
)
from training.booking.schemas.asking import MoveForm, QuestionForm, SeenForm
from training.catalogue.pages.refusals import refused, since
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.pages.whole import Tab, tabs
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
REFUSALS = (Invalid, Conflict)
# The fields as the form calls them.
LABELS = {
    "label": "Question",
    "kind": "How is it answered?",
    "options": "Options",
    "help": "Help",
    "required": "It must be answered",
    "condition": "When is it asked?",
    "readers": "Who reads the answers, besides the program's managers?",
    "reusable": "People may let their answer count for later sessions, too",
}
_KINDS = {
    "line": "One line of text",
    "paragraph": "Several lines of text",
    "choice": "One of several options",
    "choices": "Any of several options",
    "yes_no": "Yes or no",
}
_READERS = {"coordinator": "The person's coordinator", "trainer": "The trainers of the session"}


class QuestionListPages(Controller):
    """The questions of a course, or of one session."""

    path = "/manage"
    include_in_schema = False

    @get("/courses/{course_id:uuid}/questions", guards=[permitted(Permission.COURSE_MANAGE)])
    async def of_course(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is asked in all sessions of a course, and the form for one question more."""
        return await _list_page(request, await course_scope(viewer, course_id))

    @post("/courses/{course_id:uuid}/questions", guards=[permitted(Permission.COURSE_MANAGE)])
    async def add_to_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask one question more in all sessions of a course."""
        return await _add(request, viewer, works, await course_scope(viewer, course_id))

    @get("/sessions/{session_id:uuid}/questions", guards=[permitted(Permission.SESSION_MANAGE)])
    async def of_session(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """What is asked in one session, and the form for one question more."""
        return await _list_page(request, await session_scope(viewer, session_id))

    @post("/sessions/{session_id:uuid}/questions", guards=[permitted(Permission.SESSION_MANAGE)])
    async def add_to_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask one question more in one session."""
        return await _add(request, viewer, works, await session_scope(viewer, session_id))

    @get("/courses/{course_id:uuid}/questions/preview", guards=[permitted(Permission.COURSE_MANAGE)])
    async def preview_course(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[Any]:
        """The questions of a course as a learner sees them."""
        scope = await course_scope(viewer, course_id)
        return _preview(request, scope, _as_asked(scope, await list_questions(scope)))

    @get("/sessions/{session_id:uuid}/questions/preview", guards=[permitted(Permission.SESSION_MANAGE)])
    async def preview_session(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """Everything that is asked for a session, the course's questions and all terms too, as a learner sees it."""
        scope = await session_scope(viewer, session_id)
        return _preview(request, scope, await list_asked(session_id, None))


class QuestionPages(Controller):
    """Questions one by one."""

    path = "/manage/questions/{question_id:uuid}"
    include_in_schema = False
    guards = [permitted(Permission.COURSE_MANAGE)]

    @get("/")
    async def question(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], question_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form of a question."""
        return await _edit_page(request, viewer, await get_question(viewer, question_id))

    @post("/")
    async def edit(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        question_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a question, and say whether old answers still count."""
        question = await get_question(viewer, question_id)
        form = await read_form(request, QuestionForm)
        if form.value is None:
            return await _edit_page(request, viewer, question, form)
        try:
            after = await works.run(viewer, _edit, question_id, form.value)
        except REFUSALS as error:
            return await _edit_page(request, viewer, question, _refused(form, error))
        again = after.wording > question.wording
        saved = "Saved. Everybody is asked again." if again else "Saved. What was answered still counts."
        return redirect(_path(after), saved)

    @post("/retire")
    async def retire(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        question_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask it no longer."""
        question = await get_question(viewer, question_id)
        version = ((await read_form(request, SeenForm)).value or SeenForm()).version
        try:
            await works.run(viewer, retire_question, question_id, expected_version=version)
        except (Conflict, Gone) as error:
            return redirect(_path(question), error.detail, kind="warning")
        return redirect(_path(question), "Retired. Nobody is asked this any more; its answers are kept.")

    @post("/move")
    async def move(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        question_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put it one step up or down."""
        question = await get_question(viewer, question_id)
        typed = (await read_form(request, MoveForm)).value
        try:
            await works.run(viewer, move_question, question_id, up=typed is None or typed.step == "up")
        except (Invalid, Conflict, Gone) as error:
            return redirect(_path(question), error.detail, kind="warning")
        return redirect(_path(question))


async def _edit(work: Any, question_id: UUID, typed: QuestionForm) -> Question:
    still = typed.counts == "still"
    return await edit_question(work, question_id, typed.details(), still_counts=still, expected_version=typed.version)


async def _add(request: HttpRequest, viewer: Viewer, works: Works, scope: Scope) -> Response[Any]:
    form = await read_form(request, QuestionForm)
    if form.value is None:
        return await _list_page(request, scope, form)
    try:
        await works.run(viewer, add_question, scope, form.value.details())
    except REFUSALS as error:
        return await _list_page(request, scope, _refused(form, error))
    return redirect(f"/manage/{scope.kind}s/{scope.id}/questions", "Added. Look at it as a learner sees it.")


def _refused(form: Form[QuestionForm], error: Any) -> Form[QuestionForm]:
    """What an action said, beside the fields of the form: both halves of a condition are one field there."""
    found = refused(form, error)
    names = {"asks_if": "condition", "asks_if_value": "condition"}
    errors = {names.get(name, name): sentence for name, sentence in found.errors.items()}
    return Form(value=found.value, errors=errors, raw=found.raw, stale=found.stale)


def _path(question: Question) -> str:
    kind, key = ("sessions", question.session_id) if question.session_id else ("courses", question.course_id)
    return f"/manage/{kind}/{key}/questions"


def conditions_of(questions: Sequence[Question]) -> list[tuple[str, str]]:
    """What a question can be made to depend on, as (value of the field, words)."""
    return [
        (f"{question.id} {value}", f"“{question.label}” is answered with “{words_of(question.kind, value)}”")
        for question in questions
        for value in possible_values(question)
    ]


async def _list_page(request: HttpRequest, scope: Scope, form: Form[QuestionForm] | None = None) -> Response[Any]:
    questions = await list_questions(scope)
    return page(
        request,
        "booking/asking/questions.html",
        status=422 if form else 200,
        scope=scope,
        around=_around(scope),
        questions=questions,
        above=await _above(scope),
        by_id={question.id: question for question in questions},
        words_of=words_of,
        readers_sentence=readers_sentence,
        most=MOST_QUESTIONS,
        terms=await list_terms(scope),
        typed=form.raw if form else _blank(),
        errors=form.errors if form else {},
        conditions=conditions_of(questions),
    )


def _around(scope: Scope) -> list[Tab]:
    return tabs(scope.id, "/questions") if scope.kind == "session" else []


async def _above(scope: Scope) -> list[AskedQuestion]:
    """What the course of a session asks already in all its sessions."""
    if scope.kind != "session":
        return []
    return [question for question in (await list_asked(scope.id, None)).questions if question.of_course]


async def _edit_page(
    request: HttpRequest, viewer: Viewer, question: Question, form: Form[QuestionForm] | None = None
) -> Response[Any]:
    if form and form.stale:
        question = await get_question(viewer, question.id)
    scope = await scope_of(viewer, question)
    before = [each for each in await list_questions(scope) if each.position < question.position]
    conditions = conditions_of(before)
    return page(
        request,
        "booking/asking/question.html",
        status=form.status if form else 200,
        meanwhile=await _overtaken(viewer, question, form, conditions),
        scope=scope,
        question=question,
        answered=await count_answers(question.id, question.wording),
        typed=form.raw if form else _typed(question),
        errors=form.errors if form else {},
        conditions=conditions,
    )


async def _overtaken(
    viewer: Viewer, question: Question, form: Form[QuestionForm] | None, conditions: Sequence[tuple[str, str]]
) -> Meanwhile | None:
    """What happened while the form was open; None when nothing did."""
    if form is None or not form.stale or form.value is None:
        return None
    typed, now = as_data(form.value), _typed(question)
    found = differences(LABELS, _in_words(typed, dict(conditions)), _in_words(now, dict(conditions)))
    return await since(viewer, question.id, found)


def _in_words(values: Mapping[str, Any], conditions: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a question with words for what its choices mean."""
    return {
        **values,
        "kind": _KINDS[str(values["kind"])],
        "options": "\n".join(line.strip() for line in values["options"].splitlines() if line.strip()),
        "condition": conditions.get(values["condition"], values["condition"]) or "Always",
        "readers": [words for name, words in _READERS.items() if name in values["readers"]],
    }


def _blank() -> dict[str, Any]:
    details = {"label": "", "help": "", "options": "", "required": False, "condition": "", "readers": []}
    return details | {"kind": "line", "reusable": True, "counts": "again", "version": 0}


def _typed(question: Question) -> dict[str, Any]:
    """A question as its form has it."""
    return {
        "kind": question.kind.value,
        "label": question.label,
        "help": question.help,
        "options": "\n".join(question.options),
        "required": question.required,
        "condition": f"{question.asks_if} {question.asks_if_value}" if question.asks_if else "",
        "readers": [reader.value for reader in question.readers],
        "reusable": question.reusable,
        "counts": "again",
        "version": question.version,
    }


def _as_asked(scope: Scope, questions: Sequence[Question]) -> Asked:
    names = QuestionDetails.__struct_fields__
    asked = (
        AskedQuestion(**{name: getattr(q, name) for name in names}, id=q.id, of_course=True, wording=q.wording)
        for q in questions
    )
    return Asked(session_id=scope.id, questions=tuple(asked))


def _preview(request: HttpRequest, scope: Scope, asked: Asked) -> Response[Any]:
    return page(request, "booking/asking/preview.html", scope=scope, around=_around(scope), form=asking_form(asked))
