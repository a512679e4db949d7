"""What every answer says to the browser, and which requests are refused before anything else looks at them."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from training.base.errors import Forbidden, Invalid

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-frame-options": "DENY",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(message: Message, _: Scope) -> None:
    """Put the security headers on every answer, errors included; what a handler set itself stays."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")


class CrossSite(Forbidden):
    """This request came from another website, so nothing was done."""

    code = "cross-site-request"


class WrongContentType(Invalid):
    """The body of this request must be application/json."""

    code = "wrong-content-type"


async def refuse_cross_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse changes asked for by another site's page (fetch metadata, or Origin where a browser lacks it).

    Programs send neither header and carry no ambient cookie, so they pass.
    """
    if connection.scope.get("method") in SAFE_METHODS:
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host", ""):
        raise CrossSite


async def require_json(request: Request[Any, Any, Any]) -> None:
    """Refuse an API body that does not say it is JSON; the framework would parse any body as JSON."""
    if request.method in SAFE_METHODS:
        return
    length = request.headers.get("content-length", "0")
    has_body = length not in ("", "0") or "transfer-encoding" in request.headers
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if has_body and kind != "application/json":
        raise WrongContentType


def client_address(connection: ASGIConnection[Any, Any, Any, Any], trusted: tuple[str, ...] = ()) -> str:
    """The address of the caller. X-Forwarded-For counts only from a proxy we trust: its last hop, ours to believe."""
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for", "")
    if peer in trusted and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return peer
