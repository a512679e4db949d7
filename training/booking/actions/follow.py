"""What places do when the schedule changes. Called by reactions only, in the transaction of the change."""

from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.events import SessionEmptied
from training.booking.mails import write_to
from training.booking.queries import ACTIVE_SQL, list_contacts
from training.catalogue.rules import Mode
from training.outbox.actions import supersede_all
from training.schedule.events import MeetingsMoved, SessionCancelled, SessionEdited, SessionResized
from training.schedule.queries import list_meetings, lock_session
from training.schedule.tables import Session as SessionRow

# Edits after which somebody who waited might fit: who may overtake, and until when places are given.
_OPENS_WAY = frozenset({"overtaking", "waitlist_cutoff_hours"})


async def promote_waiting(work: Work, event: SessionResized | SessionEdited | MeetingsMoved) -> None:
    """Give places to those who wait after a session grew, changed its rules or moved to a later time."""
    if isinstance(event, SessionEdited) and not _OPENS_WAY & set(event.changed):
        return
    await work.flush()
    await Ledger(work, await lock_session(event.session_id)).promote()


async def tell_moved(work: Work, event: MeetingsMoved) -> None:
    """Tell everybody who has a place or waits what was before and what is now. An older unsent word is replaced."""
    await work.flush()
    session = await lock_session(event.session_id)
    moves = [
        {
            "number": move.number,
            "changed": list(move.changed),
            "was_at": move.before.starts_at,
            "was_ends_at": move.before.ends_at,
            "was_zone": move.before.zone,
            "was_place": " · ".join(part for part in (move.before.room_name, move.before.venue_name) if part),
            "now_at": move.after.starts_at,
            "now_ends_at": move.after.ends_at,
            "now_zone": move.after.zone,
            "now_place": " · ".join(part for part in (move.after.room_name, move.after.venue_name) if part),
        }
        for move in event.moves
    ]
    meetings = await list_meetings([event.session_id])
    contacts = await list_contacts(event.session_id)
    # What was written before and not sent yet names times that are no longer true; this message says all that it said.
    await supersede_all(work, [f"enrollment:{contact.id}" for contact in contacts])
    for contact in contacts:
        mode = Mode(contact.mode) if contact.mode else None
        waits = contact.state == "waitlisted"
        await write_to(work, "moved", contact, session, mode, meetings, moves=moves, waits=waits)


async def empty_session(work: Work, event: SessionCancelled) -> None:
    """End every active enrollment of a cancelled session and tell each person why."""
    await work.flush()
    session = await lock_session(event.session_id)
    contacts = await list_contacts(event.session_id)
    await work.execute(
        "UPDATE enrollment SET state = 'cancelled', mode = '', state_at = {}, state_reason = {}, keeps_until = NULL,"
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
    for contact in contacts:
        await write_to(work, "session-cancelled", contact, session, reason=event.reason)
    if contacts:
        work.emit(SessionEmptied(session_id=event.session_id, enrollments=len(contacts)))
