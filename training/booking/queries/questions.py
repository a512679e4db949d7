"""Questions and terms for those who write them. Judges rights: what somebody may not manage is not found."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries.asking import unpack_readers
from training.booking.rules.questions import Kind, Question
from training.booking.rules.terms import Terms, TermsVersion
from training.catalogue.queries import get_course, get_program
from training.people.rules import Permission, may, require
from training.schedule.queries import get_session


class Scope(Frozen, frozen=True, kw_only=True):
    """What a list of questions or terms belongs to: a program (terms only), a course, or one session."""

    program_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None
    title: str = ""

    @property
    def id(self) -> UUID:
        """The id of the narrowest of them."""
        return self.session_id or self.course_id or self.program_id

    @property
    def kind(self) -> str:
        """'session', 'course' or 'program'."""
        return "session" if self.session_id else "course" if self.course_id else "program"

    @property
    def permission(self) -> Permission:
        """What somebody needs to change its lists."""
        return {
            "session": Permission.SESSION_MANAGE,
            "course": Permission.COURSE_MANAGE,
            "program": Permission.PROGRAM_MANAGE,
        }[self.kind]


async def program_scope(viewer: Viewer, program_id: UUID) -> Scope:
    """A program whose terms the viewer may change. Raises NotFound."""
    require(viewer, Permission.PROGRAM_MANAGE, program_id)
    program = await get_program(program_id)
    return Scope(program_id=program.id, title=program.name)


async def course_scope(viewer: Viewer, course_id: UUID) -> Scope:
    """A course whose questions and terms the viewer may change. Raises NotFound."""
    course = await get_course(viewer, course_id)
    require(viewer, Permission.COURSE_MANAGE, course.program_id)
    return Scope(program_id=course.program_id, course_id=course.id, title=course.title)


async def session_scope(viewer: Viewer, session_id: UUID) -> Scope:
    """A session whose questions and terms the viewer may change. Raises NotFound."""
    session = await get_session(viewer, session_id)
    require(viewer, Permission.SESSION_MANAGE, session.program_id)
    return Scope(program_id=session.program_id, session_id=session.id, title=session.title)


async def scope_of(viewer: Viewer, thing: Question | Terms) -> Scope:
    """What a question or terms belong to. Raises NotFound unless the viewer may change it."""
    if thing.session_id is not None:
        return await session_scope(viewer, thing.session_id)
    if thing.course_id is not None:
        return await course_scope(viewer, thing.course_id)
    return await program_scope(viewer, thing.program_id)


class _QuestionRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    kind: Kind
    label: str
    help: str
    options_json: str
    required: bool
    asks_if: UUID | None
    asks_if_value: str
    readers: str
    reusable: bool
    position: int
    wording: int
    created_at: datetime
    retired_at: datetime | None
    version: int


_QUESTION = (
    "SELECT q.id, COALESCE(c.program_id, s.program_id) AS program_id, q.course_id, q.session_id, q.kind, q.label,"
    " q.help, CAST(q.options AS TEXT) AS options_json, q.required, q.asks_if, q.asks_if_value, q.readers, q.reusable,"
    " q.position, q.wording, q.created_at, q.retired_at, q.version"
    " FROM question q LEFT JOIN course c ON c.id = q.course_id LEFT JOIN session s ON s.id = q.session_id"
)
_TERMS = (
    "SELECT t.id, t.program_id, t.course_id, t.session_id, t.title, t.required, t.position, t.current,"
    " v.id AS version_id, v.body, v.published_at, t.created_at, t.retired_at, t.version"
    " FROM terms t JOIN terms_version v ON v.terms_id = t.id AND v.number = t.current"
)


def _opened(row: _QuestionRow) -> Question:
    plain = {name: getattr(row, name) for name in Question.__struct_fields__ if name not in ("options", "readers")}
    options = msgspec.json.decode(row.options_json, type=tuple[str, ...])
    return Question(**plain, options=options, readers=unpack_readers(row.readers))


async def list_questions(scope: Scope) -> list[Question]:
    """The questions of a course or session that are asked now, in order."""
    column, key = ("q.session_id", scope.session_id) if scope.session_id else ("q.course_id", scope.course_id)
    sql = f"{_QUESTION} WHERE {column} = {{}} AND q.retired_at IS NULL ORDER BY q.position, q.id"
    return [_opened(row) for row in await fetch(_QuestionRow, sql, key)]


async def get_question(viewer: Viewer, question_id: UUID) -> Question:
    """A question, retired ones too, for those who may change it. Raises NotFound."""
    return await _question(viewer, question_id, "")


async def lock_question(viewer: Viewer, question_id: UUID) -> Question:
    """The same, held until the unit of work ends."""
    return await _question(viewer, question_id, for_update("q"))


async def _question(viewer: Viewer, question_id: UUID, lock: LiteralString) -> Question:
    row = await fetch_one(_QuestionRow, f"{_QUESTION} WHERE q.id = {{}}{lock}", question_id)
    needed = Permission.SESSION_MANAGE if row and row.session_id else Permission.COURSE_MANAGE
    if row is None or not may(viewer, needed, row.program_id):
        raise NotFound
    return _opened(row)


class _Counted(Frozen, frozen=True, kw_only=True):
    number: int


async def count_answers(question_id: UUID, wording: int) -> int:
    """How many answers were given to this wording of a question."""
    sql = "SELECT count(*) AS number FROM answer WHERE question_id = {} AND wording = {}"
    found = await fetch_one(_Counted, sql, question_id, wording)
    return found.number if found else 0


async def list_terms(scope: Scope) -> list[Terms]:
    """The terms of exactly this program, course or session that are in force, in order."""
    within = {
        "session": "t.session_id = {}",
        "course": "t.course_id = {}",
        "program": "t.program_id = {} AND t.course_id IS NULL AND t.session_id IS NULL",
    }[scope.kind]
    return await fetch(Terms, f"{_TERMS} WHERE {within} AND t.retired_at IS NULL ORDER BY t.position, t.id", scope.id)


async def get_terms(viewer: Viewer, terms_id: UUID) -> Terms:
    """Terms, retired ones too, for those who may change them. Raises NotFound."""
    return await _one_of_terms(viewer, terms_id, "")


async def lock_terms(viewer: Viewer, terms_id: UUID) -> Terms:
    """The same, held until the unit of work ends."""
    return await _one_of_terms(viewer, terms_id, for_update("t"))


async def _one_of_terms(viewer: Viewer, terms_id: UUID, lock: LiteralString) -> Terms:
    found = await fetch_one(Terms, f"{_TERMS} WHERE t.id = {{}}{lock}", terms_id)
    if found is None or not may(viewer, _scope_kept(found).permission, found.program_id):
        raise NotFound
    return found


def _scope_kept(terms: Terms) -> Scope:
    return Scope(program_id=terms.program_id, course_id=terms.course_id, session_id=terms.session_id)


async def list_versions(terms_id: UUID) -> list[TermsVersion]:
    """Every version of terms, the newest first, with how many people agree to it now."""
    return await fetch(
        TermsVersion,
        "SELECT v.id, v.number, v.body, v.published_at, COALESCE(NULLIF(p.name, ''), p.email, '') AS published_by,"
        " (SELECT count(*) FROM consent c WHERE c.terms_version_id = v.id AND c.withdrawn_at IS NULL) AS agreed"
        " FROM terms_version v LEFT JOIN person p ON p.id = v.published_by"
        " WHERE v.terms_id = {} ORDER BY v.number DESC",
        terms_id,
    )
