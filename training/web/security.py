"""What every answer says to the browser, and which requests are refused before anything else looks at them."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from training.base.errors import Forbidden, Invalid

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
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
_LOADED = ("img-src 'self' data:", "media-src 'self'", "frame-src 'self'")
# A year, as browsers ask for; this host alone, because nothing is known here about its neighbours.
STRICT_TRANSPORT = "max-age=31536000"
_OF_BODY = frozenset({b"content-type", b"content-length", b"content-encoding"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def policy_with(origin: str) -> str:
    """The policy of pages, with one other origin ("" for none) that pictures, sound, video and documents come from.

    Nothing else comes from there, and nothing is sent there.
    """
    if not origin:
        return POLICY
    return "; ".join(f"{part} {origin}" if part in _LOADED else part for part in POLICY.split("; "))


async def add_headers(message: Message, scope: Scope) -> None:
    """Put the security headers on every answer, errors included; what a handler set itself stays.

    Whoever is reached by https never comes by http again for a year, and no cookie goes there.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    headers.setdefault("content-security-policy", scope["litestar_app"].state.policy)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if scope["litestar_app"].state.site.secure:
        headers.setdefault("strict-transport-security", STRICT_TRANSPORT)
        message["headers"] = [(name, _by_https(name, value)) for name, value in message["headers"]]
    allowed = headers.get("allow", "").split(", ")
    if "GET" in allowed and "HEAD" not in allowed:
        # The framework does not know that `at_the_door` stands before it.
        headers["allow"] = ", ".join(sorted([*allowed, "HEAD"]))


def _by_https(name: bytes, value: bytes) -> bytes:
    plain = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return value + b"; Secure" if plain else value


def at_the_door(app: ASGIApp) -> ASGIApp:
    """What the framework gets wrong before it knows the route.

    HEAD is answered wherever GET is: the same status and headers without the body; the framework would answer 405.
    A reader who has the present version already (If-None-Match) gets 304, whatever the handler.
    OPTIONS tells every method of an address; the framework leaves some out and fails behind a guard.
    A Host whose port is no port is refused (400); the framework would trip over it wherever an address is made.
    """

    async def enter(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if any(name == b"host" and not _is_host(value) for name, value in scope["headers"]):
            # What the framework does see is wrong, it refuses in our words.
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [*others, (b"host", b"/")]
        known = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
        if known and scope["method"] in ("GET", "HEAD"):
            send = _unless_known(send, known.decode("latin-1"))
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
            # For whoever would read gigabytes for nothing.
            scope["headers_only"] = True
            await app(scope, receive, _without_body(send))
        elif scope["method"] == "OPTIONS":
            # A method that nothing takes: the refusal names the ones that are taken, whoever asks.
            scope["method"] = "-"
            await app(scope, receive, _without_body(_as_options(send)))
        else:
            await app(scope, receive, send)

    return enter


def _is_host(value: bytes) -> bool:
    try:
        parts = urlsplit(f"//{value.decode('ascii')}")
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _as_options(send: Send) -> Send:
    async def send_options(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            message["status"] = 204
            message["headers"] = [(k, v) for k, v in message["headers"] if k not in _OF_BODY]
        await send(message)

    return send_options


def _unless_known(send: Send, known: str) -> Send:
    """The whole answer, or 304 without a body when its ETag is among the `known` ones."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    silent: list[bool] = []

    async def send_unless_known(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            etag = dict(message["headers"]).get(b"etag", b"").decode("latin-1")
            if etag and etag in tags:
                silent.append(True)
                message["status"] = 304
                message["headers"] = [(k, v) for k, v in message["headers"] if k not in _OF_BODY]
        elif silent and message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_unless_known


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body"):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head


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
    if origin is not None and not _ours(origin, connection):
        raise CrossSite


def _ours(origin: str, connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether an Origin is this installation: its base address, or the very address that was called by number.

    A Host that is a name proves nothing, because whoever owns a name can point it at us.
    """
    try:
        parts, base = urlsplit(origin), urlsplit(connection.app.state.site.base_url)
    except ValueError:
        return False
    if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
        return True
    by_number = parts.hostname == "localhost" or _is_address(parts.hostname or "")
    return by_number and parts.netloc == connection.headers.get("host")


@lru_cache(maxsize=4096)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


async def require_json(request: Request[Any, Any, Any]) -> None:
    """Refuse an API body that does not say it is JSON; the framework would parse any body as JSON.

    A handler that reads its body itself says what it `takes` in its `opt`.
    """
    if request.method in SAFE_METHODS:
        return
    length = request.headers.get("content-length", "0")
    has_body = length not in ("", "0") or "transfer-encoding" in request.headers
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if has_body and kind not in request.route_handler.opt.get("takes", ("application/json",)):
        raise WrongContentType


def client_address(connection: ASGIConnection[Any, Any, Any, Any], trusted: tuple[str, ...] = ()) -> str:
    """The address of the caller.

    X-Forwarded-For counts only when a proxy we trust (an address, or a network such as 10.0.0.0/8) handed it to us,
    and only as far as trusted proxies wrote it: the last hop that is none of them is the caller.
    """
    peer = connection.client.host if connection.client else ""
    if not _trusts(trusted, peer):
        return peer
    hops = [hop.strip() for line in connection.headers.getall("x-forwarded-for", []) for hop in line.split(",")]
    for hop in reversed(hops):
        if not _is_address(hop):
            return peer
        peer = hop
        if not _trusts(trusted, hop):
            break
    return peer


@lru_cache(maxsize=4096)
def _trusts(trusted: tuple[str, ...], address: str) -> bool:
    """Whether an address is one of the trusted proxies. Raises ValueError for a proxy that is no address."""
    return _is_address(address) and any(ip_address(address) in ip_network(proxy, strict=False) for proxy in trusted)
