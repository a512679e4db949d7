"""Addresses of calendars, answered before the framework begins: they are fetched by the thousand, day and night.

One statement says whether an address is known, whether its reader may read, and whether anything changed. What is
unknown, revoked, mangled or over gets the very same answer after the very same work. No address is logged, repeated
in an answer or redirected to.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Hashable, MutableMapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from training.base.errors import Unavailable
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.actions.feeds import begin_public_mark, end_feed, note_fetched
from training.feeds.api.building import build_farewell, build_feed, build_public, version_of
from training.feeds.api.shelf import Headers, Kept, Shelf
from training.feeds.queries.entries import Source
from training.feeds.queries.feeds import Fetched, find_fetched, find_public
from training.feeds.rules.clients import client_name
from training.feeds.rules.conditions import NONE, Conditions, Verdict, judged, takes_gzip
from training.feeds.rules.feeds import FETCHED_EVERY, said_farewell
from training.web.security import STRICT_TRANSPORT

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PREFIX = "/calendars/"
_ENDING = ".ics"
_MACHINE = Viewer.machine("feeds")
# A mark that is younger may have missed a change: whoever changed something while it was made did not see it.
_TRUSTED_AFTER = timedelta(seconds=60)
_CONDITIONAL = {
    b"if-match": "if_match",
    b"if-none-match": "if_none_match",
    b"if-modified-since": "if_modified_since",
    b"if-unmodified-since": "if_unmodified_since",
}
_ALONE: Headers = [
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
    (b"content-type", b"text/plain; charset=utf-8"),
]
_UNKNOWN = b"There is no calendar at this address. You find the addresses of your calendars in your account.\n"
_METHODS = b"A calendar can only be read.\n"
_BUSY = b"This cannot be answered at the moment. Calendar programs try again by themselves.\n"
_BROKEN = b"Something went wrong on our side. Calendar programs try again by themselves.\n"
_log = structlog.get_logger()


class Asked:
    """What a request asks for."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.gzip = False
        self.agent = ""
        given: dict[str, str] = {}
        encodings = []
        for name, value in scope["headers"]:
            if name in _CONDITIONAL:
                field, text = _CONDITIONAL[name], value.decode("latin-1")
                given[field] = f"{given[field]}, {text}" if field in given else text
            elif name == b"accept-encoding":
                encodings.append(value.decode("latin-1"))
            elif name == b"user-agent":
                self.agent = value.decode("latin-1")
        self.conditions = Conditions(**given) if given else NONE
        if encodings:
            self.gzip = takes_gzip(",".join(encodings))


class Calendars:
    """Answers every address below /calendars/. Built once by a process, which keeps what it has written."""

    def __init__(self, works: Works, *, most_bytes: int | None = None) -> None:
        self._works = works
        self.shelf = Shelf() if most_bytes is None else Shelf(most_bytes)
        self._building: dict[Hashable, asyncio.Task[Kept]] = {}
        secure = works.site.secure
        self._always: Headers = [(b"strict-transport-security", STRICT_TRANSPORT.encode())] if secure else []

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in ("GET", "HEAD"):
            await self._refuse(scope["method"], send)
            return
        asked = Asked(scope)
        try:
            await self._answer(scope["path"], asked, send)
        except Unavailable:
            await self._plain(send, asked, 503, _BUSY, [(b"retry-after", b"60")])
        except Exception:  # noqa: BLE001 - a calendar program must get an answer, whatever is wrong here
            # The traceback names no address; everything that is logged is searched for secrets besides.
            _log.exception("A calendar could not be answered")
            await self._plain(send, asked, 500, _BROKEN)

    async def _answer(self, path: str, asked: Asked, send: Send) -> None:
        name = path.removeprefix(PREFIX)
        public = _public_of(name)
        if public is not None:
            kept = await self._public(*public)
            await (self._send(send, asked, kept) if kept else self._plain(send, asked, 404, _UNKNOWN))
            return
        row = await find_fetched(_secret_of(name))
        kept = await self._private(row) if row is not None else None
        if row is None or kept is None:
            await self._plain(send, asked, 404, _UNKNOWN)
            return
        now = await self._send(send, asked, kept)
        if kept.noted_at is None or now - kept.noted_at >= FETCHED_EVERY:
            await self._note(row, kept, asked)

    async def _private(self, row: dict[str, Any]) -> Kept | None:
        """The calendar of a row, kept or built anew; None when its reader lost the right long ago."""
        now, version = self._works.clock(), version_of(row["changed"], row["changed_at"], row["version"])
        if row["allowed"] and (kept := self.shelf.find(row["id"], version, now)):
            return kept
        found = msgspec.convert(row, type=Fetched, strict=False)
        if not found.allowed:
            return await self._last(found)
        if now - max(found.created_at, found.renewed_at or found.created_at) < _TRUSTED_AFTER:
            return await build_feed(found, version, self._works.site, now)
        return await self._once(row["id"], version, lambda: build_feed(found, version, self._works.site, now))

    async def _last(self, found: Fetched) -> Kept | None:
        now, ended_at = self._works.clock(), found.ended_at
        self.shelf.forget(found.id)
        if ended_at is None:
            ended_at = now
            with contextlib.suppress(Unavailable):
                await self._works.run(_MACHINE, end_feed, found.id)
        return None if said_farewell(ended_at, now) else build_farewell(found, ended_at, self._works.site, now)

    async def _public(self, kind: str, scope_id: UUID | None) -> Kept | None:
        now, key = self._works.clock(), f"{kind}:{scope_id}" if scope_id else "public"
        mark = await find_public(kind, scope_id)
        if mark is None:
            return None
        source = Source(kind=kind, scope_id=scope_id)
        counted = (mark.changed or 0, mark.changed_at or now)

        def build() -> Coroutine[Any, Any, Kept]:
            return build_public(source, name=mark.name, mark=counted, site=self._works.site, now=now)

        if mark.changed is None:
            with contextlib.suppress(Unavailable):
                await self._works.run(_MACHINE, begin_public_mark, key)
            return await build()
        if now - counted[1] < _TRUSTED_AFTER:
            return await build()
        version = version_of(*counted, 0)
        return self.shelf.find(key, version, now) or await self._once(key, version, build)

    async def _once(self, key: Hashable, version: Hashable, build: Callable[[], Coroutine[Any, Any, Kept]]) -> Kept:
        """Build a calendar and keep it; whoever asks for the same meanwhile waits for the same."""
        task = self._building.get((key, version))
        if task is None:
            task = asyncio.create_task(build())
            self._building[key, version] = task
            task.add_done_callback(lambda _: self._building.pop((key, version), None))
        kept = await asyncio.shield(task)
        if self.shelf.find(key, version, self._works.clock()) is None:
            self.shelf.keep(key, kept)
        return kept

    async def _send(self, send: Send, asked: Asked, kept: Kept) -> datetime:
        """Send a calendar, or that it is the one that is known already; returns when."""
        now = self._works.clock()
        modified = kept.modified(now)
        verdict = Verdict.WHOLE
        if asked.conditions is not NONE:
            verdict = judged(asked.conditions, kept.etag(asked.gzip), modified)
        if verdict is Verdict.FAILED:
            await self._plain(send, asked, 412, b"This calendar is another one by now.\n")
            return now
        whole = verdict is Verdict.WHOLE
        headers = kept.headers(zipped=asked.gzip, whole=whole, modified=modified)
        if self._always:
            headers = [*headers, *self._always]
        await send({"type": "http.response.start", "status": 200 if whole else 304, "headers": headers})
        body = b""
        if whole and asked.method == "GET":
            body = kept.zipped if asked.gzip else kept.body
        await send({"type": "http.response.body", "body": body})
        return now

    async def _note(self, row: dict[str, Any], kept: Kept, asked: Asked) -> None:
        """Write down, after the answer and not too often, that and by what the feed was fetched."""
        now = kept.noted_at = self._works.clock()
        found = msgspec.convert(row, type=Fetched, strict=False)
        if found.fetched_at is not None and now - found.fetched_at < FETCHED_EVERY:
            return
        try:
            await self._works.run(_MACHINE, note_fetched, found.id, client_name(asked.agent))
        except Exception as error:  # noqa: BLE001 - the calendar was delivered; not noting it is no failure of it
            _log.warning("A fetch of a calendar was not noted", why=type(error).__name__)

    async def _plain(self, send: Send, asked: Asked, status: int, body: bytes, more: Headers | None = None) -> None:
        headers = [*_ALONE, *self._always, (b"content-length", str(len(body)).encode()), *(more or [])]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if asked.method == "HEAD" else body})

    async def _refuse(self, method: str, send: Send) -> None:
        status, body = (204, b"") if method == "OPTIONS" else (405, _METHODS)
        headers = [*_ALONE, *self._always, (b"allow", b"GET, HEAD, OPTIONS")]
        headers += [(b"content-length", str(len(body)).encode())] if body else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _public_of(name: str) -> tuple[str, UUID | None] | None:
    """Which public calendar an address names, if any: (kind, id)."""
    if name == "public.ics":
        return "public", None
    if "/" not in name:
        return None
    kind, _, rest = name.partition("/")
    if kind not in ("programs", "courses") or not rest.endswith(_ENDING):
        return None
    try:
        return kind.removesuffix("s"), UUID(rest.removesuffix(_ENDING))
    except ValueError:
        return None


def _secret_of(name: str) -> str:
    """The secret in the last part of an address; something that is none's for what cannot hold one.

    It is looked up all the same, so that a mangled address takes no less work than an unknown one.
    """
    return name.removesuffix(_ENDING) if name.endswith(_ENDING) and name.isascii() else "mangled"
