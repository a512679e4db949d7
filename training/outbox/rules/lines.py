"""Lines of a mail's head that typed text cannot break, and the words of a message."""

import re
import unicodedata
from urllib.parse import urlsplit
from uuid import UUID

from training.base.structs import Frozen

MOST_HEADER = 200
_NOT_IN_ADDRESSES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# They turn the direction of what follows: a title could show an address that is not there.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENCODED_WORD = re.compile(r"=(?=\?)")


class Picture(Frozen, frozen=True, kw_only=True):
    """A PNG inside a message; its HTML names it as `cid:` and `name`."""

    name: str
    content: bytes


class Rendered(Frozen, frozen=True, kw_only=True):
    """The words of a message. `subject` is safe as a header line; `html` is a whole document.

    `unsubscribe` is the address that stops messages of its sort; empty for those that always come.
    """

    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    pictures: tuple[Picture, ...] = ()


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
