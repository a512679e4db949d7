"""A party that waits: it stays together, or takes places one by one, by its own choice."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.events import PartyChanged
from training.booking.queries import get_booking, list_queue
from training.booking.rules import NobodyWaits, check_before_start, check_can_ever_fit
from training.booking.tables import Booking
from training.people.rules import Permission, may
from training.schedule.queries import lock_session


class Party(Frozen, frozen=True, kw_only=True):
    """How those of a booking who wait stand now, and who moved up because of it."""

    booking_id: UUID
    session_id: UUID
    together: bool
    waiting: int
    promoted: tuple[UUID, ...]


async def change_party(work: Work, booking_id: UUID, *, together: bool) -> Party:
    """Split those of a booking who wait, or keep them together. Each keeps their number in the order of arrival.

    For coordinators of the partner, managers, and whoever booked on their own. Choosing what is so already changes
    nothing. Raises NotFound, SessionBegun, NobodyWaits, PartyNeverFits.
    """
    found = await get_booking(work.actor, booking_id)
    if found.partner_id and not (
        may(work.actor, Permission.PLACES_BOOK, found.partner_id)
        or may(work.actor, Permission.SESSION_MANAGE, found.program_id)
    ):
        raise NotFound
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_booking(work.actor, booking_id)
    check_before_start(fresh.session_state, fresh.starts_at, work.now)
    waiting = [entry for entry in await list_queue(found.session_id) if entry.party == booking_id]
    if not waiting:
        raise NobodyWaits
    promoted = []
    if fresh.together != together:
        if together:
            check_can_ever_fit(ledger.standing.capacity, [replace(entry, together=True) for entry in waiting])
        work.change(Booking, booking_id, together=together)
        event = PartyChanged(booking_id=booking_id, session_id=found.session_id, together=together)
        work.emit(event, before={"together": fresh.together}, after={"together": together})
        await work.flush()
        promoted = await ledger.promote()
    return Party(
        booking_id=booking_id,
        session_id=found.session_id,
        together=together,
        waiting=len(waiting),
        promoted=tuple(place.key for place in promoted),
    )
