"""What needs a decision, and why, in one sentence each. Nothing is a need that nobody can do anything about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from training.base.structs import Frozen
from training.catalogue.rules import Mode
from training.schedule.rules.sessions import State

HORIZON = timedelta(days=28)
DRAFT_SOON = timedelta(days=14)
FEW_SOON = timedelta(days=7)
LONG_QUEUE = 3
"""Fewer people waiting than this are no long waitlist, however small the session."""


# Why something needs somebody, "" for nothing, and when what is meant begins.
_Reason = tuple[str, datetime]
_NO_REASON: _Reason = ("", datetime.min.replace(tzinfo=UTC))


class Kind(StrEnum):
    """What is the matter, the most pressing first."""

    CLASH = "clash"
    TRAINER = "trainer"
    DECLINED = "declined"
    ROSTER = "roster"
    CONTEST = "contest"
    ROOM = "room"
    LINK = "link"
    LOW = "low"
    WAITLIST = "waitlist"
    DRAFT = "draft"
    NOTES = "notes"


class Planned(Frozen, frozen=True, kw_only=True):
    """A session as far as the board looks at it."""

    id: UUID
    program_id: UUID
    program_name: str
    title: str
    mode: Mode
    state: State
    capacity_in_person: int
    capacity_online: int
    taken_in_person: int
    taken_online: int
    waiting_in_person: int
    waiting_online: int
    waiting: int
    minimum_participants: int
    waitlist_cutoff_hours: int
    zone: str
    starts_at: datetime
    ends_at: datetime
    notes_json: str

    @property
    def taken(self) -> int:
        """Places that people have."""
        return self.taken_in_person + self.taken_online

    @property
    def capacity(self) -> int:
        """Places there are."""
        return self.capacity_in_person + self.capacity_online

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed when this was imported."""
        return tuple(msgspec.json.decode(self.notes_json, type=list[str]))


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting as far as the board looks at it. `room_places` is 0 when nobody said, None without a room."""

    id: UUID
    session_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    link: str
    room_name: str | None
    venue_name: str | None
    room_places: int | None
    cancelled_at: datetime | None


class Teaching(Frozen, frozen=True, kw_only=True):
    """A trainer of a meeting. `answer` is what their calendar said to the invitation."""

    meeting_id: UUID
    name: str
    answer: str = ""


class Twice(Frozen, frozen=True, kw_only=True):
    """A trainer or room that has two meetings at one time, seen from one of them.

    `other_title` is empty when the other session is none of the reader's business. With `own_calendar` the trainer is
    busy in a calendar of their own, and both meetings are this one.
    """

    session_id: UUID
    meeting_id: UUID
    other_meeting_id: UUID
    subject_id: UUID
    subject_name: str
    other_title: str
    starts_at: datetime
    own_calendar: bool = False


class Held(Frozen, frozen=True, kw_only=True):
    """A session that has begun, as far as a line of the board names it. `starts_at`: of the meeting that is meant."""

    id: UUID
    program_id: UUID
    program_name: str
    title: str
    starts_at: datetime


class Need(Frozen, frozen=True, kw_only=True):
    """A line of the board. `fix`: where it is put right, for what is over; of what is to come the page knows. `at` is
    when the first meeting begins that is meant; the session, where all of it is."""

    kind: Kind
    session: Planned | Held
    why: str
    at: datetime
    fix: str = ""


def needs(
    sessions: Iterable[Planned],
    sittings: Sequence[Sitting],
    teaching: Iterable[Teaching],
    twice: Iterable[Twice],
    now: datetime,
) -> dict[Kind, list[Need]]:
    """Everything that needs a decision, by kind in the order of `Kind`, each by start."""
    teachers: dict[UUID, list[Teaching]] = {}
    for one in teaching:
        teachers.setdefault(one.meeting_id, []).append(one)
    ahead: dict[UUID, list[Sitting]] = {}
    for sitting in sittings:
        if sitting.cancelled_at is None and sitting.ends_at > now:
            ahead.setdefault(sitting.session_id, []).append(sitting)
    still = {sitting.id for each in ahead.values() for sitting in each}
    doubled = _first_of_pairs(t for t in twice if t.meeting_id in still)
    found: dict[Kind, list[Need]] = {kind: [] for kind in Kind}
    for session in sorted(sessions, key=lambda s: (s.starts_at, s.id)):
        if session.state in (State.CLOSED, State.CANCELLED) or not _within(session, now):
            continue
        meant = ahead.get(session.id, [])
        reasons = {kind: (why, session.starts_at) for kind, why in _of_session(session, meant, now).items()}
        reasons |= _of_meetings(session, meant, teachers) if session.state is not State.DRAFT else {}
        reasons[Kind.CLASH] = _planned_twice(doubled.get(session.id, []))
        for kind, (why, at) in reasons.items():
            if why:
                found[kind].append(Need(kind=kind, session=session, why=why, at=at))
    return {kind: sorted(lines, key=lambda need: (need.at, need.session.id)) for kind, lines in found.items()}


def _within(session: Planned, now: datetime) -> bool:
    return session.ends_at > now and session.starts_at < now + HORIZON


def _of_session(session: Planned, ahead: Sequence[Sitting], now: datetime) -> dict[Kind, str]:
    if session.state is State.DRAFT:
        return {Kind.DRAFT: draft_soon(session, now), Kind.NOTES: import_notes(session)}
    return {
        Kind.LOW: low_enrollment(session, now),
        Kind.WAITLIST: could_grow(session, ahead, now),
        Kind.NOTES: import_notes(session),
    }


def _of_meetings(
    session: Planned, ahead: Sequence[Sitting], teachers: Mapping[UUID, Sequence[Teaching]]
) -> dict[Kind, _Reason]:
    in_room, on_line = session.mode is not Mode.ONLINE, session.mode is not Mode.IN_PERSON
    return {
        Kind.TRAINER: _lacking(ahead, [s for s in ahead if s.id not in teachers], "trainer"),
        Kind.DECLINED: _declined(ahead, teachers),
        Kind.ROOM: _lacking(ahead, [s for s in ahead if in_room and s.room_places is None], "room"),
        Kind.LINK: _lacking(ahead, [s for s in ahead if on_line and not s.link], "link"),
    }


def _lacking(ahead: Sequence[Sitting], without: Sequence[Sitting], what: str) -> _Reason:
    if not without:
        return _NO_REASON
    at = min(sitting.starts_at for sitting in without)
    if len(ahead) == 1:
        return f"The meeting has no {what} yet.", at
    if len(without) == len(ahead):
        return f"None of its {len(ahead)} meetings has a {what} yet.", at
    if len(without) == 1:
        return f"Meeting {without[0].number} has no {what} yet.", at
    return f"{len(without)} of {len(ahead)} meetings have no {what} yet.", at


def _declined(ahead: Sequence[Sitting], teachers: Mapping[UUID, Sequence[Teaching]]) -> _Reason:
    """Who does not want to teach after all: their calendar said no, and nobody has chosen somebody else yet."""
    found = [
        (one.name, sitting.starts_at)
        for sitting in ahead
        for one in teachers.get(sitting.id, ())
        if one.answer == "declined"
    ]
    if not found:
        return _NO_REASON
    names = dict.fromkeys(name for name, _ in found)
    return f"{' and '.join(names)} declined in the calendar.", min(at for _, at in found)


def _planned_twice(doubled: Sequence[Twice]) -> _Reason:
    if not doubled:
        return _NO_REASON
    said = " ".join(dict.fromkeys(_twice_sentence(each) for each in doubled))
    return said, min(each.starts_at for each in doubled)


def low_enrollment(session: Planned, now: datetime) -> str:
    """Why too few people are in, or "". A confirmed session was decided upon already, a running one too late for it.

    Too few: below the session's own minimum; or, in its last seven days, below a third of its places.
    """
    if session.state is not State.PUBLISHED or session.starts_at <= now:
        return ""
    if session.taken < session.minimum_participants:
        return f"{session.taken} enrolled, at least {session.minimum_participants} are needed."
    if session.starts_at - now <= FEW_SOON and session.taken * 3 < session.capacity:
        return f"Only {session.taken} of {session.capacity} places are taken, and it starts within a week."
    return ""


def could_grow(session: Planned, ahead: Sequence[Sitting], now: datetime) -> str:
    """Why there could be more places for a long waitlist, or "".

    Long: three people or more, and at least a fifth of the places. A room can give what it holds more than is offered,
    if somebody said how much that is for every meeting ahead; a screen can always give more. After the cut-off nobody
    moves up by itself, so more places would help nobody.
    """
    cutoff = session.starts_at - timedelta(hours=session.waitlist_cutoff_hours)
    if session.waiting < LONG_QUEUE or session.waiting * 5 < session.capacity or now >= cutoff:
        return ""
    who = f"{session.waiting} people are waiting for {session.capacity} places"
    if session.waiting_online and session.mode is not Mode.IN_PERSON:
        return f"{who}. There can be more places online."
    held = min((s.room_places or 0 for s in ahead), default=0)
    if session.waiting_in_person and held > session.capacity_in_person:
        return f"{who}. The room holds {held}."
    return ""


def draft_soon(session: Planned, now: datetime) -> str:
    """Why a draft should be published or given up, or ""."""
    if session.starts_at - now > DRAFT_SOON:
        return ""
    return (
        "It should have begun already, and nobody has seen it."
        if session.starts_at <= now
        else "Nobody can book it yet."
    )


def import_notes(session: Planned) -> str:
    """What somebody should check about an imported session, or ""."""
    if not session.notes:
        return ""
    more = len(session.notes) - 1
    rest = f" And {more} more {'assumption' if more == 1 else 'assumptions'}." if more else ""
    return session.notes[0] + rest


def _first_of_pairs(twice: Iterable[Twice]) -> dict[UUID, list[Twice]]:
    """By session; of two meetings that clash, only the line of the one seen first."""
    seen: set[tuple[UUID, frozenset[UUID]]] = set()
    kept: dict[UUID, list[Twice]] = {}
    for each in sorted(twice, key=lambda t: (t.starts_at, t.meeting_id, t.subject_name, t.subject_id)):
        pair = (each.subject_id, frozenset({each.meeting_id, each.other_meeting_id}))
        if pair not in seen:
            seen.add(pair)
            kept.setdefault(each.session_id, []).append(each)
    return kept


def _twice_sentence(each: Twice) -> str:
    if each.own_calendar:
        return f"{each.subject_name} is busy in their own calendar at the same time."
    other = f"“{each.other_title}”" if each.other_title else "another session"
    return f"{each.subject_name} has {other} at the same time."


class OnTheDay(Frozen, frozen=True, kw_only=True):
    """A meeting of today or tomorrow."""

    session: Planned
    sitting: Sitting
    trainers: tuple[str, ...]
    meetings: int
    over: bool


def day_bounds(now: datetime, zone: str) -> tuple[datetime, datetime, datetime]:
    """The beginnings of today, tomorrow and the day after in `zone`."""
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    first, second, third = (today + timedelta(days=days) for days in range(3))
    return first, second, third


def on_the_day(
    sessions: Mapping[UUID, Planned],
    sittings: Sequence[Sitting],
    trainers: Mapping[UUID, Sequence[str]],
    bounds: tuple[datetime, datetime],
    now: datetime,
) -> list[OnTheDay]:
    """The meetings that touch the day between `bounds`, by start. Drafts take place for nobody and are left out."""
    count: dict[UUID, int] = {}
    for sitting in sittings:
        count[sitting.session_id] = count.get(sitting.session_id, 0) + 1
    return [
        OnTheDay(
            session=sessions[sitting.session_id],
            sitting=sitting,
            trainers=tuple(trainers.get(sitting.id, ())),
            meetings=count[sitting.session_id],
            over=sitting.ends_at <= now,
        )
        for sitting in sorted(sittings, key=lambda s: (s.starts_at, s.id))
        if sitting.session_id in sessions
        and sessions[sitting.session_id].state is not State.DRAFT
        and sitting.starts_at < bounds[1]
        and sitting.ends_at > bounds[0]
    ]


def how_soon(at: datetime, now: datetime, zone: str) -> str:
    """'now', 'today', 'tomorrow', 'in 4 days': in days as the reader's calendar counts them."""
    if at <= now:
        return "has begun"
    place = ZoneInfo(zone)
    days = (at.astimezone(place).date() - now.astimezone(place).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
