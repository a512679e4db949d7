"""The plain text of a mail: 72 columns, each address on a line of its own, nothing that hides or turns words. Pure."""

import re
import textwrap
import unicodedata
from typing import Any

from training.base.structs import without_directions

COLUMNS = 72
MOST_PREHEADER = 120
# Values in which an author may begin a new line; in all others a line break would pass for one of our own sentences.
_PARAGRAPHS = frozenset({"words", "reason", "note", "body"})
_ADDRESS = re.compile(r"https?://\S+")
_MARK = re.compile(r"\s*(?:- |\d+\. )?")
_MANY_BLANK = re.compile(r"\n{3,}")
_SIGNATURE = "-- "


def harmless(value: Any, name: str = "") -> Any:
    """Values as a template may show them: no control characters, nothing that turns the direction of what follows,
    and line breaks only in what is made of paragraphs."""
    if isinstance(value, str):
        return _harmless_text(value, keeps_lines=name in _PARAGRAPHS)
    if isinstance(value, list):
        return [harmless(item, name) for item in value]
    if isinstance(value, dict):
        return {key: harmless(item, key) for key, item in value.items()}
    return value


def _harmless_text(text: str, *, keeps_lines: bool) -> str:
    if text.isascii() and text.isprintable():
        return text
    plain = without_directions(text).replace("\r\n", "\n")
    kept = "\n" if keeps_lines else ""
    return "".join(
        char if char == kept or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") else " " for char in plain
    )


def wrapped(text: str) -> str:
    """Text of at most 72 columns a line, except for addresses, which stay whole and stand alone."""
    lines = [piece for line in text.splitlines() for piece in _pieces(line)]
    return _MANY_BLANK.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _pieces(line: str) -> list[str]:
    if line == _SIGNATURE or not line.strip():
        return [line if line == _SIGNATURE else ""]
    mark = _MARK.match(line)
    first, rest = (mark[0], line[mark.end() :].rstrip()) if mark else ("", line)
    if not rest:
        return [line.strip()]
    later = " " * len(first)
    found: list[str] = []
    for piece in _apart(rest):
        before = later if found else first
        if _ADDRESS.fullmatch(piece):
            found.append(before + piece)
        else:
            found += _filled(piece, before, later)
    return found


def _filled(words: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        words,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _apart(text: str) -> list[str]:
    """The text in pieces, each an address or none."""
    pieces, at = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [text[at : found.start()].strip(), found[0]]
        at = found.end()
    return [piece for piece in (*pieces, text[at:].strip()) if piece]


def preheader_of(text: str) -> str:
    """What a list of mails shows behind the subject: the first sentence that is neither greeting nor address."""
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        if line and not line.startswith("Hello") and not _ADDRESS.search(line):
            return textwrap.shorten(line, MOST_PREHEADER, placeholder=" ...")
    return ""
