"""What managers do to surveys. Each verb locks the survey's row, so that a list of questions changes by one at a time.

The wording of a question never changes: an edited question is retired, and a new one stands in its place. Raises
NotFound for what is missing or out of reach, Invalid with a sentence per field, Stale with the current state.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from training.base.errors import NotFound, Stale
from training.base.structs import as_data
from training.base.work import Add, Work
from training.catalogue.queries import lock_course, lock_program
from training.people.rules import Permission, require
from training.surveys import tables
from training.surveys.events import SurveyEdited
from training.surveys.queries.surveys import Scope, find_survey, list_questions, lock_survey
from training.surveys.rules.questions import (
    BUILT_IN,
    MOST_QUESTIONS,
    Question,
    QuestionDetails,
    Survey,
    SurveyDetails,
    SurveyQuestionGone,
    SurveyQuestionsLimit,
    checked_question,
    checked_survey,
    moved,
)


async def save_survey(work: Work, scope: Scope, details: SurveyDetails, expected_version: int | None = None) -> Survey:
    """Say how a program or a course asks. Where there was no survey yet, its questions are written down as well: a
    program's are the built-in ones, a course's are at first those of its program. Version 0 is that of no survey."""
    require(work.actor, Permission.SURVEY_SEE, scope.program_id)
    details = checked_survey(details)
    before = await _hold(scope)
    if expected_version is not None and expected_version != (before.version if before else 0):
        raise Stale(current=as_data(before) if before else {"version": 0})
    if before is None:
        return await _begin(work, scope, details)
    names = tuple(name for name in SurveyDetails.__struct_fields__ if getattr(before, name) != getattr(details, name))
    if not names:
        return before
    changed = {name: getattr(details, name) for name in names}
    after = replace(before, **changed, version=before.version + 1)
    work.change(tables.Survey, before.id, **changed, version=after.version)
    _emit(work, after, before={name: getattr(before, name) for name in names}, after=changed)
    return after


async def ensure_survey(work: Work, program_id: UUID) -> Survey:
    """The survey of a program; the built-in one is written down where nobody wrote one. Not asked for a right: it
    happens because somebody is to be asked."""
    await lock_program(program_id)
    found = await find_survey(program_id, None)
    return found or _added(work, program_id, None, SurveyDetails(), BUILT_IN)


async def add_question(work: Work, scope: Scope, details: QuestionDetails) -> Question:
    """Ask one question more, at the end. Raises SurveyQuestionsLimit."""
    survey, present = await _open(work, scope)
    details = checked_question(details)
    if len(present) >= MOST_QUESTIONS:
        raise SurveyQuestionsLimit
    position = max((question.position for question in present), default=0) + 1
    question = _question(work, survey.id, details, position)
    _touch(work, survey, after=as_data(details))
    return question


async def edit_question(work: Work, scope: Scope, question_id: UUID, details: QuestionDetails) -> Question:
    """Put a new question in the place of one, which is retired with its answers; nothing happens to one that stays
    as it was. Only whether it must be answered can change in place: that is no matter of wording.

    Raises SurveyQuestionGone.
    """
    survey, present = await _open(work, scope)
    details = checked_question(details)
    before = _among(present, question_id)
    if details == QuestionDetails(**{name: getattr(before, name) for name in QuestionDetails.__struct_fields__}):
        return before
    if details.wording == before.wording:
        work.change(tables.SurveyQuestion, question_id, required=details.required)
        after = replace(before, required=details.required)
    else:
        work.change(tables.SurveyQuestion, question_id, retired_at=work.now)
        after = _question(work, survey.id, details, before.position)
    told = {name: getattr(before, name) for name in QuestionDetails.__struct_fields__}
    _touch(work, survey, before=told, after=as_data(details))
    return after


async def retire_question(work: Work, scope: Scope, question_id: UUID) -> Question:
    """Ask a question no longer; what was answered is kept. Raises SurveyQuestionGone."""
    survey, present = await _open(work, scope)
    question = _among(present, question_id)
    work.change(tables.SurveyQuestion, question_id, retired_at=work.now)
    _touch(work, survey, before={"label": question.label})
    return replace(question, retired_at=work.now)


async def move_question(work: Work, scope: Scope, question_id: UUID, *, up: bool) -> None:
    """Put a question one step up or down. Raises SurveyQuestionGone."""
    survey, present = await _open(work, scope)
    before = tuple(question.id for question in present)
    order = moved(before, question_id, up=up)
    if order == before:
        return
    positions = {question.id: question.position for question in present}
    for place, key in enumerate(order, 1):
        if positions[key] != place:
            work.change(tables.SurveyQuestion, key, position=place)
    _touch(work, survey)


async def _hold(scope: Scope) -> Survey | None:
    """The survey's row locked; where there is none, whatever it belongs to, so that it is begun once."""
    found = await lock_survey(scope.program_id, scope.course_id)
    if found is not None:
        return found
    if scope.course_id is not None:
        await lock_course(scope.course_id)
    await lock_program(scope.program_id)
    return await lock_survey(scope.program_id, scope.course_id)


async def _open(work: Work, scope: Scope) -> tuple[Survey, list[Question]]:
    """The survey, begun where it has to be, and its questions."""
    require(work.actor, Permission.SURVEY_SEE, scope.program_id)
    survey = await _hold(scope)
    if survey is None and scope.course_id is not None:
        # A course asks what its program asks until somebody says that it has a survey of its own.
        raise NotFound
    if survey is None:
        survey = await _begin(work, scope, SurveyDetails())
        await work.flush()
    return survey, await list_questions(survey.id)


async def _begin(work: Work, scope: Scope, details: SurveyDetails) -> Survey:
    questions: Sequence[QuestionDetails] = BUILT_IN
    if scope.course_id is not None:
        above = await find_survey(scope.program_id, None)
        questions = await list_questions(above.id) if above else BUILT_IN
    survey = _added(work, scope.program_id, scope.course_id, details, questions)
    _emit(work, survey, after=as_data(details))
    return survey


def _added(
    work: Work, program_id: UUID, course_id: UUID | None, details: SurveyDetails, questions: Sequence[QuestionDetails]
) -> Survey:
    survey = Survey(
        **as_data(details),
        id=work.new_id(),
        program_id=program_id,
        course_id=course_id,
        created_at=work.now,
        version=1,
    )
    work.add(tables.Survey, **as_data(survey))
    for position, question in enumerate(questions, 1):
        _question(work, survey.id, question, position)
    return survey


def _question(work: Work, survey_id: UUID, details: QuestionDetails, position: int) -> Question:
    said = {name: getattr(details, name) for name in QuestionDetails.__struct_fields__}
    question = Question(
        **said, id=work.new_id(), survey_id=survey_id, position=position, created_at=work.now, retired_at=None
    )
    options = msgspec.json.encode(question.options).decode()
    work.add(tables.SurveyQuestion, **as_data(question) | {"options": options})
    return question


def _among(questions: Sequence[Question], question_id: UUID) -> Question:
    found = next((question for question in questions if question.id == question_id), None)
    if found is None:
        raise SurveyQuestionGone
    return found


def _touch(work: Work, survey: Survey, *, before: Any = None, after: Any = None) -> None:
    work.change(tables.Survey, survey.id, version=Add(1))
    _emit(work, survey, before=before, after=after)


def _emit(work: Work, survey: Survey, *, before: Any = None, after: Any = None) -> None:
    event = SurveyEdited(survey_id=survey.id, program_id=survey.program_id, course_id=survey.course_id)
    work.emit(event, before=before, after=after)
