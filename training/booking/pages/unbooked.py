"""Who could not be booked is told once more on the page behind the form: nothing else is kept of them."""

import hashlib

import msgspec

from training.base.structs import Viewer
from training.base.work import Work
from training.booking.actions import Booked, Order, book_places
from training.booking.rules import Outcome, Verdict
from training.web.keys import caller_of, find_kept, keep


async def book_and_tell(work: Work, order: Order, token: str) -> Booked:
    """Book, and keep for a day or two whom the form with this token could not book. Raises as `book_places`."""
    booked = await book_places(work, order)
    refused = [verdict for verdict in booked.verdicts if verdict.outcome is Outcome.REFUSED]
    if refused:
        # One form may book twice: what was changed before it was sent again is a new wish.
        identity = _identity(work.actor, token, str(booked.booking_id))
        keep(work, identity, str(booked.booking_id), 200, msgspec.json.encode(refused).decode())
    return booked


async def list_unbooked(viewer: Viewer, token: str, booking_id: str) -> list[Verdict]:
    """Whom the form with this token could not book, for whoever sent it and on the page of its booking."""
    kept = await find_kept(_identity(viewer, token, booking_id)) if token else None
    if kept is None:
        return []
    return msgspec.json.decode(kept.body, type=list[Verdict])


def _identity(viewer: Viewer, token: str, booking_id: str) -> str:
    return hashlib.sha256(f"unbooked {caller_of(viewer)} {token} {booking_id}".encode()).hexdigest()
