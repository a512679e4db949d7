"""One press, one booking: the answer is kept under the form's token in the transaction of the booking."""

import hashlib
import secrets

import msgspec

from training.base.errors import Conflict
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import Booked, Order, book_places
from training.web.answers import KeyUsedBefore, find_kept, keep


def new_token() -> str:
    """A token for one form."""
    return secrets.token_urlsafe(18)


async def book_once(viewer: Viewer, works: Works, token: str, order: Order) -> Booked:
    """Book, or return what the same form came to before. Two at once: one commits, the other finds it.

    Raises as `book_places` does, and KeyUsedBefore when the form was sent before with other people in it.
    """
    try:
        return await works.run(viewer, _kept_or_new, token, order)
    except Conflict:
        # The same form may have been taken between our look and our booking, which then met its own effect.
        meanwhile = await find_booked(viewer, token)
        if meanwhile is None:
            raise
        return meanwhile


async def _kept_or_new(work: Work, token: str, order: Order) -> Booked:
    identity = _identity(work.actor, token)
    payload = hashlib.sha256(msgspec.json.encode(order)).hexdigest()
    kept = await find_kept(identity)
    if kept is not None:
        if kept.payload_hash != payload:
            raise KeyUsedBefore
        return msgspec.json.decode(kept.body, type=Booked)
    booked = await book_places(work, order)
    keep(work, identity, payload, 303, msgspec.json.encode(booked).decode())
    return booked


async def find_booked(viewer: Viewer, token: str) -> Booked | None:
    """What the form with this token came to, for whoever sent it."""
    kept = await find_kept(_identity(viewer, token)) if token else None
    return msgspec.json.decode(kept.body, type=Booked) if kept and kept.status == 303 else None


def _identity(viewer: Viewer, token: str) -> str:
    return hashlib.sha256(f"form {viewer.person_id} {token}".encode()).hexdigest()
