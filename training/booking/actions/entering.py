"""How somebody comes into a session: one enrollment is written, whichever way they came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.booking.actions.ledger import Ledger
from training.booking.mails import Addressee
from training.booking.rules import OPEN_PLACE_LONGEST, State, pack_modes
from training.booking.tables import Enrollment, OpenPlace
from training.catalogue.rules import Mode
from training.schedule.rules.sessions import Meeting


class Entry(Frozen, frozen=True, kw_only=True):
    """An enrollment to be written. Without a `mode` there is no place: the person waits, or has only asked.

    `arrival` is the session's count at that moment (`ledger.arrive()`). `keeps_until` belongs to the states requested
    and offered. `takes` is false for a place that was counted before: that of an open place or of whoever is replaced.
    """

    booking_id: UUID
    person_id: UUID
    partner_id: UUID | None
    membership_id: UUID | None
    name: str
    email: str
    person_zone: str
    person_locale: str = "en"
    accepts: tuple[Mode, ...]
    mode: Mode | None
    state: State
    arrival: int
    reason: str = ""
    keeps_until: datetime | None = None
    follows_id: UUID | None = None
    takes: bool = True


def enter(ledger: Ledger, entry: Entry, meetings: Sequence[Meeting]) -> Addressee:
    """Write the enrollment, count it and take the person's time. Whom to write to comes back; its id is the new one."""
    work = ledger.work
    enrollment_id = work.new_id()
    work.add(
        Enrollment,
        id=enrollment_id,
        booking_id=entry.booking_id,
        session_id=ledger.session.id,
        person_id=entry.person_id,
        partner_id=entry.partner_id,
        membership_id=entry.membership_id,
        state=entry.state,
        mode=entry.mode or "",
        accepts=pack_modes(entry.accepts),
        arrival=entry.arrival,
        state_at=work.now,
        state_reason=entry.reason,
        keeps_until=entry.keeps_until,
        follows_id=entry.follows_id,
        created_at=work.now,
    )
    ledger.occupy(entry.person_id, enrollment_id, meetings, waits=entry.state is not State.ENROLLED)
    if entry.mode and entry.takes:
        ledger.take(entry.mode)
    elif entry.state is State.WAITLISTED:
        ledger.wait(entry.accepts)
    return Addressee(
        id=enrollment_id,
        person_id=entry.person_id,
        person_zone=entry.person_zone,
        person_locale=entry.person_locale,
        partner_id=entry.partner_id,
        name=entry.name,
        email=entry.email,
        state=entry.state,
    )


def add_open_place(ledger: Ledger, booking_id: UUID, partner_id: UUID, place_id: UUID, mode: Mode) -> None:
    """Take a place that has no name yet. It counts from now on and is never kept longer than half a year."""
    work = ledger.work
    ledger.take(mode)
    work.add(
        OpenPlace,
        id=place_id,
        booking_id=booking_id,
        session_id=ledger.session.id,
        partner_id=partner_id,
        mode=mode,
        keep_until=work.now + OPEN_PLACE_LONGEST,
        state_at=work.now,
        created_at=work.now,
    )
