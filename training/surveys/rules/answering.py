"""One filled-in form: which fields it has, what they may hold, and the answers that it becomes. Pure."""

from collections.abc import Mapping
from uuid import UUID

from training.base.errors import Invalid
from training.base.structs import Frozen, clean_text
from training.surveys.rules.questions import HIGHEST, LOWEST, MOST_WORDS, NO, YES, About, Kind, Question

Value = int | str
NOTHING = "You have not answered anything yet."
_MISSING = "Please answer this."
_CHOOSE = "Please choose one of the list."


class Trainer(Frozen, frozen=True, kw_only=True):
    """Somebody who is asked about."""

    id: UUID
    name: str


class Sheet(Frozen, frozen=True, kw_only=True):
    """What one session's survey asks: the same of everybody who was there, from the first to the last."""

    session_id: UUID
    survey_id: UUID
    minimum: int
    questions: tuple[Question, ...]
    trainers: tuple[Trainer, ...]


class Cell(Frozen, frozen=True, kw_only=True):
    """One question of the form, about one trainer where it is about trainers. `name` is its field's."""

    question: Question
    trainer: Trainer | None
    name: str


class Answer(Frozen, frozen=True, kw_only=True):
    """What was said to one question, and about whom."""

    question_id: UUID
    trainer_id: UUID | None
    value: Value


def cells(sheet: Sheet) -> tuple[Cell, ...]:
    """Every question in its order; those about trainers once for each, and not at all where nobody taught."""
    found: list[Cell] = []
    for question in sheet.questions:
        if question.about is About.SESSION:
            found.append(Cell(question=question, trainer=None, name=f"q-{question.id}"))
            continue
        found.extend(
            Cell(question=question, trainer=trainer, name=f"q-{question.id}-{trainer.id}") for trainer in sheet.trainers
        )
    return tuple(found)


def read_answers(sheet: Sheet, typed: Mapping[str, str]) -> tuple[Answer, ...]:
    """The answers of a form. Raises Invalid, with a sentence for every field that cannot be used."""
    faults: dict[str, str] = {}
    answers: list[Answer] = []
    for cell in cells(sheet):
        try:
            value = _value(cell.question, typed.get(cell.name, ""))
        except ValueError as error:
            faults[cell.name] = str(error)
            continue
        if value is not None:
            trainer_id = cell.trainer.id if cell.trainer else None
            answers.append(Answer(question_id=cell.question.id, trainer_id=trainer_id, value=value))
        elif cell.question.required:
            faults[cell.name] = _MISSING
    if faults:
        raise Invalid(fields=faults)
    if not answers:
        raise Invalid(NOTHING, fields={"": NOTHING})
    return tuple(answers)


def _value(question: Question, typed: str) -> Value | None:
    """What was said; None for nothing. Raises ValueError with the sentence for what cannot be used."""
    text = _cleaned(typed)
    if not text:
        return None
    if question.kind is Kind.WORDS:
        if len(text) > MOST_WORDS:
            raise ValueError(f"This is too long: at most {MOST_WORDS} characters.")
        return text
    if question.kind is Kind.RATING:
        if text not in map(str, range(LOWEST, HIGHEST + 1)):
            raise ValueError(_CHOOSE)
        return int(text)
    if question.kind is Kind.YES_NO:
        if text not in (YES, NO):
            raise ValueError(_CHOOSE)
        return text
    if text not in map(str, range(len(question.options))):
        raise ValueError(_CHOOSE)
    return question.options[int(text)]


def _cleaned(typed: str) -> str:
    try:
        return clean_text(typed)
    except ValueError as error:
        raise ValueError(f"{error}.") from error
