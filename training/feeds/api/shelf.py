"""Calendars as they were last written, kept by this process: bytes, validators, headers ready to send.

What is kept counts only together with the mark that was read before its content: a fetch compares that with the
database each time, so a change is in the next answer of every process. What is longest unasked goes first.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from functools import cached_property

from training.feeds.rules.conditions import date_line, last_modified
from training.feeds.rules.window import Window

MOST_BYTES = 64_000_000
Headers = list[tuple[bytes, bytes]]
_GZIP_LEVEL = 6
_OF_NOT_MODIFIED = (b"cache-control", b"vary")


class Kept:
    """One calendar as bytes. `version` is what it was built for; it counts until `until`, when its window moves on."""

    def __init__(self, body: bytes, *, version: Hashable, changed_at: datetime, window: Window, base: Headers) -> None:
        self.body = body
        self.version = version
        self.until = window.until
        self.noted_at: datetime | None = None
        self._modified = last_modified(changed_at, window.day)
        self._base = base
        digest = hashlib.sha256(body).hexdigest()[:32]
        self._etags = (f'"{digest}"', f'"{digest}-gz"')
        self._ready: dict[tuple[bool, bool, bool], Headers] = {}

    @cached_property
    def zipped(self) -> bytes:
        """The same compressed, made when somebody first asks for it. No time is in it."""
        return gzip.compress(self.body, _GZIP_LEVEL, mtime=0)

    @property
    def size(self) -> int:
        """What it takes, compressed twin included."""
        return len(self.body) * 3 // 2

    def etag(self, zipped: bool) -> str:
        """The validator of these very bytes, with its quotes."""
        return self._etags[zipped]

    def modified(self, now: datetime) -> datetime | None:
        """When it last changed, once that can be told."""
        return self._modified if self._modified <= now else None

    def headers(self, *, zipped: bool, whole: bool, modified: datetime | None) -> Headers:
        """The headers of an answer with (`whole`) or without (304) the body."""
        key = (zipped, whole, modified is not None)
        if key not in self._ready:
            self._ready[key] = self._made(zipped, whole, modified)
        return self._ready[key]

    def _made(self, zipped: bool, whole: bool, modified: datetime | None) -> Headers:
        etag = (b"etag", self.etag(zipped).encode())
        if not whole:
            # What a reader needs to go on using what they have, and nothing else (RFC 9110, 15.4.5).
            return [*(header for header in self._base if header[0] in _OF_NOT_MODIFIED), etag]
        body = self.zipped if zipped else self.body
        headers = [*self._base, etag]
        headers += [(b"content-type", b"text/calendar; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        headers += [(b"content-encoding", b"gzip")] if zipped else []
        headers += [(b"last-modified", date_line(modified).encode())] if modified is not None else []
        return headers


class Shelf:
    """Calendars by key, at most so many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._most = most_bytes
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, version: Hashable, now: datetime) -> Kept | None:
        """What is kept under a key if it is still of this version and its window has not moved on."""
        kept = self._kept.get(key)
        if kept is None or kept.version != version or now >= kept.until:
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Keep a calendar in place of what was there."""
        self.forget(key)
        self._kept[key] = kept
        self._bytes += kept.size
        while self._bytes > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

    def forget(self, key: Hashable) -> None:
        """Keep nothing under this key."""
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size
