"""Texts, names and addresses as iCalendar wants them: escaped or checked, and in lines of at most 75 octets."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from training.base.structs import without_directions

_FOLD = "\r\n "
_OCTETS = 75
_LONGEST_UID = 255
_LONGEST_ADDRESS = 2000

# Everything that some reader takes for the end of a line, controls, the byte order mark, and what XML cannot hold.
_BREAKS = "\x0a-\x0d\x1c-\x1e\x85\u2028\u2029"
_UNWANTED = re.compile("\r\n|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ONE_LINE = re.compile(f"[\t{_BREAKS}]+")
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_UID = re.compile(r"[!-~]+( [!-~]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_HARMLESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>\"]+")


class Unwritable(ValueError):
    """A value that no calendar could hold, and that cannot be left away or mended without changing what it means."""


def escaped(text: str) -> str:
    """A TEXT value: breaks of any kind as `\\n`, a tab as a space, no other control character, nothing left special."""
    if _UNWANTED.search(text):
        text = _UNWANTED.sub(_mended, text)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def one_line(text: str) -> str:
    """The TEXT value of a title or a place: breaks are spaces, and nothing in it turns round what stands behind it."""
    flat = _ONE_LINE.sub(" ", text) if _ONE_LINE.search(text) else text
    return escaped(flat if flat.isascii() else without_directions(flat)).strip()


def named(name: str) -> str:
    """The parameter CN of a name, nothing for an empty one; quotation marks become apostrophes (RFC 6868 for `^`)."""
    plain = _DROPPED.sub("", _ONE_LINE.sub(" ", without_directions(name))).strip()
    return ';CN="' + plain.replace("^", "^^").replace('"', "'") + '"' if plain else ""


def checked_uid(uid: str) -> str:
    """A uid as TEXT. Raises Unwritable for anything but printable ASCII: an identity that was mended is another one."""
    if not 0 < len(uid) <= _LONGEST_UID or not _UID.fullmatch(uid):
        raise Unwritable("A uid must be printable ASCII")
    return escaped(uid)


def is_address(url: str) -> bool:
    """Whether this can stand in a calendar as the address of a page: http(s), and only characters that a URI has."""
    return len(url) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(url) is not None


def mailto(address: str) -> str:
    """An e-mail address as a calendar address, encoded as RFC 6068 says. Raises Unwritable if it is none."""
    if not _MAILBOX.fullmatch(address) or _DROPPED.search(address) or len(address) > _LONGEST_UID:
        raise Unwritable("Not an e-mail address")
    return "mailto:" + (address if _HARMLESS.fullmatch(address) else quote(address, safe="@!$'*+:,"))


def content(lines: Iterable[str]) -> str:
    """Lines as they go out: folded, each with its CRLF."""
    return "".join([f"{line if len(line) <= _OCTETS and line.isascii() else folded(line)}\r\n" for line in lines])


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character split, each piece after the first led by a space."""
    if line.isascii():
        pieces = [line[:_OCTETS], *(line[at : at + _OCTETS - 1] for at in range(_OCTETS, len(line), _OCTETS - 1))]
        return _FOLD.join(pieces)
    return _folded_octets(line.encode())


def _folded_octets(octets: bytes) -> str:
    pieces, at, room = [], 0, _OCTETS
    while len(octets) - at > room:
        cut = at + room
        # A continuation octet is 10xxxxxx: go back to where its character begins.
        while octets[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(octets[at:cut])
        at, room = cut, _OCTETS - 1
    pieces.append(octets[at:])
    return _FOLD.encode().join(pieces).decode()


def _mended(found: re.Match[str]) -> str:
    if _BREAK.fullmatch(found[0]):
        return "\n"
    return " " if found[0] == "\t" else ""
