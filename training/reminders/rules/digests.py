"""A coordinator's week: when it is gathered, and what belongs into it. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.base.zones import zone_named
from training.booking.rules.times import cancel_until, name_until

AT = time(8)
WEEK = timedelta(days=7)
# After a standstill a week is still told of until Wednesday morning.
LATE = timedelta(days=2)


class DeadlineKind(StrEnum):
    """What ends at a deadline."""

    NAME = "name"
    GIVE_BACK = "give back"
    BOOKING = "booking"


class Standing(Frozen, frozen=True, kw_only=True):
    """How a partner stands in a session that is still to come. `keep_until` is the first end of its open places."""

    partner_id: UUID
    session_id: UUID
    title: str
    zone: str
    starts_at: datetime
    booking_closes_at: datetime | None
    cancellation_hours: int
    open_place_hours: int
    enrolled: int
    waiting: int
    unnamed: int
    keep_until: datetime | None


class Deadline(Frozen, frozen=True, kw_only=True):
    """Until when something can be done in a session; `count` is of places."""

    kind: DeadlineKind
    at: datetime
    session_id: UUID
    title: str
    count: int


class Week(Frozen, frozen=True, kw_only=True):
    """What a partner has in the coming seven days: sessions, and deadlines of these and of later ones."""

    sessions: tuple[Standing, ...]
    deadlines: tuple[Deadline, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.sessions and not self.deadlines


def week_due(now: datetime, zone: str) -> str | None:
    """The week that is to be told of now on the clocks of `zone`, as '2026-W48'; None when none is.

    That is from Monday 08:00 for two days.
    """
    place = zone_named(zone) or UTC
    today = now.astimezone(place).date()
    monday = today - timedelta(days=today.weekday())
    begins = datetime.combine(monday, AT, tzinfo=place).astimezone(UTC)
    if not begins <= now < begins + LATE:
        return None
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def weeks_near(now: datetime) -> tuple[str, ...]:
    """The weeks that are to be told of now anywhere on earth; none for most of the time."""
    zones = ("Etc/GMT+12", "UTC", "Etc/GMT-14")
    return tuple(sorted({week for zone in zones if (week := week_due(now, zone)) is not None}))


def week_of(standings: Iterable[Standing], now: datetime) -> Week:
    """What belongs into the coming week of a partner, by instant."""
    known = sorted(standings, key=lambda each: (each.starts_at, each.title, each.session_id))
    soon = tuple(each for each in known if now < each.starts_at < now + WEEK)
    found = [deadline for each in known for deadline in _deadlines(each) if now < deadline.at < now + WEEK]
    return Week(
        sessions=soon,
        deadlines=tuple(sorted(found, key=lambda each: (each.at, each.title, each.kind, each.session_id))),
    )


def _deadlines(each: Standing) -> Iterable[Deadline]:
    until = name_until(each.starts_at, each.open_place_hours, each.keep_until or each.starts_at)
    ends: tuple[tuple[DeadlineKind, datetime | None, int], ...] = (
        (DeadlineKind.NAME, until, each.unnamed),
        (DeadlineKind.GIVE_BACK, cancel_until(each.starts_at, each.cancellation_hours), each.enrolled),
        (DeadlineKind.BOOKING, each.booking_closes_at, each.enrolled + each.unnamed + each.waiting),
    )
    for kind, at, count in ends:
        if at is not None and count:
            yield Deadline(kind=kind, at=at, session_id=each.session_id, title=each.title, count=count)
