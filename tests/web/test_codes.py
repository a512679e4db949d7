"""QR codes are read back by a reader of others, whatever stands in them."""

import struct
import zlib
from uuid import UUID

import pytest
import zxingcpp

from training.outbox.rules.scannable import code_token
from training.web.codes import make_png, make_svg

ADDRESS = "https://training.example.org/check-in/" + "Ab-_" * 8


def _pixels(png: bytes) -> memoryview:
    """One bit a pixel, as segno writes it, as grey bytes."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) in ((1, 0), (1, 3))
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    raw, stride = zlib.decompress(data), (width + 7) // 8
    grey, above = bytearray(), bytes(stride)
    for row in range(height):
        start = row * (stride + 1)
        # Filter 0 is the line itself, filter 2 what differs from the line above.
        line = raw[start + 1 : start + 1 + stride]
        if raw[start] == 2:
            line = bytes((one + over) % 256 for one, over in zip(line, above, strict=True))
        grey += bytes(255 if line[x // 8] >> (7 - x % 8) & 1 else 0 for x in range(width))
        above = line
    return memoryview(bytes(grey)).cast("B", (height, width))


@pytest.mark.parametrize("text", [ADDRESS, "HTTP://EXAMPLE.ORG/HERE/482913", "https://example.org/ü"])
def test_a_picture_is_read_back(text: str) -> None:
    (found,) = zxingcpp.read_barcodes(_pixels(make_png(text)))
    assert (found.text, found.format) == (text, zxingcpp.BarcodeFormat.QRCode)


def test_every_token_is_read_back() -> None:
    for number in range(200):
        address = f"https://training.example.org/check-in/{code_token('a key for tests only', 'x', UUID(int=number))}"
        assert [found.text for found in zxingcpp.read_barcodes(_pixels(make_png(address)))] == [address]


def test_a_mail_grows_by_less_than_a_kilobyte() -> None:
    assert len(make_png(ADDRESS)) < 1000


def test_a_page_needs_no_style_and_no_script_for_it() -> None:
    svg = make_svg(ADDRESS)
    assert svg.startswith("<svg")
    assert 'viewBox="' in svg
    assert "style" not in svg
    assert "script" not in svg
    assert ADDRESS not in svg


def test_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        make_png("x" * 5000)
