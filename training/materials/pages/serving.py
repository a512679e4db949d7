"""Where files are handed out, answered before the framework begins: no cookie is read or set, no page is made.

It streams from the storage and holds a piece at a time; whoever hangs up ends the reading. A ticket (`rules.tickets`)
says which file for whom, and is judged anew at every request. Where files have a host of their own, that host answers
nothing else, and the host of the pages hands out no file. What is unknown, over, mangled or not for its holder any more
gets the very same answer.
"""

import contextlib
from collections.abc import AsyncGenerator
from html import escape
from typing import Any, cast

import structlog
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.types import Receive, Send

from training.base.database import Busy
from training.base.errors import TooMany, TrainingError, Unavailable, trace_of
from training.base.site import Site
from training.base.structs import Frozen
from training.materials.queries.holders import find_bearer, find_held
from training.materials.queries.showing import FileSeen
from training.materials.rules.handing import files_host, guarded, headers_of
from training.materials.rules.ranges import Asked, Span, Verdict, judge
from training.materials.rules.storages import file_key
from training.materials.rules.tickets import FILES_PATH, Ticket, read_ticket
from training.materials.storage.keeping import Storage
from training.people.rules import client_group
from training.web.limits import Limits, TooManyOpen
from training.web.pouring import pour
from training.web.security import STRICT_TRANSPORT, client_address

log = structlog.get_logger()

ALLOWED = "GET, HEAD, OPTIONS"
_HEALTH = "/health/"
_BUSY_SECONDS = 2
_CONDITIONS = {b"range": "range", b"if-range": "if_range", b"if-match": "if_match", b"if-none-match": "if_none_match"}
_OF_PARTS = frozenset({b"range", b"if-range"})
_STATUS = {Verdict.WHOLE: 200, Verdict.PART: 206, Verdict.KNOWN: 304, Verdict.BEYOND: 416, Verdict.CHANGED: 412}
_UNKNOWN = (
    "This file cannot be opened",
    "An address of a file is good for some hours, and only while whoever opened it may see the file. Please open it "
    "again from the page of its session or course.",
)
_BUSY = ("One moment, please", "Files cannot be reached right now. Nothing was lost; please try again in a minute.")
_MANY = ("One moment, please", "Very many requests came from you in a short time. Please wait a little.")
_BROKEN = ("Something went wrong on our side", "Please try again; if it happens again, tell whoever runs this site.")
_METHODS = ("Not possible here", "A file can only be read.")


class Refused(Exception):
    """Nothing is handed out: the status, and what is said in a heading and a sentence."""

    def __init__(self, status: int, said: tuple[str, str], headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.said = said
        self.headers = headers or {}
        super().__init__(status)


class _Broken(Exception):
    """Something broke in the middle of a file. The server ends the connection, which is all that can be said."""


class Found(Frozen, frozen=True, kw_only=True):
    """What a request gets of a file."""

    seen: FileSeen
    holder: str
    verdict: Verdict
    span: Span
    headers: dict[str, str]


class Files:
    """Answers every address below /files/, and all of a host that is for files alone."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._host = files_host(state.site)

    def takes(self, scope: Any) -> bool:
        """Whether a request is answered here. Who asks whether the process is alive is not, on any host."""
        path: str = scope["path"]
        if path.startswith(FILES_PATH):
            return True
        return self._host is not None and self._host.is_asked(_host_of(scope)) and not path.startswith(_HEALTH)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        plain = scope["method"] == "HEAD"
        try:
            await self._answer(scope, receive, send)
        except Refused as refused:
            await self._refuse(send, refused, plain=plain)
        except TooManyOpen as error:
            await self._refuse(send, Refused(429, (_MANY[0], error.detail), _wait(error.retry_after)), plain=plain)
        except TooMany as error:
            await self._refuse(send, Refused(429, _MANY, _wait(error.retry_after)), plain=plain)
        except Unavailable as error:
            await self._refuse(send, Refused(503, _BUSY, _wait(error.retry_after)), plain=plain)
        except Busy:
            await self._refuse(send, Refused(503, _BUSY, _wait(_BUSY_SECONDS)), plain=plain)
        except TrainingError:
            # Not yet, not any more, not for them: who holds an old address is told what strangers are told.
            await self._refuse(send, Refused(404, _UNKNOWN), plain=plain)
        except _Broken as error:
            log.error("a file broke off", file=str(error), error=repr(error.__cause__))
            raise
        except Exception as error:  # noqa: BLE001 - the last one to catch; what it was goes to the log
            log.error("unexpected", path=FILES_PATH, error=repr(error), trace=trace_of(error))
            await self._refuse(send, Refused(500, _BROKEN), plain=plain)

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            status = 204 if scope["method"] == "OPTIONS" else 405
            raise Refused(status, _METHODS, {"allow": ALLOWED})
        ticket = self._ticket(scope)
        if ticket is None:
            raise Refused(404, _UNKNOWN)
        self._count(scope, ticket)
        found = await self._find(scope, ticket)
        if scope["method"] == "HEAD" or found.verdict not in (Verdict.WHOLE, Verdict.PART):
            await _start(send, found, self._always())
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        with self._limits.opened(found.holder, self._address_of(scope)):
            await self._pour(found, receive, send)

    @property
    def _limits(self) -> Limits:
        return self._state.limits  # type: ignore[no-any-return]

    def _ticket(self, scope: Any) -> Ticket | None:
        if self._host is not None and not self._host.is_asked(_host_of(scope)):
            return None
        site: Site = self._state.site
        text, _, _ = scope["path"].removeprefix(FILES_PATH).partition("/")
        return read_ticket(site.secret_key, text, self._state.works.clock())

    def _count(self, scope: Any, ticket: Ticket) -> None:
        """Count the request for whoever holds the ticket; for a file for anybody, for the address. Raises TooMany."""
        if ticket.holder_id is not None:
            self._limits.account.take(f"files of {ticket.holder_id}")
            return
        self._limits.address.take(self._address_of(scope))

    def _address_of(self, scope: Any) -> str:
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        return client_group(client_address(connection, self._state.settings.trusted_proxies))

    async def _find(self, scope: Any, ticket: Ticket) -> Found:
        """What the request gets. Raises what `find_held` raises, and Refused for what is no file."""
        now = self._state.works.clock()
        bearer = await find_bearer(ticket, now)
        seen = await find_held(ticket, bearer, self._state.site.secret_key, now)
        if seen.variant.file_id is None:
            raise Refused(404, _UNKNOWN)
        headers = headers_of(seen.variant, self._state.site, shown=ticket.shown, public=seen.public)
        verdict, span = judge(_asked(scope), headers["etag"], seen.variant.size)
        return Found(seen=seen, holder=bearer.holder if bearer else "", verdict=verdict, span=span, headers=headers)

    async def _pour(self, found: Found, receive: Receive, send: Send) -> None:
        """Send the bytes, piece by piece, until all are sent or nobody is there any more.

        The first piece is read before anything is said: what is missing or out of reach is then told as such. What
        breaks later breaks the connection, so that nobody takes half a file for a whole one.
        """
        storage: Storage = self._state.storage
        variant, span = found.seen.variant, found.span
        reading = cast("AsyncGenerator[bytes]", storage.read(file_key(variant.sha256), span.start, span.end))
        async with contextlib.aclosing(_whole(reading, span.length)) as pieces:
            try:
                await anext(pieces)
            except KeyError as error:
                log.error("stored file is missing", file=str(variant.file_id), trace=trace_of(error))
                raise Refused(503, _BUSY, _wait(_BUSY_SECONDS)) from error
            await _start(send, found, self._always())
            try:
                await pour(pieces, receive, send, patience=self._limits.patience)
            except Exception as error:
                raise _Broken(str(variant.file_id)) from error

    def _always(self) -> dict[str, str]:
        return {"strict-transport-security": STRICT_TRANSPORT} if self._state.site.secure else {}

    async def _refuse(self, send: Send, refused: Refused, *, plain: bool) -> None:
        """Say why not, with a way back; `plain` leaves the words out."""
        site: Site = self._state.site
        body = b"" if refused.status == 204 else _page(site, refused.said)
        headers = {
            **guarded(site),
            "cache-control": "no-store",
            **({"content-type": "text/html; charset=utf-8", "content-length": str(len(body))} if body else {}),
            **refused.headers,
            **self._always(),
        }
        await send({"type": "http.response.start", "status": refused.status, "headers": _lines(headers)})
        await send({"type": "http.response.body", "body": b"" if plain else body, "more_body": False})


async def _whole(pieces: AsyncGenerator[bytes], length: int) -> AsyncGenerator[bytes]:
    """The pieces, no more and no less than `length` bytes; behind an empty one, which says that the first is there."""
    async with contextlib.aclosing(pieces):
        piece, sent = await anext(pieces, b""), 0
        yield b""
        while True:
            sent += len(piece)
            if sent > length or (sent < length and not piece):
                raise KeyError("A stored file is not as long as it was")
            yield piece
            if sent == length:
                return
            piece = await anext(pieces, b"")


async def _start(send: Send, found: Found, always: dict[str, str]) -> None:
    headers = {**found.headers, **always}
    verdict, span = found.verdict, found.span
    if verdict is Verdict.PART:
        headers["content-range"] = span.words
    if verdict in (Verdict.WHOLE, Verdict.PART):
        headers["content-length"] = str(span.length)
    else:
        # There is no body that these would be about.
        del headers["content-type"], headers["content-disposition"]
    if verdict in (Verdict.BEYOND, Verdict.CHANGED):
        headers |= {"cache-control": "no-store", "content-length": "0"}
    if verdict is Verdict.BEYOND:
        headers["content-range"] = f"bytes */{span.size}"
    await send({"type": "http.response.start", "status": _STATUS[verdict], "headers": _lines(headers)})


def _asked(scope: Any) -> Asked:
    """The conditions of a request; parts can be had by GET only (RFC 9110, 14.2)."""
    given: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in _CONDITIONS and (scope["method"] == "GET" or name not in _OF_PARTS):
            field, text = _CONDITIONS[name], value.decode("latin-1")
            given[field] = f"{given[field]}, {text}" if field in given else text
    return Asked(**given)


def _host_of(scope: Any) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")


def _lines(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _wait(seconds: int) -> dict[str, str]:
    return {"retry-after": str(seconds)}


def _page(site: Site, said: tuple[str, str]) -> bytes:
    """A few words, because nothing else can be loaded here: no style sheet, no picture."""
    heading, sentence = said
    name, home = escape(site.name), escape(f"{site.base_url}/")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{heading} · {name}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<h1>{heading}</h1><p>{sentence}</p><p><a href="{home}">{name}</a></p></html>\n'
    ).encode()
