"""QR codes as pictures: SVG for pages, PNG for mails (the only importer of segno). Always dark on light."""

from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup

# Of the four levels the second: a scratched screen or a fold in the paper is survived, and the squares stay large.
_LEVEL = "m"
_QUIET = 4
# Trying all eight patterns for the best one is three quarters of the work. Of what looks like chance, as our tokens do,
# every pattern is as good as the next.
_PATTERN = 3


def make_svg(text: str) -> Markup:
    """The code as markup for a page; it takes the size of what holds it. Without title: what holds it says what it is.

    Raises ValueError for more text than a code holds (2,331 bytes).
    """
    return Markup(_code(text).svg_inline(border=_QUIET, dark="#000", light="#fff", omitsize=True, svgclass="qr"))  # noqa: S704 - numbers only


def make_png(text: str, *, scale: int = 5) -> bytes:
    """The code as PNG, one bit a pixel, `scale` pixels a square, quiet zone included. Raises as `make_svg`."""
    out = BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=_QUIET)
    return out.getvalue()


@lru_cache(maxsize=500)
def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error=_LEVEL, mask=_PATTERN, boost_error=False)
