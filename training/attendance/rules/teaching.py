"""What somebody teaches and taught, and what that comes to in hours. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from training.attendance.rules.rosters import minutes_between
from training.base.structs import Frozen
from training.schedule.rules.sessions import TrainerRole

# So far the clocks of the easternmost place are ahead of UTC.
_EASTERNMOST = timedelta(hours=14)


class Taught(Frozen, frozen=True, kw_only=True):
    """A meeting that somebody teaches. `people` are on its roster; `gone`: the meeting or its session was cancelled;
    `draft`: its session was not published, so nothing is held."""

    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    program_name: str
    person_id: UUID
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    role: TrainerRole
    people: int
    closed_at: datetime | None
    gone: bool
    draft: bool

    @property
    def year(self) -> int:
        """The year in which it began, where it was held."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).year

    @property
    def minutes(self) -> int:
        """How long it is."""
        return minutes_between(self.starts_at, self.ends_at)

    def counts(self, now: datetime) -> bool:
        """Whether it counts as hours taught: it was held, and they did more than watch."""
        return self.ends_at <= now and not (self.gone or self.draft) and self.role is not TrainerRole.SHADOW

    def left_open(self, now: datetime) -> bool:
        """Whether its roster waits for them."""
        return self.counts(now) and self.closed_at is None and self.people > 0


class Sum(Frozen, frozen=True, kw_only=True):
    """Hours taught in one program in one year. A year is that of the meetings' own clocks."""

    year: int
    program_name: str
    meetings: int
    minutes: int


class Trained(Frozen, frozen=True, kw_only=True):
    """What a trainer does in the programs that somebody runs. `minutes` and `meetings` are of one year, the rosters
    that are still open of any."""

    person_id: UUID
    name: str
    email: str
    meetings: int
    minutes: int
    left_open: int
    oldest_open: UUID | None
    next_at: datetime | None
    next_session_id: UUID | None
    next_title: str

    @property
    def hours(self) -> float:
        """Hours taught, for files."""
        return hours_of(self.minutes)


class Person(Frozen, frozen=True, kw_only=True):
    """A trainer by name and address."""

    id: UUID
    name: str
    email: str


def latest_year(now: datetime) -> int:
    """The year that it is already somewhere on earth, where something can have been held in it."""
    return (now + _EASTERNMOST).year


def hours_of(minutes: int) -> float:
    """Minutes in hours, for files that have the minutes beside them."""
    return round(minutes / 60, 2)


def sums_of(rows: Iterable[Taught], now: datetime) -> list[Sum]:
    """Hours by year and program, the newest year first."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for row in rows:
        if row.counts(now):
            meetings, minutes = found.get((row.year, row.program_name), (0, 0))
            found[row.year, row.program_name] = meetings + 1, minutes + row.minutes
    return [
        Sum(year=year, program_name=program, meetings=meetings, minutes=minutes)
        for (year, program), (meetings, minutes) in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    ]


def split_taught(rows: Sequence[Taught], now: datetime) -> tuple[list[Taught], list[Taught], list[Taught]]:
    """Rosters still open, the oldest first; what is to come, the next first; what is over, the latest first."""
    waiting = [row for row in rows if row.left_open(now)]
    coming = [row for row in rows if row.ends_at > now and not row.gone]
    over = [row for row in rows if row.ends_at <= now and not row.gone]
    return waiting, coming, list(reversed(over))


def trained_of(people: Iterable[Person], rows: Iterable[Taught], year: int, now: datetime) -> list[Trained]:
    """What each of these people comes to; those with rosters still open first, then by name. Rows are by start."""
    by_person: dict[UUID, list[Taught]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    found = [_trained(person, by_person.get(person.id, []), year, now) for person in people]
    return sorted(found, key=lambda one: (-one.left_open, one.name.casefold(), one.person_id))


def _trained(person: Person, rows: Sequence[Taught], year: int, now: datetime) -> Trained:
    held = [row for row in rows if row.counts(now) and row.year == year]
    waiting, coming, _ = split_taught(rows, now)
    first = coming[0] if coming else None
    return Trained(
        person_id=person.id,
        name=person.name,
        email=person.email,
        meetings=len(held),
        minutes=sum(row.minutes for row in held),
        left_open=len(waiting),
        oldest_open=waiting[0].meeting_id if waiting else None,
        next_at=first.starts_at if first else None,
        next_session_id=first.session_id if first else None,
        next_title=first.title if first else "",
    )
