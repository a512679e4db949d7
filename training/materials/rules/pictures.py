"""Whether a picture is one from its first byte to its last: what stands behind it could be something else."""

import struct

from training.materials.rules.contents import Content, broken, unwanted

# A small file can be a picture that fills the memory of every telephone.
_MOST_POINTS = 100_000_000
TOO_WIDE = "This picture has more than 100 million points. Make it smaller, and upload that."
# Real pictures have some thousand pieces; more only keep whoever counts them.
_MOST_PIECES = 500_000
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def check_png(content: Content) -> None:
    """Raise NotAccepted for a PNG that ends too early, or is not over where it ends."""
    at, kind, pieces = 8, b"", _Pieces()
    while kind != b"IEND":
        pieces.count()
        length, kind = struct.unpack(">L4s", content.exactly(at, 8))
        if (at == 8) != (kind == b"IHDR") or not kind.isalpha():
            raise broken()
        if kind == b"IHDR":
            _check_points(*struct.unpack(">LL", content.exactly(at + 8, 8)))
        at += 12 + length
    _check_end(content, at)


def check_gif(content: Content) -> None:
    """The same for a GIF."""
    width, height, flags = struct.unpack("<HHB", content.exactly(6, 5))
    _check_points(width, height)
    at, pieces = 13 + _colours(flags), _Pieces()
    while (mark := content.exactly(at, 1)) != b";":
        if mark == b"!":
            at = _blocks(content, at + 2, pieces)
        elif mark == b",":
            flags = content.exactly(at + 9, 1)[0]
            at = _blocks(content, at + 11 + _colours(flags), pieces)
        else:
            raise broken()
    _check_end(content, at + 1)


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class _Pieces:
    """How many pieces a picture has had so far."""

    def __init__(self) -> None:
        self.left = _MOST_PIECES

    def count(self) -> None:
        """One more. Raises NotAccepted when that is too many."""
        self.left -= 1
        if self.left < 0:
            raise broken()


def _blocks(content: Content, at: int, pieces: _Pieces) -> int:
    pieces.count()
    while length := content.exactly(at, 1)[0]:
        pieces.count()
        at += length + 1
    return at + 1


def check_jpeg(content: Content) -> None:
    """Raise NotAccepted for a JPEG without a picture, or cut off. Cameras put more behind it, so that may stand."""
    at, framed, mark, pieces = 2, False, 0, _Pieces()
    while mark != 0xDA:
        pieces.count()
        start, mark = content.exactly(at, 2)
        if start != 0xFF:
            raise broken()
        if mark == 0xFF:
            at += 1
            continue
        length = int.from_bytes(content.exactly(at + 2, 2))
        if mark in _JPEG_FRAMES:
            framed = True
            height, width = struct.unpack(">HH", content.exactly(at + 5, 4))
            _check_points(width, height)
        at += 2 + length
    if not framed or b"\xff\xd9" not in content.tail:
        raise broken()


def check_webp(content: Content) -> None:
    """Raise NotAccepted for a WebP that is not whole, or is not over where it ends."""
    said = int.from_bytes(content.exactly(4, 4), "little") + 8
    if content.exactly(12, 4) not in (b"VP8 ", b"VP8L", b"VP8X") or said > content.size:
        raise broken()
    _check_end(content, said)


def _check_points(width: int, height: int) -> None:
    if not width or not height:
        raise broken()
    if width * height > _MOST_POINTS:
        raise unwanted(TOO_WIDE)


def _check_end(content: Content, at: int) -> None:
    """Nothing but padding behind the end."""
    if at > content.size or content.size - at > 64 or content.at(at, 64).strip(b"\0\r\n"):
        raise broken()
