"""Terms that people agree to: their versions, and what changed between two of them."""

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

MOST_TERMS = 20
MOST_IN_A_TITLE = 200
MOST_IN_A_BODY = 20_000
_MANY_WORDS = 1_000
_WORD = re.compile(r"\S+\s*")


class TermsLimit(Conflict):
    """There are 20 terms here already. Retire some that nobody needs before you add others."""

    code = "terms-limit"


class ConsentGone(Conflict):
    """This consent was withdrawn already."""

    code = "consent-withdrawn-already"


class TermsGone(Gone):
    """These terms were retired. What people agreed to is kept."""

    code = "terms-retired"


class TermsDetails(Frozen, frozen=True, kw_only=True):
    """What people say about terms, except their text."""

    title: str
    required: bool = True


class Terms(TermsDetails, frozen=True, kw_only=True):
    """Terms as they are kept: of a program, a course or one session, with the text that is in force."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    position: int
    current: int
    version_id: UUID
    body: str
    published_at: datetime
    created_at: datetime
    retired_at: datetime | None
    version: int


class TermsVersion(Frozen, frozen=True, kw_only=True):
    """One text of terms, when and by whom it was published, and how many people agree to it now."""

    id: UUID
    number: int
    body: str
    published_at: datetime
    published_by: str
    agreed: int


class Step(StrEnum):
    """What a piece of text is, seen from the new version."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(Frozen, frozen=True, kw_only=True):
    """A piece of text that stayed, went or came."""

    step: Step
    text: str


def checked_terms(details: TermsDetails) -> TermsDetails:
    """The details when they can be used. Raises Invalid naming the field."""
    title = " ".join(details.title.split())
    if not 1 <= len(title) <= MOST_IN_A_TITLE:
        raise Invalid(fields={"title": f"A title has 1 to {MOST_IN_A_TITLE} characters."})
    return TermsDetails(title=title, required=details.required)


def checked_body(body: str) -> str:
    """A text that people can agree to. Raises Invalid naming the field."""
    text = "\n".join(line.rstrip() for line in body.strip().split("\n"))
    if not 1 <= len(text) <= MOST_IN_A_BODY:
        raise Invalid(fields={"body": f"The text has 1 to {MOST_IN_A_BODY} characters."})
    return text


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """What stayed, what went and what came, word by word."""
    return tuple(_pieces(_WORD.findall(old), _WORD.findall(new)))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    # Words that stand everywhere are left out of the search in a long text: with them, its time grows with the square.
    long = max(len(before), len(after)) > _MANY_WORDS
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=long).get_opcodes():
        if what == "equal":
            yield Piece(step=Step.SAME, text="".join(before[a:b]))
            continue
        if b > a:
            yield Piece(step=Step.GONE, text="".join(before[a:b]))
        if d > c:
            yield Piece(step=Step.NEW, text="".join(after[c:d]))
