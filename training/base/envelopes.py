"""The envelope sender of a message, made so that what comes back to it proves which message it speaks of.

`bounces+<id of the message, 32 hex digits>.<16 hex digits of HMAC-SHA256>@host` (VERP). Whoever returns a mail sends it
there, whatever is left of the mail itself. Who sends and who reads the mailbox make and check it with the same key.
"""

import hashlib
import hmac
import re
from uuid import UUID

_MAC_LETTERS = 16
# What is left of the 64 letters of a local part (RFC 5321, 4.5.3.1.1).
MOST_LOCAL = 64 - len("+") - 32 - len(".") - _MAC_LETTERS
_SHAPE = re.compile(rf"[^@+\s]+\+(?P<id>[0-9a-f]{{32}})\.(?P<mac>[0-9a-f]{{{_MAC_LETTERS}}})@[^@\s]+")


def envelope_sender(bounce_address: str, message_id: UUID, secret_key: str) -> str:
    """Where a message is to be returned. Raises ValueError for a `bounce_address` that leaves no room for the proof."""
    local, at, host = bounce_address.rpartition("@")
    if not at or not local or not host or "+" in local or len(local) > MOST_LOCAL:
        raise ValueError(f"An address to return mail to has at most {MOST_LOCAL} characters before its @, and no +")
    return f"{local}+{message_id.hex}.{_mac(message_id, secret_key)}@{host}"


def message_of_envelope(address: str, secret_key: str) -> UUID | None:
    """The message whose envelope sender `address` is; None unless we made it. Compares in constant time."""
    # Mail systems may change the case of what they return to.
    found = _SHAPE.fullmatch(address.strip().strip("<>").lower())
    if found is None or not secret_key:
        return None
    message_id = UUID(hex=found["id"])
    return message_id if hmac.compare_digest(_mac(message_id, secret_key), found["mac"]) else None


def _mac(message_id: UUID, secret_key: str) -> str:
    said = b"envelope sender\n" + message_id.bytes
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()[:_MAC_LETTERS]
