"""What is asked of one person, what they answer, and the answers of a session, as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.structs import Frozen, Input
from training.booking.rules.asking import REUSE, WORDING, Asked, AskedQuestion, AskedTerms, Given, Value
from training.booking.rules.questions import MOST_OPTIONS, MOST_QUESTIONS, Kind, readers_sentence
from training.booking.rules.reading import Row, Sheet
from training.catalogue.rules import only


class AskedQuestionOut(Frozen, frozen=True, kw_only=True):
    """A question as one person is asked it. `answer` is null while none counts; `reused`: it was given elsewhere."""

    id: UUID
    kind: Kind
    label: str
    help: str
    options: tuple[str, ...]
    required: bool
    asks_if: UUID | None
    asks_if_value: str
    read_by: str
    reusable: bool
    wording: int
    answer: Value | None
    reuse: bool
    reused: bool
    answered_at: datetime | None

    @classmethod
    def of(cls, asked: AskedQuestion) -> "AskedQuestionOut":
        """From what is asked."""
        known = asked.known
        told = ("id", "kind", "label", "help", "options", "required", "asks_if", "asks_if_value", "reusable", "wording")
        return cls(
            **{name: getattr(asked, name) for name in told},
            read_by=readers_sentence(asked.readers),
            answer=known.value if known else None,
            reuse=bool(known and known.reuse),
            reused=bool(known and not known.own),
            answered_at=known.answered_at if known else None,
        )


class AskedTermsOut(Frozen, frozen=True, kw_only=True):
    """Terms as one person is asked for them. `agreed_at` is null until they agreed to exactly this version."""

    id: UUID
    version_id: UUID
    number: int
    title: str
    body: str
    required: bool
    agreed_at: datetime | None
    consent_id: UUID | None

    @classmethod
    def of(cls, asked: AskedTerms) -> "AskedTermsOut":
        """From what is asked."""
        return cls(**only(cls, asked))


class AskedOut(Frozen, frozen=True, kw_only=True):
    """What is asked for an enrollment, and how much of what is required is still open."""

    enrollment_id: UUID
    questions: list[AskedQuestionOut]
    terms: list[AskedTermsOut]
    open: int

    @classmethod
    def of(cls, enrollment_id: UUID, asked: Asked, still_open: int) -> "AskedOut":
        """From what is asked."""
        return cls(
            enrollment_id=enrollment_id,
            questions=[AskedQuestionOut.of(question) for question in asked.questions],
            terms=[AskedTermsOut.of(terms) for terms in asked.terms],
            open=still_open,
        )


AnswerText = Annotated[str, Meta(max_length=20_000)]


class AnswerIn(Input, frozen=True, kw_only=True):
    """One answer: text, an option, `yes` or `no`, or for `choices` a list. Empty takes an answer away.

    With the `wording` that was read, an answer to a question that changed meanwhile is refused.
    """

    question_id: UUID
    value: AnswerText | Annotated[list[AnswerText], Meta(max_length=MOST_OPTIONS)]
    reuse: bool = False
    wording: Annotated[int, Meta(ge=1)] | None = None


class AnswersIn(Input, frozen=True, kw_only=True):
    """Answers to questions, and versions of terms the person agrees to. What is left out stays as it is."""

    answers: Annotated[list[AnswerIn], Meta(max_length=2 * MOST_QUESTIONS)] = []
    consents: Annotated[list[UUID], Meta(max_length=100)] = []

    def given(self) -> Given:
        """The same as a form would send it."""
        found: dict[str, str | list[str]] = {}
        for one in self.answers:
            found[f"q-{one.question_id}"] = one.value
            if one.wording is not None:
                found[f"q-{one.question_id}{WORDING}"] = str(one.wording)
            if one.reuse:
                found[f"q-{one.question_id}{REUSE}"] = "yes"
        return found | {f"t-{version_id}": "yes" for version_id in self.consents}


class TakenOut(Frozen, frozen=True, kw_only=True):
    """How many answers and agreements were written down, and how many answers were taken away or do not apply."""

    answered: int
    cleared: int
    consents: int


class WithdrawnOut(Frozen, frozen=True, kw_only=True):
    """An agreement that was taken back. `required`: one has to agree to take part, so the managers were told."""

    required: bool


class GivenOut(Frozen, frozen=True, kw_only=True):
    """One person's answers, in the order of the questions; null where there is none that you may read."""

    enrollment_id: UUID
    name: str
    partner: str | None
    state: str
    answers: list[Value | None]

    @classmethod
    def of(cls, row: Row) -> "GivenOut":
        """From a row of the table."""
        return cls(
            enrollment_id=row.taker.enrollment_id,
            name=row.taker.name,
            partner=row.taker.partner_name,
            state=row.taker.state.value,
            answers=[cell.value or None if not cell.outdated else None for cell in row.cells],
        )


class SheetQuestionOut(Frozen, frozen=True, kw_only=True):
    """A question of the table. `counts` is (answer, how often), for choices."""

    id: UUID
    label: str
    kind: Kind
    answered: int
    counts: list[tuple[str, int]]


class SheetOut(Frozen, frozen=True, kw_only=True):
    """The answers of a session as far as you may read them."""

    questions: list[SheetQuestionOut]
    people: list[GivenOut]

    @classmethod
    def of(cls, sheet: Sheet) -> "SheetOut":
        """From what was found."""
        return cls(
            questions=[
                SheetQuestionOut(
                    id=each.question.id,
                    label=each.question.label,
                    kind=each.question.kind,
                    answered=each.answered,
                    counts=list(each.counts),
                )
                for each in sheet.summaries
            ],
            people=[GivenOut.of(row) for row in sheet.rows],
        )
