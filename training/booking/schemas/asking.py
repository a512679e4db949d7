"""Questions and terms as JSON and as forms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.structs import Frozen, Input, Line, Paragraphs
from training.booking.rules.questions import (
    MOST_IN_A_LABEL,
    MOST_IN_AN_OPTION,
    MOST_IN_HELP,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Kind,
    Question,
    QuestionDetails,
    Reader,
)
from training.booking.rules.terms import Terms, TermsDetails, TermsVersion
from training.catalogue.rules import only

Label = Annotated[str, Meta(min_length=1, max_length=MOST_IN_A_LABEL, description="What is asked, in one line.")]
Help = Annotated[str, Meta(max_length=MOST_IN_HELP)]
Option = Annotated[str, Meta(min_length=1, max_length=MOST_IN_AN_OPTION)]
Options = Annotated[list[Option], Meta(max_length=MOST_OPTIONS, description="For choice and choices.")]
AskedIf = Annotated[str, Meta(max_length=MOST_IN_AN_OPTION, description="For yes_no: yes or no.")]
Readers = Annotated[list[Reader], Meta(max_length=2, description="Who reads answers, besides the managers.")]
# The options of a form come as one text, an option on each line.
TypedOptions = Annotated[str, Meta(max_length=MOST_OPTIONS * (MOST_IN_AN_OPTION + 2))]


class QuestionIn(Input, frozen=True, kw_only=True):
    """A question to add at the end of a list."""

    kind: Kind
    label: Label
    help: Help = ""
    options: Options = []
    required: bool = False
    asks_if: UUID | None = None
    asks_if_value: AskedIf = ""
    readers: Readers = []
    reusable: bool = True

    def details(self) -> QuestionDetails:
        """What is to be kept."""
        return said_of(self)


class QuestionChange(Input, frozen=True, kw_only=True):
    """Fields of a question to change; what is left out stays. `still_counts`: old answers count for the new words."""

    kind: Kind | UnsetType = UNSET
    label: Label | UnsetType = UNSET
    help: Help | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    asks_if: UUID | UnsetType | None = UNSET
    asks_if_value: AskedIf | UnsetType = UNSET
    readers: Readers | UnsetType = UNSET
    reusable: bool | UnsetType = UNSET
    still_counts: bool = False


class QuestionForm(Input, frozen=True, kw_only=True):
    """The form of a question. `condition` is "<question id> <value>", or empty. `version` is what was looked at."""

    kind: Kind
    label: Label
    help: Help = ""
    options: TypedOptions = ""
    required: bool = False
    condition: Annotated[str, Meta(max_length=40 + MOST_IN_AN_OPTION)] = ""
    readers: tuple[Reader, ...] = ()
    reusable: bool = False
    counts: Literal["again", "still"] = "again"
    version: int = 0

    def details(self) -> QuestionDetails:
        """What is to be kept."""
        lines = tuple(line.strip() for line in self.options.split("\n") if line.strip())
        key, _, value = self.condition.partition(" ")
        return QuestionDetails(
            kind=Kind(self.kind),
            label=self.label,
            help=self.help,
            options=lines,
            required=self.required,
            asks_if=_uuid(key),
            asks_if_value=value if _uuid(key) else "",
            readers=tuple(Reader(reader) for reader in self.readers),
            reusable=self.reusable,
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def said_of(said: QuestionIn | QuestionChange, current: QuestionDetails | None = None) -> QuestionDetails:
    """The details that were said; what was left out comes from `current`."""
    values: dict[str, Any] = only(QuestionDetails, current) if current is not None else {}
    for name in QuestionDetails.__struct_fields__:
        value = getattr(said, name)
        if value is UNSET:
            continue
        # Cleaning input turns members of a StrEnum into plain text.
        if name == "kind":
            value = Kind(value)
        elif name == "readers":
            value = tuple(Reader(one) for one in value)
        values[name] = tuple(value) if isinstance(value, list) else value
    return QuestionDetails(**values)


class QuestionOut(Frozen, frozen=True, kw_only=True):
    """A question of a course, or of one session. `wording` rises whenever old answers no longer count."""

    id: UUID
    course_id: UUID | None
    session_id: UUID | None
    kind: Kind
    label: str
    help: str
    options: tuple[str, ...]
    required: bool
    asks_if: UUID | None
    asks_if_value: str
    readers: tuple[Reader, ...]
    reusable: bool
    position: int
    wording: int
    retired_at: datetime | None
    version: int

    @classmethod
    def of(cls, question: Question) -> "QuestionOut":
        """From what is kept."""
        return cls(**only(cls, question))


class QuestionList(Frozen, frozen=True, kw_only=True):
    """The questions of a course or session, in order."""

    items: list[QuestionOut]

    @classmethod
    def of(cls, questions: list[Question]) -> "QuestionList":
        """From what is kept."""
        return cls(items=[QuestionOut.of(question) for question in questions])


class OrderIn(Input, frozen=True, kw_only=True):
    """Every question of the list exactly once, in the new order."""

    question_ids: Annotated[list[UUID], Meta(max_length=MOST_QUESTIONS)]


class MoveForm(Input, frozen=True, kw_only=True):
    """One step up or down."""

    step: Literal["up", "down"]


class SeenForm(Input, frozen=True, kw_only=True):
    """The version that was looked at."""

    version: int = 0


class TermsIn(Input, frozen=True, kw_only=True):
    """Terms to add, with their first text."""

    title: Line
    body: Paragraphs
    required: bool = True


class TermsChange(Input, frozen=True, kw_only=True):
    """Title of terms, and whether one has to agree. Nobody is asked again."""

    title: Line | UnsetType = UNSET
    required: bool | UnsetType = UNSET

    def details(self, current: TermsDetails) -> TermsDetails:
        """What is to be kept; what was left out stays."""
        return TermsDetails(
            title=current.title if self.title is UNSET else self.title,
            required=current.required if self.required is UNSET else self.required,
        )


class TextIn(Input, frozen=True, kw_only=True):
    """A new text of terms. Everybody is asked again, unless it is the same as before."""

    body: Paragraphs


class TermsForm(Input, frozen=True, kw_only=True):
    """The form of new terms."""

    title: Line
    body: Paragraphs = ""
    required: bool = False


class TermsEditForm(Input, frozen=True, kw_only=True):
    """Title of terms, and whether one has to agree. `version` is what was looked at."""

    title: Line
    required: bool = False
    version: int = 0


class TextForm(Input, frozen=True, kw_only=True):
    """A new text. `version` is what was looked at."""

    body: Paragraphs = ""
    version: int = 0


class VersionOut(Frozen, frozen=True, kw_only=True):
    """One text of terms; `agreed` counts who agrees to it now."""

    id: UUID
    number: int
    body: str
    published_at: datetime
    published_by: str
    agreed: int


class TermsOut(Frozen, frozen=True, kw_only=True):
    """Terms with the text in force. `current` is its number."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    required: bool
    current: int
    body: str
    published_at: datetime
    retired_at: datetime | None
    version: int

    @classmethod
    def of(cls, terms: Terms) -> "TermsOut":
        """From what is kept."""
        return cls(**only(cls, terms))


class TermsList(Frozen, frozen=True, kw_only=True):
    """The terms of a program, course or session, in order."""

    items: list[TermsOut]


class VersionList(Frozen, frozen=True, kw_only=True):
    """Every version of terms, the newest first."""

    items: list[VersionOut]

    @classmethod
    def of(cls, versions: list[TermsVersion]) -> "VersionList":
        """From what is kept."""
        return cls(items=[VersionOut(**only(VersionOut, version)) for version in versions])
