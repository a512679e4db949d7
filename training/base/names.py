"""What a file is called when somebody saves it: a name that no computer misreads. Pure.

Names come from people, in every script. What could make one something else goes: folders, line ends, signs that turn
the direction of the letters, names that mean a device somewhere, and endings that contradict what the file is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

# What file systems and zip programs take everywhere, in bytes of UTF-8.
MOST_BYTES = 200
_MOST_ENDING = 12
_NAMELESS = "file"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
# attr-char of RFC 8187; quote() itself leaves letters, digits and _.-~ as they are.
_ATTR_CHARS = "!#$&+^`|"
# Unassigned and private signs, halves of pairs, and signs that format, except the two joiners that scripts need.
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Cs"})
_LINE_ENDS = frozenset({"Cc", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
# What Unicode lets programs pass over (Default_Ignorable_Code_Point); disks of phones and of older Macs do.
_PASSED_OVER = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ENDS = re.compile(r"[. ]+(?=/|\Z)")


def safe_name(name: str, endings: tuple[str, ...] = ()) -> str:
    """A name to save a file by, at most MOST_BYTES long, never empty.

    `endings` are those that fit what the file is, lower case with their dot; a name with another gets the first one.
    """
    stem, ending = _split(_cleaned(name))
    if endings and ending.lower() not in endings:
        stem, ending = f"{stem}{ending}", endings[0]
    stem = stem.strip(" .") or _NAMELESS
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return _shortened(stem, MOST_BYTES - len(ending.encode())) + ending


def disposition(name: str, *, shown: bool = False) -> str:
    """The value of Content-Disposition (RFC 6266): shown in the page or saved, by this name (see `safe_name`)."""
    exact = quote(name, safe=_ATTR_CHARS)
    return f"{'inline' if shown else 'attachment'}; filename=\"{plain_name(name)}\"; filename*=UTF-8''{exact}"


def plain_name(name: str) -> str:
    """The name in letters that every program and address takes; the ending stays."""
    stem, ending = _split(name)
    plain = _ascii(stem).strip("-._")
    return (plain or _NAMELESS) + _ascii(ending)


def unique(names: Iterable[str]) -> Iterator[str]:
    """The names in their order, numbered where one came before that some disk takes for the same (`on_disk`)."""
    taken: set[str] = set()
    for name in names:
        stem, ending = _split(name)
        found, number = name, 1
        while _folded(found) in taken:
            number += 1
            mark = f" ({number})"
            found = _shortened(stem, MOST_BYTES - len(f"{mark}{ending}".encode())) + mark + ending
        taken.add(_folded(found))
        yield found


def on_disk(path: str) -> str:
    """What two names share that not every disk keeps apart: some take capitals, or ways to compose a letter, for the
    same, pass over signs that nobody sees, or leave off dots and blanks at the end."""
    seen = without_ends(_PASSED_OVER.sub("", path))
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", seen).casefold())


def without_ends(path: str) -> str:
    """The names of a path without dots and blanks at their ends, which Windows leaves off, and without a last slash."""
    return _ENDS.sub("", path).rstrip("/")


def _cleaned(name: str) -> str:
    seen = "".join(_seen(one) for one in name.encode("utf-8", "replace").decode())
    # Composed, because some programs compare byte by byte; not the compatible form, which would change what it says.
    composed = unicodedata.normalize("NFC", seen)
    return " ".join(_FORBIDDEN.sub("_", composed).split()).strip(" .")


def _seen(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _LINE_ENDS:
        return " "
    return sign if category not in _UNSEEN or sign in _JOINERS else ""


def _split(name: str) -> tuple[str, str]:
    """The name and its ending, which is short and made of plain letters and digits; else it is part of the name."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending) > _MOST_ENDING or not (ending.isascii() and ending.isalnum()):
        return name, ""
    return stem, f".{ending}"


def _shortened(text: str, most: int) -> str:
    """As much of it as fits into so many bytes, without half a sign at the end."""
    kept = text.encode()[:most].decode(errors="ignore")
    # A joiner or an accent without the letter that it was for says nothing.
    return kept.rstrip(f" .{_JOINERS}") if kept != text else text


def _ascii(text: str) -> str:
    return _PLAIN.sub("-", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _folded(name: str) -> str:
    # More than disks do: what looks alike is told apart, too.
    return on_disk(unicodedata.normalize("NFKC", on_disk(name)))
