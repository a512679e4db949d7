"""Take somebody's answers and forget whose they are.

In one transaction the request is marked as answered, and the sheet is kept beside it without a time, a person or an
order: all sheets of the session that are not shown yet are written anew, in a new order and under new ids, so that
the order of rows in the database tells nothing either.
"""

import random
import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import msgspec

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.surveys import tables
from training.surveys.events import SurveyAnswered
from training.surveys.queries.rounds import Waiting, find_key, list_waiting, lock_sheet
from training.surveys.rules.answering import Sheet, read_answers
from training.surveys.rules.asking import check_open
from training.surveys.rules.release import mixed, releases

Line = tuple[UUID, UUID | None, str]
_CHANCE: random.Random = secrets.SystemRandom()


class Taken(Frozen, frozen=True, kw_only=True):
    """That answers were taken: of which session. Nothing else is known of it afterwards."""

    session_id: UUID


async def answer_survey(work: Work, enrollment_id: UUID, typed: Mapping[str, str]) -> Taken:
    """Take what was typed by the person of this enrollment, who has proved to be that.

    Raises SurveyAnsweredBefore, SurveyClosed, SurveyNotPresent, and Invalid with a sentence for each field. Who answers
    at the same time as somebody else waits for them.
    """
    found = await find_key(enrollment_id)
    sheet = await lock_sheet(found.session_id) if found else None
    # Once more under the lock: the same person may have pressed twice.
    found = await find_key(enrollment_id)
    if found is None or sheet is None:
        raise NotFound
    check_open(found.standing, work.now)
    answers = read_answers(sheet, typed)
    lines = [(one.question_id, one.trainer_id, msgspec.json.encode(one.value).decode()) for one in answers]
    await _keep(work, sheet, lines)
    work.change(tables.SurveyRequest, enrollment_id, answered=True)
    work.emit(SurveyAnswered(enrollment_id=enrollment_id, session_id=sheet.session_id))
    return Taken(session_id=sheet.session_id)


async def _keep(work: Work, sheet: Sheet, newest: Sequence[Line]) -> None:
    waiting = _by_sheet(await list_waiting(sheet.session_id))
    if waiting:
        gone = "DELETE FROM survey_answer WHERE sheet_id IN (SELECT id FROM survey_sheet WHERE session_id = {}"
        await work.execute(f"{gone} AND NOT released)", sheet.session_id)
        await work.execute("DELETE FROM survey_sheet WHERE session_id = {} AND NOT released", sheet.session_id)
    everything = [(uuid4(), lines) for lines in mixed([*waiting, newest], _CHANCE)]
    released = releases(len(everything), sheet.minimum)
    for sheet_id, _ in everything:
        values = {"session_id": sheet.session_id, "survey_id": sheet.survey_id, "released": released}
        work.add(tables.SurveySheet, id=sheet_id, **values)
    for sheet_id, line in mixed([(key, line) for key, lines in everything for line in lines], _CHANCE):
        question_id, trainer_id, value = line
        work.add(
            tables.SurveyAnswer,
            id=uuid4(),
            sheet_id=sheet_id,
            session_id=sheet.session_id,
            question_id=question_id,
            trainer_id=trainer_id,
            value=value,
        )


def _by_sheet(waiting: Sequence[Waiting]) -> list[list[Line]]:
    found: dict[UUID, list[Line]] = {}
    for one in waiting:
        found.setdefault(one.sheet_id, []).append((one.question_id, one.trainer_id, one.value))
    return list(found.values())
