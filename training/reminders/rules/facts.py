"""What is judged: a session as it stands, the people whom its plans can mean, and the reminders that are there."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules.times import cancel_until, cutoff, name_until
from training.materials.rules.prework import Prework
from training.outbox.rules.states import MessageState
from training.reminders.rules.plans import Anchor, Audience
from training.reminders.rules.times import Clocks, day_of
from training.schedule.rules.sessions import State

COMING = frozenset({State.PUBLISHED, State.CONFIRMED, State.RUNNING})
HELD = COMING | {State.CLOSED}


class RowState(StrEnum):
    """Where a reminder stands."""

    PLANNED = "planned"
    SENT = "sent"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    DROPPED = "dropped"


class Why(StrEnum):
    """Why a reminder does not go out. The value is the sentence that people read."""

    CANCELLED = "The session was cancelled."
    NOT_SHOWN = "The session is not published."
    MOVED = "The session was moved, or its deadline."
    LEFT = "They are not concerned any more: left, replaced, moved up, or named."
    PLAN_OFF = "The plan was changed or switched off."
    TOO_LATE = "It would have come too late to be of use."
    LATER_ONE = "A later reminder of the same says it."
    NEARER = "Quiet hours bring it to the same time as another one of the same, which says it."
    TOLD = "They had this one already."
    DONE = "They have acknowledged everything that is to be done before."
    NOTHING_YET = "There is nothing to be done before that they can see by then."
    NO_PREWORK = "There is nothing to be done before the session any more."
    CHOSE_NOT = "They want no reminders."
    DISABLED = "Their account is switched off."
    UNREACHABLE = "Their address cannot be written to."
    STOPPED = "Somebody stopped it."
    TAKEN_BACK = "Somebody took its message back."
    CHANGED = "What it says was not true any more, so it was taken back and is written anew."
    ANEW = "It ended before it was sent, and was decided anew since."


# What the clock decided, it can decide again after it was set back; and something to do before can be added, or a
# learner can say that they did not do it after all.
FOR_NOW = frozenset({Why.TOO_LATE, Why.LATER_ONE, Why.NEARER, Why.DONE, Why.NOTHING_YET})


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting that is going to be held, or was."""

    id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime


class SessionFacts(Frozen, frozen=True, kw_only=True):
    """A session with its sittings in order. `zone` is where its days are counted."""

    id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    state: State
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    booking_closes_at: datetime | None
    cancellation_hours: int
    waitlist_cutoff_hours: int
    open_place_hours: int
    sittings: tuple[Sitting, ...] = ()


class Reader(Frozen, frozen=True, kw_only=True):
    """Somebody whom a plan for `audience` can mean, and what it hangs on for them.

    `subject_id` is the enrollment; for places without a name the booking, for coordinators the partner, for trainers
    the session. `since` is when that began. `sitting_ids` are those that a trainer teaches. `keep_until` is the last
    moment of a booking's open places. `chose_not`: they switched reminders off. `undone` is what whoever has
    a place has still to do before.
    """

    audience: Audience
    session_id: UUID
    subject_id: UUID
    person_id: UUID
    partner_id: UUID | None = None
    name: str = ""
    email: str = ""
    clocks: Clocks
    locale: str = "en"
    since: datetime
    over: bool = False
    sitting_ids: frozenset[UUID] = frozenset()
    keep_until: datetime | None = None
    chose_not: bool = False
    disabled: bool = False
    mode: str = ""
    link_generation: int = 1
    undone: tuple[Prework, ...] = ()


Key = tuple[str, UUID, UUID, datetime]
"""Plan key, subject, person, anchor: a person is reminded of this once and for all."""


class Row(Frozen, frozen=True, kw_only=True):
    """A reminder that was planned, whatever became of it.

    `message_state` and `message_until` are of its message, and `repeated` says that somebody sent that one again.
    """

    id: UUID
    plan_key: str
    session_id: UUID
    person_id: UUID
    subject_id: UUID
    partner_id: UUID | None
    audience: Audience
    anchor_at: datetime
    due_at: datetime
    state: RowState
    reason: str
    message_id: UUID | None
    decided_at: datetime | None
    message_state: MessageState | None = None
    message_until: datetime | None = None
    repeated: bool = False

    @property
    def key(self) -> Key:
        """What makes it the only one."""
        return self.plan_key, self.subject_id, self.person_id, self.anchor_at

    @property
    def stopped_for_good(self) -> bool:
        """Whether somebody stopped the reminders of its plan, and not just this one's message."""
        return self.state is RowState.STOPPED and self.reason != Why.TAKEN_BACK

    def lost(self, now: datetime) -> bool:
        """Whether its message ended without having been sent: nobody got it, and nobody sent it again.

        One that was given up because no attempt was left in its time counts from the end of that time on, so that it is
        not written anew for a server that refuses it.
        """
        if self.state is not RowState.SENT or self.repeated:
            return False
        if self.message_state is MessageState.EXPIRED:
            return self.message_until is not None and self.message_until <= now
        return self.message_state in (MessageState.WITHDRAWN, MessageState.SUPERSEDED)

    def said(self, now: datetime) -> bool:
        """Whether its message was sent, or is on its way."""
        return self.state is RowState.SENT and not self.lost(now)


def moments_of(anchor: Anchor, session: SessionFacts, reader: Reader) -> tuple[datetime, ...]:
    """The instants that an anchor means for somebody; none where there is no date or no deadline."""
    if anchor is Anchor.MEETING_START:
        return tuple(sitting.starts_at for sitting in first_of_days(session, reader))
    starts_at = session.starts_at
    if anchor is Anchor.OPEN_PLACE_DEADLINE and reader.keep_until is not None:
        return (name_until(starts_at, session.open_place_hours, reader.keep_until),)
    hours = {
        Anchor.CANCELLATION_DEADLINE: session.cancellation_hours,
        Anchor.WAITLIST_CUTOFF: session.waitlist_cutoff_hours,
        Anchor.OPEN_PLACE_DEADLINE: session.open_place_hours,
    }
    at = {Anchor.START: starts_at, Anchor.END: session.ends_at, Anchor.BOOKING_DEADLINE: session.booking_closes_at}
    if anchor in hours and starts_at is not None:
        before = cutoff if anchor is Anchor.WAITLIST_CUTOFF else cancel_until
        return (before(starts_at, hours[anchor]),)
    found = at.get(anchor)
    return (found,) if found is not None else ()


def first_of_days(session: SessionFacts, reader: Reader) -> tuple[Sitting, ...]:
    """The first of the reader's sittings on each day of theirs: a second one on the same day needs no reminder."""
    first: dict[date, Sitting] = {}
    for sitting in sorted(_sittings_for(session, reader), key=lambda each: (each.starts_at, each.id)):
        first.setdefault(day_of(sitting.starts_at, reader.clocks.zone), sitting)
    return tuple(first.values())


def sittings_of_day(session: SessionFacts, at: datetime, reader: Reader) -> tuple[Sitting, ...]:
    """The reader's sittings on the day of an instant, on their own clocks."""
    day = day_of(at, reader.clocks.zone)
    mine = _sittings_for(session, reader)
    return tuple(sitting for sitting in mine if day_of(sitting.starts_at, reader.clocks.zone) == day)


def _sittings_for(session: SessionFacts, reader: Reader) -> list[Sitting]:
    if reader.audience is not Audience.TRAINERS:
        return list(session.sittings)
    return [sitting for sitting in session.sittings if sitting.id in reader.sitting_ids]
