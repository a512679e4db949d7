"""Tables of surveys: Survey, SurveyQuestion, SurveyRound, SurveyRequest, SurveySheet, SurveyAnswer."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from training.booking.tables import Enrollment
from training.catalogue.tables import Course, Program
from training.people.tables import Person
from training.schedule.tables import Session


class Survey(Table, tablename="survey"):
    """What is asked after the sessions of a program or of one course; the course's own replaces the program's.

    Results are shown from `minimum` answers on. It may be answered for `open_days` after it was asked.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    introduction = Text(null=False, default="")
    minimum = Integer(null=False, default=5)
    open_days = Integer(null=False, default=14)
    active = Boolean(null=False, default=True)
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class SurveyQuestion(Table, tablename="survey_question"):
    """One question. `kind` is rating (1 to 5), yes_no, choice or words; `about` is session or trainer (asked for each).

    The wording of a question never changes: another wording is another question, so that years can be compared.
    """

    id = UUID(primary_key=True, default=None)
    survey_id = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=10, null=False, default="rating")
    about = Varchar(length=10, null=False, default="session")
    label = Varchar(length=300, null=False, default="")
    options = JSONB(null=False, default="[]")
    required = Boolean(null=False, default=False)
    position = Integer(null=False, default=0)
    created_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)


class SurveyRound(Table, tablename="survey_round"):
    """What is asked about one session, fixed when it was first asked. `id` is the session's.

    Were questions, trainers or the minimum changed between two answers, the one who answered last would stand alone
    with what is new. `questions` and `trainers` are lists of ids, in the order in which they are asked.
    """

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    survey_id = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict)
    minimum = Integer(null=False, default=5)
    questions = JSONB(null=False, default="[]")
    trainers = JSONB(null=False, default="[]")
    asked_at = Timestamptz(null=False, default=None)
    closes_at = Timestamptz(null=False, default=None)


class SurveyRequest(Table, tablename="survey_request"):
    """Somebody who was present was asked. `id` is the enrollment's. It says whether they answered, and never what."""

    id = UUID(primary_key=True, default=None)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    survey_id = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict)
    asked_at = Timestamptz(null=False, default=None)
    closes_at = Timestamptz(null=False, default=None)
    chased_at = Timestamptz(null=True, default=None)
    answered = Boolean(null=False, default=False)


class SurveySheet(Table, tablename="survey_sheet"):
    """One filled-in survey of a session: of nobody. Its `id` is random, not of a moment; it carries no time.

    `released`: it may be shown. Sheets are released in groups of the survey's minimum, so that no single one can be
    told from the difference between two looks.
    """

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    survey_id = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict)
    released = Boolean(null=False, default=False)


class SurveyAnswer(Table, tablename="survey_answer"):
    """An answer on a sheet, to a question, about a trainer where the question is."""

    id = UUID(primary_key=True, default=None)
    sheet_id = ForeignKey(SurveySheet, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    question_id = ForeignKey(SurveyQuestion, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    trainer_id = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    value = JSONB(null=False, default='""')
