"""Who reads which answer of a session, and what they come to. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules.asking import Asked, AskedQuestion, Known, Value
from training.booking.rules.questions import Kind, Reader, possible_values
from training.booking.rules.states import KEEPS_PLACE, State

# Who has only asked may be anybody, with any name: a stranger typed it. Managers alone are told of them.
_TAKES_PART = KEEPS_PLACE - {State.REQUESTED}


class Taker(Frozen, frozen=True, kw_only=True):
    """Somebody who has a place in a session or waits, by the name that their partner uses."""

    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    state: State


class Reading(Frozen, frozen=True, kw_only=True):
    """As what somebody reads the answers of a session: as manager, as trainer, or as coordinator of these partners."""

    manages: bool = False
    trains: bool = False
    partner_ids: frozenset[UUID | None] = frozenset()

    @property
    def anything(self) -> bool:
        """Whether there is anything here for them at all."""
        return self.manages or self.trains or bool(self.partner_ids)

    def asks_for(self, question: AskedQuestion) -> bool:
        """Whether a question is one of theirs."""
        return (
            self.manages
            or (self.trains and Reader.TRAINER in question.readers)
            or (bool(self.partner_ids) and Reader.COORDINATOR in question.readers)
        )

    def sees(self, taker: Taker) -> bool:
        """Whether somebody is in their list. A request that nobody has confirmed is in that of managers only."""
        return (
            self.manages
            or (self.trains and taker.state in _TAKES_PART)
            or (self._books_for(taker) and taker.state is not State.REQUESTED)
        )

    def _books_for(self, taker: Taker) -> bool:
        return taker.partner_id is not None and taker.partner_id in self.partner_ids

    def reads(self, question: AskedQuestion, known: Known, taker: Taker) -> bool:
        """Whether one answer is for them. A coordinator never reads what was said while with another partner."""
        if self.manages:
            return True
        if not self.sees(taker):
            return False
        if self.trains and Reader.TRAINER in question.readers and taker.state in _TAKES_PART:
            return True
        own = self._books_for(taker)
        return own and Reader.COORDINATOR in question.readers and known.partner_id == taker.partner_id


class Cell(Frozen, frozen=True, kw_only=True):
    """One answer in the table. `outdated`: given to an older wording, which only managers are shown."""

    value: Value = ""
    outdated: bool = False


class Row(Frozen, frozen=True, kw_only=True):
    """One person's answers, in the order of the questions, and when they agreed to each of the terms. `booked`: by the
    reader, who may answer for them."""

    taker: Taker
    booked: bool
    cells: tuple[Cell, ...]
    agreed: tuple[datetime | None, ...]


class Summary(Frozen, frozen=True, kw_only=True):
    """What a question came to: how many answered, and for choices how many chose what."""

    question: AskedQuestion
    answered: int
    counts: tuple[tuple[str, int], ...]


class Sheet(Frozen, frozen=True, kw_only=True):
    """The answers of one session as far as somebody may read them. Terms are for managers only."""

    title: str
    questions: tuple[AskedQuestion, ...]
    terms: tuple[str, ...]
    rows: tuple[Row, ...]
    summaries: tuple[Summary, ...]
    manages: bool


def sheet_for(
    title: str,
    reading: Reading,
    people: Sequence[tuple[Taker, Asked]],
    everybody: Mapping[tuple[UUID, UUID | None], Asked],
) -> Sheet:
    """The table for one reader. `everybody`: what is asked, for the questions of a session in which nobody is."""
    asked = next(iter(everybody.values()), None)
    questions = tuple(q for q in asked.questions if reading.asks_for(q)) if asked else ()
    seen = [(taker, one) for taker, one in people if reading.sees(taker)]
    rows = tuple(
        Row(
            taker=taker,
            booked=taker.partner_id is not None and taker.partner_id in reading.partner_ids,
            cells=tuple(_cell(reading, taker, q) for q in one.questions if reading.asks_for(q)),
            agreed=tuple(terms.agreed_at for terms in one.terms) if reading.manages else (),
        )
        for taker, one in seen
    )
    return Sheet(
        title=title,
        questions=questions,
        terms=tuple(terms.title for terms in asked.terms) if asked and reading.manages else (),
        rows=rows,
        summaries=tuple(_summary(q, [row.cells[number] for row in rows]) for number, q in enumerate(questions)),
        manages=reading.manages,
    )


def _cell(reading: Reading, taker: Taker, question: AskedQuestion) -> Cell:
    known = question.known
    if known is not None:
        return Cell(value=known.value) if reading.reads(question, known, taker) else Cell()
    # Whoever answered an older wording was perhaps promised other readers: only managers, who always read, see it.
    if question.outdated is not None and reading.manages:
        return Cell(value=question.outdated.value, outdated=True)
    return Cell()


def _summary(question: AskedQuestion, cells: Sequence[Cell]) -> Summary:
    said = [cell.value for cell in cells if cell.value and not cell.outdated]
    chosen = [one for value in said for one in (value if isinstance(value, tuple) else (value,))]
    free = question.kind in (Kind.LINE, Kind.PARAGRAPH)
    counts = () if free else tuple((value, chosen.count(value)) for value in possible_values(question))
    return Summary(question=question, answered=len(said), counts=counts)
