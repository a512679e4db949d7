"""Codes that are scanned or typed: frozen as purpose and id only, like secret links, and short enough for a camera.

The token is the id and 64 bits of HMAC-SHA256 over purpose and id: 32 letters. The words are six letters of the same
HMAC that can be read aloud; they lead nowhere alone, because whoever types them says for which list they are.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from training.base.ids import CODE_LETTERS
from training.base.structs import Frozen
from training.outbox.rules.links import SHORTEST_KEY

_MAC_BYTES = 8
_TOKEN_LETTERS = 32
_WORD_LETTERS = 6


class Scannable(Frozen, frozen=True, kw_only=True):
    """An address to scan: `path` + token. Only purpose and id are ever stored.

    A template sees `link`, `words` (the code as people read it aloud) and `picture` (what its <img> names; empty where
    the message is only shown to others).
    """

    path: str
    purpose: str
    id: UUID


def code_token(secret_key: str, purpose: str, code_id: UUID) -> str:
    """The token of a code. Raises ValueError when the installation has no key worth the name."""
    return base64.urlsafe_b64encode(code_id.bytes + _mac(secret_key, purpose, code_id)[:_MAC_BYTES]).decode()


def code_words(secret_key: str, purpose: str, code_id: UUID) -> str:
    """The code as six letters in two groups, 'KX7-M4T'. Raises ValueError as `code_token`."""
    number = int.from_bytes(_mac(secret_key, purpose, code_id)[_MAC_BYTES:], "big")
    letters = ""
    for _ in range(_WORD_LETTERS):
        number, letter = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[letter]
    return f"{letters[:3]}-{letters[3:]}"


def token_code_id(token: str) -> UUID | None:
    """The id inside a token; None for anything that does not have its shape. Says nothing about who made it."""
    if len(token) != _TOKEN_LETTERS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:16])


def _mac(secret_key: str, purpose: str, code_id: UUID) -> bytes:
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    said = b"code to scan\n" + purpose.encode() + b"\n" + code_id.bytes
    return hmac.new(secret_key.encode(), said, hashlib.sha256).digest()
