"""Results as somebody may see them: made of released answers alone, in a constant number of statements.

Managers of the program see everything of it. Who taught a session sees what was said of the session and of themselves,
and never what was said of another trainer: not even inside an average, from which it could be told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, may, reach
from training.surveys.queries.rounds import find_sheet, names_of
from training.surveys.queries.surveys import get_course_scope, list_these
from training.surveys.rules.answering import Sheet, Trainer
from training.surveys.rules.questions import About, Question
from training.surveys.rules.results import (
    Compared,
    Counted,
    Held,
    Line,
    Tally,
    before,
    line,
    lines,
    others,
    tally,
)

# The newest of a course or trainer; nobody compares further back.
MOST_HELD = 200
_NOBODY = UUID(int=0)


class Found(Frozen, frozen=True, kw_only=True):
    """A session with how many were asked, have answered, and are shown; and as what the viewer reads it.

    `round_closes_at` is for whoever was asked in time, `last_closes_at` for whoever was asked last.
    """

    id: UUID
    title: str
    starts_at: datetime | None
    zone: str
    program_id: UUID
    course_id: UUID
    course_title: str
    minimum: int | None
    round_closes_at: datetime | None
    last_closes_at: datetime | None
    trainers: str | None
    trains: bool
    asked: int
    answered: int
    released: int

    @property
    def closes_at(self) -> datetime | None:
        """When nobody can answer any more."""
        return max((at for at in (self.round_closes_at, self.last_closes_at) if at is not None), default=None)


class Result(Frozen, frozen=True, kw_only=True):
    """One question of a session: what was said, about whom, and what it is compared with."""

    tally: Tally
    trainer: Trainer | None
    compared: Compared


class SessionResults(Frozen, frozen=True, kw_only=True):
    """What was said after a session, as far as the viewer may know. `manages`: they see it as a manager."""

    found: Found
    manages: bool
    results: tuple[Result, ...]

    def find(self, question_id: UUID, trainer_id: UUID | None) -> Result:
        """One of the results. Raises NotFound."""
        for one in self.results:
            if one.tally.question.id == question_id and one.tally.trainer_id == trainer_id:
                return one
        raise NotFound


class Over(Frozen, frozen=True, kw_only=True):
    """Averages over time: of a course, or of a trainer."""

    id: UUID
    title: str
    lines: tuple[Line, ...]
    held: tuple[Held, ...]

    def find(self, question_id: UUID) -> Line:
        """One of the lines. Raises NotFound."""
        found = next((one for one in self.lines if one.question.id == question_id), None)
        if found is None:
            raise NotFound
        return found


async def get_session_results(viewer: Viewer, session_id: UUID) -> SessionResults:
    """What was said after one session. Raises NotFound, also for who does not run or teach it."""
    found, manages = await _found(viewer, session_id)
    sheet = await find_sheet(session_id) if found.released else None
    if sheet is None:
        return SessionResults(found=found, manages=manages, results=())
    own = None if manages else viewer.person_id or _NOBODY
    held = await _list_held("s.course_id = {}", found.course_id)
    counted = await _list_counted([one.id for one in held], own)
    said = await _list_said(session_id, own)
    questions = await list_these(sorted({one.question_id for one in counted} | {q.id for q in sheet.questions}))
    return SessionResults(
        found=found, manages=manages, results=_results(found, sheet, said, (questions, counted, held))
    )


async def _found(viewer: Viewer, session_id: UUID) -> tuple[Found, bool]:
    found = await fetch_one(
        Found,
        "SELECT s.id, s.title, s.starts_at, s.zone, s.program_id, s.course_id, c.title AS course_title, r.minimum,"
        " r.closes_at AS round_closes_at, (SELECT max(q.closes_at) FROM survey_request q WHERE q.session_id = s.id)"
        " AS last_closes_at, CAST(r.trainers AS TEXT) AS trainers, CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t"
        " WHERE t.session_id = s.id AND t.person_id = {} AND t.role <> 'shadow') THEN TRUE ELSE FALSE END AS trains,"
        " (SELECT count(*) FROM survey_request q WHERE q.session_id = s.id) AS asked,"
        " (SELECT count(*) FROM survey_request q WHERE q.session_id = s.id AND q.answered) AS answered,"
        " (SELECT count(*) FROM survey_sheet w WHERE w.session_id = s.id AND w.released) AS released"
        " FROM session s JOIN course c ON c.id = s.course_id LEFT JOIN survey_round r ON r.id = s.id WHERE s.id = {}",
        viewer.person_id or _NOBODY,
        session_id,
    )
    if found is None:
        raise NotFound
    manages = may(viewer, Permission.SURVEY_SEE, found.program_id)
    # Somebody else may stand in the plan by now: who was asked about may still read what was said.
    taught = msgspec.json.decode(found.trainers, type=list[UUID]) if found.trainers else []
    if not manages and not found.trains and (viewer.person_id is None or viewer.person_id not in taught):
        raise NotFound
    return found, manages


def _results(
    found: Found,
    sheet: Sheet,
    said: Sequence[Counted],
    history: tuple[Sequence[Question], Sequence[Counted], Sequence[Held]],
) -> tuple[Result, ...]:
    """The questions of the session first, then those about each trainer of whom anything may be told."""
    session = Held(id=found.id, title=found.title, starts_at=found.starts_at, zone=found.zone)
    results = []
    for trainer in (None, *sheet.trainers):
        for question in sheet.questions:
            if (question.about is About.TRAINER) != (trainer is not None):
                continue
            one = tally(question, trainer.id if trainer else None, said)
            if one.answers:
                compared = _compared(question, trainer, session, history)
                results.append(Result(tally=one, trainer=trainer, compared=compared))
    return tuple(results)


def _compared(
    question: Question,
    trainer: Trainer | None,
    session: Held,
    history: tuple[Sequence[Question], Sequence[Counted], Sequence[Held]],
) -> Compared:
    questions, counted, held = history
    known = {one.id: one.wording for one in questions}
    everybody = line(question, known, counted, held)
    if trainer is None:
        return Compared(own_past=before(everybody, session), course=others(everybody, session))
    own = line(question, known, [one for one in counted if one.trainer_id == trainer.id], held)
    all_known = {one.trainer_id for one in counted if known.get(one.question_id) == question.wording}
    course = others(everybody, session) if len(all_known) > 1 else None
    return Compared(own_past=before(own, session), course=course)


async def get_course_results(viewer: Viewer, course_id: UUID) -> Over:
    """What was said after the sessions of a course, over time, for the managers of its program. Raises NotFound."""
    scope = await get_course_scope(viewer, course_id)
    held = await _list_held("s.course_id = {}", course_id)
    return await _over(course_id, scope.title, held, await _list_counted([one.id for one in held], None))


async def get_trainer_results(viewer: Viewer, person_id: UUID) -> Over:
    """What was said about a trainer, over time: for themselves, and in their own programs for managers.

    Raises NotFound, also where nothing can be told: a manager learns of nobody else's trainers here.
    """
    own = viewer.person_id == person_id
    granted = reach(viewer, Permission.SURVEY_SEE)
    if not own and not granted.anywhere:
        raise NotFound
    about = (
        "EXISTS (SELECT 1 FROM survey_answer a JOIN survey_sheet w ON w.id = a.sheet_id"
        " WHERE a.session_id = s.id AND a.trainer_id = {} AND w.released)"
    )
    if own or granted.everywhere:
        held = await _list_held(about, person_id)
    else:
        programs = tuple(granted.scope_ids)
        held = await _list_held(f"{about} AND s.program_id IN ({marks(programs)})", person_id, *programs)
    names = await names_of([person_id])
    if person_id not in names or not (held or own):
        raise NotFound
    counted = await _list_counted([one.id for one in held], person_id)
    return await _over(person_id, names[person_id], held, [one for one in counted if one.trainer_id == person_id])


async def _over(key: UUID, title: str, held: Sequence[Held], counted: Sequence[Counted]) -> Over:
    questions = await list_these(sorted({one.question_id for one in counted})) if counted else []
    return Over(id=key, title=title, held=tuple(held), lines=lines(questions, counted, held))


async def _list_held(condition: LiteralString, *values: UUID) -> list[Held]:
    """The newest sessions of a kind of which anything is shown, in the order of time."""
    found = await fetch(
        Held,
        f"SELECT s.id, s.title, s.starts_at, s.zone FROM session s WHERE {condition} AND EXISTS"
        " (SELECT 1 FROM survey_sheet x WHERE x.session_id = s.id AND x.released)"
        " ORDER BY s.starts_at DESC NULLS LAST, s.id DESC LIMIT {}",
        *values,
        MOST_HELD,
    )
    return found[::-1]


class _Counted(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    question_id: UUID
    trainer_id: UUID | None
    value: str
    count: int

    def counted(self) -> Counted:
        return Counted(
            session_id=self.session_id,
            question_id=self.question_id,
            trainer_id=self.trainer_id,
            value=msgspec.json.decode(self.value, type=int | str),
            count=self.count,
        )


_COUNTED = (
    "SELECT a.session_id, a.question_id, a.trainer_id, CAST(a.value AS TEXT) AS value, count(*) AS count"
    " FROM survey_answer a JOIN survey_sheet w ON w.id = a.sheet_id JOIN survey_question q ON q.id = a.question_id"
)
_TOGETHER = "GROUP BY a.session_id, a.question_id, a.trainer_id, CAST(a.value AS TEXT)"


async def _list_counted(session_ids: Sequence[UUID], own: UUID | None) -> list[Counted]:
    """How often what was said, but for free words. `own`: of trainers, only this one."""
    mine = " AND (a.trainer_id IS NULL OR a.trainer_id = {})" if own else ""
    rows = await fetch(
        _Counted,
        f"{_COUNTED} WHERE a.session_id IN ({marks(session_ids)}) AND w.released AND q.kind <> 'words'{mine}"
        f" {_TOGETHER}",
        *session_ids,
        *([own] if own else []),
    )
    return [row.counted() for row in rows]


async def _list_said(session_id: UUID, own: UUID | None) -> list[Counted]:
    """The same of one session, free words included."""
    mine = " AND (a.trainer_id IS NULL OR a.trainer_id = {})" if own else ""
    sql = f"{_COUNTED} WHERE a.session_id = {{}} AND w.released{mine} {_TOGETHER}"
    return [row.counted() for row in await fetch(_Counted, sql, session_id, *([own] if own else []))]
