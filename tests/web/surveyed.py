"""Surveys in the small world: one of the program, one of the course, and somebody who is asked."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tests.booking.made import Scene
from training.attendance.tables import Overall
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.surveys.rules.asking import survey_token
from training.surveys.tables import Survey, SurveyQuestion, SurveyRequest, SurveyRound


def add_surveys(work: Work, scene: Scene) -> None:
    """A survey of the program with two questions, the first of which others can be moved below, and the course's."""
    of_program, of_course = work.new_id(), work.new_id()
    work.add(Survey, id=of_program, program_id=scene.program_id, created_at=work.now)
    work.add(Survey, id=of_course, program_id=scene.program_id, course_id=scene.course_id, created_at=work.now)
    for position in (1, 2):
        columns = {"label": f"How was it, {position}?", "position": position, "created_at": work.now}
        work.add(SurveyQuestion, id=work.new_id(), survey_id=of_program, **columns)


async def ask_how_it_was(works: Works, scene: Scene, enrollment_id: UUID) -> str:
    """Whoever has this place was there and is asked; returns the token of their link."""

    async def ask(work: Work) -> str:
        rows = await execute("SELECT id, survey_id FROM survey_question ORDER BY id")
        survey_id = UUID(str(rows[0]["survey_id"]))
        questions = msgspec.json.encode([str(row["id"]) for row in rows]).decode()
        session_id, closes_at = scene.session_id, work.now + timedelta(days=14)
        of_session = {"session_id": session_id, "survey_id": survey_id, "asked_at": work.now, "closes_at": closes_at}
        work.add(SurveyRound, id=session_id, questions=questions, **of_session)
        ids = {"id": enrollment_id, "enrollment_id": enrollment_id}
        work.add(Overall, **ids, session_id=session_id, status="present", changed_at=work.now)
        work.add(SurveyRequest, **ids, **of_session)
        return survey_token(works.site.secret_key, enrollment_id, 1)

    return await works.run(Viewer.machine("test"), ask)
