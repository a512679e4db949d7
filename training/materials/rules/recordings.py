"""Whether sound and video are what they begin as, whole, and nothing else at the end."""

import struct
from collections.abc import Iterator

from training.materials.rules.contents import Content, broken, unwanted
from training.materials.rules.formats import FORMATS, NO_IMAGE, NO_VIDEO, Format, ending_of

# A long video has some thousand boxes; more is no video.
_MOST_BOXES = 20_000
_MOST_BLOCKS = 200
_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_HEARD = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_LARGEST_SIZE = 8


def check_boxes(content: Content, name: str) -> Format:
    """MP4 and its relatives: which of them it is. Raises NotAccepted for what is not whole, or has more behind it."""
    if content.exactly(4, 4) != b"ftyp":
        raise broken()
    length = int.from_bytes(content.exactly(0, 4))
    if not 16 <= length <= 4096:
        raise broken()
    body = content.exactly(8, length - 8)
    brands = {body[:4], *(body[at : at + 4] for at in range(8, len(body), 4))}
    kinds = set(_boxes(content))
    if body[:4] in (b"avif", b"avis") or (body[:4] in (b"mif1", b"msf1") and b"avif" in brands):
        if b"meta" not in kinds:
            raise broken()
        return FORMATS["avif"]
    if body[:4] in _HEIC:
        raise unwanted(NO_IMAGE)
    if b"moov" not in kinds or not kinds & {b"mdat", b"moof"}:
        raise broken()
    if body[:4] == b"qt  ":
        return FORMATS["mov"]
    if body[:4] in (b"M4A ", b"M4B ") or ending_of(name) == "m4a":
        return FORMATS["m4a"]
    return FORMATS["mp4"]


def _boxes(content: Content) -> Iterator[bytes]:
    """The kinds of the outermost boxes, which fill the file without a rest."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at == content.size:
            return
        length, kind = struct.unpack(">L4s", content.exactly(at, 8))
        if length == 1:
            length = int.from_bytes(content.exactly(at + 8, _LARGEST_SIZE))
        elif length == 0 and kind == b"mdat":
            length = content.size - at
        if length < 8 or at + length > content.size or not kind.isascii() or not kind.decode("ascii").isprintable():
            raise broken()
        yield kind
        at += length
    raise broken()


def check_webm(content: Content) -> Format:
    """WebM. Raises NotAccepted for other kinds of the same container, and for what is not whole."""
    head = content.head[:4096]
    length, used = _number(head, 4)
    body = head[4 + used : 4 + used + length]
    if len(body) < length or b"\x42\x82" not in body:
        raise broken()
    if b"\x42\x82\x84webm" not in body:
        raise unwanted(NO_VIDEO)
    at, blocks = 4 + used + length, 0
    while content.exactly(at, 4) != b"\x18\x53\x80\x67":
        blocks += 1
        # Only padding may stand before the segment.
        if content.exactly(at, 1) != b"\xec" or blocks > _MOST_BLOCKS:
            raise broken()
        length, used = _number(content.at(at + 1, 8), 0)
        at += 1 + used + length
    length, used = _number(content.at(at + 4, 8), 0)
    unknown = length == (1 << 7 * used) - 1
    if not unknown and at + 4 + used + length != content.size:
        raise broken()
    return FORMATS["webm"]


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length: its value and how many bytes it takes."""
    first = data[at] if at < len(data) else 0
    used = 9 - first.bit_length()
    if not first or len(data) < at + used:
        raise broken()
    return int.from_bytes(data[at : at + used]) & ~(1 << 7 * used), used


def check_mp3(content: Content) -> None:
    """Raise NotAccepted unless two frames of sound follow the tags, as no other file has them."""
    at, tags = 0, 0
    while content.at(at, 3) == b"ID3":
        tags += 1
        tag = content.exactly(at, 10)
        if any(byte & 0x80 for byte in tag[6:10]) or tags > _MOST_BLOCKS:
            raise broken()
        at += 10 + sum(byte << shift for byte, shift in zip(tag[6:10], (21, 14, 7, 0), strict=True))
    padding = content.at(at, 4096)
    at += len(padding) - len(padding.lstrip(b"\0"))
    _frame(content.exactly(at + _frame(content.exactly(at, 4)), 4))


def _frame(head: bytes) -> int:
    """The length of a frame of MPEG sound, layer III."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sample = head[2] >> 4, head[2] >> 2 & 3
    if head[0] != 0xFF or head[1] < 0xE0 or version == 1 or layer != 1 or rate in (0, 15) or sample == 3:
        raise broken()
    full = version == 3
    bits = _RATES[1 if full else 2][rate] * 1000
    return (144 if full else 72) * bits // _SAMPLES[version][sample] + (head[2] >> 1 & 1)


def check_wav(content: Content) -> None:
    """Raise NotAccepted for a WAV that is not whole, or has more behind it."""
    said = int.from_bytes(content.exactly(4, 4), "little")
    # Programs that write while they record leave the length open.
    left_open = said in (0, 0xFFFFFFFF)
    if content.exactly(8, 4) != b"WAVE" or (not left_open and not 0 <= content.size - said - 8 <= 1):
        raise broken()
    if b"fmt " not in content.head[:65_000] or b"data" not in content.head[:65_000]:
        raise broken()


def check_flac(content: Content) -> None:
    """Raise NotAccepted unless sound follows the descriptions."""
    at, last, blocks = 4, False, 0
    if content.exactly(4, 4)[0] & 0x7F or content.exactly(5, 3) != b"\0\0\x22":
        raise broken()
    while not last:
        block = content.exactly(at, 4)
        blocks += 1
        last = bool(block[0] & 0x80)
        if blocks > _MOST_BLOCKS:
            raise broken()
        at += 4 + int.from_bytes(block[1:])
    sync = content.exactly(at, 2)
    if sync[0] != 0xFF or sync[1] & 0xFC != 0xF8:
        raise broken()


def check_ogg(content: Content) -> None:
    """Raise NotAccepted for what is no sound, or does not end with a page."""
    page = content.exactly(0, 27)
    first = content.at(27 + page[26], 16)
    if page[4] or not page[5] & 2:
        raise broken()
    if not first.startswith(_HEARD):
        raise unwanted(NO_VIDEO)
    at = content.tail.rfind(b"OggS")
    last = content.tail[at:]
    if at < 0 or len(last) < 27 or len(last) != 27 + last[26] + sum(last[27 : 27 + last[26]]):
        raise broken()
