"""Surveys, their questions and what was said, as JSON, as forms and as the rows of files."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.structs import Frozen, Input, as_data
from training.surveys.queries.results import Over, SessionResults
from training.surveys.queries.surveys import Scope
from training.surveys.rules.questions import (
    LEAST_MINIMUM,
    MOST_IN_A_LABEL,
    MOST_IN_AN_OPTION,
    MOST_IN_INTRODUCTION,
    MOST_MINIMUM,
    MOST_OPEN_DAYS,
    MOST_OPTIONS,
    About,
    Kind,
    Question,
    QuestionDetails,
    Survey,
    SurveyDetails,
)
from training.surveys.rules.results import Average

Label = Annotated[str, Meta(min_length=1, max_length=MOST_IN_A_LABEL, description="What is asked, in one line.")]
Option = Annotated[str, Meta(min_length=1, max_length=MOST_IN_AN_OPTION)]
Options = Annotated[list[Option], Meta(max_length=MOST_OPTIONS, description="For the kind choice.")]
TypedOptions = Annotated[str, Meta(max_length=MOST_OPTIONS * (MOST_IN_AN_OPTION + 2))]
Introduction = Annotated[str, Meta(max_length=MOST_IN_INTRODUCTION)]
Minimum = Annotated[int, Meta(ge=LEAST_MINIMUM, le=MOST_MINIMUM, description="Answers are shown in groups of so many.")]
OpenDays = Annotated[int, Meta(ge=1, le=MOST_OPEN_DAYS, description="Days after it was asked.")]
HEADER = ("Question", "About", "Answer", "Times", "Average", "Answers to the question")
OVER_HEADER = ("Question", "Session", "Day (UTC)", "Average", "Answers")


class SurveyForm(Input, frozen=True, kw_only=True):
    """The form of a survey. `version` is what was looked at; 0 where there was none."""

    introduction: Introduction = ""
    minimum: Minimum = 5
    open_days: OpenDays = 14
    active: bool = False
    version: int = 0

    def details(self) -> SurveyDetails:
        """What is to be kept."""
        return SurveyDetails(**{name: getattr(self, name) for name in SurveyDetails.__struct_fields__})


class SurveyChange(Input, frozen=True, kw_only=True):
    """Fields of a survey to change; what is left out stays."""

    introduction: Introduction | UnsetType = UNSET
    minimum: Minimum | UnsetType = UNSET
    open_days: OpenDays | UnsetType = UNSET
    active: bool | UnsetType = UNSET

    def details(self, current: SurveyDetails) -> SurveyDetails:
        """What is to be kept, with `current` where nothing is said."""
        said = as_data(self)
        names = SurveyDetails.__struct_fields__
        return SurveyDetails(**{name: getattr(current, name) if said[name] is UNSET else said[name] for name in names})


class QuestionForm(Input, frozen=True, kw_only=True):
    """The form of a question; options come as one text, an option on each line."""

    kind: Kind
    about: About
    label: Label
    options: TypedOptions = ""
    required: bool = False

    def details(self) -> QuestionDetails:
        """What is to be kept."""
        lines = tuple(line.strip() for line in self.options.split("\n") if line.strip())
        return _details(self, lines)


class QuestionIn(Input, frozen=True, kw_only=True):
    """A question to ask, or one that takes the place of another."""

    kind: Kind = Kind.RATING
    about: About = About.SESSION
    label: Label
    options: Options = []
    required: bool = False

    def details(self) -> QuestionDetails:
        """What is to be kept."""
        return _details(self, tuple(self.options))


def _details(said: QuestionForm | QuestionIn, options: tuple[str, ...]) -> QuestionDetails:
    # Cleaning input turns members of a StrEnum into plain text.
    kind, about = Kind(said.kind), About(said.about)
    return QuestionDetails(kind=kind, about=about, label=said.label, options=options, required=said.required)


class MoveForm(Input, frozen=True, kw_only=True):
    """Which way a question goes."""

    step: str = "up"


class QuestionOut(Frozen, frozen=True, kw_only=True):
    """A question. One of the built-in survey has no `id` until the survey is written down."""

    id: UUID | None
    kind: Kind
    about: About
    label: str
    options: list[str]
    required: bool
    retired_at: datetime | None = None

    @classmethod
    def of(cls, question: QuestionDetails) -> Self:
        """From what is kept, or built in."""
        kept = question if isinstance(question, Question) else None
        return cls(
            id=kept.id if kept else None,
            kind=question.kind,
            about=question.about,
            label=question.label,
            options=list(question.options),
            required=question.required,
            retired_at=kept.retired_at if kept else None,
        )


class SurveyOut(Frozen, frozen=True, kw_only=True):
    """A survey. `id` is null and the version 0 where nothing of its own is written down: then the built-in questions
    are asked, or, for a course, those of its program."""

    id: UUID | None
    program_id: UUID
    course_id: UUID | None
    introduction: str
    minimum: int
    open_days: int
    active: bool
    questions: list[QuestionOut]
    version: int

    @classmethod
    def of(cls, scope: Scope, survey: Survey | None, questions: list[Any]) -> Self:
        """From what is kept, or built in."""
        return cls(
            id=survey.id if survey else None,
            program_id=scope.program_id,
            course_id=scope.course_id,
            **{name: getattr(survey or SurveyDetails(), name) for name in SurveyDetails.__struct_fields__},
            questions=[QuestionOut.of(question) for question in questions],
            version=survey.version if survey else 0,
        )


class CountOut(Frozen, frozen=True, kw_only=True):
    """How often an answer was given."""

    answer: str
    times: int


class ResultOut(Frozen, frozen=True, kw_only=True):
    """What was said to a question, about a trainer where it is about trainers."""

    question: QuestionOut
    trainer_id: UUID | None
    trainer_name: str
    answers: int
    average: float | None
    counts: list[CountOut]
    words: list[str]
    own_past: Average | None
    course: Average | None


class SessionResultsOut(Frozen, frozen=True, kw_only=True):
    """What was said after a session: of `answered` sheets, `released` ones are shown."""

    session_id: UUID
    title: str
    asked: int
    answered: int
    released: int
    minimum: int | None
    closes_at: datetime | None
    results: list[ResultOut]

    @classmethod
    def of(cls, results: SessionResults) -> Self:
        """From what the viewer may know."""
        found = results.found
        return cls(
            session_id=found.id,
            title=found.title,
            asked=found.asked,
            answered=found.answered,
            released=found.released,
            minimum=found.minimum,
            closes_at=found.closes_at,
            results=[
                ResultOut(
                    question=QuestionOut.of(one.tally.question),
                    trainer_id=one.tally.trainer_id,
                    trainer_name=one.trainer.name if one.trainer else "",
                    answers=one.tally.answers,
                    average=one.tally.average.value if one.tally.average else None,
                    counts=[CountOut(answer=value, times=many) for value, many in one.tally.counts],
                    words=list(one.tally.words),
                    own_past=one.compared.own_past,
                    course=one.compared.course,
                )
                for one in results.results
            ],
        )


class PointOut(Frozen, frozen=True, kw_only=True):
    """The average after one session."""

    session_id: UUID
    title: str
    starts_at: datetime | None
    average: float
    answers: int


class LineOut(Frozen, frozen=True, kw_only=True):
    """A question over time."""

    question: QuestionOut
    average: float
    answers: int
    points: list[PointOut]


class OverOut(Frozen, frozen=True, kw_only=True):
    """Averages over time, of a course or of a trainer: 1 to 5 for ratings, the percentage of yes for yes or no."""

    id: UUID
    title: str
    lines: list[LineOut]

    @classmethod
    def of(cls, over: Over) -> Self:
        """From what the viewer may know."""
        return cls(
            id=over.id,
            title=over.title,
            lines=[
                LineOut(
                    question=QuestionOut.of(line.question),
                    average=line.overall.value,
                    answers=line.overall.answers,
                    points=[
                        PointOut(
                            session_id=point.session.id,
                            title=point.session.title,
                            starts_at=point.session.starts_at,
                            average=point.average.value,
                            answers=point.average.answers,
                        )
                        for point in line.points
                    ],
                )
                for line in over.lines
            ],
        )


def session_rows(results: SessionResults) -> Iterator[tuple[object, ...]]:
    """The rows of a file: one for each answer that could be given, and one for what somebody wrote."""
    for one in results.results:
        tally, about = one.tally, one.trainer.name if one.trainer else "The session"
        average = tally.average.value if tally.average else None
        for value, many in tally.counts:
            yield (tally.question.label, about, value, many, average, tally.answers)
        for text in tally.words:
            yield (tally.question.label, about, text, 1, None, tally.answers)


def over_rows(over: Over) -> Iterator[tuple[object, ...]]:
    """The rows of a file: one for each question and session."""
    for line in over.lines:
        for point in line.points:
            average = point.average
            on = point.session.starts_at
            yield (line.question.label, point.session.title, on, average.value, average.answers)
