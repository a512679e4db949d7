"""What is asked after a session: kinds of questions, what one may look like, and five good ones for everybody."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

MOST_QUESTIONS = 20
MOST_OPTIONS = 10
MOST_IN_A_LABEL = 300
MOST_IN_AN_OPTION = 100
MOST_IN_INTRODUCTION = 2000
MOST_WORDS = 2000
LEAST_MINIMUM, MOST_MINIMUM = 3, 50
MOST_OPEN_DAYS = 90
LOWEST, HIGHEST = 1, 5
YES, NO = "yes", "no"


class Kind(StrEnum):
    """How a question is answered: 1 to 5, yes or no, one of several options, or in one's own words."""

    RATING = "rating"
    YES_NO = "yes_no"
    CHOICE = "choice"
    WORDS = "words"


class About(StrEnum):
    """What a question is about: the session, or each of its trainers."""

    SESSION = "session"
    TRAINER = "trainer"


class SurveyQuestionsLimit(Conflict):
    """There are 20 questions already. Retire one that nobody needs before you add another."""

    code = "survey-questions-limit"


class SurveyQuestionGone(Gone):
    """This question was retired. What was answered to it is kept."""

    code = "survey-question-retired"


class QuestionDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a question."""

    kind: Kind = Kind.RATING
    about: About = About.SESSION
    label: str
    options: tuple[str, ...] = ()
    required: bool = False

    @property
    def wording(self) -> tuple[str, ...]:
        """What makes answers of two questions comparable: the same words, asked and answered in the same way."""
        return (self.kind.value, self.about.value, self.label, *self.options)


class Question(QuestionDetails, frozen=True, kw_only=True):
    """A question as it is kept."""

    id: UUID
    survey_id: UUID
    position: int
    created_at: datetime
    retired_at: datetime | None = None


class SurveyDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a survey: results are shown from `minimum` answers on, and it is open for `open_days`.

    One that is not `active` asks nobody; a course's own then leaves its sessions to the program's.
    """

    introduction: str = ""
    minimum: int = 5
    open_days: int = 14
    active: bool = True


class Survey(SurveyDetails, frozen=True, kw_only=True):
    """A survey as it is kept: of a program, or of one course."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    created_at: datetime
    version: int


# Asked after the sessions of a program that never said what it wants to know: short enough to be answered in a minute.
BUILT_IN: tuple[QuestionDetails, ...] = (
    QuestionDetails(label="What I learned here helps me in my work.", required=True),
    QuestionDetails(label="Pace and length were right for me."),
    QuestionDetails(about=About.TRAINER, label="The trainer explained clearly and answered our questions."),
    QuestionDetails(kind=Kind.YES_NO, label="Would you recommend this session to a colleague?"),
    QuestionDetails(kind=Kind.WORDS, label="What should we keep, and what should we change?"),
)


def checked_question(details: QuestionDetails) -> QuestionDetails:
    """The details, with what does not belong to their kind left out. Raises Invalid naming every field."""
    options = tuple(option for option in details.options if option) if details.kind is Kind.CHOICE else ()
    faults: dict[str, str] = {}
    if not details.label:
        faults["label"] = "Please fill this in."
    elif len(details.label) > MOST_IN_A_LABEL or "\n" in details.label:
        faults["label"] = f"A question is one line of at most {MOST_IN_A_LABEL} characters."
    if fault := _options_fault(details.kind, options):
        faults["options"] = fault
    if faults:
        raise Invalid(fields=faults)
    return QuestionDetails(
        kind=details.kind, about=details.about, label=details.label, options=options, required=details.required
    )


def _options_fault(kind: Kind, options: Sequence[str]) -> str:
    if kind is not Kind.CHOICE:
        return ""
    if len(options) < 2:
        return "Give at least two options, one on each line."
    if len(options) > MOST_OPTIONS:
        return f"There can be at most {MOST_OPTIONS} options."
    if any("\n" in option or len(option) > MOST_IN_AN_OPTION for option in options):
        return f"An option is one line of at most {MOST_IN_AN_OPTION} characters."
    if len(set(options)) < len(options):
        return "Two options are the same."
    return ""


def checked_survey(details: SurveyDetails) -> SurveyDetails:
    """The details as they are. Raises Invalid naming every field."""
    faults: dict[str, str] = {}
    if len(details.introduction) > MOST_IN_INTRODUCTION:
        faults["introduction"] = f"This is too long: at most {MOST_IN_INTRODUCTION} characters."
    if not LEAST_MINIMUM <= details.minimum <= MOST_MINIMUM:
        faults["minimum"] = f"This number must be from {LEAST_MINIMUM} to {MOST_MINIMUM}."
    if not 1 <= details.open_days <= MOST_OPEN_DAYS:
        faults["open_days"] = f"This number must be from 1 to {MOST_OPEN_DAYS}."
    if faults:
        raise Invalid(fields=faults)
    return details


def moved(ids: Sequence[UUID], question_id: UUID, *, up: bool) -> tuple[UUID, ...]:
    """The ids with one of them a step up or down; as they are where it stands at the end. Raises SurveyQuestionGone."""
    order = list(ids)
    if question_id not in order:
        raise SurveyQuestionGone
    place = order.index(question_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return tuple(order)
