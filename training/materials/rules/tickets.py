"""Addresses of files: signed, good for some hours, and worth nothing for anything else. Pure.

A ticket says which file, seen as part of which session or course, by whom, and whether it is shown or saved. It carries
no right: whoever holds it is judged again at every request by the rights that they have then. So it may be asked again
and again, as players of videos do, and is over at once when its holder may no longer see the file.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from training.base.structs import Frozen
from training.outbox.rules.links import SHORTEST_KEY

FILES_PATH = "/files/"
# Long enough for a recording with a pause, short enough that an address in a history is worth nothing tomorrow.
TICKET_KEPT = timedelta(hours=6)
_PURPOSE = b"ticket for a file\n"
_CODE_PURPOSE = b"mark of an access code\n"
# Variant, place and holder; kinds; generation or mark; end. A multiple of three bytes with its proof: no padding.
_SAID_BYTES, _MAC_BYTES = 16 * 3 + 1 + 4 + 4, 30
_LETTERS = (_SAID_BYTES + _MAC_BYTES) // 3 * 4
_NOBODY = UUID(int=0)


class Holder(IntEnum):
    """As what somebody came. Their order is part of every ticket: add at the end only."""

    ANYBODY = 0
    SIGN_IN = 1
    TOKEN = 2
    ENROLLMENT = 3


class Ticket(Frozen, frozen=True, kw_only=True):
    """One file for one holder until `expires_at` (UTC, whole seconds).

    `place_id` is the session, or with `of_course` the course, that it is seen as part of. `holder_id` is the id of the
    sign-in, the API token or the enrollment; None for a file that anybody may see. `generation` is that of the link to
    the place; whoever holds no place may have seen the session by its access code only, whose `code_mark` it then is
    (0 without a code). `shown`: in the page, where the kind of file allows that; otherwise it is saved.
    """

    variant_id: UUID
    place_id: UUID
    of_course: bool = False
    holder: Holder = Holder.ANYBODY
    holder_id: UUID | None = None
    generation: int = 0
    code_mark: int = 0
    shown: bool = False
    expires_at: datetime


def ticket_ends(now: datetime, holder: Holder) -> datetime:
    """When a ticket ends that is made now.

    That of a file for anybody is the same for everybody for hours, so that what is kept of it in between is found.
    """
    if holder is not Holder.ANYBODY:
        return (now + TICKET_KEPT).replace(microsecond=0)
    kept = int(TICKET_KEPT.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // kept + 2) * kept, UTC)


def mark_of_code(secret_key: str, session_id: UUID, code: str) -> int:
    """What stands in a ticket for the access code of a session: it tells another code from this one, and tells nobody
    the code. 0 without a code."""
    if not code:
        return 0
    said = _CODE_PURPOSE + session_id.bytes + code.encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.new(secret_key.encode(), said, hashlib.sha256).digest()[:4], "big") or 1


def seal_ticket(secret_key: str, ticket: Ticket) -> str:
    """The ticket as letters safe in an address. Raises ValueError without a key worth the name."""
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    said = b"".join(
        (
            ticket.variant_id.bytes,
            ticket.place_id.bytes,
            (ticket.holder_id or _NOBODY).bytes,
            bytes([ticket.holder << 2 | ticket.of_course << 1 | ticket.shown]),
            _counted(ticket).to_bytes(4, "big"),
            int(ticket.expires_at.timestamp()).to_bytes(4, "big"),
        )
    )
    return base64.urlsafe_b64encode(said + _mac(secret_key, said)).decode()


def read_ticket(secret_key: str, text: str, now: datetime) -> Ticket | None:
    """The ticket that these letters are; None for one that we did not make, or that is over at `now`.

    Compares in constant time.
    """
    if len(text) != _LETTERS or not text.isascii() or len(secret_key) < SHORTEST_KEY:
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, mac = raw[:_SAID_BYTES], raw[_SAID_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret_key, said)):
        return None
    ticket = _opened(said)
    return ticket if now < ticket.expires_at else None


def _counted(ticket: Ticket) -> int:
    return ticket.generation if ticket.holder is Holder.ENROLLMENT else ticket.code_mark


def _opened(said: bytes) -> Ticket:
    kinds = said[48]
    holder, counted = Holder(kinds >> 2), int.from_bytes(said[49:53], "big")
    of_place = holder is Holder.ENROLLMENT
    return Ticket(
        variant_id=UUID(bytes=said[:16]),
        place_id=UUID(bytes=said[16:32]),
        of_course=bool(kinds & 2),
        holder=holder,
        holder_id=None if holder is Holder.ANYBODY else UUID(bytes=said[32:48]),
        generation=counted if of_place else 0,
        code_mark=0 if of_place else counted,
        shown=bool(kinds & 1),
        expires_at=datetime.fromtimestamp(int.from_bytes(said[53:57], "big"), UTC),
    )


def _mac(secret_key: str, said: bytes) -> bytes:
    return hmac.new(secret_key.encode(), _PURPOSE + said, hashlib.sha256).digest()[:_MAC_BYTES]
