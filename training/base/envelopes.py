"""Addresses of ours made so that whoever writes to one proves what they write about.

`bounces+<id, 32 hex digits>.<16 hex digits of HMAC-SHA256>@host` (VERP). The envelope sender of a message is one:
whoever returns a mail sends it there, whatever is left of the mail itself. So is the organizer of somebody's invite:
only their calendar knows where to send an answer about it. Who sends and who reads the mailbox make and check them with
the same key; an address made for one purpose is worth nothing for the other.
"""

import hashlib
import hmac
import re
from enum import StrEnum
from uuid import UUID

_MAC_LETTERS = 16
# What is left of the 64 letters of a local part (RFC 5321, 4.5.3.1.1).
MOST_LOCAL = 64 - len("+") - 32 - len(".") - _MAC_LETTERS
_SHAPE = re.compile(rf"[^@+\s]+\+(?P<id>[0-9a-f]{{32}})\.(?P<mac>[0-9a-f]{{{_MAC_LETTERS}}})@[^@\s]+")


class Purpose(StrEnum):
    """What an address of this kind is for."""

    RETURN = "envelope sender"
    ANSWER = "answer to an invite"


def envelope_sender(bounce_address: str, message_id: UUID, secret_key: str) -> str:
    """Where a message is to be returned. Raises ValueError for a `bounce_address` that leaves no room for the proof."""
    return _made(Purpose.RETURN, bounce_address, message_id, secret_key)


def message_of_envelope(address: str, secret_key: str) -> UUID | None:
    """The message whose envelope sender `address` is; None unless we made it. Compares in constant time."""
    return _proven(Purpose.RETURN, address, secret_key)


def answer_address(reply_address: str, invite_id: UUID, secret_key: str) -> str:
    """Where a calendar answers an invite. Raises ValueError for a `reply_address` that leaves no room for the proof."""
    return _made(Purpose.ANSWER, reply_address, invite_id, secret_key)


def invite_of_address(address: str, secret_key: str) -> UUID | None:
    """The invite whose own address this is; None unless we made it. Compares in constant time."""
    return _proven(Purpose.ANSWER, address, secret_key)


def _made(purpose: Purpose, base: str, about: UUID, secret_key: str) -> str:
    local, at, host = base.rpartition("@")
    if not at or not local or not host or "+" in local or len(local) > MOST_LOCAL:
        raise ValueError(f"An address to return mail to has at most {MOST_LOCAL} characters before its @, and no +")
    return f"{local}+{about.hex}.{_mac(purpose, about, secret_key)}@{host}"


def _proven(purpose: Purpose, address: str, secret_key: str) -> UUID | None:
    # Mail systems may change the case of what they return to.
    found = _SHAPE.fullmatch(address.strip().strip("<>").lower())
    if found is None or not secret_key:
        return None
    about = UUID(hex=found["id"])
    return about if hmac.compare_digest(_mac(purpose, about, secret_key), found["mac"]) else None


def _mac(purpose: Purpose, about: UUID, secret_key: str) -> str:
    said = purpose.encode() + b"\n" + about.bytes
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()[:_MAC_LETTERS]
