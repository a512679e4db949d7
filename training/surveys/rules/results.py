"""What released answers come to: averages, how often what was said, and the same over time. Pure.

Nothing here ever sees an answer that is not released, and what is counted is never joined again into one sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.surveys.rules.answering import Value
from training.surveys.rules.questions import HIGHEST, LOWEST, NO, YES, Kind, Question

Wording = tuple[str, ...]
# A line of one point says nothing over time.
LEAST_POINTS = 2


class Counted(Frozen, frozen=True, kw_only=True):
    """How often one thing was said to a question after a session, about a trainer where it is about trainers."""

    session_id: UUID
    question_id: UUID
    trainer_id: UUID | None
    value: Value
    count: int


class Held(Frozen, frozen=True, kw_only=True):
    """A session whose answers are shown, in the order of time. `zone` is where its day is meant."""

    id: UUID
    title: str
    starts_at: datetime | None
    zone: str


class Average(Frozen, frozen=True, kw_only=True):
    """What so many answers come to: 1 to 5 for a rating, the percentage of yes for yes or no."""

    value: float
    answers: int


class Tally(Frozen, frozen=True, kw_only=True):
    """What was said to one question. `counts` is every possible answer with how often it was given; `words` are in
    alphabetical order, because any other would tell something."""

    question: Question
    trainer_id: UUID | None
    answers: int
    average: Average | None
    counts: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()


class Point(Frozen, frozen=True, kw_only=True):
    """One session in a comparison over time."""

    session: Held
    average: Average


class Line(Frozen, frozen=True, kw_only=True):
    """One question over time."""

    question: Question
    points: tuple[Point, ...]

    @property
    def overall(self) -> Average:
        """All of it together: every answer counts the same, whichever session it is from."""
        return _together([point.average for point in self.points])

    @property
    def is_line(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.points) >= LEAST_POINTS


def tally(question: Question, trainer_id: UUID | None, counted: Iterable[Counted]) -> Tally:
    """What was said to one question in `counted`, which may hold other questions too."""
    said = [one for one in counted if one.question_id == question.id and one.trainer_id == trainer_id]
    many: dict[str, int] = {}
    for one in said:
        many[str(one.value)] = many.get(str(one.value), 0) + one.count
    answers = sum(many.values())
    words: tuple[str, ...] = ()
    if question.kind is Kind.WORDS:
        words = tuple(sorted((text for text, count in many.items() for _ in range(count)), key=_alphabet))
    return Tally(
        question=question,
        trainer_id=trainer_id,
        answers=answers,
        average=average_of(question.kind, many),
        counts=tuple((value, many.get(value, 0)) for value in _possible(question)),
        words=words,
    )


def _alphabet(text: str) -> tuple[str, str]:
    return text.casefold(), text


def _possible(question: Question) -> tuple[str, ...]:
    if question.kind is Kind.RATING:
        return tuple(map(str, range(LOWEST, HIGHEST + 1)))
    if question.kind is Kind.YES_NO:
        return (YES, NO)
    return question.options if question.kind is Kind.CHOICE else ()


def average_of(kind: Kind, many: Mapping[str, int]) -> Average | None:
    """The average of answers by how often each was given; None where there is none to speak of."""
    answers = sum(many.values())
    if not answers:
        return None
    if kind is Kind.RATING:
        return Average(
            value=round(sum(int(value) * count for value, count in many.items()) / answers, 2), answers=answers
        )
    if kind is Kind.YES_NO:
        return Average(value=round(100 * many.get(YES, 0) / answers, 1), answers=answers)
    return None


def line(question: Question, known: Mapping[UUID, Wording], counted: Sequence[Counted], held: Sequence[Held]) -> Line:
    """One question over time, in the sessions `held` and their order.

    Answers to another question with the same words count as well: a course that took over the program's questions is
    compared with what it was before. `known` is the wording of every question in `counted`.
    """
    by_session: dict[UUID, dict[str, int]] = {}
    for one in counted:
        if known.get(one.question_id) == question.wording:
            many = by_session.setdefault(one.session_id, {})
            many[str(one.value)] = many.get(str(one.value), 0) + one.count
    points = []
    for session in held:
        average = average_of(question.kind, by_session.get(session.id, {}))
        if average is not None:
            points.append(Point(session=session, average=average))
    return Line(question=question, points=tuple(points))


def _together(averages: Sequence[Average]) -> Average:
    answers = sum(one.answers for one in averages)
    value = sum(one.value * one.answers for one in averages) / answers if answers else 0.0
    return Average(value=round(value, 2), answers=answers)


class Compared(Frozen, frozen=True, kw_only=True):
    """A session's average beside those of other sessions: with the same trainer before, and of the course."""

    own_past: Average | None = None
    course: Average | None = None


def before(found: Line, session: Held) -> Average | None:
    """The average over the sessions that began earlier; None where there were none."""
    if session.starts_at is None:
        return None
    earlier = [p.average for p in found.points if p.session.starts_at and p.session.starts_at < session.starts_at]
    return _together(earlier) if earlier else None


def others(found: Line, session: Held) -> Average | None:
    """The average over all sessions but one; None where there are none."""
    rest = [point.average for point in found.points if point.session.id != session.id]
    return _together(rest) if rest else None


def shown_average(kind: Kind, average: Average) -> str:
    """An average in words: "4.2 of 5", "80% yes"."""
    return f"{average.value:.1f} of {HIGHEST}" if kind is Kind.RATING else f"{average.value:.0f}% yes"


def lines(questions: Sequence[Question], counted: Sequence[Counted], held: Sequence[Held]) -> tuple[Line, ...]:
    """Every question that has an average, over time: one for each wording, in the order in which they are asked."""
    known = {question.id: question.wording for question in questions}
    newest: dict[Wording, Question] = {}
    for question in sorted(questions, key=lambda one: (one.created_at, one.id)):
        newest[question.wording] = question
    found = [line(question, known, counted, held) for question in sorted(newest.values(), key=_order)]
    return tuple(one for one in found if one.points)


def _order(question: Question) -> tuple[bool, int, str]:
    return question.retired_at is not None, question.position, str(question.id)
