"""Every session of the table was asked about: who has a place was there and can answer, and five others have."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tests.access.facts import SIDES, TEACHING, TOKENS, key
from training.attendance.tables import Overall
from training.base.work import Work
from training.surveys.rules.asking import survey_token
from training.surveys.tables import Survey, SurveyAnswer, SurveyQuestion, SurveyRequest, SurveyRound, SurveySheet

_MINIMUM = 5


def add_surveys(work: Work) -> None:
    """A survey of each program and course with a question about the session and one about the trainer."""
    for program in ("One", "Two"):
        for kind, ids in (("survey", {}), ("course survey", {"course_id": key(f"course {program}")})):
            work.add(
                Survey, id=key(f"{kind} {program}"), program_id=key(f"program {program}"), created_at=work.now, **ids
            )
        for kind, about in (("survey question", "session"), ("survey about", "trainer")):
            asked = {"survey_id": key(f"survey {program}"), "about": about, "label": "How was it?"}
            work.add(SurveyQuestion, id=key(f"{kind} {program}"), created_at=work.now, **asked)
    for session, program, trainer in (("one", "One", "one"), ("two", "Two", "two"), ("shared", "One", "shared A")):
        _add_round(work, session, program, key(f"person {TEACHING[trainer]}"))
    for side in SIDES:
        session_id = key(f"session {side.name.split()[0]}")
        _add_request(work, key(f"enrollment {side.name}"), session_id, key(f"survey {side.program}"))
        TOKENS[f"survey {side.name}"] = survey_token(work.site.secret_key, key(f"enrollment {side.name}"), 1)


def _add_round(work: Work, session: str, program: str, trainer_id: UUID) -> None:
    session_id, survey_id = key(f"session {session}"), key(f"survey {program}")
    questions = [key(f"survey question {program}"), key(f"survey about {program}")]
    ids = {"id": session_id, "session_id": session_id, "survey_id": survey_id}
    fixed = {"questions": _json(questions), "trainers": _json([trainer_id])}
    closes_at = work.now + timedelta(days=14)
    work.add(SurveyRound, **ids, **fixed, minimum=_MINIMUM, asked_at=work.now, closes_at=closes_at)
    for number in range(_MINIMUM):
        sheet_id = key(f"sheet {session} {number}")
        work.add(SurveySheet, id=sheet_id, session_id=session_id, survey_id=survey_id, released=True)
        for question_id, about in zip(questions, (None, trainer_id), strict=True):
            said = {"question_id": question_id, "trainer_id": about, "value": "4"}
            answer_id = key(f"said {session} {number} {question_id}")
            work.add(SurveyAnswer, id=answer_id, sheet_id=sheet_id, session_id=session_id, **said)


def _add_request(work: Work, enrollment_id: UUID, session_id: UUID, survey_id: UUID) -> None:
    ids = {"id": enrollment_id, "enrollment_id": enrollment_id, "session_id": session_id}
    work.add(Overall, **ids, status="present", meetings=1, meetings_held=1, changed_at=work.now)
    closes_at = work.now + timedelta(days=14)
    work.add(SurveyRequest, **ids, survey_id=survey_id, asked_at=work.now, closes_at=closes_at)


def _json(keys: list[UUID]) -> str:
    return msgspec.json.encode(keys).decode()
