"""What somebody is asked for a session, what they said, and what is still open. Pure.

`judge_answers` takes what a form or a program sent, by names: `q-<question id>` for an answer, `q-<question id>-reuse`
for "use it for later sessions, too", `q-<question id>-wording` for the wording that was read, which also stands for who
reads the answer, `t-<terms version id>` for a consent. What is not sent stays as it is known; what is sent empty is
taken away.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Gone, Invalid
from training.base.structs import Frozen, clean_text
from training.booking.rules.questions import YES, Kind, QuestionDetails, Reader, possible_values

QUESTION, TERMS, REUSE, WORDING = "q-", "t-", "-reuse", "-wording"
MOST_IN_A_LINE = 500
MOST_IN_A_PARAGRAPH = 5000

Value = str | tuple[str, ...]
Given = Mapping[str, str | list[str]]


class AnsweringOver(Gone):
    """The session is over, or this place was given back: there is nothing to answer any more."""

    code = "answering-over"


class Known(Frozen, frozen=True, kw_only=True):
    """What somebody answered before. `own`: for this session, not for another one from which it is reused.

    `partner_id` is the organization for which they took part then; its coordinators may read it, no others.
    """

    value: Value
    wording: int
    reuse: bool
    own: bool
    answered_at: datetime
    partner_id: UUID | None


class AskedQuestion(QuestionDetails, frozen=True, kw_only=True):
    """A question as one person is asked it. `known` counts as the answer; `outdated` was given to an older wording."""

    id: UUID
    of_course: bool
    wording: int
    known: Known | None = None
    outdated: Known | None = None

    @property
    def field(self) -> str:
        """Its name in a form."""
        return f"{QUESTION}{self.id}"


class AskedTerms(Frozen, frozen=True, kw_only=True):
    """Terms in their present version. `agreed_at` once the person agreed to it; `old_body` is what they agreed to
    before, if that was an older version. `consent_id` is the consent that holds, to whichever version."""

    id: UUID
    version_id: UUID
    number: int
    title: str
    body: str
    required: bool
    published_at: datetime
    consent_id: UUID | None = None
    agreed_at: datetime | None = None
    old_number: int | None = None
    old_body: str | None = None
    old_agreed_at: datetime | None = None

    @property
    def field(self) -> str:
        """Its name in a form."""
        return f"{TERMS}{self.version_id}"


class Asked(Frozen, frozen=True, kw_only=True):
    """Everything that is asked of one person for one session, in order: the course's questions, then the session's."""

    session_id: UUID
    questions: tuple[AskedQuestion, ...] = ()
    terms: tuple[AskedTerms, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to ask at all."""
        return bool(self.questions or self.terms)


class GivenAnswer(Frozen, frozen=True, kw_only=True):
    """One answer to be kept."""

    question_id: UUID
    wording: int
    value: Value
    reuse: bool


class Answers(Frozen, frozen=True, kw_only=True):
    """What was said, judged: answers to keep, questions whose answer is taken away, versions of terms agreed to."""

    answers: tuple[GivenAnswer, ...] = ()
    cleared: tuple[UUID, ...] = ()
    consents: tuple[UUID, ...] = ()


def said_by_whoever(answers: Answers) -> Answers:
    """What may be kept of answers when nobody knows who gave them: for this one place, and no agreement in anybody's
    name. The person is asked for those again, on a page that only they reach."""
    return Answers(answers=tuple(replace(one, reuse=False) for one in answers.answers), cleared=answers.cleared)


def split_given(pairs: Iterable[tuple[str, Any]]) -> tuple[list[tuple[str, Any]], dict[str, str | list[str]]]:
    """The name-value pairs of a form, taken apart: those of the form itself, and answers to what is asked."""
    own: list[tuple[str, Any]] = []
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith((QUESTION, TERMS)) and isinstance(value, str):
            given.setdefault(name, []).append(value)
        else:
            own.append((name, value))
    return own, {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def judge_answers(asked: Asked, given: Given, *, person_answers: bool, must_agree: bool = True) -> Answers:
    """What was said, when all of it can be used. Raises Invalid with a sentence per field.

    A coordinator (`person_answers` false) answers only what coordinators may read, may leave anything open, and agrees
    to nothing, not even to the later use of an answer: other fields are unknown to them. Without `must_agree`, required
    terms may be left open.
    """
    questions = asked.questions if person_answers else readable_by(asked.questions, Reader.COORDINATOR)
    texts, faults = _cleaned(given)
    faults |= _unknown(questions, asked.terms if person_answers else None, given)
    said: dict[UUID, Value] = {}
    for question in questions:
        if question.field in texts and texts.get(f"{question.field}{WORDING}") not in (None, [str(question.wording)]):
            faults.setdefault(question.field, "This question changed meanwhile. Please read it again and answer it.")
        try:
            said[question.id] = _value(question, texts)
        except ValueError as error:
            faults.setdefault(question.field, str(error))
    # Conditions look at what is known of every question, also of those that a coordinator does not see.
    active = _active(asked.questions, {q.id: q.known.value for q in asked.questions if q.known} | said)
    if person_answers:
        missing = (q for q in questions if q.id in active and q.required and said.get(q.id) in ("", ()))
        faults = {q.field: "Please answer this question." for q in missing} | faults
    consents = _consents(asked.terms, texts, faults, must_agree=must_agree) if person_answers else ()
    if faults:
        raise Invalid(fields=faults)
    kept = [q for q in questions if q.id in active and said[q.id] not in ("", ())]
    return Answers(
        answers=tuple(
            GivenAnswer(
                question_id=q.id,
                wording=q.wording,
                value=said[q.id],
                reuse=_reuse(q, texts) if person_answers else _still_reused(q, said[q.id]),
            )
            for q in kept
            if q.field in texts or f"{q.field}{REUSE}" in texts
        ),
        cleared=tuple(q.id for q in questions if q not in kept and (person_answers or q.known is not None)),
        consents=consents,
    )


def _cleaned(given: Given) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What was sent as clean text, without what is blank, and a sentence for what cannot be text."""
    texts: dict[str, list[str]] = {}
    faults: dict[str, str] = {}
    for name, value in given.items():
        try:
            cleaned = [clean_text(each) for each in ([value] if isinstance(value, str) else value)]
        except ValueError as error:
            cleaned, faults[name] = [], f"{error}."
        texts[name] = [text for text in cleaned if text]
    return texts, faults


def _unknown(
    questions: Sequence[AskedQuestion], terms: Sequence[AskedTerms] | None, given: Iterable[str]
) -> dict[str, str]:
    """A sentence for every field that is not asked here: forged, retired meanwhile, or of an older version.

    Without `terms` it is a coordinator who answers, who may not say either that an answer is used again.
    """
    names = {question.field for question in questions}
    reuse = {f"{q.field}{REUSE}" for q in questions if q.reusable} if terms is not None else set()
    known = names | reuse | {f"{name}{WORDING}" for name in names} | {one.field for one in terms or ()}
    return {
        name: "This is not asked here (any more)."
        if name.startswith(QUESTION)
        else "These terms changed meanwhile, or are not asked here. Please read them as they are now."
        for name in given
        if name not in known
    }


def _value(question: AskedQuestion, texts: Mapping[str, list[str]]) -> Value:
    """What was said to a question; "" or () for nothing. Raises ValueError with a sentence."""
    empty: Value = () if question.kind is Kind.CHOICES else ""
    if question.field not in texts:
        return question.known.value if question.known else empty
    said = texts[question.field]
    if question.kind is Kind.CHOICES:
        if set(said) - set(question.options):
            raise ValueError("Please choose from the list.")
        return tuple(option for option in question.options if option in said)
    if len(said) > 1:
        raise ValueError("Please give one answer.")
    return _single(question, said[0]) if said else empty


def _single(question: QuestionDetails, text: str) -> str:
    if question.kind is Kind.LINE:
        text = " ".join(text.split())
    most = MOST_IN_A_PARAGRAPH if question.kind is Kind.PARAGRAPH else MOST_IN_A_LINE
    values = possible_values(question)
    if values and text not in values:
        raise ValueError("Please choose one of the list.")
    if len(text) > most:
        raise ValueError(f"This is too long: at most {most} characters.")
    return text


def fits(question: QuestionDetails, value: Value) -> bool:
    """Whether a kept value can still be an answer: options may have gone."""
    if (question.kind is Kind.CHOICES) is not isinstance(value, tuple):
        return False
    values = possible_values(question)
    said = value if isinstance(value, tuple) else (value,)
    return not values or set(said) <= set(values)


def is_true(question: QuestionDetails, values: Mapping[UUID, Value]) -> bool:
    """Whether the condition of a question holds, given the values of those that are asked."""
    if question.asks_if is None:
        return True
    said = values.get(question.asks_if, "")
    return question.asks_if_value in said if isinstance(said, tuple) else question.asks_if_value == said


def _active(questions: Sequence[AskedQuestion], values: Mapping[UUID, Value]) -> set[UUID]:
    """The questions that are asked, given these values. One that depends on an unasked one is not asked either."""
    found: dict[UUID, Value] = {}
    for question in questions:
        if is_true(question, found):
            found[question.id] = values.get(question.id, "")
    return set(found)


def _reuse(question: AskedQuestion, texts: Mapping[str, list[str]]) -> bool:
    """Whether the answer may be used later, too. A form that has the answer but not the tick says no."""
    return question.reusable and bool(texts.get(f"{question.field}{REUSE}"))


def _still_reused(question: AskedQuestion, value: Value) -> bool:
    """Whether the person agreed already that exactly this answer is used later: nobody else can agree to it."""
    return question.known is not None and question.known.own and question.known.reuse and question.known.value == value


def _consents(
    terms: Sequence[AskedTerms], texts: Mapping[str, list[str]], faults: dict[str, str], *, must_agree: bool
) -> tuple[UUID, ...]:
    found = []
    for one in terms:
        said = texts.get(one.field, [])
        if one.agreed_at is not None or one.field in faults:
            continue
        if said not in ([], [YES]):
            faults[one.field] = "Please tick the box, or leave it."
        elif said:
            found.append(one.version_id)
        elif one.required and must_agree:
            faults[one.field] = "You can take part only if you agree to this."
    return tuple(found)


def seen_by_coordinators(asked: Asked, partner_id: UUID | None) -> Asked:
    """What coordinators of a partner see of it: questions that they may read, without what was answered while the
    person was with somebody else, or to an older wording, which perhaps promised other readers."""
    return Asked(
        session_id=asked.session_id,
        questions=tuple(
            replace(q, known=q.known if q.known and q.known.partner_id == partner_id else None, outdated=None)
            for q in readable_by(asked.questions, Reader.COORDINATOR)
        ),
    )


def readable_by(questions: Sequence[AskedQuestion], reader: Reader) -> tuple[AskedQuestion, ...]:
    """The questions whose answers these readers see, besides the managers."""
    return tuple(question for question in questions if reader in question.readers)


def unanswered(asked: Asked) -> tuple[AskedQuestion, ...]:
    """The required questions that are asked of the person, as far as is known, and have no answer that counts."""
    active = _active(asked.questions, {q.id: q.known.value for q in asked.questions if q.known})
    return tuple(q for q in asked.questions if q.id in active and q.required and q.known is None)


def outstanding(asked: Asked) -> int:
    """How many required questions and terms are still open for the person."""
    return len(unanswered(asked)) + sum(terms.required and terms.agreed_at is None for terms in asked.terms)
