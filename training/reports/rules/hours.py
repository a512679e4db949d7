"""Hours: what is counted, of whom, in which months. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.errors import Invalid
from training.base.structs import Frozen, Input
from training.completion.rules.certificates import hours_words

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Meta(pattern=MONTH, description="A month, as 2026-05.")]
EARLIEST, LATEST = 2000, 2199


class HoursAsked(Input, frozen=True, kw_only=True):
    """Which hours: of one program, partner or trainer, or of all within reach; from one month to another, both of them
    included, by UTC. Without a month: the twelve months up to now."""

    program: UUID | None = None
    partner: UUID | None = None
    trainer: UUID | None = None
    first: Month | None = None
    last: Month | None = None


class Span(Frozen, frozen=True, kw_only=True):
    """Months as instants: from `starts_at` until before `ends_at`."""

    first: str
    last: str
    starts_at: datetime
    ends_at: datetime


class LearnerHours(Frozen, frozen=True, kw_only=True):
    """What people of a partner (None: who came on their own) attended in a program. `people` counts each once,
    `attended` each session of each in which they were for a minute at least; `completed` whoever completed one."""

    program_id: UUID
    program: str
    partner_id: UUID | None
    partner: str | None
    people: int
    attended: int
    completed: int
    minutes: int


class TrainerHours(Frozen, frozen=True, kw_only=True):
    """What somebody taught in a program: the meetings that were held, those as a shadow left out."""

    program_id: UUID
    program: str
    person_id: UUID
    trainer: str
    meetings: int
    minutes: int


class Hours(Frozen, frozen=True, kw_only=True):
    """The report: rows by name, and sums. `people` of all rows counts each once."""

    span: Span
    learners: tuple[LearnerHours, ...]
    trainers: tuple[TrainerHours, ...]
    people: int

    @property
    def attended(self) -> int:
        """Sessions attended, counted for each person."""
        return sum(row.attended for row in self.learners)

    @property
    def completed(self) -> int:
        """How many were completed, counted for each person."""
        return sum(row.completed for row in self.learners)

    @property
    def learner_minutes(self) -> int:
        """Minutes of all learners."""
        return _minutes(self.learners)

    @property
    def trainer_minutes(self) -> int:
        """Minutes of all trainers."""
        return _minutes(self.trainers)

    @property
    def meetings(self) -> int:
        """Meetings taught, counted for each trainer."""
        return sum(row.meetings for row in self.trainers)


def _minutes(rows: Iterable[LearnerHours | TrainerHours]) -> int:
    return sum(row.minutes for row in rows)


def span_of(asked: HoursAsked, now: datetime) -> Span:
    """The months that are asked for. Raises Invalid for an end before its beginning, or a year out of reach."""
    this = now.astimezone(UTC)
    last = asked.last or f"{this.year:04}-{this.month:02}"
    first = asked.first or _shifted(last, -11)
    for name, month in (("first", first), ("last", last)):
        if not EARLIEST <= int(month[:4]) <= LATEST:
            raise Invalid(fields={name: f"Choose a year from {EARLIEST} to {LATEST}."})
    if last < first:
        raise Invalid(fields={"last": "The last month must not come before the first."})
    return Span(first=first, last=last, starts_at=_begin(first), ends_at=_begin(_shifted(last, 1)))


def _shifted(month: str, by: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _begin(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)


def in_hours(minutes: int) -> str:
    """'2 h 30 min', for people; files carry minutes."""
    return hours_words(minutes) or "0 min"
