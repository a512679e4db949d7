"""A session's places inside one unit of work: how it stands, and what changes its counters.

Every change of a place goes through here, so counters and rows move together.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.database import marks
from training.base.work import Add, Work
from training.booking.events import EnrollmentCancelled, EnrollmentOffered, EnrollmentPromoted, PlaceGiven
from training.booking.mails import came_values, write_to
from training.booking.queries import Contact, EnrollmentView, list_busy, list_contacts, list_queue
from training.booking.queries.asking import count_open
from training.booking.rules import (
    PLACE_MODES,
    Given,
    Standing,
    State,
    Waiting,
    cutoff,
    decide,
    needs_queue,
    offered_until,
    promote,
    unpack_modes,
)
from training.booking.tables import Enrollment as EnrollmentRow
from training.catalogue.rules import Mode
from training.outbox.actions import supersede_kind, withdraw
from training.schedule.queries import list_meetings
from training.schedule.rules.sessions import Meeting, Session
from training.schedule.tables import Occupancy
from training.schedule.tables import Session as SessionRow

_TAKEN = {Mode.IN_PERSON: "taken_in_person", Mode.ONLINE: "taken_online"}
_WAITING = {Mode.IN_PERSON: "waiting_in_person", Mode.ONLINE: "waiting_online"}


def standing_of(session: Session, now: datetime) -> Standing:
    """How a session stands by the counters in its row. Without a start nobody is promoted: there is no date yet."""
    return Standing(
        capacity={Mode.IN_PERSON: session.capacity_in_person, Mode.ONLINE: session.capacity_online},
        taken={mode: getattr(session, _TAKEN[mode]) for mode in PLACE_MODES},
        waiting={mode: getattr(session, _WAITING[mode]) for mode in PLACE_MODES},
        overtaking=session.overtaking,
        promotes=session.starts_at is not None and now < cutoff(session.starts_at, session.waitlist_cutoff_hours),
    )


class Ledger:
    """The places of one locked session. Read `standing`, then say what changes."""

    def __init__(self, work: Work, session: Session) -> None:
        self.work = work
        self.session = session
        before = standing_of(session, work.now)
        self._taken, self._waiting = dict(before.taken), dict(before.waiting)
        self.queue_length = session.waiting
        self._arrivals = session.arrivals

    @property
    def standing(self) -> Standing:
        """How the session stands now, with what this unit of work changed already."""
        before = standing_of(self.session, self.work.now)
        return replace(before, taken=dict(self._taken), waiting=dict(self._waiting))

    def take(self, mode: Mode, count: int = 1) -> None:
        """Places are taken (or given back, when negative)."""
        self._taken[mode] += count
        self.work.change(SessionRow, self.session.id, **{_TAKEN[mode]: Add(count)})

    def wait(self, accepts: Sequence[Mode], count: int = 1) -> None:
        """So many people who accept these modes begin to wait (or stop, when negative)."""
        self.queue_length += count
        self.work.change(SessionRow, self.session.id, waiting=Add(count))
        for mode in accepts:
            self._waiting[mode] += count
            self.work.change(SessionRow, self.session.id, **{_WAITING[mode]: Add(count)})

    def arrive(self) -> int:
        """The next number in the order of arrival, and count it."""
        self._arrivals += 1
        self.work.change(SessionRow, self.session.id, arrivals=Add(1))
        return self._arrivals

    def occupy(self, person_id: UUID, enrollment_id: UUID, meetings: Sequence[Meeting], *, waits: bool) -> None:
        """The person's time is taken by every meeting that is going to be held, or would be while they wait."""
        for meeting in meetings:
            if meeting.cancelled_at is None:
                self.work.add(
                    Occupancy,
                    id=self.work.new_id(),
                    kind="waiting" if waits else "learner",
                    subject_id=person_id,
                    session_id=self.session.id,
                    meeting_id=meeting.id,
                    source_id=enrollment_id,
                    starts_at=meeting.starts_at,
                    ends_at=meeting.ends_at,
                )

    async def has_room(self, key: UUID, mode: Mode) -> bool:
        """Whether the enrollment `key` could have a place of this mode again without overtaking anybody who waits.
        Everything changed before must have been flushed."""
        again = Waiting(key=key, party=key, together=False, accepts=(mode,))
        standing = self.standing
        queue = await list_queue(self.session.id) if needs_queue(standing, [again]) else ()
        return bool(decide(standing, [again], queue))

    async def promote(self) -> list[Given]:
        """Give places that are free to those who wait. Everything changed before must have been flushed."""
        standing = self.standing
        if self.queue_length == 0 or not standing.promotes or not any(standing.free.values()):
            return []
        queue = await list_queue(self.session.id)
        given = promote(standing, queue)
        if not given:
            return []
        contacts = {c.id: c for c in await list_contacts(self.session.id, [place.key for place in given])}
        busy = {b.person_id for b in await list_busy(self.session.id, [c.person_id for c in contacts.values()])}
        accepts: Mapping[UUID, tuple[Mode, ...]] = {waiting.key: waiting.accepts for waiting in queue}
        free = [place.key for place in given if contacts[place.key].person_id not in busy]
        await self._stop_waiting(free)
        meetings = await list_meetings([self.session.id])
        needed = await count_open(self.session.id, [contacts[key].person_id for key in free]) if free else {}
        changed = await self._unread([place.key for place in given])
        for place in given:
            to, moves = contacts[place.key], changed.get(place.key, [])
            if place.key in free:
                self._enroll_next(to, place, accepts[place.key])
                told = {"needed": needed.get(to.person_id, 0), "moves": moves}
                await write_to(self.work, "promoted", to, self.session, place.mode, meetings, **told)
            else:
                until = self._offer(to, place, accepts[place.key])
                told = {"keeps_until": until, "moves": moves}
                await write_to(self.work, "offered", to, self.session, place.mode, meetings, **told)
        return given

    def _enroll_next(self, to: Contact, place: Given, accepts: Sequence[Mode]) -> None:
        event = EnrollmentPromoted(
            enrollment_id=place.key,
            session_id=self.session.id,
            person_id=to.person_id,
            mode=place.mode,
            partner_id=to.partner_id,
        )
        self._enroll(accepts, event, "A place became free.")

    async def _unread(self, keys: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        """What these people, who waited, were to read of changed meetings. The message that they get now says it
        instead: the other one calls them somebody who waits."""
        said = await supersede_kind(self.work, "booking-moved", [f"enrollment:{key}" for key in keys])
        return {key: said[topic].get("moves", []) for key in keys if (topic := f"enrollment:{key}") in said}

    def _offer(self, to: Contact, place: Given, accepts: Sequence[Mode]) -> datetime:
        """Somebody who is busy then is asked, not forced; the place is theirs until they answer or the time is over,
        which is the instant returned."""
        until = offered_until(self.work.now, self.session.starts_at)
        self.wait(accepts, -1)
        self.take(place.mode)
        self.work.change(
            EnrollmentRow,
            place.key,
            state=State.OFFERED,
            mode=place.mode,
            state_at=self.work.now,
            state_reason="A place became free, and the person is asked.",
            keeps_until=until,
            version=Add(1),
        )
        event = EnrollmentOffered(
            enrollment_id=place.key,
            session_id=self.session.id,
            person_id=to.person_id,
            mode=place.mode,
            until=until,
        )
        after = {"state": State.OFFERED, "mode": place.mode}
        self.work.emit(event, before={"state": State.WAITLISTED}, after=after)
        return until

    async def leave(self, found: EnrollmentView, state: State, reason: str, *, undoable: bool = True) -> Mode | None:
        """An enrollment ends in `state`, and its place or its spot on the waitlist is free; returns the mode freed.

        Messages about it that wait are withdrawn. Nobody is promoted yet, and nobody is written to.
        """
        freed = self.drop(found, state, reason, undoable=undoable)
        if freed:
            self.take(freed, -1)
        elif found.state is State.WAITLISTED:
            self.wait(unpack_modes(found.accepts), -1)
        await self.work.execute("DELETE FROM occupancy WHERE source_id = {}", found.id)
        await withdraw(self.work, f"enrollment:{found.id}")
        event = EnrollmentCancelled(
            enrollment_id=found.id,
            session_id=found.session_id,
            person_id=found.person_id,
            state=state,
            reason=reason,
            freed=freed,
            partner_id=found.partner_id,
        )
        self.work.emit(event, before={"state": found.state, "mode": found.mode}, after={"state": state})
        return freed

    def drop(self, found: EnrollmentView, state: State, reason: str, *, undoable: bool = True) -> Mode | None:
        """Write that an enrollment ended, and nothing else: for a place that passes to somebody at once."""
        self.work.change(
            EnrollmentRow,
            found.id,
            state=state,
            mode="",
            state_at=self.work.now,
            state_reason=reason,
            keeps_until=None,
            was_state=found.state if undoable else "",
            was_mode=found.mode if undoable else "",
            # Whoever comes back is invited anew, and answers anew.
            calendar_answer="",
            calendar_answered_at=None,
            declines_at=None,
            version=Add(1),
        )
        return found.holds

    async def give(self, to: EnrollmentView, event: PlaceGiven, *, came: bool = False) -> None:
        """Give somebody who waits the place that `event` tells of, by hand. `came`: they are there already."""
        await self._stop_waiting([to.id])
        self._enroll(unpack_modes(to.accepts), event, event.reason or "A program manager gave the place.")
        meetings = await list_meetings([self.session.id])
        needed = (await count_open(self.session.id, [to.person_id])).get(to.person_id, 0)
        told = came_values(meetings, self.work.now) if came else {}
        moves = (await self._unread([to.id])).get(to.id, [])
        told |= {"given_by": self.work.actor.name, "needed": needed, "moves": moves}
        await write_to(self.work, "promoted", to, self.session, event.mode, meetings, **told)

    async def _stop_waiting(self, keys: Sequence[UUID]) -> None:
        if keys:
            sql = f"UPDATE occupancy SET kind = 'learner' WHERE source_id IN ({marks(keys)})"
            await self.work.execute(sql, *keys)

    def _enroll(self, accepts: Sequence[Mode], event: EnrollmentPromoted | PlaceGiven, why: str) -> None:
        self.wait(accepts, -1)
        self.take(event.mode)
        self.work.change(
            EnrollmentRow,
            event.enrollment_id,
            state=State.ENROLLED,
            mode=event.mode,
            state_at=self.work.now,
            state_reason=why,
            version=Add(1),
        )
        self.work.emit(event, before={"state": State.WAITLISTED}, after={"state": State.ENROLLED, "mode": event.mode})
