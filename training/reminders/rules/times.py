"""When a reminder is due on somebody's clocks, how late it may still go, and what waits for the end of quiet hours.

Days are counted on the wall clock, hours on the real one: "a day before" a meeting at 10:00 is 10:00, also on the day
on which clocks change. A wall time that does not happen becomes the one as much later as clocks skip; of two equal
ones the first is meant.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from training.base.structs import Frozen
from training.base.zones import zone_named

_DAY = timedelta(days=1)
# Quiet hours begin for us a little earlier: a message takes its time, and nobody reads at the last minute.
MARGIN = timedelta(minutes=15)
# What comes later than this before its instant is of no use.
LAST_CALL = timedelta(minutes=5)
# A reminder that was put off until the morning must leave that much time.
LEAST_LEAD = timedelta(minutes=15)
SHORT, LONG = timedelta(hours=12), timedelta(days=2)
LATE_AFTERWARDS = timedelta(days=2)


class Clocks(Frozen, frozen=True, kw_only=True):
    """A person's zone, and between which times there ('21:00', '08:00') nothing is sent that can wait."""

    zone: str
    quiet_from: str = ""
    quiet_until: str = ""


class Moment(Frozen, frozen=True, kw_only=True):
    """When a reminder is due, and until when it may still go. `moved`: quiet hours changed it."""

    due_at: datetime
    until: datetime
    moved: bool = False


@lru_cache(maxsize=50_000)
def moment_of(anchor_at: datetime, offset: timedelta, clocks: Clocks) -> Moment:
    """When a plan's reminder is due for somebody. Never at or past the anchor when it is one for before."""
    due = due_instant(anchor_at, offset, clocks.zone)
    calm = _calm(due, anchor_at, offset, clocks)
    return Moment(due_at=calm, until=_latest(anchor_at, offset, calm), moved=calm != due)


def due_instant(anchor_at: datetime, offset: timedelta, zone: str) -> datetime:
    """The instant so long from the anchor: whole days on the wall clock of `zone`, anything else on the real one."""
    exact = anchor_at + offset
    place = zone_named(zone)
    if offset % _DAY or not offset or place is None:
        return exact
    wall = anchor_at.astimezone(place).replace(tzinfo=None) + offset
    due = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    # Where a zone left out a whole day, a day before can be the same instant.
    return due if (due < anchor_at) == (offset < timedelta()) else exact


def now_or_later(moment: Moment, clocks: Clocks, now: datetime) -> datetime:
    """When a reminder that is due goes out: its instant, or the end of the quiet hours it was delayed into.

    In quiet hours only what cannot wait for their end goes out.
    """
    if now < moment.due_at:
        return moment.due_at
    quiet = quiet_at(now, clocks)
    return quiet[1] if quiet and quiet[1] <= moment.until else moment.due_at


def day_of(at: datetime, zone: str) -> date:
    """The day of an instant on the wall clock of a zone; of UTC where nobody knows the zone."""
    return at.astimezone(zone_named(zone) or UTC).date()


def quiet_at(at: datetime, clocks: Clocks) -> tuple[datetime, datetime] | None:
    """The quiet hours that an instant lies in, as (begin, end); None outside of them. Equal times mean none at all."""
    place = zone_named(clocks.zone)
    begins, ends = _time(clocks.quiet_from), _time(clocks.quiet_until)
    if place is None or begins is None or ends is None or begins == ends:
        return None

    def instant(day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=place).astimezone(UTC)

    today = at.astimezone(place).date()
    for day in (today - _DAY, today):
        span = instant(day, begins), instant(day if begins < ends else day + _DAY, ends)
        if span[0] <= at < span[1]:
            return span
    return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _calm(due: datetime, anchor_at: datetime, offset: timedelta, clocks: Clocks) -> datetime:
    """The nearest sensible instant outside of quiet hours; `due` itself when there is none."""
    quiet = quiet_at(due, clocks)
    if quiet is None:
        return due
    earlier, later = quiet[0] - MARGIN, quiet[1]
    if offset >= timedelta():
        return later
    choices = [earlier] if quiet_at(earlier, clocks) is None else []
    if later + LEAST_LEAD <= anchor_at:
        choices.append(later)
    return min(choices, key=lambda choice: (abs(choice - due), choice), default=due)


def _latest(anchor_at: datetime, offset: timedelta, due: datetime) -> datetime:
    """Until when it may still go after a standstill or for who joined late, by kind:

    more than two days ahead: a day late. Half a day to two days ahead: until half of that time is over. Less: until
    five minutes before. Afterwards: two days late.
    """
    if offset >= timedelta():
        return due + LATE_AFTERWARDS
    lead = -offset
    last = anchor_at - min(LAST_CALL, lead / 2)
    if lead < SHORT:
        return last
    wanted = due + _DAY if lead > LONG else anchor_at - lead / 2
    return min(max(wanted, due + LEAST_LEAD), last)
