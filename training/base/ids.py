"""Identifiers: UUIDv7 for machines (RFC 9562, section 5.7), short codes for people."""

import secrets
from datetime import datetime
from uuid import UUID

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: letters that are misheard or misread.
CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"


def uuid7(now: datetime, counter: int | None = None) -> UUID:
    """A UUIDv7 for the instant `now`. `counter` (0..4095) orders ids made at the same millisecond."""
    millis = int(now.timestamp() * 1000) & 0xFFFF_FFFF_FFFF
    rand_a = secrets.randbits(12) if counter is None else counter & 0xFFF
    rand_b = secrets.randbits(62)
    return UUID(int=(millis << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)


def human_code(length: int = 8) -> str:
    """A random code that can be read aloud, in groups of four: 'KX7M-RT4P' (23 letters, 4.5 bits each)."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(length))
    return "-".join(letters[i : i + 4] for i in range(0, length, 4))
