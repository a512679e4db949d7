"""Questions and trainers as values, for what needs no database."""

from datetime import UTC, datetime
from uuid import UUID

from training.surveys.rules.answering import Sheet, Trainer
from training.surveys.rules.questions import About, Kind, Question

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SURVEY, SESSION = UUID(int=1), UUID(int=2)
TARA, THEO = Trainer(id=UUID(int=11), name="Tara"), Trainer(id=UUID(int=12), name="Theo")


def question(number: int, kind: Kind = Kind.RATING, **more: object) -> Question:
    """A question with this number as its id and its place."""
    values = {"about": About.SESSION, "label": f"Question {number}", "created_at": NOW} | more
    return Question(id=UUID(int=100 + number), survey_id=SURVEY, kind=kind, position=number, **values)  # type: ignore[arg-type]


def sheet(*questions: Question, trainers: tuple[Trainer, ...] = (TARA, THEO)) -> Sheet:
    """A form of these questions."""
    return Sheet(session_id=SESSION, survey_id=SURVEY, minimum=5, questions=questions, trainers=trainers)
