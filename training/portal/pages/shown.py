"""In which zone a page shows its times, and which other small things an address may carry."""

import re
from typing import Any

from litestar import Request

from training.base.structs import Viewer
from training.base.zones import zone_named

ZONE_COOKIE = "zone"
YEAR = 365 * 24 * 3600
_NOT_IN_CODES = re.compile(r"[^0-9A-Z-]")


def shown_zone(request: Request[Any, Any, Any], asked: str = "") -> str:
    """The zone to show first: the viewer's own, or what a visitor chose; '' means each session's own zone."""
    viewer: Viewer = request.user
    if viewer.signed_in:
        return viewer.zone
    chosen = (asked, request.cookies.get(ZONE_COOKIE, ""))
    return next((name for name in chosen if zone_named(name)), "")


def typed_code(text: str) -> str:
    """An access code as we write it, from however somebody typed it: 'kx7m rt4p' -> 'KX7M-RT4P'."""
    plain = _NOT_IN_CODES.sub("", text.upper().replace(" ", ""))[:20]
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == 8 and "-" not in plain else plain
