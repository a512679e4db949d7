"""Asking the real application without leaving a trace: every unit of work is undone when it has done everything."""

import base64
import re
from collections.abc import Awaitable, Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Litestar

from tests.access.entry import PARAMETER, PLAIN, Entry, filled
from tests.access.facts import Role
from tests.access.world import World
from tests.conftest import SITE
from training.base.database import bound_engine, watch_statements
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.web.render import FLASH

# New in every form.
FRESH = re.compile(r'name="(form_token|token)" value="[^"]*"')
# New for every browser that brings none.
NEW_DEVICE = re.compile(r"(?<=device=)[^;]*")
P = ParamSpec("P")
T = TypeVar("T")


class _Undone(Exception):
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Undoing(Works):
    """Units of work that do all they do, reactions and journal included, and are rolled back instead of committed."""

    def of(self, origin: str) -> "Undoing":
        """The same, noting that a work came by another way."""
        return Undoing(clock=self.clock, site=self.site, reactions=self._reactions, origin=origin)

    async def _once(
        self, actor: Viewer, action: Callable[Concatenate[Work, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        work = Work(now=self.clock(), actor=actor, site=self.site, origin=self._origin)
        try:
            async with bound_engine().transaction(allow_nested=False):
                result = await action(work, *args, **kwargs)
                await work.react(self._reactions)
                await work.flush()
                raise _Undone(result)
        except _Undone as undone:
            return undone.result  # type: ignore[no-any-return]


class Answer(Frozen, frozen=True, kw_only=True):
    """What came back, and the statements that it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    statements: tuple[str, ...]

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return dict(self.headers).get("location", "")

    @property
    def asks_to_sign_in(self) -> bool:
        """Whether somebody is sent to sign in first."""
        return self.status == 401 or (self.status == 303 and self.location.partition("?")[0] == "/sign-in")

    @property
    def warns(self) -> bool:
        """Whether a redirect goes with a warning: nothing was done."""
        flash = SimpleCookie(dict(self.headers).get("set-cookie", "")).get(FLASH)
        return flash is not None and bool(flash.value) and b'"warning"' in base64.urlsafe_b64decode(flash.value)

    def without(self, ids: tuple[str, ...]) -> tuple[Any, ...]:
        """Everything that can be seen of it, the ids of the request taken out."""
        # What is left of a rate falls with every request, whatever it asks for.
        told = [
            (name, NEW_DEVICE.sub("", value))
            for name, value in self.headers
            if not name.startswith(("ratelimit", "x-ratelimit"))
        ]
        text, headers = self.text, str(told)
        text = FRESH.sub("", text)
        for number, each in enumerate(ids):
            text, headers = text.replace(each, f"<{number}>"), headers.replace(each, f"<{number}>")
        return self.status, headers, text


class Asking:
    """The application with somebody of every role in front of it."""

    def __init__(self, app: Litestar, world: World) -> None:
        self._app = app
        self._world = world
        self.count = 0

    async def ask(self, role: Role, entry: Entry, ids: tuple[str, ...]) -> Answer:
        """Send a request made of these ids."""
        self.count += 1
        scope, body = self._request(role, entry, iter(ids))
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        with watch_statements() as seen:
            await self._app(scope, receive, send)  # type: ignore[arg-type]
        text = b"".join(message.get("body", b"") for message in messages[1:]).decode("utf-8", "replace")
        headers = tuple((name.decode().lower(), value.decode("latin-1")) for name, value in messages[0]["headers"])
        return Answer(status=messages[0]["status"], headers=headers, text=text, statements=tuple(seen))

    def _request(self, role: Role, entry: Entry, ids: Iterator[str]) -> tuple[dict[str, Any], bytes]:
        names = {name for name in PARAMETER.findall(entry.path) if name in PLAIN and name not in entry.ids}
        path = PARAMETER.sub(lambda found: PLAIN[found[1]] if found[1] in names else next(ids), entry.path)
        query = urlencode({name: next(ids) if text.startswith("@") else text for name, text in entry.query.items()})
        headers = {"host": SITE.base_url.partition("//")[2], "user-agent": "access", "if-match": '"1"'}
        token = self._world.tokens[role.name]
        if token:
            headers |= {"authorization": f"Bearer {token}"} if entry.api else {"cookie": f"sign_in={token}"}
        body = b""
        if entry.method != "GET":
            told = filled(entry.body, ids)
            if isinstance(told, bytes):
                body = told
                headers |= {"content-type": "application/octet-stream"}
            elif entry.api:
                body = msgspec.json.encode(told) if told is not None else b""
                headers |= {"content-type": "application/json"}
            else:
                body = urlencode(told or {}, doseq=True).encode()
                headers |= {"content-type": "application/x-www-form-urlencoded"}
        headers["content-length"] = str(len(body))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": entry.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("203.0.113.7", 50000),
            "server": ("testserver.example", 80),
            "state": {},
        }
        return scope, body
