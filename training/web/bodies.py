"""Forms that come in: for whom one is read, how much of it, and for how long.

Every form has the limit of all bodies. Only where a handler says so (`takes_files`) may one with files be larger, and
only after its door has let in whoever sends it: the door is asked before anything is read. Files go to the disk while
they come in, all of a form into one file that has no name; what is not a file stays small.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.utils.scope.state import ScopeState
from multipart import MultipartSegment, ParserError, ParserLimitReached, PushMultipartParser

from training.base.errors import TooMany, TrainingError
from training.base.structs import Frozen
from training.web.limits import UNWANTED_PACE, Limits
from training.web.security import client_address, refuse_cross_site

Asked = Request[Any, Any, Any]
Door = Callable[[Asked], Awaitable[AbstractContextManager[None]]]
Fields = dict[str, Any]
# A roster of a thousand people asks for three things of each.
MOST_FIELDS = 5_000
# With files: two hundred of them, and what stands beside each.
MOST_PARTS = 1_000
# Everything in a form with files that is no file, its names included.
MOST_TEXT = 1_000_000
# How the framework tells that a client went away in the middle of its body.
HUNG_UP = "client disconnected prematurely"
_FILES = "takes_files"
# What is smaller is taken apart at once; so much, of nothing but signs to be decoded, takes 10 ms.
_AT_ONCE = 100_000


class NothingCame(TrainingError):
    """Nothing more of what you sent has come for a minute, so we stopped waiting. Please send it again."""

    code = "nothing-came"


class TooLarge(RequestEntityTooLarge):
    """More than is taken at once; `detail` says of what, and how much."""


def too_many_bytes(most: int, got: int | None = None) -> TooLarge:
    """The refusal of more than `most` bytes; `got` where it was announced how many would come."""
    if got is None:
        return TooLarge(f"At most {_megabytes(most)} are taken at once.")
    allowed, has = _megabytes(most), _megabytes(got)
    if has == allowed:
        allowed, has = f"{most:,} bytes", f"{got:,} bytes"
    return TooLarge(f"This has {has}, and at most {allowed} are taken at once.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f}".removesuffix(".0") + " MB"


class TakesFiles(Frozen, frozen=True, kw_only=True):
    """How many bytes a form with files may have here, and who lets in whoever sends it.

    `door` raises NotFound, or TooMany, for whoever may not; what it returns is held for as long as the request lasts.
    """

    most_bytes: int
    door: Door


def takes_files(most_bytes: int, door: Door) -> dict[str, Any]:
    """`opt=takes_files(...)`: forms with files may be larger here than elsewhere."""
    return {_FILES: TakesFiles(most_bytes=most_bytes, door=door)}


@asynccontextmanager
async def form_read(request: Asked) -> AsyncIterator[FormMultiDict]:
    """The form that a request brings, read so that every handler finds it read; empty when it brings none.

    Its files are there until this is left. A visitor's is not looked at where files are taken: the guard refuses it.
    Raises CrossSite, NothingCame, what a door raises, and the framework's errors: 413, 400.
    """
    kind, options = request.content_type
    takes: TakesFiles | None = request.route_handler.opt.get(_FILES)
    if request.method != "POST" or kind not in (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART):
        yield FormMultiDict()
        return
    if takes is not None and not request.user.signed_in:
        ScopeState.from_scope(request.scope).form = {}
        await _throw_away(request, takes.most_bytes)
        yield FormMultiDict()
        return
    await refuse_cross_site(request, request.route_handler)
    with ExitStack() as held:
        if kind == RequestEncodingType.URL_ENCODED:
            fields = await _read_pairs(request)
        else:
            if takes is not None:
                await _let_in(request, takes, held)
            spool = held.enter_context(TemporaryFile())
            most = takes.most_bytes if takes is not None else None
            fields = await _read_parts(request, options.get("boundary", ""), most, spool)
        # Whoever asks the framework for the form gets this one.
        ScopeState.from_scope(request.scope).form = fields
        yield await request.form()


async def _let_in(request: Asked, takes: TakesFiles, held: ExitStack) -> None:
    try:
        held.enter_context(await takes.door(request))
    except TrainingError:
        await _throw_away(request, takes.most_bytes)
        raise


async def _throw_away(request: Asked, most: int) -> None:
    """Let a form that nobody looks at come in, and forget it, before it is answered: a browser sends all of it first,
    and where the connection ends before that it shows no answer at all.

    A few at once, for a while, at a pace: whoever sends more, or more than `most`, sees a broken connection. Nothing
    comes in of programs that ask first whether to send it.
    """
    limits: Limits = request.app.state.limits
    if not 0 < (request.content_length or 0) <= most or "expect" in request.headers:
        return
    address = client_address(request, request.app.state.settings.trusted_proxies)
    with suppress(TooMany, TimeoutError), limits.unwanted(address):
        async with asyncio.timeout(limits.unwanted_patience):
            more, got = True, 0
            while more and got <= most:
                message: Any = await request.receive()
                more = message.get("more_body", False)
                size = len(message.get("body", b""))
                got += size
                await asyncio.sleep(size / UNWANTED_PACE)


async def pieces(request: Asked, most: int | None = None) -> AsyncGenerator[bytes]:
    """A body as it comes, at most so many bytes, or as many as its handler takes.

    Raises NothingCame when nothing comes for a while; the framework's 413 when there is more, before anything is read
    if that was announced.
    """
    most = most or request.route_handler.resolve_request_max_body_size() or 0
    patience = request.app.state.limits.coming_patience
    # What a form with files may have beside them is left out of the number that is said.
    said = most - MOST_TEXT if most > MOST_TEXT and _FILES in request.route_handler.opt else most
    if (request.content_length or 0) > most:
        raise too_many_bytes(said, request.content_length)
    more, got = True, 0
    while more:
        try:
            async with asyncio.timeout(patience):
                message: Any = await request.receive()
        except TimeoutError:
            raise NothingCame from None
        if message["type"] == "http.disconnect":
            raise InternalServerException(HUNG_UP)
        more, piece = message.get("more_body", False), message.get("body", b"")
        got += len(piece)
        if got > most:
            raise too_many_bytes(said)
        if piece:
            yield piece


async def _read_pairs(request: Asked) -> Fields:
    body = b"".join([piece async for piece in pieces(request)])
    # Not the framework's reading, which remembers the last thousand bodies, whatever was typed into them.
    return await asyncio.to_thread(_paired, body) if len(body) > _AT_ONCE else _paired(body)


def _paired(body: bytes) -> Fields:
    try:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TooLarge(f"At most {MOST_FIELDS:,} fields are taken at once.") from error
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


async def _read_parts(request: Asked, boundary: str, most: int | None, spool: IO[bytes]) -> Fields:
    reading = _Reading(spool)
    try:
        # Leaving it says whether the end of the form has come.
        with PushMultipartParser(boundary, max_segment_count=MOST_PARTS) as parser:
            async for piece in pieces(request, most):
                for event in parser.parse(piece):
                    await reading.take(event)
                if parser.closed:
                    break
    except ParserLimitReached as error:
        raise TooLarge(f"At most {MOST_PARTS:,} files and fields are taken at once, with short names.") from error
    except ParserError as error:
        raise ClientException("Invalid multipart/form-data") from error
    await asyncio.to_thread(spool.flush)
    return reading.fields


class SentFile(UploadFile):
    """A file of a form, for as long as its request lasts. All of a form lie behind one another in one on the disk."""

    def __init__(self, spool: IO[bytes], part: MultipartSegment) -> None:
        self.filename = part.filename or ""
        self.content_type = part.content_type or "text/plain"
        self.headers = {}
        self.size = 0
        self._spool = spool
        self._start = spool.tell()
        self._at = 0

    async def write(self, data: bytes | bytearray) -> int:
        """Add some, while it comes in; no other may be written before it is whole."""
        self.size += len(data)
        return await asyncio.to_thread(self._spool.write, data)

    async def read(self, size: int = -1) -> bytes:
        """At most so many bytes of what comes next, or all of it."""
        left = self.size - self._at
        wanted = left if size < 0 else min(size, left)
        found = await asyncio.to_thread(os.pread, self._spool.fileno(), wanted, self._start + self._at)
        self._at += len(found)
        return found

    async def seek(self, offset: int) -> int:
        """Go on from there."""
        self._at = min(max(offset, 0), self.size)
        return self._at

    async def close(self) -> None:
        """Nothing: what all of them lie in is closed with the request."""


class _Reading:
    """The parts of a form, one after the other: a part begins, its content comes in pieces, it ends."""

    def __init__(self, spool: IO[bytes]) -> None:
        self.fields: Fields = {}
        self._spool = spool
        self._name = ""
        self._content: SentFile | bytearray = bytearray()
        self._texts = 0

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """What the parser found. Raises the framework's 413, UnicodeDecodeError."""
        if isinstance(event, MultipartSegment):
            self._name = event.name
            self._content = SentFile(self._spool, event) if event.filename else bytearray()
            self._count(len(event.name) + len(event.filename or ""))
        elif event is None:
            done = self._content.decode() if isinstance(self._content, bytearray) else self._content
            self.fields.setdefault(self._name, []).append(done)
        elif isinstance(self._content, SentFile):
            await self._content.write(event)
        else:
            self._count(len(event))
            self._content += event

    def _count(self, size: int) -> None:
        self._texts += size
        if self._texts > MOST_TEXT:
            raise TooLarge(f"Everything that is not a file may have at most {_megabytes(MOST_TEXT)} together.")
