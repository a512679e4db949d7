"""Cards, calendar pages, the rules of a session in words, what one's own places come to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from training.base.structs import Frozen
from training.booking.rules import KEEPS_PLACE, cancel_until, cutoff
from training.booking.rules import State as Place
from training.catalogue.rules import Audience, Mode, language_name
from training.schedule.rules.sessions import Listed, MonthMeeting, NotBookable, Session, State, bookable

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


class PlaceKind(Frozen, frozen=True, kw_only=True):
    """The places of one mode. `label` is None where there is one mode only."""

    label: str | None
    capacity: int
    taken: int
    waiting: int


class Card(Frozen, frozen=True, kw_only=True):
    """A session as the cards and rows of web/schedule.html want it."""

    href: str
    title: str
    state: State
    start: datetime
    end: datetime
    zone: str
    mode: Mode
    language: str
    venue: str | None
    course: str | None
    places: tuple[PlaceKind, ...]
    meetings: int
    audience: Audience
    takes_part: bool
    not_bookable: NotBookable | None


class Entry(Frozen, frozen=True, kw_only=True):
    """A meeting on a calendar page."""

    href: str
    title: str
    start: datetime
    state: State
    full: bool


class Day(Frozen, frozen=True, kw_only=True):
    """One day of a calendar page."""

    number: int
    label: str
    iso: str
    is_today: bool
    in_month: bool
    entries: tuple[Entry, ...]


class Month(Frozen, frozen=True, kw_only=True):
    """A calendar page: its weeks, and the pages before and after (empty at the ends of what we know)."""

    caption: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Day, ...], ...]
    previous: str
    next: str


def places_of(session: Listed | Session) -> tuple[PlaceKind, ...]:
    """The places of a session by mode. Where there are two, whoever waits is told beside the first that is full."""
    kinds = [
        (Mode.IN_PERSON, "In the room", session.capacity_in_person, session.taken_in_person),
        (Mode.ONLINE, "Online", session.capacity_online, session.taken_online),
    ]
    offered = [kind for kind in kinds if session.mode in (Mode.HYBRID, kind[0])]
    told = next((kind[0] for kind in offered if kind[3] >= kind[2]), offered[-1][0])
    return tuple(
        PlaceKind(
            label=label if len(offered) > 1 else None,
            capacity=capacity,
            taken=taken,
            waiting=session.waiting if mode is told else 0,
        )
        for mode, label, capacity, taken in offered
    )


def card_of(listed: Listed, now: datetime, code: str = "") -> Card:
    """A line of a list as a card. The session must have a start and an end."""
    if listed.starts_at is None or listed.ends_at is None:
        raise ValueError("A session without a date has no card")
    closed = bookable(listed, now)
    return Card(
        href=session_path(listed.id, code),
        title=listed.title,
        state=listed.state,
        start=listed.starts_at,
        end=listed.ends_at,
        zone=listed.zone,
        mode=listed.mode,
        language=language_name(listed.language),
        venue=listed.venue_name,
        course=listed.course_title if listed.course_title != listed.title else None,
        places=places_of(listed),
        meetings=listed.meeting_count,
        audience=listed.audience,
        takes_part=listed.self_enrollment and listed.audience is Audience.PUBLIC and closed is None,
        not_bookable=closed,
    )


def session_path(session_id: UUID, code: str = "", more: str = "") -> str:
    """The address of a session's page (or of one below it), keeping the access code that opened it."""
    return f"/sessions/{session_id}{more}" + (f"?{urlencode({'code': code})}" if code else "")


def month_named(text: str, today: date) -> date:
    """The first day of the month written 'YYYY-MM'; this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else today.replace(day=1)


def month_span(first: date, zone: str) -> tuple[datetime, datetime]:
    """The instants between which the days of a calendar page lie, whole weeks from Monday, in `zone`."""
    days = _days(first)
    at = ZoneInfo(zone)
    return datetime.combine(days[0], time(), at), datetime.combine(days[-1] + timedelta(days=1), time(), at)


def usual_zone(meetings: Iterable[MonthMeeting], default: str = "UTC") -> str:
    """The zone in which most of these meetings take place: one calendar page needs one zone for its days."""
    counted = Counter(meeting.zone for meeting in meetings).most_common(1)
    return counted[0][0] if counted else default


def month_of(first: date, meetings: Sequence[MonthMeeting], zone: str, today: date) -> Month:
    """The calendar page of the month that begins on `first`; a meeting stands on the day it starts in `zone`."""
    by_day: dict[date, list[Entry]] = {}
    days = _days(first)
    for meeting in meetings:
        starts_on = meeting.starts_at.astimezone(ZoneInfo(zone)).date()
        # What began before the page is shown on its first day, because it still goes on there.
        by_day.setdefault(max(starts_on, days[0]), []).append(_entry(meeting))
    made = [
        Day(
            number=day.day,
            label=format_date(day, "EEEE d MMMM", locale="en"),
            iso=day.isoformat(),
            is_today=day == today,
            in_month=day.month == first.month,
            entries=tuple(by_day.get(day, ())),
        )
        for day in days
    ]
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    return Month(
        caption=format_date(first, "MMMM y", locale="en"),
        weekdays=_weekdays(),
        weeks=tuple(tuple(made[start : start + 7]) for start in range(0, len(made), 7)),
        previous=f"{before:%Y-%m}" if before.year >= EARLIEST_YEAR else "",
        next=f"{after:%Y-%m}" if after.year <= LATEST_YEAR else "",
    )


def _days(first: date) -> list[date]:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    start = first - timedelta(days=first.weekday())
    end = last + timedelta(days=6 - last.weekday())
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _weekdays() -> tuple[tuple[str, str], ...]:
    short, long = (get_day_names(width, locale="en") for width in ("abbreviated", "wide"))
    return tuple((short[number], long[number]) for number in range(7))


def _entry(meeting: MonthMeeting) -> Entry:
    free = meeting.taken_in_person < meeting.capacity_in_person or meeting.taken_online < meeting.capacity_online
    several = f" ({meeting.number} of {meeting.meeting_count})" if meeting.meeting_count > 1 else ""
    return Entry(
        href=session_path(meeting.session_id),
        title=meeting.title + several,
        start=meeting.starts_at,
        state=meeting.state,
        full=not free,
    )


class Policy(Frozen, frozen=True, kw_only=True):
    """Until when what can be done: instants, None for a session without a date. Booking may have no opening."""

    cancel_until: datetime | None
    moves_up_until: datetime | None
    booking_from: datetime | None
    booking_until: datetime | None


def policy_of(session: Session) -> Policy:
    """The deadlines of a session. Booking ends when it starts unless an earlier time was set."""
    start, closes = session.starts_at, session.booking_closes_at
    return Policy(
        cancel_until=cancel_until(start, session.cancellation_hours) if start else None,
        moves_up_until=cutoff(start, session.waitlist_cutoff_hours) if start else None,
        booking_from=session.booking_opens_at,
        booking_until=min(closes, start) if closes and start else closes or start,
    )


def is_over(session: Session, now: datetime) -> bool:
    """Whether the last meeting has ended, or the session was closed."""
    return session.state is State.CLOSED or (session.ends_at is not None and session.ends_at <= now)


class PlaceRow(Protocol):
    """What is needed of an enrollment, however it was read."""

    @property
    def id(self) -> UUID: ...
    @property
    def session_id(self) -> UUID: ...
    @property
    def session_state(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def cancellation_hours(self) -> int: ...
    @property
    def state(self) -> Place: ...


Row = TypeVar("Row", bound=PlaceRow)


class Attending(Frozen, Generic[Row], frozen=True, kw_only=True):
    """Some people's places in one session: the session as any of its rows tells it, then a row per person."""

    session: Row
    people: tuple[Row, ...]
    cancel_until: datetime | None
    too_late: bool

    @property
    def href(self) -> str:
        """The session's page."""
        return session_path(self.session.session_id)

    @property
    def enrolled(self) -> int:
        """How many of them have a place."""
        return sum(row.state in KEEPS_PLACE for row in self.people)

    @property
    def waiting(self) -> int:
        """How many of them wait."""
        return sum(row.state == Place.WAITLISTED for row in self.people)

    @property
    def cancelled(self) -> bool:
        """Whether the session was, and with it everything they had."""
        return self.session.session_state == State.CANCELLED


def by_session(rows: Iterable[Row], now: datetime) -> tuple[Attending[Row], ...]:
    """Rows that are sorted by session, one group per session."""
    found = []
    for _, group in groupby(rows, key=lambda row: row.session_id):
        people = tuple(sorted(group, key=lambda row: row.state == Place.WAITLISTED))
        first = people[0]
        until = cancel_until(first.starts_at, first.cancellation_hours) if first.starts_at else None
        found.append(
            Attending[Row](
                session=first,
                people=people,
                cancel_until=until,
                too_late=until is not None and until < now,
            )
        )
    return tuple(found)


def split_own(rows: Iterable[Row], now: datetime) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """One's own enrollments: what is still to come, the next first; then what is over or given up, the latest first.

    A session that was cancelled stays among what is to come until its time has passed: its reader must not miss it.
    """
    coming: list[Row] = []
    past: list[Row] = []
    for row in rows:
        over = row.ends_at is not None and row.ends_at <= now
        lost = row.state in (Place.CANCELLED, Place.REMOVED, Place.DECLINED)
        (past if over or (lost and row.session_state != State.CANCELLED) else coming).append(row)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(sorted(coming, key=lambda row: (row.starts_at or far, row.id))), tuple(past)
