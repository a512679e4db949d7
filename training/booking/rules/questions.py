"""Questions asked of whoever takes part: what one may look like, in which order they stand, who reads the answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

MOST_QUESTIONS = 40
MOST_OPTIONS = 20
MOST_IN_A_LABEL = 300
MOST_IN_AN_OPTION = 200
MOST_IN_HELP = 2000
YES, NO = "yes", "no"


class Kind(StrEnum):
    """How a question is answered."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


class Reader(StrEnum):
    """Who reads the answers to a question, besides the managers of the program, who always do."""

    COORDINATOR = "coordinator"
    TRAINER = "trainer"


KINDS_WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES})


class QuestionsLimit(Conflict):
    """There are 40 questions already. Retire one that nobody needs before you add another."""

    code = "questions-limit"


class ConditionInUse(Conflict):
    """Another question is asked only if this one is answered in a certain way. Change that question first."""

    code = "condition-in-use"


class ListChanged(Conflict):
    """Somebody added or retired a question meanwhile. Look at the list as it is now and order it again."""

    code = "question-list-changed"


class QuestionGone(Gone):
    """This question was retired. What was answered to it is kept."""

    code = "question-retired"


class QuestionDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a question. With `asks_if` it is asked only of those who answered that question, which
    stands before it in the same list, with `asks_if_value`."""

    kind: Kind = Kind.LINE
    label: str
    help: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    asks_if: UUID | None = None
    asks_if_value: str = ""
    readers: tuple[Reader, ...] = ()
    reusable: bool = True


class Question(QuestionDetails, frozen=True, kw_only=True):
    """A question as it is kept: of a course (asked in all its sessions) or of one session.

    `wording` rises whenever answers given before no longer count.
    """

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    position: int
    wording: int
    created_at: datetime
    retired_at: datetime | None
    version: int


def possible_values(question: QuestionDetails) -> tuple[str, ...]:
    """What can be answered, where that is known beforehand; empty for free text."""
    if question.kind is Kind.YES_NO:
        return (YES, NO)
    return question.options if question.kind in KINDS_WITH_OPTIONS else ()


def checked_question(details: QuestionDetails) -> QuestionDetails:
    """The details, with what does not belong to their kind left out. Raises Invalid naming every field."""
    options = details.options if details.kind in KINDS_WITH_OPTIONS else ()
    faults: dict[str, str] = {}
    if not details.label:
        faults["label"] = "Please fill this in."
    elif len(details.label) > MOST_IN_A_LABEL or "\n" in details.label:
        faults["label"] = f"A question is one line of at most {MOST_IN_A_LABEL} characters."
    if len(details.help) > MOST_IN_HELP:
        faults["help"] = f"This is too long: at most {MOST_IN_HELP} characters."
    if fault := _options_fault(details.kind, options):
        faults["options"] = fault
    if details.asks_if is None and details.asks_if_value:
        faults["asks_if_value"] = "Say which question must be answered like this."
    if faults:
        raise Invalid(fields=faults)
    return QuestionDetails(
        kind=details.kind,
        label=details.label,
        help=details.help,
        options=options,
        required=details.required,
        asks_if=details.asks_if,
        asks_if_value=details.asks_if_value,
        readers=tuple(reader for reader in Reader if reader in details.readers),
        reusable=details.reusable,
    )


def _options_fault(kind: Kind, options: Sequence[str]) -> str:
    if kind not in KINDS_WITH_OPTIONS:
        return ""
    if len(options) < 2:
        return "Give at least two options, one on each line."
    if len(options) > MOST_OPTIONS:
        return f"There can be at most {MOST_OPTIONS} options."
    if any(not option or "\n" in option or len(option) > MOST_IN_AN_OPTION for option in options):
        return f"An option is one line of at most {MOST_IN_AN_OPTION} characters."
    if len(set(options)) < len(options):
        return "Two options are the same."
    return ""


def check_conditions(questions: Sequence[tuple[UUID, QuestionDetails]]) -> None:
    """Whether every condition in a list, in its order, can come true.

    Raises Invalid for a condition that points to the question itself, in a circle, to what is not in the list, to a
    later question, to one that is answered freely, or to a value that cannot be answered; and where somebody who may
    not read an answer could tell it from whether another question was asked.
    """
    known = dict(questions)
    order = {key: number for number, key in enumerate(known)}
    for key, question in questions:
        if question.asks_if is None:
            continue
        if fault := _condition_fault(key, question, known, order):
            raise Invalid(fault[1], fields={fault[0]: fault[1]}, question_id=str(key))


def _condition_fault(
    key: UUID, question: QuestionDetails, known: Mapping[UUID, QuestionDetails], order: Mapping[UUID, int]
) -> tuple[str, str] | None:
    asked = question.asks_if
    if asked == key:
        return "asks_if", "A question cannot depend on itself."
    if asked is None or asked not in known:
        return "asks_if", "The question it depends on is not in this list, or was retired."
    if _in_a_circle(key, known):
        return "asks_if", "These questions depend on each other in a circle, so none of them would ever be asked."
    if order[asked] > order[key]:
        return "asks_if", f"“{question.label}” must stand below the question it depends on."
    values = possible_values(known[asked])
    if not values:
        return "asks_if", "Only a choice, or yes and no, can decide whether another question is asked."
    if question.asks_if_value not in values:
        return "asks_if_value", f"“{question.asks_if_value}” is not an answer to that question."
    if not set(question.readers) <= set(known[asked].readers):
        return (
            "readers",
            "Who reads this answer learns the one it depends on. Let nobody read it who does not read that.",
        )
    return None


def _in_a_circle(key: UUID, known: Mapping[UUID, QuestionDetails]) -> bool:
    seen: set[UUID] = set()
    ahead = known[key].asks_if
    while ahead is not None and ahead in known and ahead not in seen:
        if ahead == key:
            return True
        seen.add(ahead)
        ahead = known[ahead].asks_if
    return False


def must_ask_again(before: QuestionDetails, after: QuestionDetails) -> bool:
    """Whether a change makes old answers worthless whatever the editor says.

    Another kind is another question. Whoever answered was told who reads it: nobody else may read it afterwards.
    """
    return before.kind is not after.kind or not set(after.readers) <= set(before.readers)


def reworded(before: QuestionDetails, after: QuestionDetails) -> bool:
    """Whether what a person reads changed, so that the editor has to say whether old answers still count."""
    return (before.label, before.help, before.options) != (after.label, after.help, after.options)


def check_retirable(question_id: UUID, others: Sequence[Question]) -> None:
    """Raise ConditionInUse when another question depends on this one."""
    dependent = next((other for other in others if other.asks_if == question_id), None)
    if dependent is not None:
        raise ConditionInUse(f"“{dependent.label}” depends on this question. Change that question first.")


def moved(order: Sequence[UUID], question_id: UUID, *, up: bool) -> list[UUID]:
    """The order with one question a step up or down; unchanged at the end of the list."""
    found = list(order)
    here = found.index(question_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(found):
        found[here], found[there] = found[there], found[here]
    return found


def check_order(present: Sequence[UUID], wanted: Sequence[UUID]) -> None:
    """Raise ListChanged unless `wanted` holds each question of the list exactly once."""
    if len(wanted) != len(present) or set(wanted) != set(present):
        raise ListChanged


def readers_sentence(readers: Sequence[Reader], *, own: bool = True) -> str:
    """Who reads the answers, for the person who answers (`own`), or for somebody who looks at the list."""
    your = "your" if own else "the person's"
    words = {Reader.COORDINATOR: f"{your} coordinator", Reader.TRAINER: "your trainers" if own else "the trainers"}
    parts = ["the program's managers", *(words[reader] for reader in Reader if reader in readers)]
    head = ", ".join(parts[:-1])
    return f"Read by: {f'{head} and {parts[-1]}' if head else parts[-1]}"
