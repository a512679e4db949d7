"""Secret links: frozen as purpose and id only; the token is derived anew when the text is made (decision 0003)."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from training.base.structs import Frozen

SHORTEST_KEY = 16
_TOKEN_BYTES = 48


class SecretLink(Frozen, frozen=True, kw_only=True):
    """An address with a one-time token at its end: `path` + token. Only purpose and id are ever stored."""

    path: str
    purpose: str
    id: UUID


def derive_token(secret_key: str, purpose: str, link_id: UUID) -> str:
    """The token of a link: its id and 256 bits of HMAC-SHA256 over purpose and id, 64 letters safe in an address.

    Raises ValueError when the installation has no key worth the name: everybody could then make every token.
    """
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    said = b"one-time link\n" + purpose.encode() + b"\n" + link_id.bytes
    mac = hmac.new(secret_key.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(link_id.bytes + mac).decode()


def token_id(token: str) -> UUID | None:
    """The id inside a token; None for anything that does not have its shape. Says nothing about who made it."""
    if len(token) != _TOKEN_BYTES * 4 // 3 or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == _TOKEN_BYTES else None
