"""Questions and terms as the fields of a form: what the template booking/asking/fields.html draws. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.structs import Frozen
from training.booking.rules.asking import (
    REUSE,
    WORDING,
    Asked,
    AskedQuestion,
    AskedTerms,
    Given,
    Known,
    readable_by,
)
from training.booking.rules.questions import NO, YES, Kind, Reader, possible_values, readers_sentence
from training.booking.rules.terms import Piece, changes

_LONGEST = 60
_YES_NO = {YES: "Yes", NO: "No"}


class Condition(Frozen, frozen=True, kw_only=True):
    """When a field counts: the field it depends on, the value that one must have, and both in words."""

    field: str
    value: str
    label: str
    said: str


class Field(Frozen, frozen=True, kw_only=True):
    """A question as a field. `chosen` are the values in it now; `options` are (value, words)."""

    name: str
    kind: Kind
    label: str
    help: str
    options: tuple[tuple[str, str], ...]
    required: bool
    chosen: tuple[str, ...]
    read_by: str
    condition: Condition | None
    wording_name: str
    wording: int
    reuse_name: str
    reuse: bool
    reused_since: datetime | None
    outdated: bool

    @property
    def value(self) -> str:
        """The one value in it; empty for none."""
        return self.chosen[0] if self.chosen else ""


class Consentable(Frozen, frozen=True, kw_only=True):
    """Terms as a box to tick. `changed`: what is new since the person agreed to an older version."""

    name: str
    terms_id: UUID
    version_id: UUID
    number: int
    title: str
    body: str
    required: bool
    ticked: bool
    consent_id: UUID | None
    agreed_at: datetime | None
    old_agreed_at: datetime | None
    changed: tuple[Piece, ...]


class AskingForm(Frozen, frozen=True, kw_only=True):
    """Everything a form has to show of what is asked."""

    fields: tuple[Field, ...] = ()
    terms: tuple[Consentable, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.fields or self.terms)


def for_whoever(form: AskingForm) -> AskingForm:
    """The form without what is not kept while nobody knows who answers: consents, and the later use of answers."""
    return AskingForm(fields=tuple(replace(field, reuse_name="") for field in form.fields))


def ordered_faults(form: AskingForm, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a summary above the form lists, in the order of the fields: (name or "", sentence with the question)."""
    names = {field.name: field.label for field in form.fields} | {one.name: one.title for one in form.terms}
    ours = [(name, f"{_short(label)}: {errors[name]}") for name, label in names.items() if name in errors]
    return [*(("", sentence) for name, sentence in errors.items() if name not in names), *ours]


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[:_LONGEST].rstrip()}…"


def words_of(question_kind: Kind, value: str) -> str:
    """A value as people read it."""
    return _YES_NO.get(value, value) if question_kind is Kind.YES_NO else value


def asking_form(
    asked: Asked, given: Given | None = None, *, person_answers: bool = True, coordinated: bool = True
) -> AskingForm:
    """The fields with what was typed into them (`given`), or with what is known already when nothing was typed yet."""
    questions = asked.questions if person_answers else readable_by(asked.questions, Reader.COORDINATOR)
    if not coordinated:
        # Whoever takes part on their own has no coordinator who could read anything.
        others = [tuple(reader for reader in q.readers if reader is not Reader.COORDINATOR) for q in questions]
        questions = tuple(replace(q, readers=readers) for q, readers in zip(questions, others, strict=True))
    everything = {question.id: question for question in asked.questions}
    return AskingForm(
        fields=tuple(_field(q, everything, given, own=person_answers) for q in questions),
        terms=tuple(_box(terms, given) for terms in asked.terms) if person_answers else (),
    )


def _field(
    question: AskedQuestion, questions: Mapping[UUID, AskedQuestion], given: Given | None, *, own: bool
) -> Field:
    known = question.known
    shown = known or question.outdated
    chosen = _chosen(shown) if given is None else _typed(given, question.field)
    reuse_name = f"{question.field}{REUSE}" if question.reusable and own else ""
    return Field(
        name=question.field,
        kind=question.kind,
        label=question.label,
        help=question.help,
        options=tuple((value, words_of(question.kind, value)) for value in possible_values(question)),
        required=question.required,
        chosen=chosen,
        read_by=readers_sentence(question.readers, own=own),
        condition=_condition(question, questions),
        wording_name=f"{question.field}{WORDING}",
        wording=question.wording,
        reuse_name=reuse_name,
        reuse=bool(shown and shown.reuse) if given is None else reuse_name in given,
        reused_since=known.answered_at if known and not known.own else None,
        outdated=known is None and question.outdated is not None,
    )


def _condition(question: AskedQuestion, questions: Mapping[UUID, AskedQuestion]) -> Condition | None:
    other = questions.get(question.asks_if) if question.asks_if else None
    if other is None:
        return None
    said = words_of(other.kind, question.asks_if_value)
    return Condition(field=other.field, value=question.asks_if_value, label=other.label, said=said)


def _chosen(known: Known | None) -> tuple[str, ...]:
    if known is None:
        return ()
    return known.value if isinstance(known.value, tuple) else (known.value,)


def _typed(given: Given, name: str) -> tuple[str, ...]:
    value = given.get(name, "")
    return tuple(text for text in ([value] if isinstance(value, str) else value) if text)


def _box(terms: AskedTerms, given: Given | None) -> Consentable:
    return Consentable(
        name=terms.field,
        terms_id=terms.id,
        version_id=terms.version_id,
        number=terms.number,
        title=terms.title,
        body=terms.body,
        required=terms.required,
        ticked=bool(given and _typed(given, terms.field)),
        consent_id=terms.consent_id,
        agreed_at=terms.agreed_at,
        old_agreed_at=terms.old_agreed_at,
        changed=changes(terms.old_body, terms.body) if terms.old_body is not None and terms.agreed_at is None else (),
    )
