"""What people who have a place are told later: that the session takes place, and that something new is asked."""

from training.base.work import Work
from training.booking.mails import recipient_of, write_many, write_to
from training.booking.queries import list_contacts
from training.booking.queries.asking import count_open
from training.booking.queries.needed import NewlyAsked, list_not_asked_since
from training.booking.rules import State
from training.catalogue.rules import Mode
from training.schedule.events import SessionConfirmed
from training.schedule.queries import list_meetings, lock_session

AT_ONCE = 200


async def tell_confirmed(work: Work, event: SessionConfirmed) -> None:
    """Tell everybody who has a place that the session takes place."""
    await work.flush()
    session = await lock_session(event.session_id)
    placed = [contact for contact in await list_contacts(event.session_id) if contact.state is State.ENROLLED]
    first = [recipient_of(contact, session.zone, Mode(contact.mode)) for contact in placed]
    if first:
        await write_many(work, "session-confirmed", first, session, await list_meetings([session.id]))


async def ask_what_is_needed(work: Work, newly: NewlyAsked) -> int:
    """Write to those who got their place before something was asked and have not answered it; returns how many.

    At most 200; the next tick goes on. Whoever has answered for another session and agreed to its reuse is not asked.
    """
    session = await lock_session(newly.session_id)
    waiting = await list_not_asked_since(newly)
    contacts = await list_contacts(newly.session_id, waiting) if waiting else []
    needed = await count_open(newly.session_id, [contact.person_id for contact in contacts]) if contacts else {}
    asked = [contact for contact in contacts if contact.person_id in needed][:AT_ONCE]
    meetings = await list_meetings([session.id]) if asked else []
    for contact in asked:
        told = {"needed": needed[contact.person_id]}
        await write_to(work, "still-needed", contact, session, Mode(contact.mode), meetings, **told)
    return len(asked)
