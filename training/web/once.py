"""One press, one effect: a form that is sent twice is taken once, whichever page it is on.

The templates' environment puts a random `form_token` into every form that posts (`training.base.texts`). The first unit
of work of a request that carries one keeps a row in the transaction of its effect: whose it is, where it went, what was
typed. The same press again finds that row and leads where the first one led. What failed keeps nothing, and what was
changed before it was sent again is a new wish.
"""

import asyncio
import contextlib
import copy
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie, FormMultiDict
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from training.base.addresses import local_path
from training.base.database import Busy, execute
from training.base.errors import TrainingError
from training.base.structs import Frozen, Viewer
from training.base.texts import FORM_TOKEN
from training.base.work import Work, Works
from training.web.bodies import form_read
from training.web.keys import KeptResult, caller_of, find_kept, keep
from training.web.render import FLASH, redirect

P = ParamSpec("P")
T = TypeVar("T")

TAKEN = "This form reached us twice. It was taken once; here is how things stand now."
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")
_STATE = "press"
_UNTOLD, _LED = 0, 303
# Another process may still be on its way to where it leads: this long, then the page is told without it.
_LOOKS, _PAUSE_SECONDS = 10, 0.1
_PIECE = 1 << 20


class Onward(Frozen, frozen=True, kw_only=True):
    """Where a form led: an address, and the sentence shown there as its cookie holds it."""

    location: str
    flash: str = ""


class SentBefore(Exception):
    """This press was taken already. No `TrainingError`, because no handler may take it for a refusal of its own."""

    def __init__(self, kept: KeptResult) -> None:
        self.kept = kept
        super().__init__()


class Press:
    """One sending of one form: `identity` is the same for the same sending again. `kept` once its effect is."""

    def __init__(self, *, token: str, identity: str, payload: str) -> None:
        self.token = token
        self.identity = identity
        self.payload = payload
        self.kept = False


class PressedWorks(Works):
    """The units of work of one request. The first that is committed keeps the press; further ones belong to it."""

    def __init__(self, by: Works, press: Press) -> None:
        self.clock = by.clock
        self.site = by.site
        self._by = by
        self._press = press

    def of(self, origin: str) -> Works:
        """The same by another way; such works belong to no press."""
        return self._by.of(origin)

    async def run(
        self, actor: Viewer, action: Callable[Concatenate[Work, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `Works.run`. Raises SentBefore when another process took the same press meanwhile."""
        press = self._press
        if press.kept:
            return await self._by.run(actor, action, *args, **kwargs)
        tries = 0

        async def kept_too(work: Work) -> T:
            nonlocal tries
            tries += 1
            if tries > 1 and (known := await find_kept(press.identity)) is not None:
                raise SentBefore(known)
            result = await action(work, *args, **kwargs)
            keep(work, press.identity, press.payload, _UNTOLD, "")
            return result

        try:
            result = await self._by.run(actor, kept_too)
        except (TrainingError, SentBefore):
            # What stood in the way may be the effect of the same press, taken by another process.
            await _refuse_known(press)
            raise
        press.kept = True
        return result


async def _refuse_known(press: Press) -> None:
    """Raise SentBefore when the press was taken, once it is known where it led or nobody will say any more."""
    known = await find_kept(press.identity)
    for _ in range(_LOOKS):
        if known is None or known.status != _UNTOLD:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
        known = await find_kept(press.identity)
    if known is not None:
        raise SentBefore(known)


def press_of(request: Request[Any, Any, Any]) -> Press | None:
    """The press that this request is, if its form has a token."""
    found: Press | None = request.scope["state"].get(_STATE)
    return found


def works_for(request: Request[Any, Any, Any], by: Works) -> Works:
    """The units of work for a request of the pages."""
    press = press_of(request)
    return by if press is None else PressedWorks(by, press)


class _Turn:
    """Those of this process who are sending the same; `heard` is what the first was answered."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.wanted = 0
        self.heard: list[Message] = []


class _Turns:
    """One at a time for each press."""

    def __init__(self) -> None:
        self._open: dict[str, _Turn] = {}

    @contextlib.asynccontextmanager
    async def take(self, identity: str) -> AsyncIterator[_Turn]:
        """Wait for those who came first. It is left whatever happens, also when the client hangs up."""
        turn = self._open.setdefault(identity, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield turn
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._open[identity]


TURNS = _Turns()


class OncePerPress:
    """Stands before the pages: lets a press in once, and leads the same press again where the first one led."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only forms with a token are looked at; everything else passes."""
        request: Request[Any, Any, Any] = Request(scope, receive)
        async with form_read(request) as form:
            press = await _press_of(request, form)
            if press is None:
                await self.app(scope, receive, send)
            else:
                await self._once(press, scope, receive, send)

    async def _once(self, press: Press, scope: Scope, receive: Receive, send: Send) -> None:
        async with TURNS.take(press.identity) as turn:
            if turn.heard:
                # The second of a double click: word for word, because a cookie that signs in is kept nowhere else.
                for message in turn.heard:
                    await send(message)
                return
            await _refuse_known(press)
            scope["state"][_STATE] = press
            await self._first(press, turn, scope, receive, send)

    async def _first(self, press: Press, turn: _Turn, scope: Scope, receive: Receive, send: Send) -> None:
        said: list[Message] = []

        async def send_and_hear(message: Message) -> None:
            # A copy, because others put their headers into a message on its way out.
            said.append(copy.copy(message))
            await send(message)

        await self.app(scope, receive, send_and_hear)
        if press.kept and said:
            turn.heard = said
            status, body = _ended(said)
            # Without it a repetition is led back with a sentence, so a busy database is no reason to complain.
            with contextlib.suppress(Busy, TrainingError):
                await execute(
                    "UPDATE kept_answer SET status = {}, body = {} WHERE id = {}", status, body, press.identity
                )


async def _press_of(request: Request[Any, Any, Any], form: FormMultiDict) -> Press | None:
    """The press that a request is, if its form has a token."""
    pairs = [(str(name), value) for name, value in form.multi_items()]
    token = next((value for name, value in pairs if name == FORM_TOKEN), "")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    typed = hashlib.sha256()
    for name, value in pairs:
        if name != FORM_TOKEN:
            typed.update(msgspec.json.encode((name, await _content(value))))
    payload = typed.hexdigest()
    whole = [_whose(request.user, token), request.scope["path"], request.scope["query_string"].hex(), token, payload]
    identity = hashlib.sha256(msgspec.json.encode(["form", *whole])).hexdigest()
    return Press(token=token, identity=identity, payload=payload)


async def _content(value: Any) -> str:
    if isinstance(value, str):
        return value
    digest = hashlib.sha256()
    # Piece by piece and in a thread: a file of a form may be larger than memory, and nobody else waits for it.
    while piece := await value.read(_PIECE):
        await asyncio.to_thread(digest.update, piece)
    await value.seek(0)
    return f"{value.filename} {digest.hexdigest()}"


def _whose(viewer: Viewer, token: str) -> str:
    """Also which sign-in: who signs out, comes back and signs out again on an old page means it."""
    return f"{caller_of(viewer)} {viewer.sign_in_id}" if viewer.signed_in else f"visitor {token}"


def _ended(said: list[Message]) -> tuple[int, str]:
    """The status of an answer, and where it leads, as it is kept. A page that was shown (a new secret) is not kept."""
    start: Any = said[0]
    headers = [(name.lower(), value.decode("latin-1")) for name, value in start["headers"]]
    location = next((value for name, value in headers if name == b"location"), "")
    if start["status"] != _LED or not location:
        return start["status"], ""
    flashes = [value for name, value in headers if name == b"set-cookie" and value.startswith(f"{FLASH}=")]
    flash = flashes[-1].partition("=")[2].partition(";")[0].strip('"') if flashes else ""
    return _LED, msgspec.json.encode(Onward(location=location, flash=flash)).decode()


def lead(request: Request[Any, Any, Any], error: SentBefore) -> Response[str]:
    """Where the first sending led, with its sentence; or back to the form's page when nobody knows."""
    if not error.kept.body:
        return redirect(_came_from(request), TAKEN, kind="info")
    onward = msgspec.json.decode(error.kept.body, type=Onward)
    again = redirect("/")
    again.headers["location"] = onward.location
    if onward.flash:
        again.cookies.append(Cookie(key=FLASH, value=onward.flash, max_age=60, path="/", httponly=True, samesite="lax"))
    return again


def _came_from(request: Request[Any, Any, Any]) -> str:
    """The page with the form, as far as the browser says which it was."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))
