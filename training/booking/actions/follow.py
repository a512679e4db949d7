"""What places do when the schedule changes. Called by reactions only, in the transaction of the change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.events import SessionEmptied
from training.booking.mails import recipient_of, rest_values, session_topic, told_of_move, write_many, write_to
from training.booking.queries import ACTIVE_SQL, Spot, is_disabled, list_by_ids, list_contacts, list_unsettled
from training.booking.queries.candidates import list_booked_twice
from training.booking.rules import UNSETTLED, State
from training.booking.rules.moves import merged
from training.outbox.actions import supersede_all
from training.outbox.actions.fan_out import stop_many
from training.outbox.rules import MessageState, thaw
from training.partners.events import MembershipEnded
from training.people.events import PersonChanged
from training.schedule.events import (
    MeetingAdded,
    MeetingDropped,
    MeetingsMoved,
    SessionCancelled,
    SessionEdited,
    SessionResized,
)
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.placing import MeetingFacts
from training.schedule.tables import Session as SessionRow

# Edits after which somebody who waited might fit: who may overtake, and until when places are given.
SETTLES = timedelta(seconds=60)
# The message to one of them says what all of them say; a few are asked for the case that some have left already.
_ASKED = 20
_OPENS_WAY = frozenset({"overtaking", "waitlist_cutoff_hours"})


class _Waiting(Frozen, frozen=True, kw_only=True):
    kept: str
    created_at: datetime


async def promote_waiting(work: Work, event: SessionResized | SessionEdited | MeetingsMoved) -> None:
    """Give places to those who wait after a session grew, changed its rules or moved to a later time."""
    if isinstance(event, SessionEdited) and not _OPENS_WAY & set(event.changed):
        return
    await work.flush()
    await Ledger(work, await lock_session(event.session_id)).promote()


async def tell_moved(work: Work, event: MeetingsMoved) -> None:
    """Tell everybody who has a place or waits what was before and what is now. An older unsent word is replaced."""
    moves = [
        _told(move.meeting_id, move.number, move.after)
        | {
            "changed": list(move.changed),
            "was_at": move.before.starts_at,
            "was_ends_at": move.before.ends_at,
            "was_zone": move.before.zone,
            "was_place": _place(move.before),
        }
        for move in event.moves
    ]
    await _tell_changed(work, event.session_id, moves, [move.meeting_id for move in event.moves])


async def tell_dropped(work: Work, event: MeetingDropped) -> None:
    """Tell everybody who has a place or waits that one meeting will not take place, when they could have booked."""
    if not event.announced:
        return
    await work.flush()
    number = next(m.number for m in await list_meetings([event.session_id]) if m.id == event.meeting_id)
    gone = _told(event.meeting_id, number, event.facts) | {
        "changed": ["cancelled"],
        "was_at": event.facts.starts_at,
        "was_ends_at": event.facts.ends_at,
        "was_zone": event.facts.zone,
        "was_place": _place(event.facts),
    }
    await _tell_changed(work, event.session_id, [gone], [])


async def tell_added(work: Work, event: MeetingAdded) -> None:
    """Tell everybody who has a place or waits that there is one more meeting, when they could have booked before."""
    if not event.announced:
        return
    await work.flush()
    meetings = await list_meetings([event.session_id])
    number = next(meeting.number for meeting in meetings if meeting.id == event.meeting_id)
    before = {"changed": ["added"], "was_at": None, "was_ends_at": None, "was_zone": event.facts.zone, "was_place": ""}
    await _tell_changed(
        work, event.session_id, [_told(event.meeting_id, number, event.facts) | before], [event.meeting_id]
    )


def _told(meeting_id: UUID, number: int, now: MeetingFacts) -> dict[str, Any]:
    """What a message says of a meeting as it is now."""
    return {
        "meeting_id": str(meeting_id),
        "number": number,
        "now_at": now.starts_at,
        "now_ends_at": now.ends_at,
        "now_zone": now.zone,
        "now_place": _place(now),
    }


def _place(facts: MeetingFacts) -> str:
    return " · ".join(part for part in (facts.room_name, facts.venue_name) if part)


async def _tell_changed(
    work: Work, session_id: UUID, moves: Sequence[Mapping[str, Any]], meeting_ids: Sequence[UUID]
) -> None:
    """Write to everybody of a session about these of its meetings. Who is busy then, too, is told that much: what with
    is not for every mailbox that a partner wrote down."""
    await work.flush()
    session = await lock_session(session_id)
    meetings = await list_meetings([session_id])
    contacts = await list_contacts(session_id)
    twice = await list_booked_twice(meeting_ids) if meeting_ids else frozenset()
    moves = merged(await _untold(session_id, [contact.id for contact in contacts]), moves)
    # What was written before and not sent yet names times that are no longer true; this message says all that it said.
    await supersede_all(work, [f"enrollment:{contact.id}" for contact in contacts])
    await stop_many(work, session_topic(session.id), MessageState.SUPERSEDED)
    # Whoever changes one thing often changes another: two changes within a minute are one message.
    at = work.now + SETTLES
    first = [told_of_move(c, session.zone, busy=c.person_id in twice, not_before=at) for c in contacts]
    args = {"busy": sorted(str(person_id) for person_id in twice), "not_before": at}
    await write_many(work, "moved", first, session, meetings, args=args, moves=moves)


async def _untold(session_id: UUID, enrollment_ids: Sequence[UUID]) -> Sequence[Mapping[str, Any]]:
    """What the newest message about changed meetings says that has not begun to leave yet; nothing where none waits."""
    topics = [f"enrollment:{key}" for key in enrollment_ids[:_ASKED]] + [session_topic(session_id)]
    waiting = await fetch(
        _Waiting,
        f'SELECT CAST("values" AS TEXT) AS kept, created_at FROM message WHERE topic IN ({marks(topics)})'
        " AND kind = 'booking-moved' AND state IN ('waiting', 'claimed') AND begun_at IS NULL"
        ' UNION ALL SELECT CAST("values" AS TEXT) AS kept, created_at FROM fan_out WHERE topic = {}'
        " AND kind = 'booking-moved' AND state = 'waiting' ORDER BY created_at DESC LIMIT 1",
        *topics,
        session_topic(session_id),
    )
    if not waiting:
        return ()
    moves: list[dict[str, Any]] = thaw(msgspec.json.decode(waiting[0].kept), "", "").get("moves", [])
    return [move for move in moves if "meeting_id" in move]


async def empty_session(work: Work, event: SessionCancelled) -> None:
    """End every active enrollment of a cancelled session and tell each person why."""
    await work.flush()
    session = await lock_session(event.session_id)
    contacts = await list_contacts(event.session_id)
    await work.execute(
        # Kept: whoever had a place sees that it is cancelled, whoever only waited has nothing to see.
        "UPDATE enrollment SET was_mode = '',"
        " was_state = CASE WHEN state IN ('enrolled', 'completed', 'not completed') THEN 'enrolled' ELSE '' END,"
        " state = 'cancelled', mode = '', state_at = {}, state_reason = {}, keeps_until = NULL,"
        # Somebody may have decided by hand before the end that it is completed. A cancelled session is not.
        " completed_at = NULL, valid_until = NULL,"
        f" version = version + 1 WHERE session_id = {{}} AND {ACTIVE_SQL}",
        work.now,
        event.reason,
        event.session_id,
    )
    await work.execute(
        "UPDATE open_place SET state = 'released', mode = '', state_at = {}, state_reason = {}, version = version + 1"
        " WHERE session_id = {} AND state = 'open'",
        work.now,
        event.reason,
        event.session_id,
    )
    work.change(
        SessionRow,
        event.session_id,
        taken_in_person=0,
        taken_online=0,
        waiting=0,
        waiting_in_person=0,
        waiting_online=0,
    )
    await supersede_all(work, [f"enrollment:{contact.id}" for contact in contacts])
    await stop_many(work, session_topic(session.id), MessageState.SUPERSEDED)
    first = [recipient_of(contact, session.zone) for contact in contacts]
    unnamed = [str(contact.id) for contact in contacts if contact.state is State.REQUESTED]
    rest = rest_values(await list_meetings([session.id]), event.meeting_ids)
    await write_many(work, "session-cancelled", first, session, args={"unnamed": unnamed}, reason=event.reason, **rest)
    if contacts:
        work.emit(SessionEmptied(session_id=event.session_id, enrollments=len(contacts)))


async def end_spots_of_member(work: Work, event: MembershipEnded) -> None:
    """Somebody who left a partner does not wait for it any more, and takes up no offer. What is booked stays booked."""
    await _end_spots(work, await list_unsettled(membership_id=event.membership_id), "No longer in this organization.")


async def end_spots_of_disabled(work: Work, event: PersonChanged) -> None:
    """An account that is switched off waits for nothing: nobody could answer, and nobody could give the place back."""
    await work.flush()
    if await is_disabled(event.person_id):
        await _end_spots(work, await list_unsettled(person_id=event.person_id), "This account was switched off.")


async def _end_spots(work: Work, spots: Sequence[Spot], reason: str) -> None:
    """End what is not settled yet and give it to whoever is next, session by session in the order of their ids."""
    by_session: dict[UUID, list[UUID]] = {}
    for spot in spots:
        by_session.setdefault(spot.session_id, []).append(spot.id)
    for session_id in sorted(by_session):
        ledger = Ledger(work, await lock_session(session_id))
        for row in await list_by_ids(by_session[session_id]):
            if row.state in UNSETTLED:
                await ledger.leave(row, State.CANCELLED, reason, undoable=False)
                await write_to(work, "cancelled", row, ledger.session, reason=reason, by=work.actor.name)
        await work.flush()
        await ledger.promote()
