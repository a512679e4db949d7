"""What a file is, judged by its content: the first bytes say what it claims to be, its structure whether that is true.

The name decides nothing but which kind of plain text it is. Whatever claims to be two things at once is refused, or is
handed out as the one that was judged and as nothing else.
"""

from collections.abc import Callable
from typing import BinaryIO

import puremagic

from training.materials.rules.contents import BROKEN, GOES_ON, Content, broken, goes_on, unwanted
from training.materials.rules.formats import (
    FORMATS,
    NO_ARCHIVE,
    NO_PROGRAM,
    UNKNOWN,
    Format,
    check_name,
    known_format,
    refusal_of,
)
from training.materials.rules.office import LOCKED, document_format
from training.materials.rules.pictures import check_gif, check_jpeg, check_png, check_webp
from training.materials.rules.recordings import (
    check_boxes,
    check_flac,
    check_mp3,
    check_ogg,
    check_wav,
    check_webm,
)
from training.materials.rules.words import check_words, is_text
from training.materials.rules.zips import check_archive, find_list, is_zip, read_entries

TWO_THINGS = (
    "There is an archive hidden behind the end of this file. Save it again with the program it comes from, and upload "
    "that."
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED_OLE = "EncryptedPackage".encode("utf-16-le")


def judge(name: str, file: BinaryIO, size: int) -> Format:
    """The format of a file. Raises NotAccepted with a sentence that says what can be done instead.

    It reads here and there, in the thread of whoever asks, and holds no more than about a megabyte.
    """
    if size <= 0:
        raise unwanted("This file is empty.")
    check_name(name)
    content = Content(file, size)
    try:
        found = _zipped(content) if is_zip(content) else _plain(content, name)
    except (RecursionError, OverflowError, IndexError, UnicodeDecodeError) as error:
        raise broken() from error
    return found


def _zipped(content: Content) -> Format:
    entries = read_entries(content)
    found = document_format(content, entries)
    if found is None:
        check_archive(content, entries)
        return FORMATS["zip"]
    return found


def _plain(content: Content, name: str) -> Format:
    for begins, check in _SIGNATURES:
        if begins(content.head):
            found = check(content, name)
            break
    else:
        found = _neither(content, name)
    if find_list(content) is not None:
        raise unwanted(TWO_THINGS)
    return found


def _neither(content: Content, name: str) -> Format:
    """Text, or nothing that we know: then the library names it, so that the sentence can help."""
    if is_text(content):
        return check_words(content, name)
    if content.head.startswith(_OLE):
        whole = content.head + content.tail
        raise unwanted(LOCKED if _PACKED_OLE in whole else refusal_of("doc"))
    for ending in _named(content.head):
        if sentence := refusal_of(ending):
            raise unwanted(sentence)
    raise unwanted(BROKEN if known_format(name) else UNKNOWN)


def _named(head: bytes) -> list[str]:
    """The endings that the library knows for these first bytes, the surest first."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []
    return [match.extension.lstrip(".") for match in matches if match.confidence >= 0.2]


def _check_pdf(content: Content, _: str) -> Format:
    if b"%%EOF" not in content.tail or b"startxref" not in content.tail:
        raise broken()
    if goes_on(content.tail.rpartition(b"%%EOF")[2]) and find_list(content) is None:
        raise unwanted(GOES_ON)
    return FORMATS["pdf"]


def _only(ending: str, check: Callable[[Content], object]) -> Callable[[Content, str], Format]:
    def checked(content: Content, _: str) -> Format:
        check(content)
        return FORMATS[ending]

    return checked


def _refused(sentence: str) -> Callable[[Content, str], Format]:
    def refuse(_: Content, __: str) -> Format:
        raise unwanted(sentence)

    return refuse


def _is(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(starts)


def _has_frame(head: bytes) -> bool:
    return head.startswith(b"ID3") or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == kind


_SIGNATURES: tuple[tuple[Callable[[bytes], bool], Callable[[Content, str], Format]], ...] = (
    (_is(b"%PDF-"), _check_pdf),
    (_is(b"\x89PNG\r\n\x1a\n"), _only("png", check_png)),
    (_is(b"\xff\xd8\xff"), _only("jpg", check_jpeg)),
    (_is(b"GIF87a", b"GIF89a"), _only("gif", check_gif)),
    (_riff(b"WEBP"), _only("webp", check_webp)),
    (_riff(b"WAVE"), _only("wav", check_wav)),
    (_is(b"fLaC"), _only("flac", check_flac)),
    (_is(b"OggS"), _only("ogg", check_ogg)),
    (_is(b"\x1aE\xdf\xa3"), lambda content, _: check_webm(content)),
    (lambda head: head[4:8] == b"ftyp", check_boxes),
    (_has_frame, _only("mp3", check_mp3)),
    (_is(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa"), _refused(NO_PROGRAM)),
    (_is(b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _refused(NO_ARCHIVE)),
)
