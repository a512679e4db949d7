"""Places that have no name yet."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen
from training.catalogue.rules import Mode


class OpenPlaceRow(Frozen, frozen=True, kw_only=True):
    """An open place as it is kept. Until when it needs a name: `rules.name_until`."""

    id: UUID
    booking_id: UUID
    session_id: UUID
    partner_id: UUID
    mode: Mode
    note: str
    keep_until: datetime
    created_at: datetime
    version: int


async def list_open_of_booking(booking_id: UUID) -> list[OpenPlaceRow]:
    """The places of a booking that are still open, in the order in which they were booked."""
    return await fetch(
        OpenPlaceRow,
        "SELECT id, booking_id, session_id, partner_id, mode, note, keep_until, created_at, version FROM open_place"
        " WHERE booking_id = {} AND state = 'open' ORDER BY id",
        booking_id,
    )
