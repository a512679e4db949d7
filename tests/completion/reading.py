"""What is on paper, read back: the words by pypdf, the QR code by zxing."""

import io
import struct
import zlib

import pypdf
import zxingcpp


def opened(pdf: bytes) -> pypdf.PdfReader:
    """The document."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    """All its words, with single blanks between them."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).split())


def code_of(png: bytes) -> str:
    """What the one QR code in a picture says."""
    (found,) = zxingcpp.read_barcodes(_grey(png))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def _grey(png: bytes) -> memoryview:
    """The green of each point of a picture in RGBA without interlacing, as Typst writes them."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    grey, above = bytearray(), bytes(width)
    raw, stride = zlib.decompress(data), 4 * width + 1
    for row in range(height):
        line = raw[row * stride : (row + 1) * stride]
        above = _unfiltered(line[0], line[2::4], above)
        grey += above
    return memoryview(bytes(grey)).cast("B", (height, width))


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """One channel of one line; filters look only at the same channel of neighbours."""
    if kind == 0:
        return line
    if kind == 2:
        return bytes((one + over) & 255 for one, over in zip(line, above, strict=True))
    found, left, corner = bytearray(), 0, 0
    for one, over in zip(line, above, strict=True):
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + over) // 2
        else:
            base = left + over - corner
            guess = min((abs(base - left), 0, left), (abs(base - over), 1, over), (abs(base - corner), 2, corner))[2]
        left, corner = (one + guess) & 255, over
        found.append(left)
    return bytes(found)
