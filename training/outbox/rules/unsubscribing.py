"""The address by which somebody stops one sort of messages without signing in. Pure.

Its token says who and which sort, sealed by HMAC under the installation's key. It works forever and does one thing:
whoever holds it can switch that sort off and on for that person, and learns nothing.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from training.base.site import Site
from training.outbox.rules.kinds import Sort
from training.outbox.rules.links import SHORTEST_KEY

UNSUBSCRIBE_PATH = "/unsubscribe/"
# Their order is part of every link that was ever mailed: add at the end only.
_SORTS = (Sort.REMINDERS, Sort.DIGESTS, Sort.ANNOUNCEMENTS, Sort.MATERIALS)
_MAC_BYTES, _TOKEN_LETTERS = 31, 64


def unsubscribe_token(secret_key: str, person_id: UUID, sort: Sort) -> str:
    """64 letters safe in an address. Raises ValueError for messages of no sort and without a key worth the name."""
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    said = person_id.bytes + bytes([_SORTS.index(sort)])
    return base64.urlsafe_b64encode(said + _mac(secret_key, said)).decode()


def read_unsubscribe_token(secret_key: str, token: str) -> tuple[UUID, Sort] | None:
    """Who stops what by this token; None for one that we did not make."""
    if len(token) != _TOKEN_LETTERS or not token.isascii() or len(secret_key) < SHORTEST_KEY:
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, mac = raw[:17], raw[17:]
    if not hmac.compare_digest(mac, _mac(secret_key, said)):
        return None
    return UUID(bytes=said[:16]), _SORTS[said[16]]


def unsubscribe_link(site: Site, person_id: UUID, sort: Sort, *, reveal: bool = True) -> str:
    """The absolute address for the List-Unsubscribe header and the foot of a mail; ends in dots unless `reveal`."""
    token = unsubscribe_token(site.secret_key, person_id, sort) if reveal else "..."
    return site.url(UNSUBSCRIBE_PATH + token)


def _mac(secret_key: str, said: bytes) -> bytes:
    return hmac.new(secret_key.encode(), b"unsubscribe\n" + said, hashlib.sha256).digest()[:_MAC_BYTES]
