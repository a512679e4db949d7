"""Rules of messages: what their frozen values may hold, secret links made anew from their id, safe header lines.

Pure: a message's values are frozen when it is enqueued and thawed when its text is made. A secret link is frozen as
its purpose and id only; its token is derived from them and the installation's key (docs/decisions/0003).
"""

import base64
import binascii
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from training.base.structs import Frozen

MOST_HEADER = 200
SHORTEST_KEY = 16
_TOKEN_BYTES = 48
_INSTANT, _LINK = "$instant", "$link"


class MessageState(StrEnum):
    """Where a message stands. Only a waiting one can be withdrawn or superseded."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class SecretLink(Frozen, frozen=True, kw_only=True):
    """An address with a one-time token at its end: `path` + token. Only purpose and id are ever stored."""

    path: str
    purpose: str
    id: UUID


class Rendered(Frozen, frozen=True, kw_only=True):
    """The words of a message. `subject` is safe as a header line; `html` is a whole document."""

    subject: str
    text: str
    html: str


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


def freeze(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as plain JSON data that `thaw` turns back. Raises ValueError for what cannot be kept."""
    return {name: _frozen(value) for name, value in values.items()}


def _frozen(value: Any) -> Any:
    match value:
        case SecretLink():
            return {_LINK: value.path, "purpose": value.purpose, "id": str(value.id)}
        case datetime():
            if value.tzinfo is None:
                raise ValueError("A message keeps instants, which have a zone")
            return {_INSTANT: value.isoformat()}
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case Mapping():
            if any(not isinstance(name, str) or name.startswith("$") for name in value):
                raise ValueError("Names of values are text and do not start with $")
            return {name: _frozen(item) for name, item in value.items()}
        case list() | tuple():
            return [_frozen(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case Frozen():
            return {name: _frozen(getattr(value, name)) for name in value.__struct_fields__}
        case _:
            raise ValueError(f"A message cannot keep a {type(value).__name__}")


def thaw(value: Any, base_url: str, secret_key: str) -> Any:
    """Frozen data as a template sees it: instants aware, links absolute. Without a key, links end in dots instead."""
    if isinstance(value, list):
        return [thaw(item, base_url, secret_key) for item in value]
    if not isinstance(value, dict):
        return value
    if _INSTANT in value:
        return datetime.fromisoformat(value[_INSTANT])
    if _LINK in value:
        token = derive_token(secret_key, value["purpose"], UUID(value["id"])) if secret_key else "..."
        return f"{base_url}{value[_LINK]}{token}"
    return {name: thaw(item, base_url, secret_key) for name, item in value.items()}


_NOT_IN_ADDRESSES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# They turn the direction of what follows: a title could show an address that is not there.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENCODED_WORD = re.compile(r"=(?=\?)")


def header_line(text: str) -> str:
    """`text` as one header line: no control or turning characters, at most 200, no hidden encoded words.

    "=?" is broken up because Python's own mail package decodes an encoded word that a title pretends to be, and the
    line break hidden in it becomes a header of its own (CVE-2024-6923).
    """
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in _TURNING.sub("", text)
    )
    return _ENCODED_WORD.sub("= ", " ".join(shown.split()))[:MOST_HEADER].strip()


def safe_recipient(address: str) -> str:
    """`address` unchanged when it can stand in a header. Raises ValueError: callers hand in folded addresses only."""
    odd = any(char in '<>,;:"()' or unicodedata.category(char) in _NOT_IN_ADDRESSES for char in address)
    if odd or address.count("@") != 1 or not all(address.split("@")) or len(address) > 254:
        raise ValueError("A message needs one plain address")
    return address


def message_id_of(row_id: UUID, base_url: str) -> str:
    """The Message-ID of a message, the same at every attempt to send it."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"<{row_id}@[{host}]>" if ":" in host else f"<{row_id}@{host}>"
