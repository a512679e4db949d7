"""How a partner stands in its sessions, and until when it has to do what."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules import State, cancel_until, name_until

THIS_WEEK = timedelta(days=7)


class Standing(Frozen, frozen=True, kw_only=True):
    """A session as a partner stands in it: how many of its people have a place, are asked, wait; how many of its places
    have no name yet; how many lost theirs because the session was cancelled."""

    session_id: UUID
    title: str
    program_id: UUID
    session_state: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    cancellation_hours: int
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    meeting_count: int
    enrolled: int
    asked: int
    waiting: int
    ended: int
    unnamed: int

    @property
    def people(self) -> int:
        """How many people of the partner are concerned."""
        return self.ended if self.cancelled else self.enrolled + self.asked + self.waiting

    @property
    def cancelled(self) -> bool:
        """Whether the session was, and with it everything they had."""
        return self.session_state == "cancelled"

    @property
    def keeps(self) -> int:
        """How many places the partner keeps here, whether confirmed, asked for or without a name."""
        return 0 if self.cancelled else self.enrolled + self.asked + self.unnamed

    @property
    def cancel_until(self) -> datetime | None:
        """Until when places can be given back without asking."""
        return cancel_until(self.starts_at, self.cancellation_hours) if self.starts_at else None

    def too_late(self, now: datetime) -> bool:
        """Whether that time is over."""
        return self.cancel_until is not None and self.cancel_until < now


class Unnamed(Frozen, frozen=True, kw_only=True):
    """A place without a name."""

    id: UUID
    session_id: UUID
    title: str
    mode: str
    note: str
    sent_to: str
    keep_until: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    open_place_hours: int
    zone: str
    booking_id: UUID
    booking_code: str
    booked_by_name: str | None
    created_at: datetime

    @property
    def until(self) -> datetime:
        """Until when it must have a name."""
        return name_until(self.starts_at, self.open_place_hours, self.keep_until)


class Asked(Frozen, frozen=True, kw_only=True):
    """Somebody who has been asked, or has asked, and has not answered or confirmed yet; or who has a place and declined
    in the calendar, so that it goes back then."""

    id: UUID
    session_id: UUID
    title: str
    name: str
    state: State
    keeps_until: datetime
    starts_at: datetime | None


class DeadlineKind(StrEnum):
    """What ends at a deadline, or begins."""

    DECLINED = "declined"
    NAME = "name"
    ANSWER = "answer"
    CONFIRM = "confirm"
    GIVE_BACK = "give back"
    BOOKING_OPENS = "booking opens"
    BOOKING_CLOSES = "booking closes"


class Deadline(Frozen, frozen=True, kw_only=True):
    """Until when something can be done. `name` and `enrollment_id` are of the person concerned; `place_id` of the first
    open place; `starts_at` tells sessions of one title apart."""

    kind: DeadlineKind
    at: datetime
    session_id: UUID
    title: str
    count: int = 1
    name: str = ""
    place_id: UUID | None = None
    enrollment_id: UUID | None = None
    starts_at: datetime | None = None

    @property
    def needs_action(self) -> bool:
        """Whether a place is lost when nobody does anything."""
        return self.kind in (DeadlineKind.DECLINED, DeadlineKind.NAME, DeadlineKind.ANSWER, DeadlineKind.CONFIRM)


def deadlines_of(
    standings: Iterable[Standing], unnamed: Iterable[Unnamed], asked: Iterable[Asked]
) -> tuple[Deadline, ...]:
    """Everything that has a deadline, the soonest first. Open places of one session that end at once are one."""
    found = [deadline for standing in standings for deadline in _of_session(standing)]
    places = sorted(unnamed, key=lambda place: (place.session_id, place.until))
    for (session_id, at), group in groupby(places, key=lambda place: (place.session_id, place.until)):
        together = list(group)
        found.append(
            Deadline(
                kind=DeadlineKind.NAME,
                at=at,
                session_id=session_id,
                title=together[0].title,
                count=len(together),
                place_id=together[0].id,
                starts_at=together[0].starts_at,
            )
        )
    found.extend(_of_person(one) for one in asked)
    return tuple(sorted(found, key=lambda deadline: (deadline.at, deadline.title, deadline.name)))


def _of_person(one: Asked) -> Deadline:
    kinds = {State.ENROLLED: DeadlineKind.DECLINED, State.OFFERED: DeadlineKind.ANSWER}
    return Deadline(
        kind=kinds.get(one.state, DeadlineKind.CONFIRM),
        at=one.keeps_until,
        session_id=one.session_id,
        title=one.title,
        name=one.name,
        enrollment_id=one.id,
        starts_at=one.starts_at,
    )


def _of_session(standing: Standing) -> Iterable[Deadline]:
    if standing.cancelled:
        return
    ends: list[tuple[DeadlineKind, datetime | None, int]] = [
        (DeadlineKind.GIVE_BACK, standing.cancel_until if standing.keeps else None, standing.keeps),
        (DeadlineKind.BOOKING_OPENS, standing.booking_opens_at, 1),
        (DeadlineKind.BOOKING_CLOSES, standing.booking_closes_at, 1),
    ]
    for kind, at, count in ends:
        if at is not None:
            yield Deadline(
                kind=kind,
                at=at,
                session_id=standing.session_id,
                title=standing.title,
                count=count,
                starts_at=standing.starts_at,
            )


def this_week(deadlines: Sequence[Deadline], now: datetime) -> tuple[Deadline, ...]:
    """Those of the next seven days. What needs an action stays until it was done or has ended, however late it is."""
    return tuple(d for d in deadlines if d.at < now + THIS_WEEK and (d.needs_action or d.at >= now))


def needed_first(deadlines: Sequence[Deadline]) -> tuple[Deadline, ...]:
    """Those that need somebody: first the places that go back within half an hour, then the others as they come."""
    needed = [deadline for deadline in deadlines if deadline.needs_action]
    return tuple(sorted(needed, key=lambda deadline: deadline.kind is not DeadlineKind.DECLINED))
