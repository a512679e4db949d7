"""What a zip says about itself, read without believing it.

The record at the end is read by our own eyes before the library reads the list of files: the library would hold a list
of any length in memory, and would find a zip behind any other bytes.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from training.base.structs import Frozen
from training.materials.rules.contents import GOES_ON, Content, broken, goes_on, unwanted
from training.materials.rules.doubles import Named, doubled
from training.materials.rules.formats import (
    MACROS,
    OTHER_ARCHIVES,
    PROGRAMS,
    ending_of,
    endings_of,
)

MOST_ENTRIES = 5_000
_MOST_LIST = 4_000_000
MOST_UNPACKED = 20_000_000_000
# Up to here anything may be packed as tightly as it likes; above, text is packed 10:1 and only bombs more than 50:1.
_SMALL = 64 << 20
_TIGHTEST = 50
# Larger ones are held to what their list says; unpacking them to make sure would take minutes.
_MOST_TRIED = 1_000_000_000
_LONGEST_PATH = 1_000
_DEEPEST = 12
_STEP = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
# What stands before the bytes of a file, at least.
_LOCAL = 30
_BEFORE = struct.Struct("<4s5H3L2H")
# A second name, in Unicode, that programs show and unpack by in place of the first (Info-ZIP).
_UNICODE_PATH = 0x7075
_UTF8 = 0x800
_UNSAID = re.compile(r"(?:[^\x20-\x7e]|\?)+")
# What runs, as its first bytes tell: for Windows (where more than text follows), Linux and macOS.
_RUNS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")

ENCRYPTED = "This archive is locked with a password, so nobody can look into it here. Pack it without one."
BOMB = "This archive would become enormous when it is unpacked. Pack fewer files, or upload them one by one."
TOO_MANY = f"This archive holds too many files: at most {MOST_ENTRIES}. Make several smaller ones."
ESCAPES = "This archive holds a file whose name leads out of its folder ({name}). Pack the files again without that."
HIDDEN = (
    "This archive holds a file with a second name that says something else than the one that is shown ({name}). Pack"
    " the files again."
)
DEEP = (
    f"This archive holds folders inside folders, more than {_DEEPEST} deep ({{name}}). Put the files into fewer folders"
    " and pack again."
)
LINKS = "This archive holds a link to elsewhere instead of a file ({name}). Pack the file itself."
TWICE = "This archive holds two files of the same name ({name}). Rename one of them and pack again."
ALIKE = (
    "This archive holds two files that have the same name on many computers ({one} and {other}). Rename one of them and"
    " pack again."
)
PROGRAM = "This archive holds a program, a script or a document with macros ({name}). Take it out and pack again."
NESTED = "This archive holds another archive ({name}). Unpack that one and put its files beside the others."
EMPTY = "This archive is empty."
METHOD = "This archive is packed in an unusual way. Pack it as an ordinary .zip."


class Entry(Frozen, frozen=True, kw_only=True):
    """A file in a zip: its path with slashes, its size unpacked and packed, and where it begins. `listed` is what the
    library calls it, where that is something else."""

    path: str
    listed: str = ""
    size: int
    packed: int
    offset: int


class Listed(Frozen, frozen=True, kw_only=True):
    """Where the list of files of a zip is, how many there are, and where the zip ends."""

    count: int
    size: int
    offset: int
    ends: int


def is_zip(content: Content) -> bool:
    """Whether a file begins as a zip does."""
    return content.head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def find_list(content: Content) -> Listed | None:
    """What the record at the end says, when it is possible; None for what is no zip. Also found behind other bytes."""
    at = content.tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if len(content.tail) - at >= _END.size:
            found = _read_end(content, content.tail_at + at, content.tail[at : at + _END.size])
            if found is not None:
                return found
        at = content.tail.rfind(b"PK\x05\x06", 0, at)
    return None


def _read_end(content: Content, place: int, record: bytes) -> Listed | None:
    _, disk, first, here, count, size, offset, comment = _END.unpack(record)
    ends = place
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, offset):
        wide = _read_wide(content, place)
        if wide is None:
            return None
        ends, here, count, size, offset = wide
    possible = disk in (0, 0xFFFF) and first in (0, 0xFFFF) and here == count and size <= ends
    begins = content.at(ends - size, 4) if possible and count else b""
    if not possible or (count and begins != b"PK\x01\x02") or place + _END.size + comment > content.size:
        return None
    at = offset if ends - size == offset else -1
    return Listed(count=count, size=size, offset=at, ends=place + _END.size + comment)


def _read_wide(content: Content, place: int) -> tuple[int, int, int, int, int] | None:
    pointer = content.at(max(0, place - _END64_PLACE.size), _END64_PLACE.size)
    if not pointer.startswith(b"PK\x06\x07"):
        return None
    _, _, at, disks = _END64_PLACE.unpack(pointer)
    if disks > 1 or at + _END64.size > place:
        return None
    record = content.at(at, _END64.size)
    if not record.startswith(b"PK\x06\x06"):
        return None
    _, _, _, _, _, _, here, count, size, offset = _END64.unpack(record)
    return at, here, count, size, offset


def read_entries(content: Content) -> tuple[Entry, ...]:
    """The files of a zip, folders left out, in the order in which they lie. Raises NotAccepted for whatever could harm
    somebody who unpacks it: bombs, names that escape, links, doubles, locks, files that overlap.
    """
    listed = find_list(content)
    if listed is None or listed.offset < 0:
        raise broken()
    if goes_on(content.at(listed.ends, content.size - listed.ends)):
        raise unwanted(GOES_ON)
    if listed.count == 0:
        raise unwanted(EMPTY)
    if listed.count > MOST_ENTRIES or listed.size > _MOST_LIST:
        raise unwanted(TOO_MANY)
    infos = _listed(content)
    if len(infos) != listed.count:
        raise broken()
    for info in infos:
        _check_info(info)
    entries = tuple(_entry(info) for info in infos if not info.is_dir())
    _check_places(infos, listed)
    _check_sizes(entries, content.size)
    _check_doubles([_check_names(info, content) for info in infos])
    if not entries:
        raise unwanted(EMPTY)
    return tuple(sorted(entries, key=lambda entry: entry.offset))


def _listed(content: Content) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(content.file) as opened:
            return opened.infolist()
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        EOFError,
        OSError,
        struct.error,
        RuntimeError,
    ) as error:
        raise broken() from error


def _entry(info: zipfile.ZipInfo) -> Entry:
    path, sizes = _read_name(info, info.filename), {"size": info.file_size, "packed": info.compress_size}
    return Entry(path=path, listed=info.filename, offset=info.header_offset, **sizes)


def _read_name(info: zipfile.ZipInfo, name: str) -> str:
    """The name as it was meant, or at least as it is listed. Both have the same folders and the same plain letters."""
    meant = _meant(info, name)
    return name if meant is None else meant


def _meant(info: zipfile.ZipInfo, name: str) -> str | None:
    """The name as it was meant: packers of Linux write UTF-8 without saying so, and hardly any name of another coding
    happens to be that. None where it is one, and nobody knows which."""
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return None


def _check_info(info: zipfile.ZipInfo) -> None:
    name = _read_name(info, info.orig_filename)
    shown = _shown(name)
    if info.flag_bits & _ENCRYPTED:
        raise unwanted(ENCRYPTED)
    if info.compress_type not in _METHODS:
        raise unwanted(METHOD)
    if len(name.rstrip("/").split("/")) > _DEEPEST + 1:
        raise unwanted(DEEP.format(name=shown))
    if _escapes(name):
        raise unwanted(ESCAPES.format(name=shown))
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise unwanted(LINKS.format(name=shown))
    if info.is_dir() and info.file_size:
        raise broken()


def _check_names(info: zipfile.ZipInfo, content: Content) -> Named:
    """Every name that an entry has says the same: in the list, before its bytes, and in what goes with either."""
    before = content.at(info.header_offset, _BEFORE.size)
    if len(before) < _BEFORE.size or not before.startswith(b"PK\x03\x04"):
        raise broken()
    *_, length, more = _BEFORE.unpack(before)
    rest = content.at(info.header_offset + _BEFORE.size, length + more)
    own = _name_bytes(info)
    seconds = (*_second_names(info.extra), *_second_names(rest[length:]))
    if rest[:length] != own or any(second != own and not _is_recoded(info, second) for second in seconds):
        raise unwanted(HIDDEN.format(name=_shown(_read_name(info, info.orig_filename))))
    more = tuple(second.decode() for second in seconds if second != own)
    return Named(listed=info.filename, meant=_meant(info, info.filename), more=more)


def _name_bytes(info: zipfile.ZipInfo) -> bytes:
    """The name of an entry as it stands in the list."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _second_names(extra: bytes) -> Iterator[bytes]:
    """The names in Unicode among what goes with an entry."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH:
            # A version and the sum of the first name stand before it. Not every program looks at them.
            yield extra[9 : 4 + size]
        extra = extra[4 + size :]


def _is_recoded(info: zipfile.ZipInfo, second: bytes) -> bool:
    """Whether the name in Unicode is what the other one could not say: in a coding of long ago nobody knows which
    letters were meant, but folders and ending are plain; where it wrote question marks, all else is."""
    try:
        said = second.decode()
    except UnicodeDecodeError:
        return False
    name = info.orig_filename
    if info.flag_bits & _UTF8 or _escapes(said) or said.count("/") != name.count("/"):
        return False
    if name.isascii():
        return _UNSAID.sub("?", said) == _UNSAID.sub("?", name)
    return endings_of(said) == endings_of(name)


def _escapes(name: str) -> bool:
    parts = name.rstrip("/").split("/")
    plain = all(part not in ("", ".", "..") and part.strip(". ") for part in parts)
    odd = any(unicodedata.category(char) in ("Cc", "Cs") for char in name)
    return not plain or odd or len(name) > _LONGEST_PATH or "\\" in name or bool(_DRIVE.match(name))


def _shown(name: str) -> str:
    """A name in a sentence: short, and without what would break the sentence."""
    return "".join(char if char.isprintable() else "�" for char in name)[:80]


def _check_doubles(names: Sequence[Named]) -> None:
    both = doubled(names)
    if both is not None:
        one, other = map(_shown, both)
        raise unwanted(TWICE.format(name=one) if one == other else ALIKE.format(one=one, other=other))


def _check_places(infos: Sequence[zipfile.ZipInfo], listed: Listed) -> None:
    """Every file has its own bytes: overlapping ones are how a small archive holds the same gigabytes many times."""
    free = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < free:
            raise unwanted(BOMB)
        free = info.header_offset + _LOCAL + len(info.orig_filename) + info.compress_size
        if free > listed.offset:
            raise broken()


def _check_sizes(entries: Sequence[Entry], size: int) -> None:
    whole = sum(entry.size for entry in entries)
    if whole > MOST_UNPACKED or whole > max(_SMALL, size * _TIGHTEST):
        raise unwanted(BOMB)


def check_archive(content: Content, entries: Sequence[Entry]) -> None:
    """An archive that is handed out as it is: no programs, no archives in it, and it holds what its list says."""
    for entry in entries:
        ending = ending_of(entry.path)
        if endings_of(entry.path) & (PROGRAMS | MACROS | {"one"}):
            raise unwanted(PROGRAM.format(name=_shown(entry.path)))
        if ending == "zip" or ending in OTHER_ARCHIVES:
            raise unwanted(NESTED.format(name=_shown(entry.path)))
    if sum(entry.size for entry in entries) <= _MOST_TRIED:
        check_whole(content, entries)


def check_whole(content: Content, entries: Sequence[Entry]) -> None:
    """Unpack everything into nothing. Raises NotAccepted for what is damaged, or other than its list says, or a zip
    under another name.
    """
    with zipfile.ZipFile(content.file) as opened:
        for entry in entries:
            first = True
            for piece in unpacked(opened, entry):
                if first and piece.startswith(b"PK\x03\x04") and not _packed_itself(entry.path):
                    raise unwanted(NESTED.format(name=_shown(entry.path)))
                if first and _runs(piece):
                    raise unwanted(PROGRAM.format(name=_shown(entry.path)))
                first = False


def _runs(piece: bytes) -> bool:
    """Whether it begins as a program does, whatever it is called. Two letters alone could be somebody's."""
    return piece.startswith(_RUNS) or (piece.startswith(b"MZ") and b"\0" in piece[:64])


def _packed_itself(path: str) -> bool:
    return ending_of(path) in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub")


def unpacked(opened: zipfile.ZipFile, entry: Entry) -> Iterator[bytes]:
    """The bytes of one file of a zip, piece by piece. Raises NotAccepted when they are not what its list says."""
    got = 0
    try:
        with opened.open(entry.listed or entry.path) as file:
            while piece := file.read(_STEP):
                got += len(piece)
                if got > entry.size:
                    raise broken()
                yield piece
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, KeyError) as error:
        raise broken() from error
    if got != entry.size:
        raise broken()
