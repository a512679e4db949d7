"""CalDAV at the door: a small ASGI application before the other one. It reads; whatever writes is refused."""

from typing import Any
from urllib.parse import quote

import structlog
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Send

from training.base.database import Busy
from training.base.errors import Unavailable, trace_of
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.feeds.dav.busy import free_busy
from training.feeds.dav.entrance import enter
from training.feeds.dav.finding import find, read_search
from training.feeds.dav.holdings import Held
from training.feeds.dav.names import Refusal, Report, dav
from training.feeds.dav.paths import ROOT, WELL_KNOWN, Kind, Place, place_of
from training.feeds.dav.properties import CONTENT_TYPE
from training.feeds.dav.reading import MOST_BODY, Node, check_type, read_xml
from training.feeds.dav.reports import Asked, answer, readable
from training.feeds.dav.writing import MEDIA_TYPE, element, error, href
from training.feeds.rules.conditions import Conditions, Verdict, date_line, judged
from training.web.limits import Limits
from training.web.security import HEADERS, STRICT_TRANSPORT, client_address

log = structlog.get_logger()

READING = ("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT")
WRITING = frozenset(
    "PUT POST PATCH DELETE PROPPATCH MKCOL MKCALENDAR MOVE COPY LOCK UNLOCK ACL BIND UNBIND REBIND ORDERPATCH".split()
)
ALLOWED = ", ".join(READING)
# No locks and no scheduling: nothing is announced that is not done. Class 3 is the wording of RFC 4918.
CLASSES = "1, 3, calendar-access"
_ABOUT = "This address is for calendar programs (CalDAV). Your devices and how to set them up: /account/devices\n"
_CHALLENGE = 'Basic realm="Calendars: e-mail address and device password", charset="UTF-8"'


class Answer(Frozen, frozen=True, kw_only=True):
    """What goes back."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


class _Gone(Exception):
    """Whoever asked went away in the middle of the request."""


class CalDav:
    """Answers below /dav/ and the well-known address; hands everything else on.

    Every request says anew who reads (an e-mail address and a device password), and rights are judged anew.
    """

    def __init__(self, app: ASGIApp, *, works: Works, limits: Limits, trusted: tuple[str, ...] = ()) -> None:
        self._app = app
        self._works = works
        self._limits = limits
        self._trusted = trusted

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path.startswith(ROOT) or path in (ROOT.rstrip("/"), WELL_KNOWN)):
            await self._app(scope, receive, send)
            return
        try:
            found = await self._answer(_Request(scope, receive), path)
        except _Gone:
            return
        except Refusal as refusal:
            found = _refused(refusal, path)
        except (Unavailable, Busy):
            found = _refused(Refusal(503, wait=2), path)
        except Exception as fault:  # noqa: BLE001 - the last one to catch; what it was goes to the log
            log.error("unexpected", error=type(fault).__name__, path=path[:200], trace=trace_of(fault))
            found = _refused(Refusal(500), path)
        await self._send(scope, send, found)

    async def _answer(self, request: "_Request", path: str) -> Answer:
        if path == WELL_KNOWN:
            return Answer(status=301, headers={"location": ROOT, "cache-control": "public, max-age=3600"})
        if request.method == "OPTIONS":
            # The same for every address, so it tells nobody anything; some programs ask before they sign in.
            return Answer(status=200, headers={"allow": ALLOWED, "dav": CLASSES})
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(request.scope)
        viewer = await enter(
            self._works,
            self._limits,
            header=request.header("authorization"),
            client=client_address(connection, self._trusted),
            user_agent=request.header("user-agent"),
        )
        if request.method in WRITING:
            raise Refusal(403, dav("need-privileges"), inside=_needed(path))
        if request.method not in READING:
            raise Refusal(405)
        place = place_of(path)
        if place is None or place.person_id not in (None, viewer.person_id):
            raise Refusal(404)
        return await self._read(request, place, viewer)

    async def _read(self, request: "_Request", place: Place, viewer: Viewer) -> Answer:
        if request.method in ("GET", "HEAD"):
            return await self._get(request, place, viewer)
        node, minimal = await request.xml(), request.minimal
        if request.method == "PROPFIND":
            depth = request.header("depth").strip().lower()
            body = await find(self._works, read_search(place, viewer, depth, node, minimal=minimal))
        elif node is None:
            raise Refusal(400)
        elif node.name == Report.FREE_BUSY:
            busy = await free_busy(self._works, Asked(place=place, viewer=viewer, node=node, minimal=minimal))
            return Answer(status=200, body=busy, headers={"content-type": "text/calendar; charset=utf-8"})
        else:
            body = await answer(self._works, Asked(place=place, viewer=viewer, node=node, minimal=minimal))
        headers = {"content-type": MEDIA_TYPE, "dav": CLASSES, "vary": "Brief, Prefer"}
        return Answer(status=207, body=body, headers=headers)

    async def _get(self, request: "_Request", place: Place, viewer: Viewer) -> Answer:
        if place.kind is Kind.ENTRY:
            contents = await readable(self._works, viewer, place)
            return _entry(contents.held[place.uid], request.conditions)
        if place.kind is Kind.CALENDAR:
            await readable(self._works, viewer, place)
        return Answer(status=200, body=_ABOUT.encode(), headers={"content-type": "text/plain; charset=utf-8"})

    async def _send(self, scope: Any, send: Send, found: Answer) -> None:
        headers = HEADERS | {"cache-control": "no-store", "x-robots-tag": "noindex"} | found.headers
        if self._works.site.secure:
            headers["strict-transport-security"] = STRICT_TRANSPORT
        if found.status != 304:
            headers["content-length"] = str(len(found.body))
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": found.status, "headers": raw})
        body = b"" if scope["method"] == "HEAD" else found.body
        await send({"type": "http.response.body", "body": body, "more_body": False})


class _Request:
    """One request, its headers and its body."""

    def __init__(self, scope: Any, receive: Receive) -> None:
        self.scope = scope
        self.method = str(scope["method"]).upper()
        self._receive = receive
        self._headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            text = value.decode("latin-1")
            self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def header(self, name: str) -> str:
        """A header; empty without one."""
        return self._headers.get(name, "")

    @property
    def conditions(self) -> Conditions:
        """The conditional headers."""
        return Conditions(
            if_match=self._headers.get("if-match"),
            if_none_match=self._headers.get("if-none-match"),
            if_modified_since=self._headers.get("if-modified-since"),
            if_unmodified_since=self._headers.get("if-unmodified-since"),
        )

    @property
    def minimal(self) -> bool:
        """Whether the program wants nothing told about what is not there (RFC 8144)."""
        return "return=minimal" in self.header("prefer").replace(" ", "") or self.header("brief").lower() == "t"

    async def xml(self) -> Node | None:
        """The body, read; None for an empty one. Raises Refusal: 413 as soon as it is too large, 415, 400."""
        length = self.header("content-length").strip()
        if length.isascii() and length.isdigit() and (len(length) > 9 or int(length) > MOST_BODY):
            raise Refusal(413)
        body = bytearray()
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            body += message.get("body", b"")  # type: ignore[arg-type]
            more = bool(message.get("more_body"))
            if len(body) > MOST_BODY:
                raise Refusal(413)
        if not body.strip():
            return None
        check_type(self.header("content-type"), self.header("content-encoding"))
        return read_xml(bytes(body))


def _needed(path: str) -> str:
    address = quote(path[:400], errors="replace")
    return element(dav("resource"), href(address), element(dav("privilege"), element(dav("write"))))


def _entry(one: Held, conditions: Conditions) -> Answer:
    headers = {
        "etag": one.etag,
        "last-modified": date_line(one.entry.stamp),
        "cache-control": "private, no-cache",
        "content-type": CONTENT_TYPE,
    }
    # The date is that of the last change an attendee sees; a text around it may have changed since, so the tag decides.
    verdict = judged(conditions, one.etag, None)
    if verdict is Verdict.NOT_MODIFIED:
        return Answer(status=304, headers=headers)
    if verdict is Verdict.FAILED:
        return Answer(status=412, headers=headers)
    return Answer(status=200, body=one.data, headers=headers)


def _refused(refusal: Refusal, path: str) -> Answer:
    headers = {"content-type": MEDIA_TYPE}
    if refusal.status == 401:
        headers["www-authenticate"] = _CHALLENGE
    if refusal.wait:
        headers["retry-after"] = str(refusal.wait)
    if refusal.status in (403, 405) and path.startswith(ROOT):
        headers |= {"allow": ALLOWED, "dav": CLASSES}
    if refusal.status == 413:
        # What is still on its way will not be read.
        headers["connection"] = "close"
    return Answer(status=refusal.status, body=error(refusal), headers=headers)
