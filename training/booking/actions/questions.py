"""What managers do to questions. Each verb locks the course or session first, so that a list changes by one at a time.

Raises NotFound for what is missing or out of reach, Invalid with a sentence per field, Stale with the current state in
`data["current"]`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Stale
from training.base.structs import as_data
from training.base.work import Work
from training.booking import tables
from training.booking.events import QuestionAdded, QuestionEdited, QuestionRetired, QuestionsOrdered
from training.booking.queries.questions import Scope, get_question, list_questions, lock_question, scope_of
from training.booking.rules.questions import (
    MOST_QUESTIONS,
    Question,
    QuestionDetails,
    QuestionGone,
    QuestionsLimit,
    check_conditions,
    check_order,
    check_retirable,
    checked_question,
    moved,
    must_ask_again,
)
from training.catalogue.queries import lock_course
from training.people.rules import require
from training.schedule.queries import lock_session


async def add_question(work: Work, scope: Scope, details: QuestionDetails) -> Question:
    """Add a question at the end of a list. Raises QuestionsLimit."""
    require(work.actor, scope.permission, scope.program_id)
    details = checked_question(details)
    await lock_scope(scope)
    present = await list_questions(scope)
    if len(present) >= MOST_QUESTIONS:
        raise QuestionsLimit
    question = Question(
        **as_data(details),
        id=work.new_id(),
        program_id=scope.program_id,
        course_id=scope.course_id,
        session_id=scope.session_id,
        position=max((each.position for each in present), default=0) + 1,
        wording=1,
        created_at=work.now,
        retired_at=None,
        version=1,
    )
    check_conditions([(each.id, each) for each in (*present, question)])
    columns = _columns(question)
    work.add(tables.Question, **columns)
    work.emit(
        QuestionAdded(question_id=question.id, course_id=scope.course_id, session_id=scope.session_id),
        after=as_data(details),
    )
    return question


async def edit_question(
    work: Work,
    question_id: UUID,
    details: QuestionDetails,
    *,
    still_counts: bool = False,
    expected_version: int | None = None,
) -> Question:
    """Change a question. `still_counts`: what was answered to the old words counts for the new ones, too.

    Otherwise everybody is asked again; they are in any case when the kind changed or more people read the answers.
    """
    before, others = await _hold(work, question_id)
    _unchanged(before, expected_version)
    details = checked_question(details)
    changed = tuple(
        name for name in QuestionDetails.__struct_fields__ if getattr(before, name) != getattr(details, name)
    )
    if not changed:
        return before
    asks_again = must_ask_again(before, details) or (
        not still_counts and bool({"label", "help", "options"} & set(changed))
    )
    after = replace(before, **as_data(details), wording=before.wording + asks_again, version=before.version + 1)
    check_conditions([(each.id, after if each.id == question_id else each) for each in others])
    columns = _columns(after)
    work.change(tables.Question, question_id, **{name: columns[name] for name in (*changed, "wording", "version")})
    work.emit(
        QuestionEdited(
            question_id=question_id,
            course_id=before.course_id,
            session_id=before.session_id,
            changed=changed,
            asks_again=asks_again,
        ),
        before={name: getattr(before, name) for name in changed},
        after={name: getattr(after, name) for name in changed},
    )
    return after


async def retire_question(work: Work, question_id: UUID, *, expected_version: int | None = None) -> Question:
    """Ask a question no longer. Its answers are kept. Raises ConditionInUse when another depends on it."""
    before, others = await _hold(work, question_id)
    _unchanged(before, expected_version)
    check_retirable(question_id, others)
    after = replace(before, retired_at=work.now, version=before.version + 1)
    work.change(tables.Question, question_id, retired_at=work.now, version=after.version)
    work.emit(QuestionRetired(question_id=question_id, course_id=before.course_id, session_id=before.session_id))
    return after


async def order_questions(work: Work, scope: Scope, question_ids: Sequence[UUID]) -> list[Question]:
    """Put the questions of a list in this order. Raises ListChanged unless each is named exactly once."""
    require(work.actor, scope.permission, scope.program_id)
    await lock_scope(scope)
    present = {question.id: question for question in await list_questions(scope)}
    check_order(list(present), question_ids)
    ordered = [replace(present[key], position=number) for number, key in enumerate(question_ids, 1)]
    check_conditions([(each.id, each) for each in ordered])
    if list(question_ids) == list(present):
        return ordered
    for question in ordered:
        work.change(tables.Question, question.id, position=question.position)
    work.emit(
        QuestionsOrdered(scope_id=scope.id, course_id=scope.course_id, session_id=scope.session_id),
        before={"order": list(present)},
        after={"order": list(question_ids)},
    )
    return ordered


async def move_question(work: Work, question_id: UUID, *, up: bool) -> list[Question]:
    """Put a question one step up or down in its list."""
    scope = await scope_of(work.actor, await get_question(work.actor, question_id))
    await lock_scope(scope)
    order = [question.id for question in await list_questions(scope)]
    if question_id not in order:
        raise QuestionGone
    return await order_questions(work, scope, moved(order, question_id, up=up))


async def lock_scope(scope: Scope) -> None:
    """Hold the row of a course or session until the unit of work ends."""
    if scope.session_id is not None:
        await lock_session(scope.session_id)
    elif scope.course_id is not None:
        await lock_course(scope.course_id)


async def _hold(work: Work, question_id: UUID) -> tuple[Question, list[Question]]:
    """A question and its list, which nobody else changes until the unit of work ends."""
    scope = await scope_of(work.actor, await get_question(work.actor, question_id))
    await lock_scope(scope)
    question = await lock_question(work.actor, question_id)
    if question.retired_at is not None:
        raise QuestionGone
    return question, await list_questions(scope)


def _unchanged(question: Question, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != question.version:
        raise Stale(current=as_data(question))


def _columns(question: Question) -> dict[str, Any]:
    values = as_data(question)
    del values["program_id"]
    return values | {"readers": ",".join(question.readers), "options": list(question.options)}
