"""Two things at one time: which meetings want a trainer or a room that something else has."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.errors import Conflict
from training.base.structs import Frozen
from training.schedule.rules.busy import merged
from training.schedule.rules.times import Span, overlaps


class Taking(Frozen, frozen=True, kw_only=True):
    """A trainer or a room (`kind`) has, or would have, a meeting from `starts_at` to `ends_at` (half-open)."""

    kind: str
    subject_id: UUID
    subject_name: str
    program_id: UUID
    session_id: UUID
    session_title: str
    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime

    @property
    def span(self) -> Span:
        """The time taken."""
        return Span(start=self.starts_at, end=self.ends_at)


class OwnTime(Frozen, frozen=True, kw_only=True):
    """Somebody is busy by a calendar of their own; what with is nobody's business and not known here."""

    person_id: UUID
    starts_at: datetime
    ends_at: datetime

    @property
    def span(self) -> Span:
        """The time taken."""
        return Span(start=self.starts_at, end=self.ends_at)


class Clash(Frozen, frozen=True, kw_only=True):
    """A meeting wants what another one has at the same time, or a trainer who is busy in their own calendar then.

    `other_title` is empty when the other session is none of the reader's business; the times still tell when.
    """

    kind: str
    subject_id: UUID
    subject_name: str
    meeting_id: UUID
    other_session_id: UUID | None
    other_meeting_id: UUID | None
    other_title: str
    starts_at: datetime
    ends_at: datetime
    own_calendar: bool = False

    @property
    def sentence(self) -> str:
        """What a person reads; the times are shown beside it."""
        if self.own_calendar:
            return f"{self.subject_name} is busy in their own calendar at the same time."
        what = f"in “{self.other_title}”" if self.other_title else "in another session"
        return f"{self.subject_name} is taken {what} at the same time."


class ClashesFound(Conflict):
    """A trainer or a room is taken at the same time. Change it, or accept this knowingly."""

    code = "clashes-found"

    def __init__(self, found: Sequence[Clash]) -> None:
        self.clashes = tuple(found)
        super().__init__(clashes=self.clashes)


def clashes(
    wanted: Sequence[Taking],
    taken: Iterable[Taking],
    programs: frozenset[UUID] | None,
    busy: Iterable[OwnTime] = (),
) -> tuple[Clash, ...]:
    """Every pair that overlaps, one line per wanted meeting and other meeting or `busy` time, by start.

    `taken` must not hold the wanted meetings themselves; wanted ones are also compared among each other, so that two
    meetings of one session cannot quietly share a trainer. Titles of other sessions are told when these belong to
    one of `programs` (None: all).
    """
    found = []
    others = [*taken, *wanted]
    for mine in wanted:
        for other in others:
            if other.meeting_id == mine.meeting_id or other.subject_id != mine.subject_id:
                continue
            if overlaps(mine.span, other.span):
                found.append(_clash(mine, other, programs is None or other.program_id in programs))
    found += _own_clashes(wanted, busy)
    return tuple(sorted(found, key=lambda clash: (clash.starts_at, str(clash.meeting_id), str(clash.subject_id))))


def _own_clashes(wanted: Sequence[Taking], busy: Iterable[OwnTime]) -> list[Clash]:
    """Trainers who are busy in their own calendar. Only the time in common is told, not how long they are busy."""
    spans: dict[UUID, list[Span]] = {}
    for own in busy:
        spans.setdefault(own.person_id, []).append(own.span)
    times = {person_id: merged(own) for person_id, own in spans.items()}
    return [
        Clash(
            kind=mine.kind,
            subject_id=mine.subject_id,
            subject_name=mine.subject_name,
            meeting_id=mine.meeting_id,
            other_session_id=None,
            other_meeting_id=None,
            other_title="",
            starts_at=max(mine.starts_at, own.start),
            ends_at=min(mine.ends_at, own.end),
            own_calendar=True,
        )
        for mine in wanted
        for own in times.get(mine.subject_id, ())
        if mine.kind == "trainer" and overlaps(mine.span, own)
    ]


def _clash(mine: Taking, other: Taking, tell: bool) -> Clash:
    return Clash(
        kind=mine.kind,
        subject_id=mine.subject_id,
        subject_name=mine.subject_name,
        meeting_id=mine.meeting_id,
        other_session_id=other.session_id if tell else None,
        other_meeting_id=other.meeting_id if tell else None,
        other_title=other.session_title if tell else "",
        starts_at=max(mine.starts_at, other.starts_at),
        ends_at=min(mine.ends_at, other.ends_at),
    )
