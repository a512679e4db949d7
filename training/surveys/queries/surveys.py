"""Surveys and their questions as they are kept. Judges nobody's right to them, unless it says so."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, require
from training.surveys.rules.questions import About, Kind, Question, Survey, SurveyQuestionGone

_SURVEYS = "SELECT id, program_id, course_id, introduction, minimum, open_days, active, created_at, version FROM survey"
_QUESTIONS = (
    "SELECT id, survey_id, kind, about, label, CAST(options AS TEXT) AS options, required, position, created_at,"
    " retired_at FROM survey_question"
)


class Scope(Frozen, frozen=True, kw_only=True):
    """What a survey belongs to: a program, or one of its courses."""

    program_id: UUID
    program_name: str
    course_id: UUID | None = None
    title: str

    @property
    def kind(self) -> str:
        """Program or course."""
        return "course" if self.course_id else "program"

    @property
    def path(self) -> str:
        """The address of its page for managers."""
        return f"/manage/courses/{self.course_id}" if self.course_id else f"/manage/programs/{self.program_id}"


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    survey_id: UUID
    kind: Kind
    about: About
    label: str
    options: str
    required: bool
    position: int
    created_at: datetime
    retired_at: datetime | None

    def question(self) -> Question:
        return Question(
            id=self.id,
            survey_id=self.survey_id,
            kind=self.kind,
            about=self.about,
            label=self.label,
            options=tuple(msgspec.json.decode(self.options, type=list[str])),
            required=self.required,
            position=self.position,
            created_at=self.created_at,
            retired_at=self.retired_at,
        )


async def get_program_scope(viewer: Viewer, program_id: UUID) -> Scope:
    """A program, for those who write its surveys. Raises NotFound."""
    sql = "SELECT id AS program_id, name AS program_name, name AS title FROM program WHERE id = {}"
    return _allowed(viewer, await fetch_one(Scope, sql, program_id))


async def get_course_scope(viewer: Viewer, course_id: UUID) -> Scope:
    """A course, for those who write the surveys of its program. Raises NotFound."""
    sql = (
        "SELECT c.program_id, p.name AS program_name, c.id AS course_id, c.title FROM course c"
        " JOIN program p ON p.id = c.program_id WHERE c.id = {}"
    )
    return _allowed(viewer, await fetch_one(Scope, sql, course_id))


def _allowed(viewer: Viewer, found: Scope | None) -> Scope:
    if found is None:
        raise NotFound
    require(viewer, Permission.SURVEY_SEE, found.program_id)
    return found


async def find_survey(program_id: UUID, course_id: UUID | None) -> Survey | None:
    """The survey of a program, or the own one of a course, active or not; None where nobody wrote one yet."""
    return await _survey(program_id, course_id, "")


async def lock_survey(program_id: UUID, course_id: UUID | None) -> Survey | None:
    """The same, held until the unit of work ends."""
    return await _survey(program_id, course_id, for_update())


async def _survey(program_id: UUID, course_id: UUID | None, lock: LiteralString) -> Survey | None:
    if course_id is None:
        return await fetch_one(Survey, f"{_SURVEYS} WHERE program_id = {{}} AND course_id IS NULL{lock}", program_id)
    return await fetch_one(Survey, f"{_SURVEYS} WHERE course_id = {{}}{lock}", course_id)


async def list_surveys(program_id: UUID, course_id: UUID) -> list[Survey]:
    """The course's own survey and the program's, as far as they are there; the course's first."""
    return await fetch(
        Survey,
        f"{_SURVEYS} WHERE program_id = {{}} AND (course_id IS NULL OR course_id = {{}})"
        " ORDER BY CASE WHEN course_id IS NULL THEN 1 ELSE 0 END",
        program_id,
        course_id,
    )


async def list_questions(survey_id: UUID) -> list[Question]:
    """What a survey asks, in order; retired questions are left out."""
    sql = f"{_QUESTIONS} WHERE survey_id = {{}} AND retired_at IS NULL ORDER BY position, id"
    return [row.question() for row in await fetch(_Row, sql, survey_id)]


async def list_retired(survey_id: UUID) -> list[Question]:
    """What a survey asked once, the newest first."""
    sql = f"{_QUESTIONS} WHERE survey_id = {{}} AND retired_at IS NOT NULL ORDER BY retired_at DESC, position, id"
    return [row.question() for row in await fetch(_Row, sql, survey_id)]


async def list_these(question_ids: Sequence[UUID]) -> list[Question]:
    """These questions, retired or not, in the order of the ids."""
    rows = await fetch(_Row, f"{_QUESTIONS} WHERE id IN ({marks(question_ids)})", *question_ids)
    found = {row.id: row.question() for row in rows}
    return [found[key] for key in question_ids if key in found]


class _Owner(Frozen, frozen=True, kw_only=True):
    program_id: UUID
    course_id: UUID | None
    retired_at: datetime | None


async def scope_of_question(viewer: Viewer, question_id: UUID) -> Scope:
    """What the survey with this question belongs to, for those who write it. Raises NotFound, SurveyQuestionGone."""
    sql = (
        "SELECT s.program_id, s.course_id, q.retired_at FROM survey_question q JOIN survey s ON s.id = q.survey_id"
        " WHERE q.id = {}"
    )
    found = await fetch_one(_Owner, sql, question_id)
    if found is None:
        raise NotFound
    require(viewer, Permission.SURVEY_SEE, found.program_id)
    if found.retired_at is not None:
        raise SurveyQuestionGone
    if found.course_id is not None:
        return await get_course_scope(viewer, found.course_id)
    return await get_program_scope(viewer, found.program_id)
