"""What somebody looks at before many files are added, as letters in the address of the page: so that it can be loaded
again and gone back to. Pure.

It carries no right: the uploads are looked for at each request among those of whoever asks. The proof is that these
words were written by us, for this person and this place, so that no link of somebody else says what they like here.
"""

import base64
import binascii
import hashlib
import hmac
import zlib
from uuid import UUID

import msgspec

from training.base.structs import Frozen
from training.outbox.rules.links import SHORTEST_KEY

# What goes between people and us may refuse longer addresses: many take 8,000 bytes.
MOST_LETTERS = 7_000
_PURPOSE = b"look at files\n"
_MAC_BYTES = 20


class Looking(Frozen, frozen=True, kw_only=True):
    """The uploads and where each lay: a path, a folder (with a slash at its end), or "" for what lay nowhere. And what
    was left out, with the reason for each."""

    files: tuple[tuple[UUID, str], ...]
    left_out: tuple[tuple[str, str], ...] = ()


class _Said(msgspec.Struct, array_like=True):
    ids: bytes
    places: list[str]
    left_out: list[tuple[str, str]]


def seal_looking(secret_key: str, person_id: UUID, to: str, looking: Looking) -> str | None:
    """The same as letters safe in an address, for this person and destination; None for what is too long for one.

    Raises ValueError without a key worth the name.
    """
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    said = _Said(
        ids=b"".join(key.bytes for key, _ in looking.files),
        places=[place for _, place in looking.files],
        left_out=list(looking.left_out),
    )
    packed = zlib.compress(msgspec.msgpack.encode(said), 9)
    letters = base64.urlsafe_b64encode(_mac(secret_key, person_id, to, packed) + packed).decode().rstrip("=")
    return letters if len(letters) <= MOST_LETTERS else None


def read_looking(secret_key: str, person_id: UUID, to: str, letters: str) -> Looking | None:
    """What these letters say; None for what we did not write for this person and destination. Compares in constant
    time."""
    if len(letters) > MOST_LETTERS or not letters.isascii() or len(secret_key) < SHORTEST_KEY:
        return None
    try:
        raw = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mac, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret_key, person_id, to, packed)):
        return None
    said = msgspec.msgpack.decode(zlib.decompress(packed), type=_Said)
    ids = [UUID(bytes=said.ids[at : at + 16]) for at in range(0, len(said.ids), 16)]
    return Looking(files=tuple(zip(ids, said.places, strict=True)), left_out=tuple(said.left_out))


def _mac(secret_key: str, person_id: UUID, to: str, packed: bytes) -> bytes:
    said = b"".join((_PURPOSE, person_id.bytes, to.encode(), b"\n", packed))
    return hmac.new(secret_key.encode(), said, hashlib.sha256).digest()[:_MAC_BYTES]
